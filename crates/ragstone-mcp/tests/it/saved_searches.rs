//! Saved searches are listed and run, and never changed.

use ragstone_core::detail::Detail;
use ragstone_core::request::SaveSearch;
use ragstone_core::{CallContext, SavedSearchName, SearchDefinition, SearchMode, SearchOptions};
use serde_json::{Value, json};

use crate::workbench::Workbench;

impl Workbench {
    async fn save(&self, name: &str, text: &str) {
        let search = SearchDefinition {
            text: text.to_owned(),
            collections: Vec::new(),
            filter: None,
            limit: 20,
            mode: SearchMode::Hybrid,
            detail: Detail::Passages,
            options: SearchOptions::default(),
            is_explained: false,
            facets: Vec::new(),
        };
        let name = SavedSearchName::try_new(name).expect("valid");
        let new = SaveSearch { name, description: "for the garden".to_owned(), search };
        self.engine.save_search(&CallContext::system(), new).await.expect("is saved");
    }
}

fn chunks(found: &Value) -> Vec<Value> {
    let hits = found["hits"].as_array().expect("has hits");
    hits.iter().map(|hit| hit["citation"]["chunk"].clone()).collect()
}

#[tokio::test]
async fn a_saved_search_is_listed_and_answers_as_the_search_does() {
    let bench = Workbench::new().await;
    bench.put("red", "Paint the garden shed red.").await;
    bench.put("blue", "Paint the shed in the garden blue.").await;
    bench.save("shed", "paint shed").await;
    bench.save("beds", "flower beds").await;

    let first = bench.ok("list_saved_searches", json!({ "page_size": 1 })).await;
    assert_eq!(first["searches"][0]["name"], "beds");
    let rest = bench.ok("list_saved_searches", json!({ "cursor": first["next_cursor"] })).await;
    assert_eq!((&rest["searches"][0]["name"], rest.get("next_cursor")), (&json!("shed"), None));
    assert_eq!(rest["searches"][0]["description"], "for the garden");

    let asked = bench.ok("search", json!({ "query": "paint shed", "limit": 20 })).await;
    let found = bench.ok("run_saved_search", json!({ "name": "shed" })).await;
    assert_eq!((chunks(&found), found["hits"].as_array().map(Vec::len)), (chunks(&asked), Some(2)));
    let one = bench.ok("run_saved_search", json!({ "name": "shed", "limit": 1 })).await;
    assert_eq!(chunks(&one), chunks(&asked)[..1]);
}

#[tokio::test]
async fn hits_that_did_not_fit_come_with_the_cursor_until_the_search_changes() {
    let bench = Workbench::new().await;
    for number in 0..8 {
        bench
            .put(&format!("note-{number}"), &format!("Terns {number}. {}", "They fly far. ".repeat(60)))
            .await;
    }
    bench.save("terns", "terns fly").await;
    let (mut seen, mut arguments, mut last) =
        (Vec::new(), json!({ "name": "terns", "max_tokens": 1000 }), None);
    loop {
        let page = bench.ok("run_saved_search", arguments.clone()).await;
        seen.extend(chunks(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        last = Some(cursor.to_owned());
        arguments["cursor"] = json!(cursor);
    }
    let whole = bench.ok("run_saved_search", json!({ "name": "terns", "max_tokens": 25_000 })).await;
    assert_eq!(seen, chunks(&whole));
    assert!(last.is_some(), "there was more than one page");

    bench.save("terns", "terns far").await;
    let stale = json!({ "name": "terns", "max_tokens": 1000, "cursor": last });
    assert_eq!(bench.refused("run_saved_search", stale).await.0, "invalid_argument");
}
