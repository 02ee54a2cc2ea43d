//! Requests with a key: done once, answered as often as they are sent.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, header};
use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::clock::SequentialIds;
use ragstone_core::idempotency::{IdempotencyKey, KeyPolicy, KeyState, KeyedRequest};
use ragstone_core::port::IdempotencyStore;
use ragstone_core::{CallContext, HolderId, KeyedRequestId, Principal, Scope, SystemClock, TenantId};
use ragstone_engine::{EngineConfig, JobsConfig, KeysConfig};
use ragstone_rest::RestConfig;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::server::{Reply, Server, anonymous};

const DOCUMENTS: &str = "/api/v1/collections/default/documents";
const REPLAYED: &str = "idempotency-replayed";

/// A request of the writer with a key.
async fn keyed(server: &Server, method: Method, path: &str, key: &str, body: Option<Value>) -> Reply {
    let mut request = anonymous(method, path)
        .header(header::AUTHORIZATION, server.bearer(Scope::Admin))
        .header("idempotency-key", key);
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    server.send(request.body(body).expect("request")).await
}

async fn put(server: &Server, key: &str, text: &str) -> Reply {
    let body = json!({ "external_id": "terns", "text": text });
    keyed(server, Method::PUT, DOCUMENTS, key, Some(body)).await
}

/// What is said of an answer: whether it is a replay, status, headers of the handler, body.
fn told(reply: &Reply) -> (bool, u16, String, String) {
    let handled = format!("{} {}", reply.header(header::CONTENT_TYPE), reply.header(header::LOCATION));
    (reply.header(REPLAYED) == "true", reply.status, handled, reply.text())
}

async fn version_of(server: &Server, document: &str) -> Value {
    server.get(&format!("/api/v1/documents/{document}")).await.json()["version"].clone()
}

async fn sqlite(folder: &Path) -> Arc<SqliteCatalog> {
    let path = folder.join("catalog.sqlite");
    Arc::new(SqliteCatalog::open(path, SqliteConfig::default(), Arc::new(SystemClock)).await.expect("opens"))
}

async fn over(catalog: &Arc<SqliteCatalog>, ids: &Arc<SequentialIds>, keys: KeysConfig) -> Server {
    let jobs = JobsConfig { urgent_workers: 0, bulk_workers: 0, ..JobsConfig::default() };
    let config = EngineConfig { keys, jobs, ..EngineConfig::default() };
    let stores = (catalog.ports(), catalog.job_store(), ids.clone());
    Server::over(stores, RestConfig::default(), config, Router::new()).await
}

