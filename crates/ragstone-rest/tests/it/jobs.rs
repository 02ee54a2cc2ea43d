//! Work in the background over HTTP.

use axum::body::Body;
use axum::http::{Method, header};
use ragstone_core::Scope;
use serde_json::{Value, json};

use crate::server::{Reply, Server, anonymous};

const UPLOADS: &str = "/api/v1/collections/default/uploads";

async fn upload(server: &Server, query: &str, media_type: &str, body: impl Into<Body>) -> Reply {
    let request = anonymous(Method::POST, &format!("{UPLOADS}?{query}"))
        .header(header::AUTHORIZATION, server.bearer(Scope::Write))
        .header(header::CONTENT_TYPE, media_type);
    server.send(request.body(body.into()).expect("request")).await
}

async fn bare(server: &Server, method: Method, path: &str) -> Reply {
    let request = anonymous(method, path).header(header::AUTHORIZATION, server.bearer(Scope::Admin));
    server.send(request.body(Body::empty()).expect("request")).await
}

/// The job of an answer, when what it brings is found or it has ended otherwise.
async fn ended(server: &Server, accepted: &Reply) -> Value {
    assert_eq!(accepted.status, 202, "{}", accepted.text());
    let location = accepted.header(header::LOCATION);
    assert_eq!(location, format!("/api/v1/jobs/{}", accepted.json()["id"].as_str().expect("an id")));
    server.get(&format!("{location}?wait=keyword_searchable&wait_ms=20000")).await.json()
}

#[tokio::test]
async fn an_upload_is_taken_shown_and_found() {
    let server = Server::start().await;
    let attributes = json!({ "tags": ["birds"], "metadata": { "year": 2026 } }).to_string();
    let attributes: String = url_encoded(&attributes);
    let query = format!("external_id=storks&file_name=storks.md&attributes={attributes}");
    let accepted = upload(&server, &query, "application/octet-stream", "# Storks\n\nThey clatter.").await;
    let job = ended(&server, &accepted).await;
    assert_eq!(
        (&job["state"], &job["stage"]),
        (&json!("succeeded"), &json!("keyword_searchable")),
        "{job:#}"
    );
    assert_eq!((&job["kind"], &job["created_by"]), (&json!("ingest.document"), &json!("write")));
    assert_eq!(job["result"]["effect"], "created");
    let body = json!({ "query": "clatter", "filter": "tag = \"birds\" and metadata.year = 2026" });
    let found = server.post("/api/v1/search", body.to_string()).await.json();
    assert_eq!(found["hits"][0]["citation"]["title"], "Storks", "{found:#}");
    let path = format!("/api/v1/documents/{}", job["result"]["document"].as_str().expect("an id"));
    assert_eq!(server.get(&path).await.json()["format"], "markdown");
}

#[tokio::test]
async fn an_upload_with_an_access_list_is_hidden_from_others() {
    let server = Server::start().await;
    let attributes = url_encoded(&json!({ "access": { "allow": ["user:write"] } }).to_string());
    let query = format!("external_id=secret&attributes={attributes}");
    let accepted = upload(&server, &query, "text/plain", "the hidden heron").await;
    let job = ended(&server, &accepted).await;
    let path = format!("/api/v1/documents/{}", job["result"]["document"].as_str().expect("an id"));
    let request = anonymous(Method::GET, &path).header(header::AUTHORIZATION, server.bearer(Scope::Read));
    let reply = server.send(request.body(Body::empty()).expect("request")).await;
    assert_eq!(reply.status, 404);
}

#[tokio::test]
async fn what_cannot_be_read_is_dead_and_can_be_tried_again() {
    let server = Server::start().await;
    let accepted = upload(&server, "external_id=a", "application/octet-stream", vec![0_u8, 1, 2, 255]).await;
    let job = ended(&server, &accepted).await;
    assert_eq!((&job["state"], &job["stage"]), (&json!("dead"), &json!("failed")));
    assert_eq!(job["failure"]["reason"], "unsupported_media", "{job:#}");
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));

    let dead = server.get("/api/v1/jobs?state=dead").await.json();
    assert_eq!(dead["jobs"][0]["id"], job["id"]);
    let refused = bare(&server, Method::POST, &format!("{path}/cancel")).await;
    assert_eq!(refused.problem().reason, "failed_precondition");
    assert_eq!(bare(&server, Method::POST, &format!("{path}/retry")).await.status, 200);
    let again = server.get(&format!("{path}?wait=stored")).await.json();
    assert_eq!((&again["state"], &again["attempts"]), (&json!("dead"), &json!(1)));
}

