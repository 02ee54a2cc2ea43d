//! MCP calls: over HTTP to a running server, and over the streams of `ragstone mcp`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::http::Http;

/// Calls a tool over HTTP and gives the whole answer.
pub(crate) fn call(http: &Http, tool: &str, arguments: &Value) -> Value {
    let reply = http.post("/mcp", &tool_call(1, tool, arguments));
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

/// Reason with which a tool refused a call or, for an ingest, its first file.
pub(crate) fn reason(answer: &Value) -> String {
    let result = &answer["result"];
    let reason = if result["isError"] == true {
        assert!(result["content"][0]["text"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
        &result["_meta"]["ragstone/error"]["reason"]
    } else {
        &result["structuredContent"]["failed"][0]["reason"]
    };
    reason.as_str().unwrap_or_else(|| panic!("no failure: {answer}")).to_owned()
}

/// A call of a tool as a message.
pub(crate) fn tool_call(id: u32, tool: &str, arguments: &Value) -> Value {
    json!({
        "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": tool, "arguments": arguments },
    })
}

/// `ragstone mcp` with both its streams; killed when dropped.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Session {
    pub(crate) fn open(data: &Path) -> Self {
        let mut child = ragstone(data)
            .arg("mcp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, input, output }
    }

    /// Sends a message that has no answer.
    pub(crate) fn tell(&mut self, message: &Value) {
        let input = self.input.as_mut().expect("open");
        writeln!(input, "{message}").expect("written");
    }

    /// Sends a request and reads its answer.
    pub(crate) fn ask(&mut self, message: &Value) -> Value {
        self.tell(message);
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).expect("read"), 0, "closed before the answer");
            let answer: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if answer["id"] == message["id"] {
                return answer;
            }
        }
    }

    /// Closes the input, as a client that leaves; the process must end with success.
    pub(crate) fn close(mut self) {
        drop(self.input.take());
        let status = self.child.wait().expect("waited for");
        assert_eq!(status.code(), Some(0));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
