//! Deleting takes two calls.

use serde_json::json;

use crate::workbench::Workbench;

#[tokio::test]
async fn a_document_is_deleted_by_the_second_call() {
    let bench = Workbench::new().await;
    let id = bench.put("note", "# Plan\n\nPaint the shed.").await;
    let asked = bench.ok("delete_document", json!({ "document": id })).await;
    assert_eq!(asked["status"], "confirmation_required");
    assert!(asked["title"].is_string());
    assert!(asked["source"].as_str().is_some_and(|source| source.contains("note")));
    let found = bench.ok("search", json!({ "query": "shed" })).await;
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "nothing is deleted yet");

    let arguments = json!({ "document": id, "confirm": asked["confirm"] });
    let deleted = bench.ok("delete_document", arguments).await;
    assert_eq!(deleted["status"], "deleted");
    let query = json!({ "query": "shed", "min_sequence": deleted["sequence"] });
    let found = bench.ok("search", query).await;
    assert_eq!(found["hits"], json!([]));
    let (reason, _) = bench.refused("delete_document", json!({ "document": id })).await;
    assert_eq!(reason, "not_found");
}

#[tokio::test]
async fn a_document_that_changed_is_not_deleted() {
    let bench = Workbench::new().await;
    let id = bench.put("note", "# Plan\n\nPaint the shed.").await;
    let asked = bench.ok("delete_document", json!({ "document": id })).await;
    bench.put("note", "# Plan\n\nKeep the shed.").await;
    let arguments = json!({ "document": id, "confirm": asked["confirm"] });
    let (reason, text) = bench.refused("delete_document", arguments).await;
    assert_eq!(reason, "conflict", "{text}");
    assert!(text.contains("without confirm"), "{text}");
    bench.ok("read_document", json!({ "document": id })).await;
}

#[tokio::test]
async fn a_made_up_confirmation_is_refused() {
    let bench = Workbench::new().await;
    let id = bench.put("note", "# Plan\n\nPaint the shed.").await;
    let (reason, _) = bench.refused("delete_document", json!({ "document": id, "confirm": "yes" })).await;
    assert_eq!(reason, "invalid_argument");
}
