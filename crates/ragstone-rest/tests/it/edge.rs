//! What stands around every request.

use axum::body::Body;
use axum::http::{Method, header};
use ragstone_rest::{HostPolicy, RestConfig, openapi};
use serde_json::Value;

use crate::server::{Reply, Server, anonymous};

async fn open(server: &Server, path: &str) -> Reply {
    let request = anonymous(Method::GET, path).body(Body::empty());
    server.send(request.expect("request")).await
}

#[tokio::test]
async fn health_follows_the_engine() {
    let server = Server::start().await;
    for path in ["/health/live", "/health/ready", "/health/startup"] {
        assert_eq!(open(&server, path).await.status, 200, "{path}");
    }
    server.engine.drain();
    let ready = open(&server, "/health/ready").await;
    assert_eq!((ready.status, ready.text().as_str()), (503, r#"{"status":"draining"}"#));
    assert_eq!(open(&server, "/health/live").await.status, 200);
}

#[tokio::test]
async fn the_description_and_its_pages_are_open() {
    let server = Server::start().await;
    let served: Value = open(&server, "/openapi.json").await.json();
    assert_eq!(served, serde_json::to_value(openapi()).expect("serializable"));
    let page = open(&server, "/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'self'"));
    assert_eq!(open(&server, "/docs/swagger-ui-bundle.js").await.status, 200);
    assert_eq!(open(&server, "/docs/no-such-file").await.problem().status, 404);
    assert!(open(&server, "/docs/errors/too_large").await.text().contains("413"));
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_another_is_replaced() {
    let server = Server::start().await;
    for (given, is_kept) in [("abc-1.2_3", true), ("a b", false), ("", false), (&*"x".repeat(129), false)] {
        let request =
            server.request(Method::GET, "/api/v1/nothing").header("x-request-id", given).body(Body::empty());
        let reply = server.send(request.expect("request")).await;
        let id = reply.header("x-request-id");
        assert_eq!(id == given, is_kept, "{given}");
        assert_eq!(reply.problem().request_id.as_deref(), Some(id));
    }
}

#[tokio::test]
async fn other_names_and_origins_are_refused() {
    let server = Server::start().await;
    let cases: [(Option<&str>, Option<&str>, u16); 8] = [
        (Some("localhost:7878"), None, 200),
        (Some("127.0.0.1"), Some("http://localhost:3000"), 200),
        (Some("[::1]:7878"), Some("https://127.0.0.1"), 200),
        (Some("evil.example"), None, 403),
        (None, None, 403),
        (Some("localhost"), Some("http://evil.example"), 403),
        (Some("localhost"), Some("null"), 403),
        (Some("localhost"), Some("file://localhost"), 403),
    ];
    for (host, origin, status) in cases {
        let mut request = server.request(Method::GET, "/api/v1/status");
        let headers = request.headers_mut().expect("headers");
        headers.remove(header::HOST);
        if let Some(host) = host {
            headers.insert(header::HOST, host.parse().expect("host"));
        }
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("origin"));
        }
        let reply = server.send(request.body(Body::empty()).expect("request")).await;
        assert_eq!(reply.status, status, "{host:?} {origin:?}");
    }
}

#[tokio::test]
async fn a_proxied_server_takes_any_name() {
    let config = RestConfig { hosts: HostPolicy::Any, ..RestConfig::default() };
    let server = Server::start_with(config, ragstone_engine::EngineConfig::default()).await;
    let request = server
        .request(Method::GET, "/api/v1/status")
        .header(header::ORIGIN, "https://app.example")
        .body(Body::empty());
    assert_eq!(server.send(request.expect("request")).await.status, 200);
}

#[tokio::test]
async fn every_answer_has_the_careful_headers() {
    let server = Server::start().await;
    for path in ["/health/live", "/api/v1/status", "/api/v1/nothing", "/docs/"] {
        let reply = server.get(path).await;
        assert_eq!(reply.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(reply.header(header::CACHE_CONTROL), "no-store", "{path}");
        assert!(reply.headers.contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
    }
}

#[tokio::test]
async fn long_answers_are_compressed_on_request() {
    let server = Server::start().await;
    let request =
        anonymous(Method::GET, "/openapi.json").header(header::ACCEPT_ENCODING, "gzip").body(Body::empty());
    let reply = server.send(request.expect("request")).await;
    assert_eq!(reply.header(header::CONTENT_ENCODING), "gzip");
    assert!(reply.body.len() < open(&server, "/openapi.json").await.body.len() / 3);
}
