//! Documents and passages as resources.

use std::collections::BTreeSet;

use ragstone_core::collection::KeywordSettings;
use ragstone_core::request::CreateCollection;
use ragstone_core::{CallContext, CollectionName};
use serde_json::json;

use crate::workbench::Workbench;

async fn create(bench: &Workbench, name: &str) {
    let new = CreateCollection {
        name: CollectionName::try_new(name).expect("is a name"),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    let ctx = CallContext::system();
    bench.engine.create_collection(&ctx, new).await.expect("is created");
}

#[tokio::test]
async fn the_pages_hold_every_document_of_every_collection_once() {
    let bench = Workbench::new().await;
    for (collection, count) in [("alpha", 0), ("beta", 205), ("default", 3), ("zeta", 1)] {
        if collection != "default" {
            create(&bench, collection).await;
        }
        for number in 0..count {
            let arguments = json!({
                "collection": collection,
                "external_id": format!("{collection}/{number:03}"),
                "text": format!("Text {number}"),
            });
            bench.ok("ingest_text", arguments).await;
        }
    }
    let mut seen = BTreeSet::new();
    let mut params = json!({});
    for _ in 0..10 {
        let answer = bench.request("resources/list", params.take()).await;
        let result = &answer["result"];
        assert_eq!(result["cacheScope"], "private", "{answer:#}");
        for resource in result["resources"].as_array().expect("lists resources") {
            let uri = resource["uri"].as_str().expect("has a URI");
            assert!(seen.insert(uri.to_owned()), "{uri} is listed twice");
        }
        let Some(cursor) = result["nextCursor"].as_str() else {
            assert_eq!(seen.len(), 209);
            return;
        };
        params = json!({ "cursor": cursor });
    }
    panic!("the listing does not end");
}

#[tokio::test]
async fn a_document_and_its_passages_can_be_read() {
    let bench = Workbench::new().await;
    let text = "# Shed\n\nPaint the shed red.\n";
    let id = bench.put("note", text).await;
    let answer =
        bench.request("resources/read", json!({ "uri": format!("ragstone://documents/{id}") })).await;
    assert_eq!(answer["result"]["contents"][0]["text"], text, "{answer:#}");
    assert_eq!(answer["result"]["contents"][0]["mimeType"], "text/markdown");

    let found = bench.ok("search", json!({ "query": "red" })).await;
    let chunk = found["hits"][0]["citation"]["chunk"].as_str().expect("has a chunk");
    let answer =
        bench.request("resources/read", json!({ "uri": format!("ragstone://chunks/{chunk}") })).await;
    assert_eq!(answer["result"]["contents"][0]["text"], found["hits"][0]["text"], "{answer:#}");
}

#[tokio::test]
async fn a_missing_resource_is_named_in_the_refusal() {
    let bench = Workbench::new().await;
    for uri in ["test://x", "ragstone://documents/00000000-0000-0000-0000-00000000abcd"] {
        let answer = bench.request("resources/read", json!({ "uri": uri })).await;
        assert_eq!(answer["error"]["data"]["uri"], uri, "{answer:#}");
        assert_eq!(answer["error"]["data"]["reason"], "not_found");
    }
}

#[tokio::test]
async fn a_long_document_is_read_in_parts() {
    let bench = Workbench::new().await;
    let text: String = (0..9_000).map(|line| format!("This is line {line}.\n")).collect();
    let id = bench.put("long", &text).await;
    let mut uri = format!("ragstone://documents/{id}");
    let mut read = String::new();
    for _ in 0..20 {
        let answer = bench.request("resources/read", json!({ "uri": uri })).await;
        let contents = &answer["result"]["contents"][0];
        read.push_str(contents["text"].as_str().expect("has a text"));
        let Some(next) = contents["_meta"]["ragstone/next"].as_str() else {
            assert!(read == text, "the parts make the whole");
            return;
        };
        uri = next.to_owned();
    }
    panic!("the document does not end");
}
