//! The stream transport, driven by the client of another code base: rmcp's own.

use std::sync::{Arc, Mutex};

use ragstone_core::Scope;
use ragstone_mcp::{McpConfig, serve_stream};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, NumberOrString, ProgressNotificationParam,
    ProgressToken, RequestMetaObject, ServerResult,
};
use rmcp::service::{NotificationContext, PeerRequestOptions, RequestHandle, RunningService};
use rmcp::{ClientHandler, RoleClient, ServiceExt};
use serde_json::{Value, json};

use crate::workbench::{Workbench, principal};

/// Progress and total of a notification.
type Seen = (f64, Option<f64>);

#[derive(Clone, Default)]
struct Listener {
    progress: Arc<Mutex<Vec<Seen>>>,
}

impl ClientHandler for Listener {
    async fn on_progress(&self, params: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        let mut seen = self.progress.lock().expect("is not poisoned");
        seen.push((params.progress, params.total));
    }
}

struct Connection {
    client: RunningService<RoleClient, Listener>,
    server: tokio::task::JoinHandle<ragstone_core::Result<()>>,
    listener: Listener,
}

#[expect(clippy::disallowed_methods, reason = "the test joins the task itself")]
async fn connect(bench: &Workbench, config: McpConfig) -> Connection {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (reader, writer) = tokio::io::split(far);
    let connection = serve_stream(bench.engine.clone(), principal(Scope::Write), config, reader, writer);
    let server = tokio::spawn(connection);
    let listener = Listener::default();
    let client = listener.clone().serve(near).await.expect("connects");
    Connection { client, server, listener }
}

async fn send(
    connection: &Connection,
    tool: &'static str,
    arguments: Value,
    options: PeerRequestOptions,
) -> RequestHandle<RoleClient> {
    let arguments = arguments.as_object().cloned().expect("is an object");
    let params = CallToolRequestParams::new(tool).with_arguments(arguments);
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
    let sent = connection.client.send_cancellable_request(request, options).await;
    sent.expect("is sent")
}

#[tokio::test]
async fn a_client_lists_calls_and_leaves() {
    let bench = Workbench::new().await;
    bench.put("shed", "# Shed\n\nPaint it red.").await;
    let connection = connect(&bench, McpConfig::default()).await;
    let tools = connection.client.list_all_tools().await.expect("lists");
    assert_eq!(tools.len(), 26);
    let arguments = json!({ "query": "red" }).as_object().cloned().expect("is an object");
    let params = CallToolRequestParams::new("search").with_arguments(arguments);
    let result = connection.client.call_tool(params).await.expect("answers");
    let content = result.structured_content.expect("is structured");
    assert_eq!(content["hits"][0]["citation"]["source"], "text:shed");
    connection.client.cancel().await.expect("closes");
    connection.server.await.expect("ends").expect("ends well");
}

#[tokio::test]
async fn an_ingest_reports_progress_to_who_asked_for_it() {
    let bench = Workbench::new().await;
    for number in 0..20 {
        let path = bench.folder.path().join(format!("note-{number}.md"));
        std::fs::write(path, format!("# Note {number}\n\nWords.")).expect("writes");
    }
    let connection = connect(&bench, McpConfig::default()).await;
    let arguments = json!({ "path": bench.folder.path().to_str().expect("is UTF-8") });
    let mut options = PeerRequestOptions::no_options();
    let token = ProgressToken(NumberOrString::Number(7));
    options.meta = Some(RequestMetaObject::with_progress_token(token));
    let handle = send(&connection, "ingest_path", arguments, options).await;
    let answer = handle.await_response().await.expect("answers");
    let ServerResult::CallToolResult(result) = answer else {
        panic!("another result: {answer:?}");
    };
    assert_eq!(result.structured_content.expect("is structured")["created"], 20);
    connection.client.cancel().await.expect("closes");
    let progress = connection.listener.progress.lock().expect("is not poisoned").clone();
    assert!(progress.windows(2).all(|pair| pair[0].0 < pair[1].0), "{progress:?}");
    assert_eq!(progress.last(), Some(&(20.0, Some(20.0))));
}

#[tokio::test]
async fn a_wait_for_a_job_reports_progress_to_who_asked_for_it() {
    let bench = Workbench::new().await;
    for number in 0..30 {
        let path = bench.folder.path().join(format!("note-{number}.md"));
        std::fs::write(path, format!("# Note {number}\n\nWords.")).expect("writes");
    }
    let request = ragstone_core::request::IngestPaths {
        collection: ragstone_core::CollectionName::default(),
        paths: vec![bench.folder.path().to_owned()],
        reading: ragstone_core::request::PathReading::All,
        is_empty_allowed: false,
        tags: std::collections::BTreeSet::new(),
        metadata: ragstone_core::metadata::Metadata::new(),
        access: ragstone_core::AccessList::OPEN,
    };
    let receipt = bench.engine.enqueue_paths(&ragstone_core::CallContext::system(), request).await;
    let id = receipt.expect("is taken").job.id.to_string();
    let connection = connect(&bench, McpConfig::default()).await;
    let arguments = json!({ "job": id, "wait": "stored", "wait_ms": 20_000 });
    let mut options = PeerRequestOptions::no_options();
    let token = ProgressToken(NumberOrString::Number(8));
    options.meta = Some(RequestMetaObject::with_progress_token(token));
    let handle = send(&connection, "read_job", arguments, options).await;
    let answer = handle.await_response().await.expect("answers");
    let ServerResult::CallToolResult(result) = answer else {
        panic!("another result: {answer:?}");
    };
    assert_eq!(result.structured_content.expect("is structured")["state"], "succeeded");
    connection.client.cancel().await.expect("closes");
    let progress = connection.listener.progress.lock().expect("is not poisoned").clone();
    assert!(progress.windows(2).all(|pair| pair[0].0 < pair[1].0), "{progress:?}");
    assert_eq!(progress.last(), Some(&(30.0, Some(30.0))));
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_stops() {
    let bench = Workbench::new().await;
    let config = McpConfig::default();
    let shutdown = config.shutdown.clone();
    let connection = connect(&bench, config).await;
    shutdown.cancel();
    connection.server.await.expect("ends").expect("ends well");
}
