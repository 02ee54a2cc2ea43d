//! Requests that cannot be answered: each a clear failure with the right code on every way in.

use serde_json::{Value, json};

use crate::cli::{Run, run};
use crate::mcp;
use crate::server::Server;

const SEARCH: &str = "/api/v1/search";

/// A server that holds one document.
struct Fixture {
    data: tempfile::TempDir,
    server: Server,
}

impl Fixture {
    fn new() -> Self {
        let data = tempfile::tempdir().expect("folder");
        let server = Server::serve(data.path());
        let body = json!({ "external_id": "heron", "text": "A note about herons." });
        let receipt = server.http.put("/api/v1/collections/default/documents", &body).ok();
        assert_eq!(server.http.search_behind("herons", receipt["sequence"].as_u64()).len(), 1);
        Self { data, server }
    }

    /// Refused by all three alike; the command line shows where its limits differ from those of a body.
    #[track_caller]
    fn refuses(&self, arguments: &Value, command: &[&str]) {
        let reply = self.server.http.post(SEARCH, arguments);
        assert_eq!(reply.problem(), (400, "invalid_argument".to_owned()), "{command:?}");
        let answer = mcp::call(&self.server.http, "search", arguments);
        assert_eq!(mcp::reason(&answer), "invalid_argument", "{answer}");
        let Run { code, stderr, .. } = run(self.data.path(), [&["search"][..], command].concat());
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("error:"), "{stderr}");
        self.goes_on();
    }

    #[track_caller]
    fn goes_on(&self) {
        assert_eq!(self.server.http.search("herons").len(), 1);
    }
}

#[test]
fn queries_and_limits_out_of_range_are_invalid_everywhere() {
    let fixture = Fixture::new();
    fixture.refuses(&json!({ "query": "" }), &[""]);
    fixture.refuses(&json!({ "query": " \t\n" }), &[" \t\n"]);
    fixture.refuses(&json!({ "query": "herons", "limit": 0 }), &["herons", "--limit", "0"]);
    fixture
        .refuses(&json!({ "query": "herons", "limit": 1_000_000_000 }), &["herons", "--limit", "1000000000"]);
    fixture.refuses(&json!({ "query": "herons", "limit": -1 }), &["herons", "--limit=-1"]);
    fixture.refuses(
        &json!({ "query": "herons", "filter": "colour = \"blue\"" }),
        &["herons", "--filter", "colour = \"blue\""],
    );
    let deep = format!("{}tag = \"x\"{}", "(".repeat(1000), ")".repeat(1000));
    fixture.refuses(&json!({ "query": "herons", "filter": deep }), &["herons", "--filter", &deep]);
    fixture.server.stop();
}

#[test]
fn a_query_of_a_megabyte_is_refused_everywhere() {
    let fixture = Fixture::new();
    // Linux hands no argument of more than 128 KiB to a program.
    let (query, argument) = ("heron ".repeat(170_000), "heron ".repeat(20_000));
    fixture.refuses(&json!({ "query": query }), &[&argument]);
    let reply = fixture.server.http.post(SEARCH, &json!({ "query": query.repeat(2) }));
    assert_eq!(reply.problem(), (413, "too_large".to_owned()));
    let reply =
        fixture.server.http.post("/mcp", &mcp::tool_call(1, "search", &json!({ "query": query.repeat(5) })));
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (413, &json!(-31011)), "{reply:?}");
    fixture.goes_on();
    fixture.server.stop();
}

#[test]
fn bodies_that_are_not_utf8_or_nested_too_deep_are_refused() {
    let fixture = Fixture::new();
    let deep = |head: &str, tail: &str| {
        format!("{head}{}1{}{tail}", "[".repeat(100_000), "]".repeat(100_000)).into_bytes()
    };
    for body in [b"{\"query\":\"h\xff\xfe\"}".to_vec(), deep("{\"query\":", "}"), deep("", "")] {
        let reply = fixture.server.http.post_bytes(SEARCH, body);
        assert_eq!(reply.problem(), (400, "invalid_argument".to_owned()));
        fixture.goes_on();
    }
    let head =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"#;
    let invalid = [head.as_bytes(), b"\"h\xff\xfe\"}}}"].concat();
    for body in [invalid, deep(head, "}}}"), deep("", "")] {
        let reply = fixture.server.http.post_bytes("/mcp", body);
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (400, &json!(-32700)), "{reply:?}");
        fixture.goes_on();
    }
    fixture.server.stop();
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let data = tempfile::tempdir().expect("folder");
    let run = run(data.path(), [OsStr::new("search"), OsStr::from_bytes(b"h\xff\xfe")]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("error:"), "{run:?}");
}

#[test]
fn an_unknown_tool_method_or_argument_is_explained() {
    let fixture = Fixture::new();
    let http = &fixture.server.http;
    let answer = mcp::call(http, "search", &json!({ "query": "herons", "top_k": 3 }));
    assert_eq!(mcp::reason(&answer), "invalid_argument", "{answer}");
    for (message, code) in [
        (mcp::tool_call(1, "nothing", &json!({})), -32602),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "nothing/here" }), -32601),
    ] {
        let reply = http.post("/mcp", &message);
        assert_eq!(reply.json()["error"]["code"], code, "{reply:?}");
    }
    fixture.goes_on();
    fixture.server.stop();
}