/// A hundred at once: one document, one version, one answer.
async fn hundred_at_once(server: Arc<Server>) {
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let server = Arc::clone(&server);
        requests.spawn(async move { put(&server, "one", "Terns dive.").await });
    }
    let replies = requests.join_all().await;
    let document = replies[0].json()["document"].as_str().expect("an id").to_owned();
    assert_eq!(replies.iter().filter(|reply| reply.header(REPLAYED).is_empty()).count(), 1);
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (201, &replies[0].body), "{}", reply.text());
    }
    assert_eq!(version_of(&server, &document).await, 1);
    let listed = server.get(DOCUMENTS).await.json();
    assert_eq!(listed["documents"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_make_one_document_in_memory() {
    hundred_at_once(Arc::new(Server::start().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_make_one_document_in_sqlite() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = sqlite(folder.path()).await;
    hundred_at_once(Arc::new(over(&catalog, &Arc::default(), KeysConfig::default()).await)).await;
}

#[tokio::test]
async fn every_writing_operation_is_answered_again() {
    let server = Server::start().await;
    let collection = json!({ "name": "birds" });
    let search = json!({ "description": "", "search": { "query": "terns" } });
    let document = put(&server, "d", "Terns dive.").await.json()["document"].clone();
    let document = format!("/api/v1/documents/{}", document.as_str().expect("an id"));
    let (restore, purge) = (format!("{document}/restore"), format!("{document}/purge"));
    let archive = server.get("/api/v1/collections/default/archive").await.json();
    let archive = json!({ "documents": archive["documents"] });
    for (number, (method, path, body, status)) in [
        (Method::POST, "/api/v1/collections", Some(collection), 201),
        (Method::PUT, "/api/v1/searches/terns", Some(search), 201),
        (Method::DELETE, "/api/v1/searches/terns", None, 204),
        (Method::DELETE, document.as_str(), None, 200),
        (Method::POST, restore.as_str(), Some(json!({})), 200),
        (Method::POST, purge.as_str(), None, 200),
        (Method::PUT, "/api/v1/collections/birds/archive", Some(archive), 200),
        (Method::DELETE, "/api/v1/collections/birds", None, 200),
    ]
    .into_iter()
    .enumerate()
    {
        let key = number.to_string();
        let first = keyed(&server, method.clone(), path, &key, body.clone()).await;
        assert_eq!((first.status, first.header(REPLAYED)), (status, ""), "{method} {path} {}", first.text());
        let again = keyed(&server, method.clone(), path, &key, body).await;
        let (_, status, handled, text) = told(&first);
        assert_eq!(told(&again), (true, status, handled, text), "{method} {path}");
    }
}

#[tokio::test]
async fn an_upload_is_one_job() {
    let server = Server::start().await;
    let upload = |text: &'static str| {
        let request = server
            .request(Method::POST, "/api/v1/collections/default/uploads?external_id=a&file_name=a.md")
            .header(header::CONTENT_TYPE, "text/markdown")
            .header("idempotency-key", "\"upload-1\"");
        server.send(request.body(Body::from(text)).expect("request"))
    };
    let (first, again) = (upload("# Terns").await, upload("# Terns").await);
    assert_eq!((first.status, again.status), (202, 202), "{} {}", first.text(), again.text());
    assert_eq!((&first.body, first.header(header::LOCATION)), (&again.body, again.header(header::LOCATION)));
    assert_eq!(upload("# Storks").await.problem().reason, "failed_precondition");
    assert_eq!(server.get("/api/v1/jobs").await.json()["jobs"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn another_request_of_the_key_is_refused() {
    let server = Server::start().await;
    assert_eq!(put(&server, "k", "Terns dive.").await.status, 201);
    let reply = put(&server, "k", "Terns fly.").await;
    let problem = reply.problem();
    assert_eq!((problem.status, problem.reason.as_str()), (422, "failed_precondition"), "{problem:?}");
    assert!(problem.help.is_some());
    // The same JSON, written in another way, is the same request.
    let body = r#" {"text":"Terns dive.",  "external_id":"terns"} "#;
    let request = server
        .request(Method::PUT, DOCUMENTS)
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", "\"k\"");
    let again = server.send(request.body(Body::from(body)).expect("request")).await;
    assert_eq!((again.status, again.header(REPLAYED)), (201, "true"));
    // Another operation, and another caller, have keys of their own.
    assert_eq!(
        keyed(&server, Method::POST, "/api/v1/collections", "k", Some(json!({"name":"k"}))).await.status,
        201
    );
    let request = anonymous(Method::PUT, DOCUMENTS)
        .header(header::AUTHORIZATION, server.bearer(Scope::Write))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", "k");
    let other = server.send(request.body(Body::from(body)).expect("request")).await;
    assert_eq!((other.status, other.header(REPLAYED)), (200, ""), "{}", other.text());
}

#[tokio::test]
async fn failures_are_not_kept() {
    let server = Server::start().await;
    let delete = || keyed(&server, Method::DELETE, "/api/v1/searches/terns", "k", None);
    assert_eq!(delete().await.status, 404);
    let search = json!({ "description": "", "search": { "query": "terns" } });
    assert_eq!(server.put("/api/v1/searches/terns", search.to_string()).await.status, 201);
    let done = delete().await;
    assert_eq!((done.status, done.header(REPLAYED)), (204, ""));
    let again = delete().await;
    assert_eq!((again.status, again.header(REPLAYED)), (204, "true"));
}

#[tokio::test]
async fn bad_keys_and_keys_that_mean_nothing_are_refused() {
    let server = Server::start().await;
    for key in ["\"", "\"a", "\"\"", &"k".repeat(256)] {
        let problem = put(&server, key, "Terns dive.").await.problem();
        assert_eq!((problem.status, problem.errors[0].field.as_str()), (400, "idempotency-key"), "{key}");
    }
    let get = keyed(&server, Method::GET, DOCUMENTS, "k", None).await;
    assert_eq!(get.problem().reason, "invalid_argument");
    let search = keyed(&server, Method::POST, "/api/v1/search", "k", Some(json!({ "query": "terns" }))).await;
    assert_eq!(search.problem().errors[0].field, "idempotency-key");
    let reader = anonymous(Method::PUT, DOCUMENTS)
        .header(header::AUTHORIZATION, server.bearer(Scope::Read))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", "k");
    let body = json!({ "external_id": "a", "text": "b" }).to_string();
    assert_eq!(server.send(reader.body(Body::from(body)).expect("request")).await.status, 403);
    let large = json!({ "external_id": "a", "text": "x".repeat(16 << 20) });
    let reply = keyed(&server, Method::PUT, DOCUMENTS, "k", Some(large)).await;
    assert_eq!(reply.problem().reason, "too_large");
    assert_eq!(keyed(&server, Method::PUT, "/api/v1/none", "k", None).await.status, 404);
}

#[tokio::test]
async fn answers_outlive_the_server() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ids = Arc::default();
    let first = {
        let catalog = sqlite(folder.path()).await;
        let server = over(&catalog, &ids, KeysConfig::default()).await;
        let first = put(&server, "k", "Terns dive.").await;
        server.engine.close().await.expect("closes");
        catalog.close().await;
        first
    };
    let catalog = sqlite(folder.path()).await;
    let server = over(&catalog, &ids, KeysConfig::default()).await;
    let again = put(&server, "k", "Terns dive.").await;
    assert_eq!((again.status, again.header(REPLAYED), &again.body), (201, "true", &first.body));
    assert_eq!(put(&server, "k", "Terns fly.").await.status, 422);
}

/// What a `PUT` of a document with a key is to the engine.
fn put_request(key: &str, body: &str) -> KeyedRequest {
    let fingerprint = ragstone_api::idempotency::Fingerprint::of("rest")
        .with(b"PUT")
        .with(DOCUMENTS.as_bytes())
        .with(b"")
        .with(b"")
        .with(b"")
        .with_body(body.as_bytes())
        .digest();
    let key = IdempotencyKey::try_new(key).expect("a key");
    KeyedRequest { operation: "documents.put".to_owned(), key, fingerprint }
}

/// A process that dies behind its write and before its answer leaves the request to whoever repeats it.
#[tokio::test]
async fn a_write_whose_answer_was_lost_is_not_made_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = sqlite(folder.path()).await;
    let server =
        over(&catalog, &Arc::default(), KeysConfig { hold: Duration::from_secs(1), ..KeysConfig::default() })
            .await;
    let caller = CallContext::new(Principal::new("admin", TenantId::default(), Scope::Admin));
    let body = json!({ "external_id": "terns", "text": "Terns dive." });
    let request = put_request("k", &body.to_string());
    // What the process that died did: the claim, and the write under it.
    let policy = KeyPolicy {
        hold: Duration::from_millis(1500),
        retention: Duration::from_hours(1),
        most_keys: 9,
        most_bytes: 9,
    };
    let fresh = ragstone_core::IdSource::fresh;
    let other = SequentialIds::default();
    let (id, holder) = (KeyedRequestId::from_uuid(fresh(&other)), HolderId::from_uuid(fresh(&other)));
    let begun = catalog.begin_request(&caller, &request, id, holder, &policy).await.expect("begins");
    let KeyState::Claimed(claim) = begun else { panic!("{begun:?}") };
    let text = ragstone_core::request::IngestText {
        collection: ragstone_core::CollectionName::default(),
        external_id: "terns".to_owned(),
        title: None,
        format: None,
        text: "Terns dive.".to_owned(),
        tags: std::collections::BTreeSet::new(),
        metadata: ragstone_core::metadata::Metadata::new(),
        access: ragstone_core::AccessList::OPEN,
    };
    let receipt = server.engine.ingest_text(&caller.clone().with_claim(claim), text).await.expect("stores");
    // Somebody else changes the document meanwhile.
    let newer = json!({ "external_id": "terns", "text": "Terns fly." }).to_string();
    assert_eq!(server.put(DOCUMENTS, newer).await.json()["version"], 2);
    let answer = put(&server, "k", "Terns dive.").await;
    assert_eq!((answer.status, answer.header(REPLAYED)), (201, ""), "{}", answer.text());
    assert_eq!(answer.json()["version"], 1);
    assert_eq!(version_of(&server, &receipt.document.to_string()).await, 2);
    assert_eq!(put(&server, "k", "Terns dive.").await.header(REPLAYED), "true");
}

/// What is brought back is not deleted any more, and whoever repeats the request is answered all the same.
#[tokio::test]
async fn a_document_that_was_brought_back_is_not_refused_because_it_is_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let catalog = sqlite(folder.path()).await;
    let server = over(&catalog, &Arc::default(), KeysConfig::default()).await;
    let id = put(&server, "d", "Terns dive.").await.json()["document"].as_str().expect("an id").to_owned();
    assert_eq!(server.delete(&format!("/api/v1/documents/{id}")).await.status, 200);
    let request = KeyedRequest {
        operation: "documents.restore".to_owned(),
        key: IdempotencyKey::try_new("k").expect("a key"),
        fingerprint: ragstone_core::Digest::of(b"restore"),
    };
    let policy = KeyPolicy {
        hold: Duration::from_mins(1),
        retention: Duration::from_hours(1),
        most_keys: 9,
        most_bytes: 1 << 20,
    };
    let caller = CallContext::new(Principal::new("admin", TenantId::default(), Scope::Admin));
    let ids = SequentialIds::default();
    let fresh = ragstone_core::IdSource::fresh;
    let (key, holder) = (KeyedRequestId::from_uuid(fresh(&ids)), HolderId::from_uuid(fresh(&ids)));
    let begun = catalog.begin_request(&caller, &request, key, holder, &policy).await.expect("begins");
    let KeyState::Claimed(claim) = begun else { panic!("{begun:?}") };
    let (id, claimed) = (id.parse().expect("an id"), caller.clone().with_claim(claim));
    let first = server.engine.restore_version(&claimed, id, None, None).await.expect("is brought back");
    let again = server.engine.restore_version(&claimed, id, None, None).await.expect("answers");
    assert_eq!(first, again);
    let without = server.engine.restore_version(&caller, id, None, None).await.expect_err("is not deleted");
    assert_eq!(without.kind(), ragstone_core::ErrorKind::FailedPrecondition);
}

#[tokio::test]
async fn answers_are_kept_for_a_time_and_in_a_bounded_number() {
    let keys = KeysConfig { retention: Duration::from_secs(1), per_tenant: 2, ..KeysConfig::default() };
    let config = EngineConfig { keys, ..EngineConfig::default() };
    let server = Server::start_with(RestConfig::default(), config).await;
    assert_eq!(put(&server, "a", "Terns dive.").await.status, 201);
    assert_eq!(put(&server, "b", "Terns dive.").await.status, 200);
    assert_eq!(put(&server, "c", "Terns dive.").await.problem().reason, "rate_limited");
    assert_eq!(put(&server, "a", "Terns dive.").await.header(REPLAYED), "true");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let fresh = put(&server, "a", "Terns fly.").await;
    assert_eq!((fresh.status, fresh.header(REPLAYED)), (200, ""), "{}", fresh.text());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test joins the task")]
async fn what_is_under_way_is_waited_for_and_then_named() {
    let keys = KeysConfig { patience: Duration::from_millis(300), ..KeysConfig::default() };
    let server =
        Server::start_with(RestConfig::default(), EngineConfig { keys, ..EngineConfig::default() }).await;
    let caller = CallContext::new(Principal::new("admin", TenantId::default(), Scope::Admin));
    let body = json!({ "external_id": "terns", "text": "Terns dive." }).to_string();
    let request = put_request("k", &body);
    let (begun, wait) = tokio::sync::oneshot::channel::<()>();
    let engine = server.engine.clone();
    let slow = tokio::spawn(async move {
        let work = move |_: CallContext| async move {
            let _ = begun.send(());
            tokio::time::sleep(Duration::from_millis(900)).await;
            ragstone_engine::Done::Forget(())
        };
        engine.once(&caller, request, work).await.map(drop)
    });
    wait.await.expect("begins");
    let reply = put(&server, "k", "Terns dive.").await;
    let problem = reply.problem();
    assert_eq!((problem.status, reply.header(header::RETRY_AFTER)), (409, "1"), "{problem:?}");
    slow.await.expect("joins").expect("ends");
    assert_eq!(put(&server, "k", "Terns dive.").await.status, 201);
}
