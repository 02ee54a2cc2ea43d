//! Misspelt words, completions, and another spelling of the whole.

use ragstone_core::{CallContext, Sequence};
use serde_json::{Value, json};

use crate::server::Server;

async fn learn(server: &Server) {
    let body =
        json!({ "external_id": "a", "text": "Ownership is a set of rules. An owner drops its value." });
    let receipt = server.put("/api/v1/collections/default/documents", body.to_string()).await.json();
    let sequence = Sequence(receipt["sequence"].as_u64().expect("a number"));
    let ctx = CallContext::system();
    server.engine.wait_indexed(&ctx, sequence).await.expect("is indexed");
    server.engine.wait_words(&ctx, sequence).await.expect("words are known");
}

async fn post(server: &Server, path: &str, body: Value) -> Value {
    server.post(&format!("/api/v1/{path}"), body.to_string()).await.json()
}

#[tokio::test]
async fn a_search_says_what_it_searched_as_well() {
    let server = Server::start().await;
    learn(&server).await;
    let expected = json!([{ "word": "ownershp", "searched_as": ["ownership"] }]);
    let answer = post(&server, "search", json!({ "query": "ownershp" })).await;
    assert_eq!(answer["corrections"], expected);
    assert_eq!(answer["hits"].as_array().map(Vec::len), Some(1));
    let context = post(&server, "context", json!({ "query": "ownershp" })).await;
    assert_eq!(context["corrections"], expected);
    for body in [
        json!({ "query": "ownershp", "typo_tolerance": false }),
        json!({ "query": "ownership" }),
        json!({ "query": "\"ownershp\"" }),
    ] {
        assert_eq!(post(&server, "search", body.clone()).await.get("corrections"), None, "{body}");
    }
    let semantic = json!({ "query": "ownershp", "mode": "semantic", "typo_tolerance": true });
    let refused = server.post("/api/v1/search", semantic.to_string()).await;
    assert_eq!((refused.status, refused.problem().errors[0].field.as_str()), (400, "typo_tolerance"));
}

#[tokio::test]
async fn a_query_that_is_being_written_is_completed() {
    let server = Server::start().await;
    learn(&server).await;
    let answer = post(&server, "search/suggest", json!({ "text": "rulse of own", "limit": 1 })).await;
    let expected = json!({ "completions": ["owner"], "did_you_mean": "rules of own", "degraded": [] });
    assert_eq!(answer, expected);
    let nothing = post(&server, "search/suggest", json!({ "text": "zebra " })).await;
    assert_eq!(nothing, json!({ "completions": [], "degraded": [] }));
    for (body, status) in [
        (json!({ "text": "" }), 400),
        (json!({ "text": "x", "limit": 51 }), 400),
        (json!({ "text": "x", "filter": "tag = 1" }), 400),
        (json!({ "text": "x", "collections": ["missing"] }), 404),
    ] {
        assert_eq!(server.post("/api/v1/search/suggest", body.to_string()).await.status, status, "{body}");
    }
}
