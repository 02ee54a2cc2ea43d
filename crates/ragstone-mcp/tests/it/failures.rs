//! Bad input of every kind: a clear refusal with the right code, and a server that goes on.

use serde_json::{Value, json};

use crate::workbench::Workbench;

const ID: &str = "00000000-0000-0000-0000-00000000abcd";

fn bad_calls() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let digest = "0".repeat(64);
    let long = "x".repeat(1 << 20);
    let span = |start: u64, end: u64| json!({ "document": ID, "version": 1, "span": { "start": start, "end": end }, "text_digest": digest });
    let invalid = "invalid_argument";
    vec![
        ("search", json!({}), invalid, "query"),
        ("search", json!({ "query": "" }), invalid, "query"),
        ("search", json!({ "query": " \n" }), invalid, "query"),
        ("search", json!({ "query": long }), invalid, "8192"),
        ("search", json!({ "query": 7 }), invalid, "query"),
        ("search", json!({ "query": "x", "limit": 0 }), invalid, "from 1 to 1000"),
        ("search", json!({ "query": "x", "limit": 1_000_000_000 }), invalid, "from 1 to 1000"),
        ("search", json!({ "query": "x", "limit": -1 }), invalid, "limit"),
        ("search", json!({ "query": "x", "top_k": 5 }), invalid, "top_k"),
        ("search", json!({ "query": "x", (long.as_str()): 5 }), invalid, "unknown field"),
        ("search", json!({ "query": "x", "filter": "colour = \"red\"" }), invalid, "metadata.<key>"),
        ("search", json!({ "query": "x", "filter": "metadata.nope = 1" }), invalid, "metadata.nope"),
        ("search", json!({ "query": "x", "filter": "tag = " }), invalid, "filter"),
        ("search", json!({ "query": "x", "collections": ["No Slug"] }), invalid, "collection"),
        ("search", json!({ "query": "x", "collections": ["nope"] }), "not_found", "collection"),
        ("search", json!({ "query": "x", "cursor": "x" }), invalid, "cursor"),
        ("search", json!({ "query": "x", "max_tokens": 25_001 }), invalid, "25000"),
        ("search", json!({ "query": "x", "min_sequence": 1_000_000 }), invalid, "min_sequence"),
        ("read_document", json!({ "document": "x" }), invalid, "document"),
        ("read_document", json!({ "document": ID }), "not_found", "document"),
        ("read_document", json!({ "document": ID, "start": -1 }), invalid, "start"),
        ("read_passage", json!({ "chunk": ID }), "not_found", "chunk"),
        ("read_passage", json!({ "chunk": "x" }), invalid, "chunk"),
        ("list_documents", json!({ "collection": "nope" }), "not_found", "collection"),
        ("list_documents", json!({ "page_size": 0 }), invalid, "page_size"),
        ("list_documents", json!({ "page_size": 1001 }), invalid, "page_size"),
        ("list_documents", json!({ "cursor": "x" }), invalid, "cursor"),
        ("list_collections", json!({ "cursor": "x" }), invalid, "cursor"),
        ("list_saved_searches", json!({ "cursor": "x" }), invalid, "cursor"),
        ("run_saved_search", json!({ "name": "No Slug" }), invalid, "search"),
        ("run_saved_search", json!({ "name": "nope" }), "not_found", "nope"),
        ("run_saved_search", json!({ "name": "nope", "query": "x" }), invalid, "query"),
        ("ingest_text", json!({ "external_id": "a", "text": "" }), invalid, "text"),
        ("ingest_text", json!({ "external_id": "", "text": "b" }), invalid, "id"),
        ("ingest_text", json!({ "external_id": "a", "text": "b", "format": "exe" }), invalid, "format"),
        ("ingest_text", json!({ "external_id": "a", "text": "b", "tags": [""] }), invalid, "tags"),
        (
            "ingest_text",
            json!({ "external_id": "a", "text": "b", "collection": "nope" }),
            "not_found",
            "nope",
        ),
        ("ingest_path", json!({ "path": "/etc/passwd" }), "permission_denied", "path"),
        ("ingest_path", json!({ "path": "a\u{0}b" }), invalid, "NUL"),
        ("delete_document", json!({ "document": ID }), "not_found", "document"),
        ("delete_document", json!({ "document": ID, "confirm": "yes" }), "not_found", "document"),
        ("verify_citation", span(2, 1), invalid, "span"),
        ("verify_citation", json!({ "document": ID }), invalid, "version"),
    ]
}

#[tokio::test]
async fn bad_calls_are_refused_with_their_reason() {
    let bench = Workbench::new().await;
    bench.put("note", "# A note\n\nIt says something.").await;
    for (tool, arguments, expected, word) in bad_calls() {
        let shown: String = arguments.to_string().chars().take(80).collect();
        let (reason, text) = bench.refused(tool, arguments).await;
        assert_eq!(reason, expected, "{tool} {shown}: {text}");
        assert!(text.contains(word), "{tool} {shown}: {text}");
        assert!(text.len() < 5_000, "{tool} {shown}: {} bytes", text.len());
    }
    let found = bench.ok("search", json!({ "query": "something" })).await;
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "the server goes on");
}

#[tokio::test]
async fn a_wrong_argument_is_answered_with_the_right_ones() {
    let bench = Workbench::new().await;
    let (_, text) = bench.refused("read_passage", json!({ "id": "x" })).await;
    assert!(text.contains("chunk (string, required)"), "{text}");
}
