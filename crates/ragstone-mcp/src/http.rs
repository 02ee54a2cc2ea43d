//! The streamable HTTP transport: the service and the layers around it.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use ragstone_engine::Engine;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use crate::caller::Caller;
use crate::config::McpConfig;
use crate::server::Server;

mod body;
mod cors;

/// Builds the endpoint, to be mounted with `Router::nest("/mcp", ..)`.
///
/// It answers revision 2026-07-28 and the revisions that start with `initialize` alike, without sessions.
/// Each request must carry an `Arc<Principal>` in its extensions, put there by an authentication layer around
/// this router; without one every call fails as unauthenticated.
/// Set `TCP_NODELAY` on accepted sockets: small responses wait 40 ms otherwise.
pub fn http_service(engine: Engine, config: McpConfig) -> Router {
    let transport = StreamableHttpServerConfig::default()
        // A session per `initialize` call lets anybody fill the memory.
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_allowed_hosts(config.allowed_hosts.iter().cloned())
        .with_allowed_origins(config.allowed_origins.iter().cloned())
        .enforce_origin_validation()
        .with_max_request_body_bytes(config.max_body_bytes)
        .with_cancellation_token(config.shutdown.clone());
    let cors = cors::layer(&config.allowed_origins);
    let max_body_bytes = config.max_body_bytes;
    let server = Server::new(engine, config, Caller::Request);
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        transport,
    );
    Router::new()
        .route_service("/", service)
        // Inside CORS, so that a browser may read the refusals too.
        .layer(from_fn_with_state(max_body_bytes, body::check))
        .layer(cors)
}
