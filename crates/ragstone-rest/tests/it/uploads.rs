//! Documents that arrive in parts (tus 1.0.0), and long ones in one request.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, header};
use futures::StreamExt as _;
use ragstone_core::Scope;
use ragstone_engine::{EngineConfig, UploadsConfig};
use ragstone_rest::RestConfig;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

use crate::server::{Reply, Server, anonymous};

const BEGIN: &str = "/api/v1/collections/default/uploads/resumable";
/// `external_id storks, filename storks.md, filetype text/markdown`.
const METADATA: &str = "external_id c3Rvcmtz,filename c3RvcmtzLm1k,filetype dGV4dC9tYXJrZG93bg==";

async fn tus(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Reply {
    let mut request = anonymous(method, path)
        .header(header::AUTHORIZATION, server.bearer(Scope::Write))
        .header("tus-resumable", "1.0.0");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(body.into()).expect("request")).await
}

async fn begin(server: &Server, length: usize, metadata: &str) -> String {
    let length = length.to_string();
    let headers = [("upload-length", length.as_str()), ("upload-metadata", metadata)];
    let reply = tus(server, Method::POST, BEGIN, &headers, Body::empty()).await;
    assert_eq!((reply.status, reply.header("tus-resumable")), (201, "1.0.0"), "{}", reply.text());
    assert!(reply.header("upload-expires").ends_with("GMT"));
    reply.header(header::LOCATION).to_owned()
}

async fn append(server: &Server, path: &str, offset: usize, body: impl Into<Body>) -> Reply {
    let offset = offset.to_string();
    let headers = [("upload-offset", offset.as_str()), ("content-type", "application/offset+octet-stream")];
    tus(server, Method::PATCH, path, &headers, body).await
}

async fn head(server: &Server, path: &str) -> Reply {
    tus(server, Method::HEAD, path, &[], Body::empty()).await
}

async fn found(server: &Server, job: &str) -> Value {
    server.get(&format!("{job}?wait=keyword_searchable&wait_ms=20000")).await.json()
}

#[tokio::test]
async fn parts_become_a_document_that_is_found() {
    let server = Server::start().await;
    let text = "# Storks\n\nStorks clatter with their bills.";
    let path = begin(&server, text.len(), METADATA).await;
    let first = append(&server, &path, 0, &text[..10]).await;
    assert_eq!((first.status, first.header("upload-offset")), (204, "10"), "{}", first.text());
    let told = head(&server, &path).await;
    assert_eq!((told.status, told.header("upload-offset"), told.header("ragstone-job")), (200, "10", ""));
    assert_eq!(
        (told.header("upload-length"), told.header("cache-control")),
        (&*text.len().to_string(), "no-store")
    );
    // The same part again, as after an answer that was lost.
    let again = append(&server, &path, 0, &text[..10]).await;
    assert_eq!((again.status, again.problem().reason.as_str()), (409, "already_exists"));
    let last = append(&server, &path, 10, &text[10..]).await;
    assert_eq!((last.status, last.header("upload-offset")), (204, &*text.len().to_string()));
    let job = last.header("ragstone-job").to_owned();
    assert_eq!(head(&server, &path).await.header("ragstone-job"), job);
    assert_eq!(found(&server, &job).await["stage"], "keyword_searchable");
    let hits = server.post("/api/v1/search", json!({ "query": "clatter" }).to_string()).await.json();
    assert_eq!(hits["hits"][0]["citation"]["title"], "Storks");
    assert_eq!(append(&server, &path, text.len(), "x").await.problem().reason, "failed_precondition");
    assert_eq!(tus(&server, Method::DELETE, &path, &[], Body::empty()).await.status, 204);
    assert_eq!(head(&server, &path).await.status, 404);
    assert_eq!(server.get(&job).await.status, 200);
}

#[tokio::test]
async fn what_came_before_a_break_stays() {
    let server = Server::start().await;
    let path = begin(&server, 12, METADATA).await;
    let frames = futures::stream::iter([Ok("# Sto"), Err(std::io::Error::other("gone"))]);
    let broken = append(&server, &path, 0, Body::from_stream(frames)).await;
    assert_eq!(broken.problem().reason, "invalid_argument");
    let told = head(&server, &path).await;
    assert_eq!(told.header("upload-offset"), "5");
    assert_eq!(append(&server, &path, 5, "rks fly").await.status, 204);
}

#[tokio::test]
async fn what_is_not_as_announced_is_refused_and_says_what_was_seen() {
    let server = Server::start().await;
    let path = begin(&server, 20, METADATA).await;
    let refused = append(&server, &path, 0, "%PDF-1.7 and so on..").await;
    let problem = refused.problem();
    assert_eq!((problem.status, problem.reason.as_str()), (415, "unsupported_media"));
    assert!(
        problem.detail.contains("application/pdf") && problem.detail.contains("text/markdown"),
        "{problem:?}"
    );
    assert_eq!(head(&server, &path).await.header("upload-offset"), "0");
    for (name, media_type, body) in
        [("a.docx", "", "# Storks"), ("a.md", "application/pdf", "# Storks"), ("", "image/png", "# Storks")]
    {
        let query = format!("/api/v1/collections/default/uploads?external_id=a&file_name={name}");
        let media_type = if media_type.is_empty() { "application/octet-stream" } else { media_type };
        let request = server.request(Method::POST, &query).header(header::CONTENT_TYPE, media_type);
        let reply = server.send(request.body(Body::from(body)).expect("request")).await;
        assert_eq!(reply.problem().reason, "unsupported_media", "{name} {media_type}");
    }
}

