//! Spans in a real OpenTelemetry collector.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ragstone_observability::propagation::{IncomingTrace, adopt};
use ragstone_observability::span;
use ragstone_observability::startup::{LogFormat, Telemetry};
use ragstone_observability::traces::Traces;
use serde_json::Value;
use tracing::Instrument as _;

use crate::captured::{Captured, logs};
use crate::skip::{program, skip};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// A collector that writes what it gets to a file; ended when dropped.
struct Collector {
    child: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Collector {
    fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
        let output = folder.path().join("spans.json");
        let config = format!(
            "receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '{address}'}}}}}}}}\n\
             exporters: {{file: {{path: '{}', flush_interval: 100ms}}}}\n\
             service:\n  telemetry: {{metrics: {{level: none}}}}\n  pipelines: {{traces: {{receivers: [otlp], exporters: [file]}}}}\n",
            output.display(),
        );
        let file = folder.path().join("collector.yaml");
        std::fs::write(&file, config).expect("writes");
        let child = Command::new(program)
            .arg("--config")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).expect("a log"))
            .spawn()
            .expect("the collector starts");
        let collector = Self { child, address, folder };
        collector.wait(|| TcpStream::connect(address).is_ok().then_some(()));
        collector
    }

    /// Every span that arrived, with its resource's attributes below `resource`.
    fn spans(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("spans.json")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut spans = Vec::new();
        for resource in lines.flat_map(|line| line["resourceSpans"].as_array().cloned().unwrap_or_default()) {
            for scope in resource["scopeSpans"].as_array().cloned().unwrap_or_default() {
                for mut span in scope["spans"].as_array().cloned().unwrap_or_default() {
                    span["resource"] = resource["resource"]["attributes"].clone();
                    spans.push(span);
                }
            }
        }
        spans
    }

    fn wait<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        for _ in 0..200 {
            if let Some(found) = look() {
                return found;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("it takes too long; the collector says {log}");
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn attribute<'a>(attributes: &'a Value, key: &str) -> Option<&'a str> {
    let found = attributes.as_array()?.iter().find(|attribute| attribute["key"] == key)?;
    found["value"]["stringValue"].as_str()
}

async fn request() {
    let request = tracing::info_span!(target: "ragstone_rest", span::HTTP_REQUEST, otel.kind = "server");
    adopt(
        &request,
        &IncomingTrace { parent: Some(&format!("00-{TRACE}-{CALLER}-01")), ..IncomingTrace::default() },
    );
    let call = async {
        let call = tracing::debug_span!(
            target: "ragstone_layers", span::PORT_CALL, port.name = "chunk-index", error = "postgres://u:hunter2@h"
        );
        tokio::task::yield_now().instrument(call).await;
        tracing::debug_span!(target: "hyper", "not ours").in_scope(|| {});
    };
    let work = async {
        call.instrument(tracing::info_span!(target: "ragstone_engine", span::SEARCH)).await;
    };
    work.instrument(request).await;
}

#[test]
fn spans_arrive_with_their_parents_and_without_secrets() {
    let Some(program) = program("RAGSTONE_TEST_COLLECTOR", "otelcol") else {
        return skip("collector", "RAGSTONE_TEST_COLLECTOR names no OpenTelemetry collector");
    };
    let collector = Collector::start(&program);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("builds");
    let captured = Captured::default();
    let traces = Traces {
        endpoint: Some(format!("http://{}", collector.address)),
        service_version: "1.2.3".to_owned(),
        instance_id: "replica-a".to_owned(),
        ..Traces::default()
    };
    let entered = runtime.enter();
    let (dispatch, running) = captured.start(Telemetry { traces, ..logs(LogFormat::Json, "info") });
    drop(entered);
    tracing::dispatcher::with_default(&dispatch, || {
        // On this thread, whose subscriber is the one under test.
        let local = tokio::runtime::Builder::new_current_thread().build().expect("builds");
        local.block_on(request());
    });
    running.close(Duration::from_secs(5));
    let spans = collector.wait(|| {
        let spans: Vec<_> = collector.spans().into_iter().filter(|span| span["traceId"] == TRACE).collect();
        (spans.len() >= 3).then_some(spans)
    });
    assert_eq!(spans.len(), 3, "{spans:#?}");
    let named = |name: &str| spans.iter().find(|span| span["name"] == name).expect("is there").clone();
    let [request, search, call] = [span::HTTP_REQUEST, span::SEARCH, span::PORT_CALL].map(named);
    assert_eq!(request["parentSpanId"], CALLER);
    assert_eq!(search["parentSpanId"], request["spanId"]);
    assert_eq!(call["parentSpanId"], search["spanId"]);
    assert_eq!(attribute(&call["attributes"], "port.name"), Some("chunk-index"));
    assert!(!spans.iter().any(|span| span.to_string().contains("hunter2")), "{spans:#?}");
    let resource = |key| attribute(&request["resource"], key);
    assert_eq!(resource("service.name"), Some("ragstone"));
    assert_eq!(resource("service.version"), Some("1.2.3"));
    assert_eq!(resource("service.instance.id"), Some("replica-a"));
}
