//! Contexts over REST.

use serde_json::{Value, json};

use crate::server::Server;

const PARAGRAPH: &str = "A common bee lives in a hive and makes honey of what flowers give it.";

async fn learn(server: &Server, id: &str, text: &str) -> Value {
    let body = json!({ "external_id": id, "text": text, "format": "markdown", "title": format!("On {id}") });
    server.put("/api/v1/collections/default/documents", body.to_string()).await.json()
}

async fn library() -> (Server, Value) {
    let server = Server::start().await;
    let mut receipt = Value::Null;
    for number in 0..6 {
        let facts: Vec<String> = (0..40).map(|fact| format!("fact{number}x{fact}")).collect();
        let text = format!("# Part {number}\n\n{PARAGRAPH} {}.", facts.join(" "));
        receipt = learn(&server, &format!("note-{number}"), &text).await;
    }
    (server, receipt["sequence"].clone())
}

#[tokio::test]
async fn parts_follow_each_other_and_their_citations_check() {
    let (server, sequence) = library().await;
    let mut request = json!({ "query": "common bee", "budget": 160, "min_sequence": sequence });
    let mut numbers = Vec::new();
    for _ in 0..10 {
        let part = server.post("/api/v1/context", request.to_string()).await.json();
        assert!(part["tokens"].as_u64().expect("counted") <= 160);
        for cited in part["citations"].as_array().expect("array") {
            let citation = &cited["citation"];
            let reference = json!({
                "document": citation["document"], "version": citation["version"],
                "span": citation["span"], "text_digest": citation["text_digest"],
            });
            let check = server.post("/api/v1/citations/verify", reference.to_string()).await.json();
            assert_eq!(check["status"], "valid");
            let quoted = format!("[{}] {}", cited["number"], check["text"].as_str().expect("text"));
            assert!(part["text"].as_str().expect("text").contains(&quoted), "{part:#}");
            numbers.push(cited["number"].as_u64().expect("number"));
        }
        let Some(cursor) = part["next_cursor"].as_str() else { break };
        request["cursor"] = json!(cursor);
    }
    assert_eq!(numbers, (1..=6).collect::<Vec<_>>());
}

#[tokio::test]
async fn titles_sources_and_headings_stand_above_the_passages() {
    let server = Server::start().await;
    let receipt = learn(&server, "bees", &format!("# Bees\n\n## Home\n\n{PARAGRAPH}\n")).await;
    let request = json!({ "query": "hive", "min_sequence": receipt["sequence"] });
    let part = server.post("/api/v1/context", request.to_string()).await.json();
    let text = part["text"].as_str().expect("text");
    assert!(text.starts_with("# On bees\ntext:bees\n## Bees > Home\n[1] "), "{text}");
    assert_eq!(part.get("next_cursor"), None);
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_with_help() {
    let (server, sequence) = library().await;
    let request = json!({ "query": "common", "budget": 64, "min_sequence": sequence });
    let first = server.post("/api/v1/context", request.to_string()).await;
    let cursor = first.json()["next_cursor"].clone();
    assert!(cursor.is_string());
    for (request, status, reason) in [
        (json!({ "query": "common", "budget": 63 }), 400, "invalid_argument"),
        (json!({ "query": "common", "counter": "bytes" }), 400, "invalid_argument"),
        (json!({ "query": "common", "counter": "o200k" }), 501, "unsupported"),
        (json!({ "query": "common", "counter": "model" }), 422, "failed_precondition"),
        (json!({ "query": "hive", "cursor": cursor }), 400, "invalid_argument"),
        (json!({ "query": "common", "cursor": "made-up" }), 400, "invalid_argument"),
    ] {
        let reply = server.post("/api/v1/context", request.to_string()).await;
        assert_eq!((reply.status, reply.problem().reason.as_str()), (status, reason), "{request}");
    }
}
