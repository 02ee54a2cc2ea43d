//! Values of fields over HTTP, alone and beside the hits of a search.

use serde_json::{Value, json};

use crate::server::Server;

async fn library() -> Server {
    let server = Server::start().await;
    let mut sequence = Value::Null;
    for (id, tags, year) in [("a", json!(["red", "round"]), 2020), ("b", json!(["red"]), 2021)] {
        let body = json!({ "external_id": id, "text": format!("terns {id}"), "tags": tags, "metadata": { "year": year } });
        let receipt = server.put("/api/v1/collections/default/documents", body.to_string()).await.json();
        sequence = receipt["sequence"].clone();
    }
    let body = json!({ "fields": ["tag"], "min_sequence": sequence });
    assert_eq!(server.post("/api/v1/facets", body.to_string()).await.status, 200);
    server
}

#[tokio::test]
async fn values_come_with_the_numbers_of_their_documents() {
    let server = library().await;
    let body = json!({ "fields": ["tag", "metadata.year"], "filter": "metadata.year >= 2020", "limit": 1 });
    let answer = server.post("/api/v1/facets", body.to_string()).await.json();
    let expected = json!({
        "facets": [
            { "field": "tag", "values": [{ "value": "red", "documents": 2 }], "has_more": true },
            { "field": "metadata.year", "values": [{ "value": 2020, "documents": 1 }], "has_more": true },
        ],
        "incomplete": [],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn a_search_has_values_beside_its_hits() {
    let server = library().await;
    let body = json!({ "query": "terns tag:round", "facets": ["tag"] });
    let answer = server.post("/api/v1/search", body.to_string()).await.json();
    assert_eq!(answer["hits"].as_array().map(Vec::len), Some(1));
    let values = json!([{ "value": "red", "documents": 1 }, { "value": "round", "documents": 1 }]);
    assert_eq!(answer["facets"]["facets"][0]["values"], values);
    let plain = server.post("/api/v1/search", json!({ "query": "terns" }).to_string()).await.json();
    assert!(plain.get("facets").is_none(), "{plain}");
}

#[tokio::test]
async fn bad_requests_are_refused_by_field() {
    let server = library().await;
    let many: Vec<String> = (0..17).map(|number| format!("metadata.k{number}")).collect();
    let conditions = vec!["tag exists"; 10_000].join(" or ");
    let values = format!("tag in ({})", vec!["\"x\""; 5_000].join(","));
    let nested = format!("{}tag exists{}", "(".repeat(10_000), ")".repeat(10_000));
    let cases = [
        ("/api/v1/facets", json!({ "fields": [] }), "facets"),
        ("/api/v1/facets", json!({ "fields": ["colour"] }), "facets"),
        ("/api/v1/facets", json!({ "fields": ["source"] }), "facets"),
        ("/api/v1/facets", json!({ "fields": ["metadata.never"] }), "facets"),
        ("/api/v1/facets", json!({ "fields": many }), "facets"),
        ("/api/v1/facets", json!({ "fields": ["tag"], "limit": 1001 }), "limit"),
        ("/api/v1/facets", json!({ "fields": ["tag"], "top": 1 }), "top"),
        ("/api/v1/facets", json!({ "fields": ["tag"], "filter": "metadata.never = 1" }), "filter"),
        ("/api/v1/search", json!({ "query": "x", "facets": ["document"] }), "facets"),
        ("/api/v1/search", json!({ "query": "x", "facets": many }), "facets"),
        ("/api/v1/search", json!({ "query": "x", "filter": conditions }), "filter"),
        ("/api/v1/search", json!({ "query": "x", "filter": values }), "filter"),
        ("/api/v1/search", json!({ "query": "x", "filter": nested }), "filter"),
        ("/api/v1/search", json!({ "query": "x", "filter": "updated > \"2026-02-30\"" }), "filter"),
        ("/api/v1/search", json!({ "query": "x", "filter": "source glob \"[\"" }), "filter"),
        ("/api/v1/search", json!({ "query": "x", "filter": "source under \"\"" }), "filter"),
    ];
    for (path, body, field) in cases {
        let problem = server.post(path, body.to_string()).await.problem();
        let shown: String = body.to_string().chars().take(80).collect();
        assert_eq!((problem.status, problem.reason.as_str()), (400, "invalid_argument"), "{shown}");
        assert_eq!(problem.errors[0].field, field, "{shown}");
        assert!(problem.help.is_some() || field == "limit" || field == "top", "{shown}");
    }
    assert_eq!(server.post("/api/v1/facets", r#"{"fields":["tag"]}"#).await.status, 200);
}
