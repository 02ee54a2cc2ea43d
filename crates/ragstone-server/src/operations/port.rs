//! The routes of the operations port, and who may use them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::request::Parts;
use ragstone_api::problem::{MEDIA_TYPE, Problem};
use ragstone_auth::layer::AuthenticateLayer;
use ragstone_auth::{AuthenticatedPrincipal, StaticTokens};
use ragstone_core::{Error, ErrorKind, Scope};
use ragstone_observability::recorder::MetricsPage;
use ragstone_observability::startup::{LogFilter, Losses};
use ragstone_rest::HostPolicy;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::health::{Health, Verdict};

/// Media type of the Prometheus text format.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Longest body of a change of the log level.
const MAX_BODY: usize = 16 << 10;

/// What the routes work on.
pub(super) struct Port {
    pub(super) health: Arc<Health>,
    pub(super) page: MetricsPage,
    pub(super) filter: LogFilter,
    pub(super) losses: Losses,
    pub(super) tokens: Arc<StaticTokens>,
    /// Whether reading needs no token.
    pub(super) is_open: bool,
    pub(super) hosts: Vec<String>,
}

/// The directives of the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogLevel {
    filter: String,
}

type Shared = State<Arc<Port>>;

impl Port {
    pub(super) fn router(self) -> Router {
        let port = Arc::new(self);
        let authenticate = || AuthenticateLayer::new(Arc::clone(&port.tokens) as _, refused);
        let reads = Router::new()
            .route("/health/deep", get(deep))
            .route("/metrics", get(metrics))
            .route("/log-level", get(log_level));
        let reads = if port.is_open { reads } else { reads.layer(authenticate()) };
        // A change needs a token whatever the address: other users of the machine reach loopback too.
        let writes =
            Router::new().route("/log-level", axum::routing::put(set_log_level)).layer(authenticate());
        let guarded = reads.merge(writes).layer(from_fn_with_state(Arc::clone(&port), check_host));
        Router::new()
            // Open: probes carry no token, and have whatever name for the server.
            .route("/health/live", get(live))
            .route("/health/startup", get(startup))
            .route("/health/ready", get(ready))
            .merge(guarded)
            .fallback(unknown)
            .with_state(port)
    }
}

async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

async fn startup(State(port): Shared) -> Response {
    let (code, status) = if port.health.is_started() {
        (StatusCode::OK, "started")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting")
    };
    (code, Json(json!({ "status": status }))).into_response()
}

async fn ready(State(port): Shared) -> Response {
    let verdict = port.health.verdict().await;
    (code_of(&verdict), Json(verdict)).into_response()
}

async fn deep(State(port): Shared) -> Response {
    let (verdict, findings) = port.health.report().await;
    let body = json!({
        "status": verdict.status,
        "missing": verdict.missing,
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": port.health.uptime().as_secs(),
        "checks": findings,
    });
    (code_of(&verdict), Json(body)).into_response()
}

fn code_of(verdict: &Verdict) -> StatusCode {
    if verdict.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn metrics(State(port): Shared) -> Response {
    // Brings the gauges of the stores up to date; cached and bounded like any other look.
    port.health.report().await;
    port.losses.publish();
    ([(header::CONTENT_TYPE, METRICS_TYPE)], port.page.render_with_process()).into_response()
}

async fn log_level(State(port): Shared) -> Response {
    match port.filter.directives() {
        Ok(filter) => Json(LogLevel { filter }).into_response(),
        Err(error) => {
            problem(&Error::new(ErrorKind::Unexpected, "cannot read the log filter").with_source(error))
        }
    }
}

async fn set_log_level(State(port): Shared, request: Request) -> Response {
    match change(&port, request).await {
        Ok(level) => Json(level).into_response(),
        Err(error) => problem(&error),
    }
}

async fn change(port: &Port, request: Request) -> Result<LogLevel, Error> {
    let principal = request.extensions().get::<AuthenticatedPrincipal>().cloned();
    let AuthenticatedPrincipal(principal) =
        principal.ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "no token was given"))?;
    principal.require(Scope::Admin)?;
    let body = axum::body::to_bytes(request.into_body(), MAX_BODY)
        .await
        .map_err(|_| Error::new(ErrorKind::TooLarge, "the body is too long"))?;
    let LogLevel { filter } = serde_json::from_slice(&body).map_err(|error| {
        Error::invalid("body", error.to_string())
            .with_help("send {\"filter\": \"info,ragstone_engine=debug\"} as JSON")
    })?;
    port.filter.set(&filter).map_err(|error| Error::invalid("filter", error.to_string()))?;
    // As a warning: who changed what is said must be in the log of most levels.
    tracing::warn!(principal.name = principal.name(), filter, "the log level was changed");
    Ok(LogLevel { filter })
}

async fn check_host(State(port): Shared, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let authority = request.uri().authority().map(http::uri::Authority::as_str).or(named);
    let policy = if port.is_open { HostPolicy::Only(port.hosts.clone()) } else { HostPolicy::Any };
    if authority.is_some_and(|authority| policy.allows(authority)) {
        return next.run(request).await;
    }
    problem(
        &Error::new(ErrorKind::PermissionDenied, "the port is addressed by a name that it does not have")
            .with_help("use the address of `operations.bind`, or set `operations.token`"),
    )
}

async fn unknown() -> Response {
    problem(&Error::new(ErrorKind::NotFound, "no such path").with_help(
        "paths are /health/live, /health/ready, /health/startup, /health/deep, /metrics, /log-level",
    ))
}

fn refused(_: &Parts, error: Error) -> Response {
    problem(&error)
}

fn problem(error: &Error) -> Response {
    let code = StatusCode::from_u16(error.kind().codes().http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (code, Json(Problem::from(error))).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(MEDIA_TYPE));
    response
}
