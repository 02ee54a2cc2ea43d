//! Earlier versions as a model sees them.

use serde_json::json;

use crate::workbench::Workbench;

#[tokio::test]
async fn a_model_sees_what_changed_and_brings_it_back() {
    let bench = Workbench::new().await;
    let id = bench.put("note", "# Plan\n\nPaint the shed.\n").await;
    bench.put("note", "# Plan\n\nSell the shed.\n").await;
    let listed = bench.ok("list_versions", json!({ "document": id })).await;
    assert_eq!(
        (&listed["versions"][0]["version"], &listed["versions"][1]["version"]),
        (&json!(2), &json!(1))
    );
    let first = bench.ok("list_versions", json!({ "document": id, "page_size": 1 })).await;
    let second = json!({ "document": id, "cursor": first["next_cursor"] });
    assert_eq!(bench.ok("list_versions", second).await["versions"][0]["version"], 1);

    let compared = bench.ok("compare_versions", json!({ "document": id, "from": 1 })).await;
    assert!(
        compared["unified"].as_str().is_some_and(|text| text.contains("-Paint the shed.\n+Sell the shed.\n"))
    );
    let stale = json!({ "document": id, "version": 1, "expected_version": 1 });
    assert_eq!(bench.refused("restore_document", stale).await.0, "conflict");
    let restored = bench.ok("restore_document", json!({ "document": id, "version": 1 })).await;
    assert_eq!((&restored["effect"], &restored["version"]), (&json!("updated"), &json!(3)));
}

#[tokio::test]
async fn a_model_finds_a_deleted_document_and_brings_it_back() {
    let bench = Workbench::new().await;
    let id = bench.put("note", "# Plan\n\nPaint the shed.").await;
    let asked = bench.ok("delete_document", json!({ "document": id })).await;
    bench.ok("delete_document", json!({ "document": id, "confirm": asked["confirm"] })).await;
    let listed = bench.ok("list_versions", json!({ "deleted_in": "default" })).await;
    assert_eq!(
        (&listed["versions"][0]["document"], listed["versions"].as_array().map(Vec::len)),
        (&json!(id), Some(1))
    );
    assert_eq!(bench.ok("restore_document", json!({ "document": id })).await["effect"], "created");
    let both = json!({ "document": id, "deleted_in": "default" });
    assert_eq!(bench.refused("list_versions", both).await.0, "invalid_argument");
    assert_eq!(bench.refused("list_versions", json!({})).await.0, "invalid_argument");
}

#[tokio::test]
async fn a_long_difference_stays_within_the_budget() {
    let bench = Workbench::new().await;
    let text = |word: &str| (0..20_000).map(|line| format!("{word} {line}\n\n")).collect::<String>();
    let id = bench.put("note", &text("left")).await;
    bench.put("note", &text("right")).await;
    let compared = bench.ok("compare_versions", json!({ "document": id, "from": 1 })).await;
    assert_eq!(compared["is_cut"], true);
    assert!(compared.to_string().len() < 100_000, "{}", compared.to_string().len());
}
