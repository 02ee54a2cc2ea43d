//! A server over in-memory stores, and short words for what tests ask of it.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::{Extension, Router};
use ragstone_core::clock::{SequentialIds, SystemClock};
use ragstone_core::memory::{MemoryCatalog, MemoryIndex, MemoryJobs};
use ragstone_core::{Principal, Scope, TenantId};
use ragstone_engine::{Engine, EngineConfig, Stores};
use ragstone_mcp::{McpConfig, http_service};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) const MODERN: &str = "2026-07-28";
pub(crate) const LEGACY: &str = "2025-11-25";

pub(crate) struct Workbench {
    pub(crate) engine: Engine,
    pub(crate) router: Router,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn principal(scope: Scope) -> Arc<Principal> {
    Arc::new(Principal::new("tester", TenantId::default(), scope))
}

impl Workbench {
    pub(crate) async fn new() -> Self {
        Self::with(McpConfig::default(), Scope::Admin).await
    }

    pub(crate) async fn with(config: McpConfig, scope: Scope) -> Self {
        let clock = Arc::new(SystemClock);
        let catalog = Arc::new(MemoryCatalog::new(clock.clone()));
        let stores = Stores {
            jobs: Arc::new(MemoryJobs::new(clock.clone()).with_keys(catalog.keys())),
            catalog,
            index: Arc::new(MemoryIndex::new()),
            leases: None,
            embedding_leases: None,
            reranker: None,
            embedder: None,
            models: None,
            answers: None,
            clock,
            ids: Arc::new(SequentialIds::default()),
        };
        let folder = tempfile::tempdir().expect("temporary folder");
        let engine_config = EngineConfig { roots: vec![folder.path().to_owned()], ..EngineConfig::default() };
        let engine = Engine::start(stores, engine_config).await.expect("starts");
        let router = http_service(engine.clone(), config).layer(Extension(principal(scope)));
        Self { engine, router: Router::new().nest("/mcp", router), folder }
    }

    /// The same engine behind another configuration and scope.
    pub(crate) fn seen_with(&self, config: McpConfig, scope: Scope) -> Router {
        let router = http_service(self.engine.clone(), config).layer(Extension(principal(scope)));
        Router::new().nest("/mcp", router)
    }

    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        call(&self.router, tool, arguments).await
    }

    /// Calls a tool that must succeed and returns its structured content.
    pub(crate) async fn ok(&self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["isError"], false, "{result:#}");
        let text = result["content"][0]["text"].as_str().expect("has a text");
        let parsed: Value = serde_json::from_str(text).expect("the text is JSON");
        assert_eq!(parsed, result["structuredContent"], "text and structure say the same");
        parsed
    }

    /// Calls a tool that must fail and returns reason code and text.
    pub(crate) async fn refused(&self, tool: &str, arguments: Value) -> (String, String) {
        refusal(&self.call(tool, arguments).await)
    }

    /// Stores a text, waits until it can be found and returns the id of its document.
    pub(crate) async fn put(&self, id: &str, text: &str) -> String {
        let receipt =
            self.ok("ingest_text", json!({ "external_id": id, "text": text, "format": "markdown" })).await;
        let query = json!({ "query": "anything", "min_sequence": receipt["sequence"] });
        self.ok("search", query).await;
        receipt["document"].as_str().expect("has an id").to_owned()
    }

    pub(crate) async fn request(&self, method: &str, params: Value) -> Value {
        request(&self.router, method, params).await
    }
}

pub(crate) fn refusal(result: &Value) -> (String, String) {
    assert_eq!(result["isError"], true, "{result:#}");
    let reason = result["_meta"]["ragstone/error"]["reason"].as_str();
    let text = result["content"][0]["text"].as_str();
    (reason.expect("has a reason").to_owned(), text.expect("has a text").to_owned())
}

pub(crate) async fn call(router: &Router, tool: &str, arguments: Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    let mut answer = request(router, "tools/call", params).await;
    let result = answer["result"].take();
    assert!(result.is_object(), "{answer:#}");
    result
}

/// Sends a request of the current revision and returns the JSON-RPC answer.
pub(crate) async fn request(router: &Router, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let name = params["name"].as_str().or(params["uri"].as_str());
    let mut builder = post().header("mcp-protocol-version", MODERN).header("mcp-method", method);
    if let Some(name) = name {
        builder = builder.header("mcp-name", name);
    }
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let request = builder.body(Body::from(body.to_string())).expect("is a request");
    let (_, answer) = send(router, request).await;
    assert_eq!(answer["jsonrpc"], "2.0", "{answer:#}");
    answer
}

/// A `POST` as every client sends it.
pub(crate) fn post() -> axum::http::request::Builder {
    Request::post("/mcp")
        .header("host", "localhost:8080")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

/// Sends a request and reads the answer as JSON, or as the text of its body.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = exchange(router, request).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 64 << 20).await.expect("has a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let value = serde_json::from_slice(&bytes).unwrap_or(Value::String(text));
    (status, value)
}

pub(crate) async fn exchange(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.expect("answers")
}
