//! What is counted and logged of requests, also of hostile ones.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::Body;
use axum::http::{Method, Request};
use metrics_util::debugging::DebuggingRecorder;
use ragstone_api::operation::OPERATIONS;
use ragstone_core::{ErrorKind, Scope};
use ragstone_engine::EngineConfig;
use ragstone_observability::metric;
use ragstone_observability::startup::{LogFormat, Telemetry};
use ragstone_rest::{RestConfig, StoreCheck};
use serde_json::{Value, json};

use crate::server::{Server, anonymous};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const CANARY: &str = "c4nary";

/// Runs a test body with a recorder of its own and gives the values of each label.
fn labels_after(body: impl Future<Output = ()>) -> (usize, BTreeMap<String, BTreeSet<String>>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("builds");
    metrics::with_local_recorder(&recorder, || runtime.block_on(body));
    let series = snapshotter.snapshot().into_vec();
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, ..) in &series {
        for label in key.key().labels() {
            values.entry(label.key().to_owned()).or_default().insert(label.value().to_owned());
        }
    }
    (series.len(), values)
}

/// Sends what somebody would send who wants to fill the memory of the metrics.
async fn attack(server: &Server, number: u32) {
    let own = format!("{CANARY}{number}");
    let method = Method::from_bytes(format!("X{number}").as_bytes()).expect("a method");
    let search = json!({ "query": own, "collections": [own] }).to_string();
    let document = json!({ "external_id": own, "text": own, "tags": [own], "metadata": { &own: own } });
    for (method, path, body) in [
        (method, "/api/v1/status".to_owned(), String::new()),
        (Method::GET, format!("/{own}"), String::new()),
        (Method::GET, format!("/docs/{own}"), String::new()),
        (Method::GET, format!("/docs/errors/{own}"), String::new()),
        (Method::GET, format!("/api/v1/collections/{own}?{own}={own}"), String::new()),
        (Method::GET, format!("/api/v1/documents/{own}"), String::new()),
        (Method::POST, "/api/v1/search".to_owned(), search),
        (Method::POST, "/api/v1/collections".to_owned(), json!({ "name": own }).to_string()),
        (Method::PUT, format!("/api/v1/collections/{own}/documents"), document.to_string()),
        (Method::DELETE, format!("/api/v1/collections/{own}"), String::new()),
    ] {
        for request in [server.request(method.clone(), &path), anonymous(method, &path)] {
            let request = request
                .header("x-request-id", &own)
                .header("user-agent", &own)
                .header("traceparent", &own)
                .header("content-type", "application/json")
                .body(Body::from(body.clone()));
            server.send(request.expect("request")).await;
        }
    }
}

fn attacked(times: u32) -> (usize, BTreeMap<String, BTreeSet<String>>) {
    labels_after(async {
        let server = Server::start().await;
        for number in 0..times {
            attack(&server, number).await;
        }
    })
}

#[test]
fn hostile_requests_make_no_new_series() {
    let (few, _) = attacked(3);
    let (many, values) = attacked(40);
    assert_eq!(few, many, "{values:#?}");
    assert!(many < 200, "{many} series");
    assert!(!format!("{values:?}").contains(CANARY), "{values:#?}");
    let outcomes: BTreeSet<String> = ErrorKind::ALL
        .iter()
        .map(|kind| kind.codes().reason)
        .chain(["ok", "dropped"])
        .map(str::to_owned)
        .collect();
    assert!(values[metric::OUTCOME].is_subset(&outcomes), "{values:#?}");
    let operations: BTreeSet<String> = OPERATIONS.iter().map(|known| known.name.to_owned()).collect();
    assert!(values[metric::OPERATION].is_subset(&operations), "{values:#?}");
    assert!(values[metric::METHOD].contains("other"), "{values:#?}");
    assert!(values[metric::ROUTE].contains("unmatched"), "{values:#?}");
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps a second subscriber alive: while there is only one, a call site that another thread reaches first is taken
/// for one that nobody listens to (tracing-core 0.1, `Rebuilder::JustOne`).
fn keep_another_subscriber() {
    static OTHER: OnceLock<tracing::Dispatch> = OnceLock::new();
    OTHER.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::Registry::default()));
}

/// The log lines of one request, as JSON.
fn logged(request: impl FnOnce(&Server) -> Request<Body>) -> Vec<Value> {
    keep_another_subscriber();
    let captured = Captured::default();
    let writer = captured.clone();
    let telemetry = Telemetry {
        format: LogFormat::Json,
        directives: "off,ragstone_rest::access=info".to_owned(),
        ..Telemetry::default()
    };
    let (dispatch, _running) = telemetry.subscriber(move || writer.clone()).expect("valid");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("builds");
    tracing::dispatcher::with_default(&dispatch, || {
        runtime.block_on(async {
            let server = Server::start().await;
            let request = request(&server);
            server.send(request).await;
        });
    });
    let text = String::from_utf8(captured.0.lock().expect("no panic").clone()).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_request_continues_the_trace_of_its_caller() {
    let lines = logged(|server| {
        let request = server.request(Method::GET, "/api/v1/status");
        request
            .header("traceparent", PARENT)
            .header("x-request-id", "r-1")
            .body(Body::empty())
            .expect("request")
    });
    let [line] = &lines[..] else { panic!("one line: {lines:?}") };
    assert_eq!((&line["trace_id"], &line["request_id"]), (&json!(TRACE), &json!("r-1")));
    assert_ne!(line["span_id"], "b7ad6b7169203331");
    assert_eq!(line["spans"][0]["operation"], "status.read");
}

#[test]
fn a_request_without_a_trace_begins_one() {
    for parent in [None, Some("nonsense"), Some("00-00000000000000000000000000000000-b7ad6b7169203331-01")] {
        let lines = logged(|server| {
            let mut request = server.request(Method::GET, "/api/v1/status");
            if let Some(parent) = parent {
                request = request.header("traceparent", parent);
            }
            request.body(Body::empty()).expect("request")
        });
        let id = lines[0]["trace_id"].as_str().expect("an id");
        assert!(id.len() == 32 && id != TRACE && id != "0".repeat(32), "{id}");
    }
}

#[tokio::test]
async fn a_store_that_is_gone_makes_the_main_port_not_ready() {
    let stores = Some(StoreCheck::new(|| async { false }));
    let config = RestConfig { stores, ..RestConfig::default() };
    let server = Server::start_with(config, EngineConfig::default()).await;
    let reply = server.get("/health/ready").await;
    assert_eq!((reply.status, reply.text().as_str()), (503, r#"{"status":"unavailable"}"#));
    assert_eq!(server.get("/health/live").await.status, 200);
    assert!(server.bearer(Scope::Read).starts_with("Bearer "));
    server.engine.drain();
    assert_eq!(server.get("/health/ready").await.text(), r#"{"status":"draining"}"#);
}
