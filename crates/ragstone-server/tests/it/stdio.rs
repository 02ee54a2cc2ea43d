//! MCP over the standard streams: on the data itself, and through a server that runs on it.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::run;
use crate::mcp::{Session, tool_call};
use crate::server::Server;

/// A request of revision 2026-07-28, which carries its own context.
fn modern(id: u32, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1.0.0" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

fn check_hit(answer: &Value) {
    let result = &answer["result"];
    assert_ne!(result["isError"], true, "{answer}");
    let hit = &result["structuredContent"]["hits"][0];
    assert!(hit["text"].as_str().is_some_and(|text| text.contains("Puffins")), "{answer}");
}

/// A client that opens with `initialize`.
fn check_initialize(data: &Path) {
    let mut session = Session::open(data);
    let client = json!({
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1.0.0" },
    });
    let answer = session.ask(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client }));
    assert_eq!(answer["result"]["protocolVersion"], "2025-06-18", "{answer}");
    assert_eq!(answer["result"]["serverInfo"]["name"], "ragstone", "{answer}");
    session.tell(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
    let answer = session.ask(&json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }));
    let tools = answer["result"]["tools"].as_array().expect("tools");
    for name in ["search", "read_document", "list_documents", "ingest_text", "ingest_path", "delete_document"]
    {
        assert!(tools.iter().any(|tool| tool["name"] == name), "{name}: {answer}");
    }
    check_hit(&session.ask(&tool_call(3, "search", &json!({ "query": "puffins" }))));
    session.close();
}

/// A client that opens with `server/discover`.
fn check_discover(data: &Path) {
    let mut session = Session::open(data);
    let answer = session.ask(&modern(1, "server/discover", json!({})));
    let versions = answer["result"]["supportedVersions"].as_array().expect("versions");
    assert!(versions.iter().any(|version| version == "2026-07-28"), "{answer}");
    assert!(answer["result"]["capabilities"]["tools"].is_object(), "{answer}");
    let arguments = json!({ "name": "search", "arguments": { "query": "puffins" } });
    check_hit(&session.ask(&modern(2, "tools/call", arguments)));
    session.close();
}

fn write_note(folder: &Path) {
    std::fs::write(folder.join("a.md"), "# Puffins\n\nPuffins nest in burrows.\n").expect("written");
}

#[test]
fn stdio_answers_from_the_data_itself() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    write_note(folder.path());
    let ingested = run(data.path(), ["ingest", folder.path().to_str().expect("UTF-8")]);
    assert_eq!(ingested.code, 0, "{ingested:?}");
    check_initialize(data.path());
    check_discover(data.path());
}

#[test]
fn stdio_answers_through_the_running_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    write_note(folder.path());
    let server = Server::up(data.path(), folder.path());
    check_initialize(data.path());
    check_discover(data.path());
    assert_eq!(server.http.search("puffins").len(), 1);
    server.stop();
}
