//! Less and more of a hit, and documents like another one.

use serde_json::{Value, json};

use crate::server::Server;

const NOTES: [(&str, &str); 3] = [
    ("bees", "Bees live in a hive. Bees make honey and wax. A hive has one queen."),
    ("hives", "How to keep a hive: feed the bees in winter, and take honey in summer."),
    ("leases", "A lease decides which process projects into a shared index."),
];

/// Stores the notes; answers with their ids and the sequence of the last.
async fn learn(server: &Server) -> (Vec<String>, Value) {
    let (mut ids, mut sequence) = (Vec::new(), Value::Null);
    for (id, text) in NOTES {
        let body = json!({ "external_id": id, "text": text }).to_string();
        let receipt = server.put("/api/v1/collections/default/documents", body).await.json();
        ids.push(receipt["document"].as_str().expect("id").to_owned());
        sequence = receipt["sequence"].clone();
    }
    (ids, sequence)
}

async fn search(server: &Server, detail: &str, sequence: &Value) -> Value {
    let body = json!({ "query": "honey", "detail": detail, "min_sequence": sequence });
    server.post("/api/v1/search", body.to_string()).await.json()
}

#[tokio::test]
async fn details_show_less_and_more_of_a_hit() {
    let server = Server::start().await;
    let (_, sequence) = learn(&server).await;
    let ids = search(&server, "ids", &sequence).await;
    assert_eq!(ids["hits"].as_array().map(Vec::len), Some(2));
    assert_eq!((ids["hits"][0].get("text"), &ids["hits"][0]["highlights"]), (None, &json!([])));
    assert!(ids["hits"][0]["citation"]["document"].is_string());
    for detail in ["snippets", "passages", "full"] {
        let hit = &search(&server, detail, &sequence).await["hits"][0];
        let whole = NOTES.iter().find(|(_, text)| hit["text"] == json!(text));
        assert!(whole.is_some_and(|(_, text)| hit["text_len"] == json!(text.len())), "{detail}: {hit:#}");
    }
    let many = json!({ "query": "honey", "detail": "full", "limit": 51 });
    let refused = server.post("/api/v1/search", many.to_string()).await;
    assert_eq!(refused.problem().errors[0].field, "limit");
    let unknown = json!({ "query": "honey", "detail": "everything" });
    assert_eq!(server.post("/api/v1/search", unknown.to_string()).await.status, 400);
}

#[tokio::test]
async fn similar_documents_are_found_by_id_and_by_source() {
    let server = Server::start().await;
    let (ids, sequence) = learn(&server).await;
    search(&server, "ids", &sequence).await;
    for name in [ids[0].as_str(), "text%3Abees", "text:bees"] {
        let answer = server.get(&format!("/api/v1/documents/{name}/similar?limit=5")).await.json();
        assert_eq!(answer["leg"], "keyword");
        assert_eq!(answer["documents"].as_array().map(Vec::len), Some(1), "{answer:#}");
        assert_eq!(answer["documents"][0]["document"]["id"], json!(ids[1]));
        assert_eq!(answer["documents"][0]["citation"]["document"], json!(ids[1]));
    }
    for (path, status) in [
        ("text:absent/similar", 404),
        ("bees/similar", 400),
        ("text:bees/similar?limit=0", 400),
        ("text:bees/similar?collection=absent", 404),
        ("text:bees/similar?depth=1", 400),
    ] {
        assert_eq!(server.get(&format!("/api/v1/documents/{path}")).await.status, status, "{path}");
    }
}
