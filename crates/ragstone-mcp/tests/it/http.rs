//! The HTTP transport: both eras, checks of the message, hosts, origins, missing authentication.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use ragstone_core::Scope;
use ragstone_mcp::{McpConfig, http_service};
use serde_json::{Value, json};

use crate::workbench::{LEGACY, Workbench, exchange, post, request, send};

async fn post_body(bench: &Workbench, body: impl Into<Body>) -> (StatusCode, Value) {
    let request = post().body(body.into()).expect("is a request");
    send(&bench.router, request).await
}

#[tokio::test]
async fn the_current_revision_is_discovered() {
    let bench = Workbench::new().await;
    let answer = bench.request("server/discover", json!({})).await;
    let result = &answer["result"];
    assert_eq!(result["supportedVersions"].as_array().map(Vec::len), Some(5), "{answer:#}");
    let info = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
    for field in ["name", "title", "version", "description", "websiteUrl", "icons"] {
        assert!(!info[field].is_null(), "{field}: {info:#}");
    }
    let instructions = result["instructions"].as_str().expect("has instructions");
    assert!(instructions.contains("Search it before"), "{instructions}");
    assert_eq!(result["cacheScope"], "private");
}

#[tokio::test]
async fn a_legacy_client_is_served_without_a_session() {
    let bench = Workbench::new().await;
    let initialize = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {
            "protocolVersion": LEGACY,
            "capabilities": {},
            "clientInfo": { "name": "old", "version": "1" },
        },
    });
    let request = post().body(Body::from(initialize.to_string())).expect("is a request");
    let response = exchange(&bench.router, request).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().get("mcp-session-id").is_none());
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let request = post()
        .header("mcp-protocol-version", LEGACY)
        .body(Body::from(list.to_string()))
        .expect("is a request");
    let (status, answer) = send(&bench.router, request).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["result"]["tools"].as_array().map(Vec::len), Some(26), "{answer:#}");
    assert!(answer["result"].get("resultType").is_none());
}

#[tokio::test]
async fn malformed_bodies_are_answered_in_json_rpc() {
    let bench = Workbench::new().await;
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    for (body, code) in [
        (String::new(), -32700),
        ("{".to_owned(), -32700),
        ("{\"jsonrpc\":\"2.0\",}".to_owned(), -32700),
        ("[".repeat(100_000), -32700),
        (json!([call, call]).to_string(), -32600),
        ("[]".to_owned(), -32600),
        ("null".to_owned(), -32600),
        ("7".to_owned(), -32600),
        (json!({ "hello": "world" }).to_string(), -32600),
        (json!({ "jsonrpc": "1.0", "id": 1, "method": "tools/list" }).to_string(), -32600),
    ] {
        let start: String = body.chars().take(60).collect();
        let (status, answer) = post_body(&bench, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{start}: {answer:#}");
        assert_eq!(answer["jsonrpc"], "2.0", "{start}: {answer:#}");
        assert_eq!(answer["error"]["code"], code, "{start}: {answer:#}");
    }
    let not_utf8: &[u8] = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}";
    let (status, answer) = post_body(&bench, not_utf8).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!(-32700)));
}

#[tokio::test]
async fn an_oversized_body_is_refused_in_json_rpc() {
    let config = McpConfig { max_body_bytes: 1000, ..McpConfig::default() };
    let bench = Workbench::with(config, Scope::Read).await;
    let (status, answer) = post_body(&bench, "x".repeat(1001)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer["error"]["code"], -31011, "{answer:#}");
}

#[tokio::test]
async fn unknown_methods_tools_and_parameters_are_protocol_errors() {
    let bench = Workbench::new().await;
    for (method, params, code) in [
        ("tools/run", json!({}), -32601),
        ("tools/call", json!({ "name": "drop_tables" }), -32602),
        ("tools/call", json!({ "name": "search", "arguments": [] }), -32602),
        ("tools/list", json!({ "cursor": "x" }), -32602),
        ("resources/list", json!({ "cursor": "x" }), -32602),
        ("resources/templates/list", json!({ "cursor": "x" }), -32602),
        ("prompts/list", json!({ "cursor": "x" }), -32602),
        ("prompts/get", json!({ "name": "x" }), -32602),
        ("resources/read", json!({ "uri": "test://x" }), -32602),
        ("initialize", json!({}), -32601),
    ] {
        let answer = bench.request(method, params).await;
        assert_eq!(answer["error"]["code"], code, "{method}: {answer:#}");
    }
}

fn list_with(header: &'static str, value: &str) -> Request<Body> {
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let mut request = post()
        .header("mcp-protocol-version", LEGACY)
        .body(Body::from(list.to_string()))
        .expect("is a request");
    let value = value.parse().expect("is a header value");
    request.headers_mut().insert(header, value);
    request
}

#[tokio::test]
async fn hosts_and_origins_outside_the_lists_are_refused() {
    let bench = Workbench::new().await;
    for (header, value, status) in [
        ("host", "localhost", StatusCode::OK),
        ("host", "127.0.0.1:6333", StatusCode::OK),
        ("host", "[::1]:6333", StatusCode::OK),
        ("host", "evil.example", StatusCode::FORBIDDEN),
        ("host", "localhost.evil.example", StatusCode::FORBIDDEN),
        ("origin", "http://localhost:3000", StatusCode::OK),
        ("origin", "http://127.0.0.1", StatusCode::OK),
        ("origin", "http://[::1]:3000", StatusCode::OK),
        ("origin", "http://evil.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
    ] {
        let (answered, _) = send(&bench.router, list_with(header, value)).await;
        assert_eq!(answered, status, "{header}: {value}");
    }
}

#[tokio::test]
async fn browsers_of_allowed_origins_may_call() {
    let bench = Workbench::new().await;
    let preflight = |origin: &str| {
        Request::options("/mcp")
            .header("host", "localhost:8080")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "mcp-method,mcp-name,authorization")
            .body(Body::empty())
            .expect("is a request")
    };
    let allowed = exchange(&bench.router, preflight("http://localhost:3000")).await;
    let header = |name: &str| allowed.headers().get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("access-control-allow-origin"), Some("http://localhost:3000"));
    let headers = header("access-control-allow-headers").expect("names headers");
    for name in ["content-type", "authorization", "mcp-protocol-version", "mcp-method", "mcp-name"] {
        assert!(headers.contains(name), "{name}: {headers}");
    }
    let refused = exchange(&bench.router, preflight("http://evil.example")).await;
    assert!(refused.headers().get("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn without_a_principal_every_call_is_unauthenticated() {
    let bench = Workbench::new().await;
    let bare = Router::new().nest("/mcp", http_service(bench.engine.clone(), McpConfig::default()));
    for (method, params) in [
        ("tools/list", json!({})),
        ("tools/call", json!({ "name": "search", "arguments": { "query": "x" } })),
        ("resources/list", json!({})),
        ("resources/read", json!({ "uri": "ragstone://chunks/x" })),
    ] {
        let answer = request(&bare, method, params).await;
        assert_eq!(answer["error"]["code"], -31016, "{method}: {answer:#}");
    }
}
