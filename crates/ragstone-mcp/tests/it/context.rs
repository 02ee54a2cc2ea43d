//! The tool `build_context`.

use ragstone_core::Scope;
use ragstone_mcp::McpConfig;
use serde_json::{Value, json};

use crate::workbench::Workbench;

async fn library() -> Workbench {
    let bench = Workbench::with(McpConfig::default(), Scope::Write).await;
    for number in 0..20 {
        let facts: Vec<String> = (0..60).map(|fact| format!("fact{number}x{fact}")).collect();
        bench.put(&format!("note {number}"), &format!("A common text. {}.", facts.join(" "))).await;
    }
    bench
}

fn least_tokens(result: &Value) -> usize {
    result["content"][0]["text"].as_str().expect("has a text").len().div_ceil(4)
}

#[tokio::test]
async fn parts_keep_both_budgets_and_hold_everything_once() {
    let bench = library().await;
    for (budget, max_tokens) in [(100, 8_000), (2_000, 8_000), (20_000, 1_500), (20_000, 25_000)] {
        let mut arguments = json!({ "query": "common", "budget": budget, "max_tokens": max_tokens });
        let mut numbers = Vec::new();
        for _ in 0..40 {
            let result = bench.call("build_context", arguments.clone()).await;
            assert_eq!(result["isError"], false, "{result:#}");
            assert!(least_tokens(&result) <= max_tokens, "{} tokens", least_tokens(&result));
            let part = &result["structuredContent"];
            assert!(part["tokens"].as_u64().expect("counted") <= budget);
            for cited in part["citations"].as_array().expect("array") {
                let number = cited["number"].as_u64().expect("number");
                assert!(part["text"].as_str().expect("text").contains(&format!("[{number}] ")));
                numbers.push(number);
            }
            let Some(cursor) = part["next_cursor"].as_str() else { break };
            arguments["cursor"] = json!(cursor);
        }
        assert!(numbers.len() >= 20, "{budget} {max_tokens}");
        assert!(numbers.iter().zip(1..).all(|(number, expected)| *number == expected), "{numbers:?}");
    }
}

#[tokio::test]
async fn a_numbered_citation_is_what_the_check_takes() {
    let bench = library().await;
    let part = bench.ok("build_context", json!({ "query": "common", "counter": "words" })).await;
    let citation = &part["citations"][0]["citation"];
    let reference = json!({
        "document": citation["document"],
        "version": citation["version"],
        "span": citation["span"],
        "text_digest": citation["text_digest"],
    });
    assert_eq!(bench.ok("verify_citation", reference).await["status"], "valid");
}

#[tokio::test]
async fn a_budget_that_no_answer_holds_is_refused() {
    let bench = library().await;
    for arguments in [
        json!({ "query": "common", "budget": 20_001 }),
        json!({ "query": "common", "budget": 63 }),
        json!({ "query": "common", "max_tokens": 10 }),
    ] {
        let (reason, _) = bench.refused("build_context", arguments).await;
        assert_eq!(reason, "invalid_argument");
    }
}
