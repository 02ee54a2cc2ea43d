//! Calls with a key: done once, answered as often as they are sent.

use serde_json::{Value, json};

use crate::workbench::{Workbench, call};

const REPLAYED: &str = "ragstone/idempotency_replayed";

async fn keyed(bench: &Workbench, tool: &str, key: &str, mut arguments: Value) -> Value {
    arguments["idempotency_key"] = json!(key);
    call(&bench.router, tool, arguments).await
}

#[tokio::test]
async fn a_call_that_is_repeated_is_answered_as_the_first_time() {
    let bench = Workbench::new().await;
    let arguments = json!({ "external_id": "terns", "text": "Terns dive." });
    let first = keyed(&bench, "ingest_text", "k", arguments.clone()).await;
    assert_eq!(
        (&first["isError"], &first["structuredContent"]["effect"]),
        (&json!(false), &json!("created"))
    );
    assert_eq!(first["_meta"][REPLAYED], Value::Null);
    let again = keyed(&bench, "ingest_text", "k", arguments).await;
    assert_eq!(
        (&again["content"], &again["structuredContent"]),
        (&first["content"], &first["structuredContent"])
    );
    assert_eq!(again["_meta"][REPLAYED], true, "{again:#}");
    let other = json!({ "external_id": "terns", "text": "Terns fly." });
    let other = keyed(&bench, "ingest_text", "k", other).await;
    assert_eq!(other["_meta"]["ragstone/error"]["reason"], "failed_precondition", "{other:#}");
}

#[tokio::test]
async fn parallel_calls_make_one_document() {
    let bench = Workbench::new().await;
    let arguments = json!({ "external_id": "terns", "text": "Terns dive." });
    let calls = (0..20).map(|_| keyed(&bench, "ingest_text", "k", arguments.clone()));
    let results = futures::future::join_all(calls).await;
    for result in &results {
        assert_eq!(result["structuredContent"], results[0]["structuredContent"], "{result:#}");
    }
    let fresh = results.iter().filter(|result| result["_meta"][REPLAYED].is_null()).count();
    assert_eq!(fresh, 1);
}

#[tokio::test]
async fn an_earlier_version_is_brought_back_once() {
    let bench = Workbench::new().await;
    let id = bench.put("terns", "Terns dive.").await;
    bench.put("terns", "Terns fly.").await;
    let arguments = json!({ "document": id, "version": 1 });
    let first = keyed(&bench, "restore_document", "k", arguments.clone()).await;
    assert_eq!(first["structuredContent"]["version"], 3, "{first:#}");
    let again = keyed(&bench, "restore_document", "k", arguments).await;
    assert_eq!(again["structuredContent"], first["structuredContent"], "{again:#}");
    assert_eq!(again["_meta"][REPLAYED], true, "{again:#}");
}

#[tokio::test]
async fn a_key_belongs_to_calls_that_change_something() {
    let bench = Workbench::new().await;
    let id = bench.put("terns", "Terns dive.").await;
    let reading = keyed(&bench, "search", "k", json!({ "query": "terns" })).await;
    assert_eq!(reading["_meta"]["ragstone/error"]["reason"], "invalid_argument", "{reading:#}");
    let announcing = keyed(&bench, "delete_document", "k", json!({ "document": id })).await;
    assert_eq!(announcing["_meta"]["ragstone/error"]["reason"], "invalid_argument", "{announcing:#}");
    let announced = bench.ok("delete_document", json!({ "document": id })).await;
    let confirmed = json!({ "document": id, "confirm": announced["confirm"] });
    let first = keyed(&bench, "delete_document", "k", confirmed.clone()).await;
    assert_eq!(first["structuredContent"]["status"], "deleted", "{first:#}");
    let again = keyed(&bench, "delete_document", "k", confirmed).await;
    assert_eq!(again["structuredContent"], first["structuredContent"]);
    for bad in [json!(""), json!(1), json!("\n")] {
        let arguments = json!({ "external_id": "a", "text": "b", "idempotency_key": bad });
        let (reason, _) = bench.refused("ingest_text", arguments).await;
        assert_eq!(reason, "invalid_argument", "{bad}");
    }
}