#[tokio::test]
async fn jobs_are_listed_in_pages_that_keep_their_filter() {
    let server = Server::start().await;
    for number in 0..3 {
        let accepted = upload(&server, &format!("external_id={number}"), "text/plain", "a text").await;
        ended(&server, &accepted).await;
    }
    let first = server.get("/api/v1/jobs?kind=ingest.document&page_size=2").await.json();
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest =
        server.get(&format!("/api/v1/jobs?kind=ingest.document&page_size=2&cursor={cursor}")).await.json();
    let count = |page: &Value| page["jobs"].as_array().map(Vec::len);
    assert_eq!((count(&first), count(&rest), rest.get("next_cursor")), (Some(2), Some(1), None));
    let other = server.get(&format!("/api/v1/jobs?state=dead&cursor={cursor}")).await;
    assert_eq!(other.problem().reason, "invalid_argument", "the cursor is of another listing");
    assert_eq!(count(&server.get("/api/v1/jobs?kind=ingest.paths").await.json()), Some(0));
}

#[tokio::test]
async fn options_that_are_out_of_range_are_refused_with_the_range() {
    let server = Server::start().await;
    for (query, range) in [
        ("lane=fast", "urgent or bulk"),
        ("priority=10", "from 0 to 9"),
        ("delay_seconds=31622401", "from 0 to 31622400"),
    ] {
        let problem = upload(&server, &format!("external_id=a&{query}"), "text/plain", "x").await.problem();
        assert_eq!(problem.reason, "invalid_argument", "{query}");
        assert!(problem.detail.contains(range), "{problem:?}");
    }
    for (field, value, range) in [
        ("priority", 10, "from 0 to 9"),
        ("every_seconds", 0, "from 1 to 31622400"),
        ("delay_seconds", 99_999_999, "from 0 to"),
    ] {
        let body = json!({ "paths": ["/"], field: value }).to_string();
        let problem = server.post("/api/v1/collections/default/ingest/jobs", body).await.problem();
        assert_eq!(
            (problem.errors[0].field.as_str(), problem.detail.contains(range)),
            (field, true),
            "{problem:?}"
        );
    }
}

#[tokio::test]
async fn a_folder_is_ingested_again_and_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.md"), "# Terns").expect("writes");
    let jobs = ragstone_engine::JobsConfig { bulk_workers: 0, ..ragstone_engine::JobsConfig::default() };
    let roots = vec![folder.path().to_owned()];
    let config = ragstone_engine::EngineConfig { roots, jobs, ..ragstone_engine::EngineConfig::default() };
    let server = Server::start_with(ragstone_rest::RestConfig::default(), config).await;
    let ask = |options: Value| {
        let mut body = json!({ "paths": [folder.path()] });
        body.as_object_mut().expect("an object").extend(options.as_object().expect("an object").clone());
        let server = &server;
        async move { server.post("/api/v1/collections/default/ingest/jobs", body.to_string()).await }
    };
    let hourly = ask(json!({ "every_seconds": 3600, "priority": 2 })).await;
    assert_eq!(hourly.status, 202, "{}", hourly.text());
    let hourly = hourly.json();
    assert_eq!((&hourly["every_seconds"], &hourly["priority"]), (&json!(3600), &json!(2)));
    assert_eq!(ask(json!({ "every_seconds": 3600, "priority": 2 })).await.json()["id"], hourly["id"]);
    let once = ask(json!({})).await.json();
    assert_ne!(once["id"], hourly["id"], "to do it once is other work");
    let other = ask(json!({ "priority": 9 })).await.problem();
    assert_eq!((other.status, other.reason.as_str()), (409, "already_exists"));
    assert!(other.detail.contains(once["id"].as_str().expect("an id")), "{other:?}");
}

#[tokio::test]
async fn bad_requests_are_refused() {
    let server = Server::start().await;
    for (query, reason) in [
        ("file_name=a.md", "invalid_argument"),
        ("external_id=a&size=1", "invalid_argument"),
        ("external_id=a&attributes=%7B%22tag%22%3A1%7D", "invalid_argument"),
        ("external_id=%20", "invalid_argument"),
    ] {
        let reply = upload(&server, query, "text/plain", "x").await;
        assert_eq!(reply.problem().reason, reason, "{query}");
    }
    let large = upload(&server, "external_id=a", "text/plain", vec![b'x'; (32 << 20) + 1]).await;
    assert_eq!(large.problem().reason, "too_large");
    let missing = "/api/v1/jobs/00000000-0000-4000-8000-000000000000";
    for path in [missing.to_owned(), format!("{missing}?wait=stored")] {
        assert_eq!(server.get(&path).await.problem().reason, "not_found");
    }
    for path in ["?wait=failed", "?wait_ms=1", "?wait=stored&wait_ms=60001", "?until=stored"] {
        let reply = server.get(&format!("{missing}{path}")).await;
        assert_eq!(reply.problem().reason, "invalid_argument", "{path}");
    }
    assert_eq!(server.get("/api/v1/jobs?state=done").await.problem().reason, "invalid_argument");
    let outside = json!({ "paths": ["/"] }).to_string();
    let reply = server.post("/api/v1/collections/default/ingest/jobs", outside).await;
    assert_eq!(reply.problem().reason, "permission_denied");
}

fn url_encoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}
