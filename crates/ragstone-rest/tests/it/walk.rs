//! One walk through the operations as a user takes them.

use axum::body::Body;
use axum::http::{Method, header};
use ragstone_engine::EngineConfig;
use ragstone_rest::RestConfig;
use serde_json::{Value, json};

use crate::server::{Reply, Server};

const TEXT: &str = "# Ownership\n\nEvery value has an owner. The borrow checker watches over it.\n";

async fn put_book(server: &Server) -> Value {
    let body = json!({
        "external_id": "book", "text": TEXT, "format": "markdown", "title": "The book",
        "tags": ["rust"], "metadata": { "year": 2024 },
    });
    server.put("/api/v1/collections/default/documents", body.to_string()).await.json()
}

async fn search(server: &Server, receipt: &Value, filter: Option<&str>) -> Value {
    let body = json!({ "query": "who owns a value", "filter": filter, "min_sequence": receipt["sequence"] });
    server.post("/api/v1/search", body.to_string()).await.json()
}

#[tokio::test]
async fn a_stored_text_is_found_with_a_citation_that_checks() {
    let server = Server::start().await;
    let receipt = put_book(&server).await;
    assert_eq!(receipt["effect"], "created");
    assert_eq!(put_book(&server).await["effect"], "unchanged");

    let answer = search(&server, &receipt, Some("tag = \"rust\" and metadata.year >= 2020")).await;
    let hit = &answer["hits"][0];
    assert_eq!(hit["citation"]["document"], receipt["document"]);
    assert!(!hit["highlights"].as_array().expect("array").is_empty());
    assert_eq!(answer["degraded"], json!([]));
    assert_eq!(search(&server, &receipt, Some("tag = \"go\"")).await["hits"], json!([]));

    let citation = &hit["citation"];
    let reference = json!({
        "document": citation["document"], "version": citation["version"],
        "span": citation["span"], "text_digest": citation["text_digest"],
    });
    let check = server.post("/api/v1/citations/verify", reference.to_string()).await.json();
    assert_eq!((&check["status"], &check["text"]), (&json!("valid"), &hit["text"]));

    let chunk = citation["chunk"].as_str().expect("id");
    let passage = server.get(&format!("/api/v1/passages/{chunk}")).await.json();
    assert_eq!((&passage["text"], &passage["citation"]), (&hit["text"], citation));
}

#[tokio::test]
async fn a_search_has_operators_and_options_and_explains_itself() {
    let server = Server::start().await;
    let receipt = put_book(&server).await;
    let body = |query: &str| {
        json!({
            "query": query, "min_sequence": receipt["sequence"], "min_score": 0.5, "per_document": 1,
            "diversity": 0.3, "recency_half_life_days": 30, "accuracy": "exact", "explain": true,
            "source_weights": [{ "prefix": "text:", "weight": 2 }],
        })
    };
    let answer = server.post("/api/v1/search", body("\"borrow checker\" tag:rust").to_string()).await.json();
    let explanation = &answer["hits"][0]["explanation"];
    assert_eq!(explanation["source_weight"], 2.0, "{answer:#}");
    assert!(explanation["recency"].is_f64() && explanation["legs"][0]["contribution"].is_f64(), "{answer:#}");
    assert_eq!(answer["explanation"]["filter"], json!({ "admitted": 1, "passages": 1 }));
    assert_eq!(answer["explanation"]["candidates"][0]["count"], 1);

    let answer = server.post("/api/v1/search", body("borrow -checkers").to_string()).await.json();
    assert_eq!((&answer["hits"], &answer["explanation"]["cuts"]["excluded"]), (&json!([]), &json!(1)));
    let plain = search(&server, &receipt, None).await;
    assert!(plain.get("explanation").is_none() && plain["hits"][0].get("explanation").is_none());
}

