//! What is listed, to whom, and in what words.

use ragstone_core::Scope;
use ragstone_mcp::McpConfig;
use serde_json::{Value, json};

use crate::workbench::{Workbench, call, request};

fn names(answer: &Value) -> Vec<&str> {
    let tools = answer["result"]["tools"].as_array().expect("lists tools");
    tools.iter().filter_map(|tool| tool["name"].as_str()).collect()
}

const READING: [&str; 14] = [
    "search",
    "build_context",
    "read_passage",
    "read_document",
    "verify_citation",
    "list_collections",
    "list_documents",
    "find_duplicates",
    "list_saved_searches",
    "run_saved_search",
    "list_graphs",
    "read_graph",
    "analyze_graph",
    "draw_graph",
];

/// Compares with the committed listing, whatever order the keys of a JSON object have in this build.
fn check(name: &str, listing: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_sort_maps(true);
    settings.set_prepend_module_to_snapshot(true);
    settings.bind(|| insta::assert_json_snapshot!(name, listing));
}

#[tokio::test]
async fn the_tools_are_the_committed_ones() {
    let bench = Workbench::new().await;
    let answer = bench.request("tools/list", json!({})).await;
    assert_eq!(answer["result"]["cacheScope"], "private");
    check("tools", &answer["result"]["tools"]);
}

#[tokio::test]
async fn the_prompts_and_templates_are_the_committed_ones() {
    let bench = Workbench::new().await;
    let prompts = bench.request("prompts/list", json!({})).await;
    let templates = bench.request("resources/templates/list", json!({})).await;
    for answer in [&prompts, &templates] {
        assert_eq!(answer["result"]["cacheScope"], "private", "{answer:#}");
    }
    check("prompts", &prompts["result"]["prompts"]);
    check("templates", &templates["result"]["resourceTemplates"]);
}

/// Documentation, hints and strictness that every tool owes its callers.
#[tokio::test]
async fn every_tool_is_documented_strict_and_flat() {
    let bench = Workbench::new().await;
    let answer = bench.request("tools/list", json!({})).await;
    for tool in answer["result"]["tools"].as_array().expect("lists tools") {
        let name = tool["name"].as_str().expect("has a name");
        assert!(tool["title"].is_string() && tool["description"].is_string(), "{name}");
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            assert!(tool["annotations"][hint].is_boolean(), "{name} {hint}");
        }
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{name}");
        for schema in [&tool["inputSchema"], &tool["outputSchema"]] {
            assert_eq!(schema["type"], "object", "{name}");
            let text = schema.to_string();
            for keyword in ["$ref", "$defs", "anyOf", "oneOf"] {
                assert!(!text.contains(keyword), "{name} {keyword}");
            }
            for (property, of) in schema["properties"].as_object().expect("has properties") {
                assert!(of["description"].is_string(), "{name} {property}");
            }
        }
    }
}

#[tokio::test]
async fn a_reader_sees_no_tool_that_writes_and_may_not_call_one() {
    let bench = Workbench::new().await;
    let reader = bench.seen_with(McpConfig::default(), Scope::Read);
    let answer = request(&reader, "tools/list", json!({})).await;
    assert_eq!(names(&answer), READING);
    let result = call(&reader, "ingest_text", json!({ "external_id": "x", "text": "y" })).await;
    assert_eq!(result["_meta"]["ragstone/error"]["reason"], "permission_denied", "{result:#}");
}

#[tokio::test]
async fn a_read_only_server_has_no_tool_that_writes() {
    let config = McpConfig { read_only: true, ..McpConfig::default() };
    let bench = Workbench::with(config, Scope::Admin).await;
    let answer = bench.request("tools/list", json!({})).await;
    // What only writers see of what changes nothing comes last.
    assert_eq!(
        names(&answer),
        [&READING[..], &["list_versions", "compare_versions", "list_jobs", "read_job"]].concat()
    );
    let arguments = json!({ "name": "ingest_text", "arguments": { "external_id": "x", "text": "y" } });
    let answer = bench.request("tools/call", arguments).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer:#}");
}

#[tokio::test]
async fn the_prompt_carries_the_question() {
    let bench = Workbench::new().await;
    let params = json!({ "name": "answer_with_citations", "arguments": { "question": "Who moved it?" } });
    let answer = bench.request("prompts/get", params).await;
    let text = answer["result"]["messages"][0]["content"]["text"].as_str();
    assert!(text.expect("has a text").ends_with("Question: Who moved it?"), "{answer:#}");
}
