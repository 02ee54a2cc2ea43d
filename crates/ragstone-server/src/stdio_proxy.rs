//! MCP over standard streams, passed on to the HTTP endpoint of a running server.
//!
//! Each line is one JSON-RPC message and becomes one POST; messages that belong together are told apart by their
//! ids, so many may be under way at once.

use std::sync::Arc;

use base64::Engine as _;
use ragstone_auth::BearerToken;
use ragstone_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::TaskTracker;

/// Messages under way at the same time.
const MAX_CONCURRENT: usize = 64;
/// Key of the protocol revision in the metadata of a request of 2026-07-28 or later.
const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";

/// Passes messages on until standard input ends.
pub(crate) async fn run(address: &str, token: &BearerToken) -> Result<()> {
    let http = reqwest::Client::builder().no_proxy().build().map_err(broken)?;
    let (answers, printer) = printer();
    let endpoint = Arc::new(Endpoint { http, url: format!("{address}/mcp"), token: token.clone(), answers });
    let permits = Arc::new(Semaphore::new(MAX_CONCURRENT));
    let tasks = TaskTracker::new();
    let mut lines = BufReader::new(tokio::io::stdin()).split(b'\n');
    while let Some(line) = lines.next_segment().await.map_err(broken)? {
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.trim().is_empty() {
            continue;
        }
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { break };
        let endpoint = Arc::clone(&endpoint);
        tasks.spawn(async move {
            endpoint.pass_on(line).await;
            drop(permit);
        });
    }
    tasks.close();
    tasks.wait().await;
    drop(endpoint);
    printer.await.map_err(broken)
}

/// One task writes all answers, so that lines never mix.
fn printer() -> (mpsc::Sender<String>, tokio::task::JoinHandle<()>) {
    let (answers, mut queue) = mpsc::channel::<String>(MAX_CONCURRENT);
    let write = async move {
        let mut out = tokio::io::stdout();
        while let Some(mut line) = queue.recv().await {
            line.push('\n');
            if out.write_all(line.as_bytes()).await.is_err() || out.flush().await.is_err() {
                break;
            }
        }
    };
    #[expect(clippy::disallowed_methods, reason = "`run` joins the task")]
    (answers, tokio::spawn(write))
}

struct Endpoint {
    http: reqwest::Client,
    url: String,
    token: BearerToken,
    answers: mpsc::Sender<String>,
}

impl Endpoint {
    /// Sends one message and prints what comes back; a failure becomes the answer to the message.
    async fn pass_on(&self, line: String) {
        let Ok(message) = serde_json::from_str::<Value>(&line) else {
            let refusal =
                json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32700, "message": "not JSON"}});
            // A closed output ends the proxy through its input.
            let _ = self.answers.send(refusal.to_string()).await;
            return;
        };
        let answer = match self.send(&message, line).await {
            Ok(answer) => answer,
            Err(error) => match message.get("id") {
                Some(id) => failure(id, &error),
                None => return,
            },
        };
        for line in messages(&answer) {
            if self.answers.send(line).await.is_err() {
                return;
            }
        }
    }

    async fn send(&self, message: &Value, body: String) -> Result<String> {
        let mut request = self
            .http
            .post(&self.url)
            .bearer_auth(self.token.expose())
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream");
        for (name, value) in routing_headers(message) {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.map_err(broken)?;
        let status = response.status().as_u16();
        let answer = response.text().await.map_err(broken)?;
        // Refusals of the server around the endpoint are problem documents, not messages.
        if status >= 400 && !answer.contains("\"jsonrpc\"") {
            return Err(Error::new(ErrorKind::FailedPrecondition, "the running server refused the message")
                .with_context("status", status));
        }
        Ok(answer)
    }
}

/// The headers that revision 2026-07-28 asks for, taken from the message itself.
fn routing_headers(message: &Value) -> Vec<(&'static str, String)> {
    let params = message.get("params").unwrap_or(&Value::Null);
    let Some(version) = params.get("_meta").and_then(|meta| meta.get(VERSION_KEY)).and_then(Value::as_str)
    else {
        return Vec::new();
    };
    let mut headers = vec![("mcp-protocol-version", version.to_owned())];
    if let Some(method) = message.get("method").and_then(Value::as_str) {
        headers.push(("mcp-method", method.to_owned()));
        let key = if method == "resources/read" { "uri" } else { "name" };
        if let Some(name) = params.get(key).and_then(Value::as_str) {
            headers.push(("mcp-name", header_value(name)));
        }
    }
    headers
}

/// A value that a header can carry; others go in the Base64 form that the specification names.
fn header_value(text: &str) -> String {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.to_owned();
    }
    format!("=?base64?{}?=", base64::engine::general_purpose::STANDARD.encode(text))
}

/// The messages of an answer: one JSON text, or the data lines of an event stream.
fn messages(answer: &str) -> Vec<String> {
    if answer.trim_start().starts_with('{') {
        return vec![answer.trim().replace(['\n', '\r'], " ")];
    }
    answer
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .map(|data| data.trim().to_owned())
        .filter(|data| !data.is_empty())
        .collect()
}

fn failure(id: &Value, error: &Error) -> String {
    let codes = error.kind().codes();
    let message = error.public_message();
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": codes.json_rpc, "message": message}}).to_string()
}

fn broken(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Unavailable, "the connection to the running server failed").with_source(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modern_requests_get_their_routing_headers() {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "search", "_meta": {VERSION_KEY: "2026-07-28"}}});
        let headers = routing_headers(&message);
        assert!(headers.contains(&("mcp-method", "tools/call".to_owned())));
        assert!(headers.contains(&("mcp-name", "search".to_owned())));
        assert!(routing_headers(&json!({"method": "initialize", "params": {}})).is_empty());
    }

    #[test]
    fn answers_come_as_json_or_as_events() {
        assert_eq!(messages("{\"a\":\n1}"), ["{\"a\": 1}"]);
        assert_eq!(
            messages(": ping\n\nevent: message\ndata: {\"a\":1}\n\ndata: {\"b\":2}\n"),
            ["{\"a\":1}", "{\"b\":2}"]
        );
        assert!(messages("").is_empty());
    }

    #[test]
    fn names_that_no_header_can_carry_are_encoded() {
        assert_eq!(header_value("search"), "search");
        assert_eq!(header_value("é"), "=?base64?w6k=?=");
    }
}
