//! No result exceeds its token budget, and nothing is lost by the cut.

use proptest::prelude::*;
use ragstone_core::Scope;
use ragstone_mcp::McpConfig;
use serde_json::{Value, json};

use crate::workbench::Workbench;

/// One token for each four bytes: a floor of the estimate that the crate documents.
fn least_tokens(result: &Value) -> usize {
    let text = result["content"][0]["text"].as_str().expect("has a text");
    text.len().div_ceil(4)
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let words = prop::collection::vec("[a-z]{1,9}|[é-ÿ]{1,4}|\"|\\\\|[0-9]{1,6}|\n", 1..400);
    prop::collection::vec(words.prop_map(|words| format!("common {}", words.join(" "))), 1..12)
}

async fn search_all(texts: &[String], max_tokens: u32, limit: usize) -> Result<(), TestCaseError> {
    let bench = Workbench::with(McpConfig::default(), Scope::Write).await;
    for (number, text) in texts.iter().enumerate() {
        bench.put(&format!("note {number}"), text).await;
    }
    let whole = bench
        .engine
        .search(
            &ragstone_core::CallContext::system(),
            ragstone_core::SearchQuery::try_new("common", u32::try_from(limit).expect("is small"))
                .expect("valid"),
        )
        .await
        .expect("answers");
    let mut found = Vec::new();
    let mut arguments = json!({ "query": "common", "limit": limit, "max_tokens": max_tokens });
    for _ in 0..=whole.hits.len() {
        let result = bench.call("search", arguments.clone()).await;
        prop_assert!(least_tokens(&result) <= max_tokens as usize, "{} tokens", least_tokens(&result));
        let output = &result["structuredContent"];
        for hit in output["hits"].as_array().expect("has hits") {
            prop_assert_eq!(hit["is_truncated"] == true, hit["continue_at"].is_u64());
            found.push(hit["citation"]["chunk"].as_str().expect("has a chunk").to_owned());
        }
        let Some(cursor) = output["next_cursor"].as_str() else {
            prop_assert_eq!(&output["omitted"], &json!(0));
            break;
        };
        prop_assert!(output["hint"].is_string());
        arguments["cursor"] = json!(cursor);
    }
    let expected: Vec<String> = whole.hits.iter().map(|hit| hit.citation.chunk.to_string()).collect();
    prop_assert_eq!(found, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn searches_keep_their_budget_and_pages_make_the_whole(
        texts in texts(),
        max_tokens in 1_000_u32..6_000,
        limit in 1_usize..40,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("starts");
        runtime.block_on(search_all(&texts, max_tokens, limit))?;
    }
}

#[tokio::test]
async fn the_largest_answer_stays_below_what_clients_take() {
    let bench = Workbench::new().await;
    let paragraph = "common words of a long text that goes on and on. ".repeat(30);
    let text: String = (0..300).map(|number| format!("# Part {number}\n\n{paragraph}\n\n")).collect();
    let id = bench.put("long", &text).await;
    for (tool, arguments) in [
        ("search", json!({ "query": "common", "limit": 1000, "max_tokens": 25_000 })),
        ("read_document", json!({ "document": id, "max_tokens": 25_000 })),
    ] {
        let result = bench.call(tool, arguments).await;
        assert_eq!(result["isError"], false, "{tool}");
        assert!((10_000..=25_000).contains(&least_tokens(&result)), "{tool} {}", least_tokens(&result));
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_search_only() {
    let bench = Workbench::new().await;
    for number in 0..20 {
        bench.put(&format!("note {number}"), &"common words ".repeat(60)).await;
    }
    let first = json!({ "query": "common", "limit": 20, "max_tokens": 1_000 });
    let cursor = bench.ok("search", first).await["next_cursor"].clone();
    assert!(cursor.is_string());
    let other = json!({ "query": "words", "limit": 20, "max_tokens": 1_000, "cursor": cursor });
    let (reason, _) = bench.refused("search", other).await;
    assert_eq!(reason, "invalid_argument");
}