#[tokio::test]
async fn a_document_is_read_conditionally_and_deleted_at_a_version() {
    let server = Server::start().await;
    let receipt = put_book(&server).await;
    let path = format!("/api/v1/documents/{}", receipt["document"].as_str().expect("id"));

    let reply = server.get(&path).await;
    let tag = reply.header(header::ETAG).to_owned();
    assert_eq!(tag, "\"1\"");
    assert_eq!(reply.json()["collection"], "default");
    let with = |method: Method, name: header::HeaderName, value: &str| {
        let request = server.request(method, &path).header(name, value);
        server.send(request.body(Body::empty()).expect("request"))
    };
    assert_eq!(with(Method::GET, header::IF_NONE_MATCH, &format!("\"7\", W/{tag}")).await.status, 304);
    assert_eq!(with(Method::GET, header::IF_NONE_MATCH, "\"7\"").await.status, 200);

    let stale = with(Method::DELETE, header::IF_MATCH, "\"7\"").await;
    assert_eq!((stale.status, stale.problem().reason.as_str()), (412, "conflict"));
    let vague = with(Method::DELETE, header::IF_MATCH, "\"1\", \"2\"").await;
    assert_eq!((vague.status, vague.problem().errors[0].field.as_str()), (400, "if-match"));
    let deleted = with(Method::DELETE, header::IF_MATCH, &tag).await.json();
    assert!(deleted["sequence"].as_u64() > receipt["sequence"].as_u64());
    assert_eq!(server.get(&path).await.problem().reason, "not_found");
}

#[tokio::test]
async fn a_text_is_read_in_parts() {
    let server = Server::start().await;
    let id = put_book(&server).await["document"].as_str().expect("id").to_owned();
    let mut text = String::new();
    let mut start = Some(0);
    while let Some(at) = start {
        let part = server.get(&format!("/api/v1/documents/{id}/text?start={at}&max_len=20")).await.json();
        text.push_str(part["text"].as_str().expect("text"));
        start = part["next"].as_u64();
    }
    let whole = server.get(&format!("/api/v1/documents/{id}/text")).await.json();
    assert_eq!(whole["text"], text);
}

#[tokio::test]
async fn listings_are_walked_by_cursor() {
    let server = Server::start().await;
    for name in ["a", "b", "c"] {
        let reply = server.post("/api/v1/collections", json!({ "name": name }).to_string()).await;
        assert_eq!(
            (reply.status, reply.header(header::LOCATION)),
            (201, &*format!("/api/v1/collections/{name}"))
        );
        let again = server.post("/api/v1/collections", json!({ "name": name }).to_string()).await;
        assert_eq!((again.status, again.problem().reason.as_str()), (409, "already_exists"));
    }
    let mut names = Vec::new();
    let mut path = "/api/v1/collections?page_size=2".to_owned();
    loop {
        let page = server.get(&path).await.json();
        let items = page["collections"].as_array().expect("array");
        names.extend(items.iter().map(|item| item["name"].as_str().expect("name").to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/collections?page_size=2&cursor={cursor}");
        let elsewhere = server.get(&format!("/api/v1/collections/a/documents?cursor={cursor}")).await;
        assert_eq!(elsewhere.problem().errors[0].field, "cursor");
    }
    assert_eq!(names, ["a", "b", "c", "default"]);

    server.delete("/api/v1/collections/a").await.json();
    assert_eq!(server.get("/api/v1/collections/a").await.status, 404);
}

#[tokio::test]
async fn documents_of_a_collection_are_listed() {
    let server = Server::start().await;
    put_book(&server).await;
    let page = server.get("/api/v1/collections/default/documents").await.json();
    assert_eq!(page["documents"][0]["title"], "The book");
    assert_eq!(page.get("next_cursor"), None);
    let overview = server.get("/api/v1/collections/default").await.json();
    assert_eq!(overview["documents"], 1);
}

#[tokio::test]
async fn files_are_ingested_below_the_roots_only() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("book.md"), TEXT).expect("written");
    std::fs::write(folder.path().join("binary.md"), [0, 159, 146, 150, 0, 1, 2, 3]).expect("written");
    let engine = EngineConfig { roots: vec![folder.path().to_owned()], ..EngineConfig::default() };
    let server = Server::start_with(RestConfig::default(), engine).await;
    let ingest = |path: &str| -> std::pin::Pin<Box<dyn Future<Output = Reply> + '_>> {
        let body = json!({ "paths": [path] }).to_string();
        Box::pin(server.post("/api/v1/collections/default/ingest", body))
    };
    let report = ingest(&folder.path().display().to_string()).await.json();
    assert_eq!((&report["created"], &report["failed_total"]), (&json!(1), &json!(1)), "{report}");
    assert_eq!(report["failed"][0]["reason"], "unsupported_media");

    assert_eq!(ingest("/etc/hostname").await.status, 403);
    assert_eq!(ingest("/no/such/path").await.status, 404);
}

#[tokio::test]
async fn status_says_how_far_indexing_is() {
    let server = Server::start().await;
    let receipt = put_book(&server).await;
    search(&server, &receipt, None).await;
    let status = server.get("/api/v1/status").await.json();
    assert_eq!((&status["is_caught_up"], &status["collections"]), (&json!(true), &json!(1)));
}
