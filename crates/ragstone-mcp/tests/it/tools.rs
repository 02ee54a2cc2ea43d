//! What the tools do when all is well.

use ragstone_core::Scope;
use ragstone_mcp::{McpConfig, TokenBudget};
use serde_json::json;

use crate::workbench::Workbench;

#[tokio::test]
async fn a_hit_can_be_read_again_and_verified() {
    let bench = Workbench::new().await;
    let id = bench.put("shed", "# Shed\n\nPaint the shed red before winter.").await;
    let found = bench.ok("search", json!({ "query": "shed colour winter" })).await;
    let hit = &found["hits"][0];
    assert_eq!(hit["citation"]["document"], json!(id));
    assert_eq!(hit["is_truncated"], false);

    let passage = bench.ok("read_passage", json!({ "chunk": hit["citation"]["chunk"] })).await;
    assert_eq!(passage["text"], hit["text"]);
    assert_eq!(passage["citation"], hit["citation"]);

    let citation = &hit["citation"];
    let reference = json!({
        "document": citation["document"],
        "version": citation["version"],
        "span": citation["span"],
        "text_digest": citation["text_digest"],
    });
    let check = bench.ok("verify_citation", reference.clone()).await;
    assert_eq!(check["status"], "valid");
    assert_eq!(check["text"], hit["text"]);

    bench.put("shed", "# Shed\n\nPaint it blue.").await;
    let check = bench.ok("verify_citation", reference).await;
    assert_eq!(check["status"], "superseded");
    assert_eq!(check["current_version"], 2);
}

#[tokio::test]
async fn nothing_found_comes_with_advice() {
    let bench = Workbench::new().await;
    let found = bench.ok("search", json!({ "query": "unicorns" })).await;
    assert_eq!(found["hits"], json!([]));
    assert!(found["hint"].is_string());
}

#[tokio::test]
async fn misspelt_words_are_told_with_what_was_searched_as_well() {
    let bench = Workbench::new().await;
    bench.put("shed", "# Shed\n\nPaint the garden shed red.").await;
    let ctx = ragstone_core::CallContext::system();
    let head = bench.engine.status(&ctx).await.expect("answers").head;
    bench.engine.wait_words(&ctx, head).await.expect("words are known");
    let expected = json!([{ "word": "graden", "searched_as": ["garden"] }]);
    let found = bench.ok("search", json!({ "query": "graden" })).await;
    assert_eq!((&found["corrections"], found["hits"].as_array().map(Vec::len)), (&expected, Some(1)));
    let context = bench.ok("build_context", json!({ "query": "graden" })).await;
    assert_eq!(context["corrections"], expected);
    let exact = bench.ok("search", json!({ "query": "graden", "typo_tolerance": false })).await;
    assert_eq!((exact.get("corrections"), &exact["hits"]), (None, &json!([])));
    let semantic = json!({ "query": "graden", "typo_tolerance": true, "mode": "semantic" });
    assert_eq!(bench.refused("search", semantic).await.0, "invalid_argument");
}

#[tokio::test]
async fn filters_and_collections_narrow_a_search() {
    let bench = Workbench::new().await;
    for (id, year) in [("old", 1999), ("new", 2026)] {
        let arguments = json!({
            "external_id": id, "text": "A report on bees.", "tags": [id], "metadata": { "year": year },
        });
        bench.ok("ingest_text", arguments).await;
    }
    bench.put("last", "Unrelated.").await;
    for (filter, expected) in
        [("metadata.year >= 2000", 1), ("tag = \"old\" or tag = \"new\"", 2), ("tag = \"none\"", 0)]
    {
        let query = json!({ "query": "bees", "filter": filter, "collections": ["default"] });
        let found = bench.ok("search", query).await;
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(expected), "{filter}");
    }
}

#[tokio::test]
async fn values_of_fields_are_counted_beside_the_hits() {
    let bench = Workbench::new().await;
    for (id, year) in [("old", 1999), ("new", 2026)] {
        let arguments = json!({
            "external_id": id, "text": "A report on bees.", "tags": ["bees", id], "metadata": { "year": year },
        });
        bench.ok("ingest_text", arguments).await;
    }
    bench.put("last", "Unrelated.").await;
    let query =
        json!({ "query": "bees", "filter": "metadata.year > 2000", "facets": ["tag", "metadata.year"] });
    let facets = bench.ok("search", query).await["facets"].clone();
    assert_eq!(facets["incomplete"], json!([]));
    let tags = json!([{ "value": "bees", "documents": 1 }, { "value": "new", "documents": 1 }]);
    assert_eq!(facets["facets"][0]["values"], tags);
    assert_eq!(facets["facets"][1]["values"], json!([{ "value": 2026, "documents": 1 }]));
    assert!(bench.ok("search", json!({ "query": "bees" })).await.get("facets").is_none());
}

