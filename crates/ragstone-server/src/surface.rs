//! What callers reach over HTTP: REST and MCP behind one router.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use ragstone_api::page::CursorKey;
use ragstone_auth::layer::AuthenticateLayer;
use ragstone_auth::{AuthenticatedPrincipal, StaticTokens};
use ragstone_core::job::MAX_ATTACHMENT_LEN;
use ragstone_core::{Error, Result, SystemClock};
use ragstone_engine::Engine;
use ragstone_mcp::{McpConfig, TokenBudget};
use ragstone_rest::failure::Failure;
use ragstone_rest::{Admission, HostPolicy, RestConfig, RestState, StoreCheck};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::config::Config;
use crate::ids::TimeOrderedIds;
use crate::operations::health::Health;

/// What the routers are made of.
#[derive(Debug)]
pub(crate) struct Surface {
    pub(crate) engine: Engine,
    pub(crate) config: Config,
    pub(crate) tokens: Arc<StaticTokens>,
    pub(crate) cursors: CursorKey,
    /// Ends open streams when the server drains.
    pub(crate) shutdown: CancellationToken,
    /// Says whether the stores can be used.
    pub(crate) health: Option<Arc<Health>>,
    /// Says which requests may begin.
    pub(crate) admission: Admission,
}

impl Surface {
    /// REST at `/api/v1`, MCP at `/mcp`, documentation and health beside them.
    pub(crate) fn router(&self) -> Result<Router> {
        Ok(self.with(Router::new().nest("/mcp", self.mcp()?)))
    }

    /// REST alone.
    pub(crate) fn rest(&self) -> Router {
        self.with(Router::new())
    }

    /// REST with other routers behind the same edge.
    fn with(&self, others: Router) -> Router {
        let state = RestState {
            engine: self.engine.clone(),
            tokens: Arc::clone(&self.tokens) as _,
            cursors: self.cursors.clone(),
            clock: Arc::new(SystemClock),
            ids: Arc::new(TimeOrderedIds),
        };
        let config = RestConfig {
            timeout: self.config.request_timeout(),
            hosts: HostPolicy::Only(self.hosts()),
            stores: self
                .health
                .clone()
                .map(|health| StoreCheck::new(move || is_available(Arc::clone(&health)))),
            admission: Some(self.admission.clone()),
            max_upload: self.config.ingest.max_file_bytes.min(MAX_ATTACHMENT_LEN),
            max_graph_file: self.config.graphs.longest_file(),
            ..RestConfig::default()
        };
        ragstone_rest::router_with(state, config, others)
    }

    fn mcp(&self) -> Result<Router> {
        let mut config = McpConfig {
            allowed_hosts: self.hosts(),
            cursor_key: self.cursors.clone(),
            shutdown: self.shutdown.clone(),
            ..mcp_settings(&self.config)?
        };
        config.allowed_origins.extend(self.config.server.allowed_origins.iter().cloned());
        let endpoint = ragstone_mcp::http_service(self.engine.clone(), config);
        let guarded = endpoint
            .clone()
            .layer(from_fn(pass_principal))
            // Nothing of the endpoint answers a stranger, but for what a browser asks before it sends a token.
            .layer(AuthenticateLayer::new(Arc::clone(&self.tokens) as _, refused))
            .layer(from_fn_with_state(endpoint, answer_preflight));
        Ok(guarded)
    }

    fn hosts(&self) -> Vec<String> {
        let loopback = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        let bound = match self.config.server.bind.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let named = self.config.server.allowed_hosts.iter().cloned();
        loopback.into_iter().chain([bound]).chain(named).collect()
    }
}

/// What the configuration says about MCP, over whatever transport.
pub(crate) fn mcp_settings(config: &Config) -> Result<McpConfig> {
    Ok(McpConfig {
        read_only: config.mcp.read_only,
        token_budget: TokenBudget::try_new(config.mcp.result_tokens)?,
        call_timeout: config.request_timeout(),
        ..McpConfig::default()
    })
}

async fn is_available(health: Arc<Health>) -> bool {
    health.verdict().await.missing.is_empty()
}

/// Hands the verified caller to the MCP endpoint in the form it expects.
async fn pass_principal(mut request: Request, next: Next) -> Response {
    if let Some(AuthenticatedPrincipal(principal)) = request.extensions().get().cloned() {
        request.extensions_mut().insert(principal);
    }
    next.run(request).await
}

/// Lets the endpoint's CORS rules answer a preflight, which never carries credentials (Fetch, CORS protocol).
async fn answer_preflight(State(endpoint): State<Router>, request: Request, next: Next) -> Response {
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if is_preflight { endpoint.oneshot(request).await.into_response() } else { next.run(request).await }
}

fn refused(_request: &Parts, error: Error) -> Response {
    Failure::from(error).into_response()
}
