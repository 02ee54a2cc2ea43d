//! Logs and traces of the real binary, the traces in a real collector.

use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::collector::{Collector, attribute};
use crate::server::Server;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const OTHER_TRACE: &str = "1bf7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";
const READY: &str = "Ctrl-C stops the server.";

fn parent(trace: &str) -> String {
    format!("00-{trace}-{CALLER}-01")
}

#[test]
fn traces_of_rest_and_mcp_arrive_with_their_parents() {
    let Some(collector) = Collector::start("telemetry::traces") else { return };
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_TRACES__ENDPOINT", collector.endpoint());
    // An answer that is kept calls no index.
    command.env("RAGSTONE_CACHE__MAX_BYTES", "0");
    let mut server = Server::spawn(data.path(), &mut command);
    server.wait_for(READY);
    let document = json!({ "external_id": "a", "text": "Albatrosses glide for hours." });
    server.http.put("/api/v1/collections/default/documents", &document).ok();
    server.http.catch_up();

    let query = json!({ "query": "albatrosses" });
    let reply = server.http.post_with("/api/v1/search", &query, &[("traceparent", &parent(TRACE))]);
    assert_eq!(reply.ok()["hits"].as_array().map(Vec::len), Some(1));
    let mut call = crate::mcp::tool_call(1, "search", &query);
    call["params"]["_meta"] = json!({ "traceparent": parent(OTHER_TRACE), "tracestate": "vendor=1" });
    assert_eq!(server.http.post("/mcp", &call).status, 200);
    let put = json!({ "external_id": "b", "text": "Bees dance." });
    let trace_of_ingest = "2cf7651916cd43dd8448eb211c80319c";
    let path = "/api/v1/collections/default/documents";
    server.http.put_with(path, &put, &[("traceparent", &parent(trace_of_ingest))]).ok();
    server.stop();

    let trace = collector.trace(TRACE, |trace| trace.find("http.request").is_some());
    let request = trace.span("http.request");
    assert_eq!(request["parentSpanId"], CALLER);
    assert_eq!(attribute(request, "operation"), Some("search"));
    assert_eq!(attribute(request, "http.route"), Some("/api/v1/search"));
    assert_eq!(attribute(request, "tenant.id"), Some("default"));
    for stage in ["analyse", "keyword_leg", "fusion", "passages", "citations"] {
        let span = trace.span(&format!("search.{stage}"));
        assert_eq!(trace.path(span), ["http.request", "search", &format!("search.{stage}")]);
    }
    let leg = trace.port_call("search.keyword_leg", "chunk-index", "search");
    assert_eq!(trace.path(leg), ["http.request", "search", "search.keyword_leg", "port.call"]);
    let passages = trace.port_call("search.passages", "document-store", "passages");
    assert_eq!(trace.path(passages), ["http.request", "search", "search.passages", "port.call"]);

    let trace = collector.trace(OTHER_TRACE, |trace| trace.find("mcp.request").is_some());
    let request = trace.span("mcp.request");
    assert_eq!((&request["parentSpanId"], &request["traceState"]), (&json!(CALLER), &json!("vendor=1")));
    assert_eq!(attribute(request, "mcp.tool"), Some("search"));
    assert_eq!(attribute(request, "tenant.id"), Some("default"));
    assert!(request["links"].as_array().is_some_and(|links| links.len() == 1), "{request}");
    let leg = trace.port_call("search.keyword_leg", "chunk-index", "search");
    assert_eq!(trace.path(leg), ["mcp.request", "search", "search.keyword_leg", "port.call"]);

    let trace = collector.trace(trace_of_ingest, |trace| trace.find("http.request").is_some());
    for stage in ["extract", "chunk", "store"] {
        let span = trace.span(&format!("ingest.{stage}"));
        assert_eq!(trace.path(span), ["http.request", "ingest", &format!("ingest.{stage}")]);
    }
}

#[test]
fn a_collector_that_is_away_costs_no_request() {
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    // Nothing listens on port 9 (discard) of this machine.
    command.arg("serve").env("RAGSTONE_TRACES__ENDPOINT", "http://127.0.0.1:9");
    let mut server = Server::spawn(data.path(), &mut command);
    server.wait_for(READY);
    for _ in 0..50 {
        server.http.get("/api/v1/status").ok();
    }
    server.wait_for("the trace collector takes no spans");
    let output = server.stop();
    assert_eq!(output.matches("takes no spans").count(), 1, "{output}");
}

#[test]
fn json_lines_carry_request_trace_and_span() {
    let data = tempfile::tempdir().expect("folder");
    let logs = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command
        .arg("serve")
        .env("RAGSTONE_LOG__FORMAT", "json")
        .env("RAGSTONE_LOG__FILTER", "off,ragstone_rest::access=info")
        .env("RAGSTONE_LOG__FOLDER", logs.path());
    let mut server = Server::spawn(data.path(), &mut command);
    server.wait_for(READY);
    let headers = [("traceparent", &*parent(TRACE)), ("x-request-id", "r-17")];
    server.http.post_with("/api/v1/search", &json!({ "query": "bees" }), &headers).ok();
    let line = server.wait_for("r-17");
    server.stop();
    let line: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(line["message"], "request answered");
    assert_eq!((&line["request_id"], &line["trace_id"]), (&json!("r-17"), &json!(TRACE)));
    assert_eq!(line["span_id"].as_str().map(str::len), Some(16), "{line}");
    let files: Vec<_> = std::fs::read_dir(logs.path()).expect("a folder").collect();
    let [Ok(file)] = &files[..] else { panic!("one file: {files:?}") };
    let written = std::fs::read_to_string(file.path()).expect("readable");
    assert!(written.contains("r-17"), "{written}");
}

#[test]
fn secrets_of_the_configuration_are_not_shown() {
    let data = tempfile::tempdir().expect("folder");
    let output = ragstone(data.path())
        .args(["config", "show"])
        .env("RAGSTONE_TRACES__HEADERS", "{x-api-key=\"hunter2\"}")
        .output()
        .expect("the binary starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("x-api-key") && shown.contains("[redacted]"), "{output:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}