#[tokio::test]
async fn a_search_has_operators_and_options_and_explains_itself() {
    let bench = Workbench::new().await;
    bench.put("red", "Paint the garden shed red.").await;
    bench.put("blue", "Paint the shed in the garden blue.").await;
    let query = json!({ "query": "paint the \"garden shed\" -green", "per_document": 1, "explain": true });
    let found = bench.ok("search", query.clone()).await;
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1));
    let explanation = &found["explanation"];
    assert_eq!(explanation["query"]["exclusions"], json!(["green"]));
    assert_eq!(explanation["cuts"]["without_phrase"], 1);
    let share = &found["hits"][0]["explanation"]["legs"][0];
    assert_eq!((&share["leg"], &share["contribution"]), (&json!("keyword"), &found["hits"][0]["score"]));

    let plain = bench.ok("search", json!({ "query": "paint" })).await;
    assert!(plain.get("explanation").is_none() && plain["hits"][0].get("explanation").is_none());
    for (arguments, field) in [
        (json!({ "query": "-green" }), "query"),
        (json!({ "query": "paint", "min_score": 2 }), "min_score"),
        (json!({ "query": "paint", "fusion": "rrf", "mode": "keyword" }), "fusion"),
        (json!({ "query": "paint ".repeat(600), "explain": true, "max_tokens": 1000 }), "max_tokens"),
    ] {
        let (reason, text) = bench.refused("search", arguments).await;
        assert_eq!(reason, "invalid_argument", "{field}");
        assert!(text.contains(field), "{text}");
    }
}

#[tokio::test]
async fn a_document_is_read_part_by_part_and_nothing_is_lost() {
    let bench = Workbench::new().await;
    let text: String = (0..3_000).map(|line| format!("Line {line} says \"é\".\n")).collect();
    let arguments =
        json!({ "external_id": "x", "text": text, "format": "text", "metadata": { "year": 2026 } });
    let receipt = bench.ok("ingest_text", arguments).await;
    let (mut read, mut start) = (String::new(), json!(0));
    for _ in 0..100 {
        let arguments = json!({ "document": receipt["document"], "start": start, "max_tokens": 2_000 });
        let part = bench.ok("read_document", arguments).await;
        let is_first = start == json!(0);
        assert_eq!(part["attributes"] == json!(["year=2026"]), is_first);
        assert_eq!(part["span"]["start"], start);
        read.push_str(part["text"].as_str().expect("has a text"));
        start = part["next"].clone();
        if start.is_null() {
            assert!(read == text, "the parts make the whole");
            return;
        }
    }
    panic!("the document does not end");
}

#[tokio::test]
async fn pages_of_documents_hold_each_once_within_the_budget() {
    let config =
        McpConfig { token_budget: TokenBudget::try_new(1_000).expect("is allowed"), ..McpConfig::default() };
    let bench = Workbench::with(config, Scope::Write).await;
    for number in 0..30 {
        let arguments = json!({ "external_id": format!("note/{number:02}"), "text": "Some words." });
        bench.ok("ingest_text", arguments).await;
    }
    let (mut sources, mut arguments) = (Vec::new(), json!({}));
    for _ in 0..31 {
        let page = bench.ok("list_documents", arguments.take()).await;
        for document in page["documents"].as_array().expect("lists documents") {
            sources.push(document["source"].as_str().expect("has a source").to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        arguments = json!({ "cursor": cursor });
    }
    assert_eq!(sources.len(), 30);
    assert!(sources.is_sorted() && sources.windows(2).all(|pair| pair[0] != pair[1]));
}

#[tokio::test]
async fn collections_are_listed_with_their_sizes() {
    let bench = Workbench::new().await;
    bench.put("note", "Some words.").await;
    let page = bench.ok("list_collections", json!({})).await;
    assert_eq!(page["collections"][0]["name"], "default");
    assert_eq!(page["collections"][0]["documents"], 1);
}

#[tokio::test]
async fn a_folder_is_ingested_and_its_failures_are_named() {
    let bench = Workbench::new().await;
    std::fs::write(bench.folder.path().join("shed.md"), "# Shed\n\nPaint it red.").expect("writes");
    std::fs::write(bench.folder.path().join("shed.md.bin"), [0, 159, 146, 150, 0, 1]).expect("writes");
    let path = bench.folder.path().to_str().expect("is UTF-8");
    let report = bench.ok("ingest_path", json!({ "path": path })).await;
    assert_eq!((&report["created"], &report["failed_total"]), (&json!(1), &json!(1)), "{report:#}");
    let query = json!({ "query": "red", "min_sequence": report["sequence"] });
    let found = bench.ok("search", query).await;
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1));
    let again = bench.ok("ingest_path", json!({ "path": path })).await;
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(1)), "{again:#}");
}