#[tokio::test]
async fn the_protocol_is_kept() {
    let server = Server::start().await;
    let options = tus(&server, Method::OPTIONS, BEGIN, &[], Body::empty()).await;
    assert_eq!((options.status, options.header("tus-version")), (204, "1.0.0"));
    assert_eq!(options.header("tus-extension"), "creation,expiration,termination");
    assert_eq!(options.header("tus-max-size"), (32 << 20).to_string());
    let path = begin(&server, 9, METADATA).await;
    let stranger = anonymous(Method::HEAD, &path).header(header::AUTHORIZATION, server.bearer(Scope::Write));
    let reply = server.send(stranger.body(Body::empty()).expect("request")).await;
    assert_eq!((reply.status, reply.header("tus-version")), (412, "1.0.0"));
    let admin = anonymous(Method::HEAD, &path)
        .header(header::AUTHORIZATION, server.bearer(Scope::Admin))
        .header("tus-resumable", "1.0.0");
    assert_eq!(server.send(admin.body(Body::empty()).expect("request")).await.status, 404, "is another's");
    let wrong = [("upload-offset", "0"), ("content-type", "text/plain")];
    assert_eq!(tus(&server, Method::PATCH, &path, &wrong, "x").await.status, 415);
    assert_eq!(append(&server, &path, 3, "x").await.status, 409);
    assert_eq!(append(&server, &path, 0, "0123456789").await.problem().reason, "too_large");
    let keyed = [
        ("upload-offset", "0"),
        ("content-type", "application/offset+octet-stream"),
        ("idempotency-key", "k"),
    ];
    let keyed = tus(&server, Method::PATCH, &path, &keyed, "x").await;
    assert_eq!(keyed.problem().errors[0].field, "idempotency-key");
    for headers in [
        &[("upload-metadata", METADATA)][..],
        &[("upload-length", "x"), ("upload-metadata", METADATA)],
        &[("upload-length", "0"), ("upload-metadata", METADATA)],
        &[("upload-length", "5")],
        &[("upload-length", "5"), ("upload-metadata", "external_id YQ==,colour YQ==")],
        &[("upload-length", "5"), ("upload-metadata", METADATA), ("upload-defer-length", "1")],
    ] {
        let reply = tus(&server, Method::POST, BEGIN, headers, Body::empty()).await;
        assert_eq!(reply.problem().reason, "invalid_argument", "{headers:?}");
    }
    let long = [("upload-length", "33554433"), ("upload-metadata", METADATA)];
    assert_eq!(tus(&server, Method::POST, BEGIN, &long, Body::empty()).await.problem().reason, "too_large");
}

#[tokio::test]
async fn beginning_with_a_key_is_one_upload() {
    let server = Server::start().await;
    let begin = |length: &'static str| {
        let headers = [("upload-length", length), ("upload-metadata", METADATA), ("idempotency-key", "k")];
        let server = &server;
        async move { tus(server, Method::POST, BEGIN, &headers, Body::empty()).await }
    };
    let (first, again) = (begin("9").await, begin("9").await);
    assert_eq!((first.status, again.status, again.header("idempotency-replayed")), (201, 201, "true"));
    assert_eq!(first.header(header::LOCATION), again.header(header::LOCATION));
    assert_eq!(begin("10").await.status, 422);
}

#[tokio::test]
async fn a_tenant_has_room_for_so_much_and_so_long() {
    let uploads =
        UploadsConfig { per_tenant: 1, lifetime: Duration::from_secs(1), ..UploadsConfig::default() };
    let config = EngineConfig { uploads, ..EngineConfig::default() };
    let server = Server::start_with(RestConfig::default(), config).await;
    let path = begin(&server, 9, METADATA).await;
    let headers = [("upload-length", "9"), ("upload-metadata", METADATA)];
    let second = tus(&server, Method::POST, BEGIN, &headers, Body::empty()).await;
    assert_eq!(second.problem().reason, "rate_limited");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(head(&server, &path).await.status, 404);
    begin(&server, 9, METADATA).await;
}

/// A text of some MiB, in frames as they come over a line.
fn long_text() -> (Vec<Bytes>, usize) {
    let line =
        Bytes::from("Storks clatter with their bills, and terns dive for fish in the bay.\n".repeat(1000));
    let frames: Vec<Bytes> = std::iter::repeat_n(line, 40).collect();
    let len = frames.iter().map(Bytes::len).sum();
    (frames, len)
}

#[tokio::test]
async fn a_long_document_goes_through_in_parts_and_is_one_job() {
    let server = Arc::new(Server::start_beside(Router::new()).await);
    let (frames, len) = long_text();
    assert!(len > 2 << 20);
    let send = |key: Option<&'static str>| {
        let (server, frames) = (Arc::clone(&server), frames.clone());
        async move {
            let path = "/api/v1/collections/default/uploads?external_id=long&file_name=long.txt";
            let mut request = server.request(Method::POST, path).header(header::CONTENT_TYPE, "text/plain");
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
            let body = Body::from_stream(futures::stream::iter(frames).map(Ok::<_, std::io::Error>));
            server.send(request.body(body).expect("request")).await
        }
    };
    let accepted = send(None).await;
    assert_eq!(accepted.status, 202, "{}", accepted.text());
    let job = found(&server, accepted.header(header::LOCATION)).await;
    assert_eq!(job["stage"], "keyword_searchable", "{job:#}");
    let document = format!("/api/v1/documents/{}", job["result"]["document"].as_str().expect("an id"));
    assert_eq!(server.get(&document).await.json()["text_len"], len);

    let (first, again) = tokio::join!(send(Some("k")), send(Some("k")));
    assert_eq!((first.status, again.status, &first.body), (202, 202, &again.body), "{}", again.text());
    let jobs = server.get("/api/v1/jobs").await.json();
    assert_eq!(jobs["jobs"].as_array().map(Vec::len), Some(2));
}
