//! Who may do what: every operation of the table, with every scope.

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request, header};
use ragstone_api::operation::OPERATIONS;
use ragstone_core::Scope;
use ragstone_rest::openapi;
use serde_json::Value;

use crate::server::{Server, anonymous};

/// Method, path and operation id of every route.
fn routes() -> Vec<(Method, String, String)> {
    let document = serde_json::to_value(openapi()).expect("serializable");
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let method = method.to_uppercase().parse().expect("method");
            let name = operation["operationId"].as_str().expect("named").to_owned();
            routes.push((method, path.clone(), name));
        }
    }
    routes
}

/// A body that passes every check before the scope is looked at.
fn body(operation: &str) -> Value {
    match operation {
        "search" => serde_json::json!({ "query": "x", "collections": ["default"] }),
        "searches.run" | "documents.restore" | "graphs.draw" => serde_json::json!({}),
        "searches.save" => serde_json::json!({ "search": { "query": "x", "collections": ["default"] } }),
        "search.suggest" => serde_json::json!({ "text": "x" }),
        "collections.create" | "graphs.create" => serde_json::json!({ "name": "x" }),
        "collections.migrate" => serde_json::json!({ "model": "x" }),
        "collections.switch_generation" => serde_json::json!({ "to": "previous" }),
        "documents.put" => serde_json::json!({ "external_id": "x", "text": "x" }),
        "ingest.paths" | "jobs.ingest_paths" => serde_json::json!({ "paths": ["/"] }),
        "citations.verify" => serde_json::json!({
            "document": "00000000-0000-4000-8000-000000000000", "version": 1,
            "span": { "start": 0, "end": 0 }, "text_digest": "0".repeat(64),
        }),
        "collections.import" => serde_json::json!({ "documents": [] }),
        "graphs.rename" => serde_json::json!({ "name": "y" }),
        "graphs.change" => serde_json::json!({ "change": { "kind": "clear" } }),
        "graphs.query" => serde_json::json!({ "find": { "kind": "nodes" } }),
        "graphs.analyze" => serde_json::json!({ "analysis": { "algorithm": "pagerank" } }),
        "graphs.annotate" => {
            serde_json::json!({ "analysis": { "algorithm": "pagerank" }, "attribute": "rank" })
        }
        _ => Value::Null,
    }
}

fn whole(request: Builder, operation: &str) -> Request<Body> {
    let request = request.header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body(operation).to_string())).expect("request")
}

/// A request about an upload in parts.
fn part(request: Builder) -> Request<Body> {
    let request = request
        .header(header::CONTENT_TYPE, "application/offset+octet-stream")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", "1")
        .header("upload-metadata", "external_id eA==")
        .header("upload-offset", "0");
    request.body(Body::empty()).expect("request")
}

fn filled(path: &str) -> String {
    let id = "00000000-0000-4000-8000-000000000000";
    let path = path.replace("{collection}", "absent").replace("{document}", id).replace("{chunk}", id);
    let path = path.replace("{search}", "absent").replace("{job}", id).replace("{version}", "1");
    let path = path.replace("{upload}", id).replace("{graph}", "absent");
    match path.rsplit('/').next() {
        Some("migration") => format!("{path}?generation=next"),
        Some("file") => format!("{path}?format=csv"),
        Some("uploads") => format!("{path}?external_id=x"),
        _ => path,
    }
}

#[test]
fn the_routes_are_the_operations_of_the_table() {
    let mut served: Vec<_> = routes().into_iter().map(|(_, _, name)| name).collect();
    served.sort();
    let named: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
    assert_eq!(served, named);
}

#[tokio::test]
async fn the_engine_asks_for_the_scope_of_the_table() {
    let server = Server::start().await;
    for (method, path, name) in routes() {
        let operation = ragstone_api::operation::find(&name).expect("in the table");
        for scope in [Scope::Read, Scope::Write, Scope::Admin] {
            let request =
                anonymous(method.clone(), &filled(&path)).header(header::AUTHORIZATION, server.bearer(scope));
            let request = if name.starts_with("uploads.") { part(request) } else { whole(request, &name) };
            let reply = server.send(request).await;
            let says_why = method == Method::HEAD || reply.text().contains("scope");
            let is_denied = reply.status == 403 && says_why;
            assert_eq!(is_denied, scope < operation.scope, "{name} as {scope}: {}", reply.text());
            assert!(reply.status < 500, "{name}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn access_lists_hide_documents_and_are_shown_to_writers() {
    let server = Server::start().await;
    let path = "/api/v1/collections/default/documents";
    let put = async |body: Value| {
        let receipt = server.put(path, body.to_string()).await.json();
        receipt["document"].as_str().expect("an id").to_owned()
    };
    // The tokens of the server are named after their scopes.
    let access = serde_json::json!({ "allow": ["group:staff", "user:write"], "deny": [] });
    let hidden = put(serde_json::json!({ "external_id": "a", "text": "x", "access": access })).await;
    let open = put(serde_json::json!({ "external_id": "b", "text": "x" })).await;
    let get = async |id: &str, scope: Scope| {
        let request = anonymous(Method::GET, &format!("/api/v1/documents/{id}"))
            .header(header::AUTHORIZATION, server.bearer(scope))
            .body(Body::empty());
        server.send(request.expect("request")).await
    };
    assert_eq!(get(&hidden, Scope::Read).await.status, 404);
    assert_eq!(get(&hidden, Scope::Write).await.json()["access"], access);
    assert_eq!(get(&hidden, Scope::Admin).await.json()["access"], access);
    let shown = get(&open, Scope::Read).await.json();
    assert!(shown.get("access").is_none(), "{shown}");
    assert_eq!(
        get(&open, Scope::Write).await.json()["access"],
        serde_json::json!({ "allow": [], "deny": [] })
    );
}

#[tokio::test]
async fn no_operation_is_open() {
    let server = Server::start().await;
    for (method, path, name) in routes() {
        let is_head = method == Method::HEAD;
        let request = anonymous(method, &filled(&path)).body(Body::empty()).expect("request");
        let reply = server.send(request).await;
        assert_eq!(reply.status, 401, "{name}");
        if !is_head {
            assert_eq!(reply.problem().reason, "unauthenticated", "{name}");
        }
        assert!(reply.header(header::WWW_AUTHENTICATE).starts_with("Bearer"), "{name}");
    }
}

#[tokio::test]
async fn a_token_in_the_query_string_is_refused() {
    let server = Server::start().await;
    let reply = server.get("/api/v1/status?access_token=x").await;
    assert_eq!((reply.status, reply.problem().reason.as_str()), (400, "invalid_argument"));
}
