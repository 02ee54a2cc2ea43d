//! Saved searches over HTTP.

use axum::body::Body;
use axum::http::{Method, header};
use ragstone_core::Scope;
use serde_json::{Value, json};

use crate::server::{Reply, Server, anonymous};

const TERNS: &str = "/api/v1/searches/terns";

/// Two documents, of which a reader may not see the second.
async fn library() -> Server {
    let server = Server::start().await;
    let mut sequence = Value::Null;
    for (id, access) in [("open", json!({})), ("hidden", json!({ "allow": ["user:write"] }))] {
        let body = json!({ "external_id": id, "text": "terns of the sea", "tags": [id], "access": access });
        let receipt = server.put("/api/v1/collections/default/documents", body.to_string()).await.json();
        sequence = receipt["sequence"].clone();
    }
    let body = json!({ "query": "terns", "min_sequence": sequence });
    assert_eq!(server.post("/api/v1/search", body.to_string()).await.status, 200);
    server
}

async fn save(server: &Server, path: &str, search: Value) -> Reply {
    let body = json!({ "description": "where they fly", "search": search });
    server.put(path, body.to_string()).await
}

/// Sends a request without a body.
async fn bare(server: &Server, method: Method, path: &str, scope: Scope) -> Reply {
    let request = anonymous(method, path).header(header::AUTHORIZATION, server.bearer(scope));
    server.send(request.body(Body::empty()).expect("request")).await
}

#[tokio::test]
async fn a_search_is_saved_read_replaced_run_and_deleted() {
    let server = library().await;
    let search = json!({ "query": "terns", "filter": "tag = \"open\"", "detail": "ids", "facets": ["tag"] });
    let saved = save(&server, TERNS, search.clone()).await;
    assert_eq!((saved.status, saved.header(header::LOCATION)), (201, TERNS));
    let entry = saved.json();
    assert_eq!((&entry["name"], &entry["saved_by"]), (&json!("terns"), &json!("admin")));

    let whole = server.get(TERNS).await.json();
    assert_eq!(whole["created_at"], entry["created_at"]);
    for (option, value) in search.as_object().expect("an object") {
        assert_eq!(&whole["search"][option], value, "{option}");
    }
    // What is read can be saved again as it is.
    let again = json!({ "description": whole["description"], "search": whole["search"] });
    assert_eq!(server.put(TERNS, again.to_string()).await.status, 200);
    let path = "/api/v1/searches/again";
    assert_eq!(server.put(path, again.to_string()).await.status, 201);
    assert_eq!(server.get(path).await.json()["search"], whole["search"]);

    let asked = server.post("/api/v1/search", search.to_string()).await.json();
    let found = bare(&server, Method::POST, &format!("{TERNS}/run"), Scope::Admin).await.json();
    assert_eq!((&found["hits"], &found["facets"]), (&asked["hits"], &asked["facets"]));
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1));

    assert_eq!(server.delete(TERNS).await.status, 204);
    for gone in [server.get(TERNS).await, server.delete(TERNS).await] {
        assert_eq!(gone.status, 404);
        assert!(gone.problem().help.is_some_and(|help| help.contains("list the saved searches")));
    }
}

#[tokio::test]
async fn a_reader_runs_with_the_rights_of_a_reader() {
    let server = library().await;
    assert_eq!(save(&server, TERNS, json!({ "query": "terns" })).await.status, 201);
    let run = format!("{TERNS}/run");
    for (scope, hits) in [(Scope::Read, 1), (Scope::Write, 2), (Scope::Admin, 2)] {
        let found = bare(&server, Method::POST, &run, scope).await.json();
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(hits), "{scope}");
    }
    assert_eq!(bare(&server, Method::GET, TERNS, Scope::Read).await.status, 200);
    assert_eq!(bare(&server, Method::DELETE, TERNS, Scope::Read).await.status, 403);

    let one = server.post(&run, json!({ "limit": 1 }).to_string()).await.json();
    assert_eq!(one["hits"].as_array().map(Vec::len), Some(1));
    for (body, field) in [
        (json!({ "limit": 0 }), "limit"),
        (json!({ "min_sequence": 99_999 }), "min_sequence"),
        (json!({ "query": "storks" }), "query"),
    ] {
        let problem = server.post(&run, body.to_string()).await.problem();
        assert_eq!((problem.status, problem.errors[0].field.as_str()), (400, field), "{body}");
    }
    let request = server.request(Method::POST, &run).body(Body::from("{}")).expect("request");
    assert_eq!(server.send(request).await.status, 415, "a body must say that it is JSON");
}

#[tokio::test]
async fn what_no_search_may_ask_is_refused_when_it_is_saved() {
    let server = library().await;
    for (search, status, field) in [
        (json!({ "query": "" }), 400, Some("query")),
        (json!({ "query": "x", "limit": 1001 }), 400, Some("limit")),
        (json!({ "query": "x", "filter": "colour = 1" }), 400, Some("filter")),
        (json!({ "query": "x", "filter": "metadata.never = 1" }), 400, Some("filter")),
        (json!({ "query": "x", "facets": ["source"] }), 400, Some("facets")),
        (json!({ "query": "x", "collections": ["absent"] }), 404, None),
        (json!({ "query": "x", "mode": "semantic" }), 422, None),
    ] {
        let refused = save(&server, TERNS, search.clone()).await.problem();
        let asked = server.post("/api/v1/search", search.to_string()).await.problem();
        assert_eq!(
            (refused.status, refused.errors.first().map(|error| error.field.as_str())),
            (status, field)
        );
        assert_eq!((refused.reason, refused.detail, refused.help), (asked.reason, asked.detail, asked.help));
    }
    let waiting = save(&server, TERNS, json!({ "query": "x", "min_sequence": 1 })).await.problem();
    assert_eq!((waiting.errors[0].field.as_str(), waiting.help.is_some()), ("min_sequence", true));
    let long = json!({ "description": "x".repeat(1025), "search": { "query": "x" } });
    assert_eq!(server.put(TERNS, long.to_string()).await.problem().errors[0].field, "description");
    let unnamed = json!({ "query": "x" });
    assert_eq!(server.put(TERNS, unnamed.to_string()).await.status, 400);
    assert_eq!(server.get("/api/v1/searches").await.json(), json!({ "searches": [] }));
}

#[tokio::test]
async fn saved_searches_are_walked_by_cursor() {
    let server = library().await;
    for name in ["terns", "gulls", "storks"] {
        let saved = save(&server, &format!("/api/v1/searches/{name}"), json!({ "query": name })).await;
        assert_eq!(saved.status, 201);
    }
    let mut told = Vec::new();
    let mut path = "/api/v1/searches?page_size=2".to_owned();
    loop {
        let page = server.get(&path).await.json();
        for entry in page["searches"].as_array().expect("array") {
            assert_eq!(entry["description"], "where they fly");
            told.push((entry["name"].clone(), entry["query"].clone()));
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/searches?page_size=2&cursor={cursor}");
        let elsewhere = server.get(&format!("/api/v1/collections?cursor={cursor}")).await;
        assert_eq!(elsewhere.problem().errors[0].field, "cursor");
    }
    assert_eq!(told, ["gulls", "storks", "terns"].map(|name| (json!(name), json!(name))));
}
