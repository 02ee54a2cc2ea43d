//! Bad input: each a clear problem with the right code, and the server goes on.

use axum::body::Body;
use axum::http::{Method, header};
use ragstone_core::Scope;

use crate::server::Server;

const SEARCH: &str = "/api/v1/search";
const DOCUMENTS: &str = "/api/v1/collections/default/documents";
const ABSENT: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn bad_bodies_are_refused_by_field() {
    let server = Server::start().await;
    let long = format!(r#"{{"query":"{}"}}"#, "x".repeat(20_000));
    let deep = format!(r#"{{"query":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let nested = format!(r#"{{"query":"x","filter":"{}tag = 1{}"}}"#, "(".repeat(100), ")".repeat(100));
    let cases: [(&str, &str, &str); 15] = [
        (SEARCH, "", "body"),
        (SEARCH, "{", "body"),
        (SEARCH, "[]", "body"),
        (SEARCH, "{}", "body"),
        (SEARCH, &deep, "query"),
        (SEARCH, r#"{"query":" "}"#, "query"),
        (SEARCH, &long, "query"),
        (SEARCH, r#"{"query":"x","limit":0}"#, "limit"),
        (SEARCH, r#"{"query":"x","limit":1000000000}"#, "limit"),
        (SEARCH, r#"{"query":"x","filter":"colour = 1"}"#, "filter"),
        (SEARCH, &nested, "filter"),
        (SEARCH, r#"{"query":"x","min_sequence":99999}"#, "min_sequence"),
        ("/api/v1/collections", r#"{"name":"../x"}"#, "collection"),
        ("/api/v1/collections", r#"{"name":"x","keyword":{"k1":-1}}"#, "k1"),
        (
            "/api/v1/citations/verify",
            r#"{"document":"x","version":1,"span":{"start":0,"end":1},"text_digest":""}"#,
            "document",
        ),
    ];
    for (path, body, field) in cases {
        let problem = server.post(path, body.to_owned()).await.problem();
        let shown: String = body.chars().take(80).collect();
        assert_eq!((problem.status, problem.reason.as_str()), (400, "invalid_argument"), "{shown}");
        assert_eq!(problem.errors[0].field, field, "{shown}");
    }
    assert_eq!(server.post(SEARCH, r#"{"query":"x"}"#).await.status, 200);
}

#[tokio::test]
async fn bad_documents_are_refused() {
    let server = Server::start().await;
    for (body, field) in [
        (r#"{"external_id":"x","text":"x","format":"nonsense"}"#, "format"),
        (r#"{"external_id":"","text":"x"}"#, "external_id"),
        (r#"{"external_id":"x","text":"x","metadata":{"a b":1}}"#, "metadata"),
        (r#"{"external_id":"x","text":"x","metadata":{"a":null}}"#, "metadata.a"),
        (r#"{"external_id":"x","text":"x","tags":[""]}"#, "tags"),
        (r#"{"external_id":"x","text":"x","access":{"allow":["ann"]}}"#, "access"),
        (r#"{"external_id":"x","text":"x","access":{"deny":["group:"]}}"#, "access"),
    ] {
        let problem = server.put(DOCUMENTS, body).await.problem();
        assert_eq!((problem.status, problem.errors[0].field.as_str()), (400, field), "{body}");
    }
    let elsewhere =
        server.put("/api/v1/collections/absent/documents", r#"{"external_id":"x","text":"x"}"#).await;
    assert_eq!((elsewhere.status, elsewhere.problem().help.is_some()), (404, true));
}

#[tokio::test]
async fn bad_urls_are_refused() {
    let server = Server::start().await;
    let absent = format!("/api/v1/documents/{ABSENT}");
    let cases: [(&str, u16); 19] = [
        ("/", 404),
        ("/api", 404),
        ("/api/v1", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/search", 405),
        ("/api/v1/collections/No%20Slug", 400),
        ("/api/v1/collections/%ff", 400),
        ("/api/v1/collections/absent", 404),
        ("/api/v1/documents/not-an-id", 400),
        ("/api/v1/searches/No%20Slug", 400),
        ("/api/v1/searches/absent", 404),
        ("/api/v1/searches/absent/run", 405),
        ("/api/v1/searches?cursor=AAAA", 400),
        (&absent, 404),
        ("/api/v1/collections?page_size=0", 400),
        ("/api/v1/collections?page_size=many", 400),
        ("/api/v1/collections?unknown=1", 400),
        ("/api/v1/collections?cursor=AAAA", 400),
        ("/docs/errors/nonsense", 404),
    ];
    for (path, status) in cases {
        let reply = server.get(path).await;
        assert_eq!(reply.status, status, "{path}");
        let instance = reply.problem().instance;
        assert_eq!(instance.as_deref(), path.split('?').next());
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let server = Server::start().await;
    let request = server.request(Method::PATCH, "/api/v1/collections").body(Body::empty());
    let reply = server.send(request.expect("request")).await;
    assert_eq!((reply.status, reply.problem().reason.as_str()), (405, "unsupported"));
    for method in ["GET", "POST"] {
        assert!(reply.header(header::ALLOW).contains(method), "{reply:?}");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let server = Server::start().await;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/plain"),
        (header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
        (header::CONTENT_ENCODING, "gzip"),
    ] {
        let mut request = server.request(Method::POST, SEARCH).header(&name, value);
        if name != header::CONTENT_TYPE {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let reply = server.send(request.body(Body::from("{}")).expect("request")).await;
        assert_eq!((reply.status, reply.problem().reason.as_str()), (415, "unsupported_media"), "{value}");
    }
}

#[tokio::test]
async fn long_bodies_are_refused_where_they_are_not_documents() {
    let server = Server::start().await;
    let body = format!(r#"{{"query":"{}"}}"#, "x".repeat(2 << 20));
    let reply = server.post(SEARCH, body).await;
    assert_eq!((reply.status, reply.problem().reason.as_str()), (413, "too_large"));

    let text = "One line of text.\n".repeat(120_000);
    let body = serde_json::json!({ "external_id": "long", "text": text }).to_string();
    assert_eq!(server.put(DOCUMENTS, body).await.status, 201);
    let reply = server.put(DOCUMENTS, "x".repeat((16 << 20) + 1)).await;
    assert_eq!((reply.status, reply.problem().reason.as_str()), (413, "too_large"));
}

#[tokio::test]
async fn a_body_is_not_read_before_the_caller_is_known() {
    let server = Server::start().await;
    let request = crate::server::anonymous(Method::POST, SEARCH).body(Body::from("{"));
    assert_eq!(server.send(request.expect("request")).await.status, 401);
    let request = crate::server::anonymous(Method::PUT, DOCUMENTS)
        .header(header::AUTHORIZATION, server.bearer(Scope::Read))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"external_id":"x","text":"x"}"#));
    let reply = server.send(request.expect("request")).await;
    assert_eq!((reply.status, reply.problem().reason.as_str()), (403, "permission_denied"));
}
