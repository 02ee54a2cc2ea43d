//! The application under test and its typed callers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request, Response, header};
use http_body_util::BodyExt as _;
use ragstone_api::page::CursorKey;
use ragstone_api::problem::{MEDIA_TYPE, Problem};
use ragstone_auth::{BearerToken, StaticTokens, TokenRecord};
use ragstone_core::clock::SequentialIds;
use ragstone_core::memory::{MemoryCatalog, MemoryIndex, MemoryJobs};
use ragstone_core::port::{DynCatalog, DynJobStore};
use ragstone_core::{CallContext, Scope, SystemClock, TenantId};
use ragstone_engine::{Engine, EngineConfig, Stores};
use ragstone_rest::{RestConfig, RestState, router_with};
use serde_json::Value;
use tower::ServiceExt as _;

/// A server with a token for each scope.
pub(crate) struct Server {
    pub(crate) engine: Engine,
    app: Router,
    tokens: Vec<(Scope, BearerToken)>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(RestConfig::default(), EngineConfig::default()).await
    }

    pub(crate) async fn start_with(config: RestConfig, engine: EngineConfig) -> Self {
        Self::assemble(config, engine, Router::new()).await
    }

    pub(crate) async fn start_beside(others: Router) -> Self {
        Self::assemble(RestConfig::default(), EngineConfig::default(), others).await
    }

    async fn assemble(config: RestConfig, engine: EngineConfig, others: Router) -> Self {
        let clock = Arc::new(SystemClock);
        let catalog = Arc::new(MemoryCatalog::new(clock.clone()));
        let jobs = Arc::new(MemoryJobs::new(clock).with_keys(catalog.keys()));
        Self::over((catalog, jobs, Arc::default()), config, engine, others).await
    }

    /// A server over a catalog and its queue of jobs, with ids that go on where several follow each other.
    pub(crate) async fn over(
        (catalog, jobs, ids): (Arc<dyn DynCatalog>, Arc<dyn DynJobStore>, Arc<SequentialIds>),
        config: RestConfig,
        engine: EngineConfig,
        others: Router,
    ) -> Self {
        let clock = Arc::new(SystemClock);
        let stores = Stores {
            catalog,
            index: Arc::new(MemoryIndex::new()),
            jobs,
            leases: None,
            embedding_leases: None,
            reranker: None,
            embedder: None,
            models: None,
            answers: None,
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let engine = Engine::start(stores, engine).await.expect("engine");
        let ctx = CallContext::system();
        let head = engine.status(&ctx).await.expect("status").head;
        engine.wait_indexed(&ctx, head).await.expect("indexed");
        let mint = |scope| (scope, BearerToken::mint().expect("randomness"));
        let tokens: Vec<_> = [Scope::Read, Scope::Write, Scope::Admin].map(mint).into();
        let records = tokens
            .iter()
            .map(|(scope, token)| TokenRecord::new(token, scope.as_str(), TenantId::default(), *scope));
        let state = RestState {
            engine: engine.clone(),
            tokens: Arc::new(StaticTokens::new(records)),
            cursors: CursorKey::derive(b"test"),
            clock,
            ids,
        };
        Self { engine, app: router_with(state, config, others), tokens }
    }

    /// The whole application, to be served.
    pub(crate) fn router(&self) -> Router {
        self.app.clone()
    }

    pub(crate) fn bearer(&self, scope: Scope) -> String {
        let token = self.tokens.iter().find(|(held, _)| *held == scope);
        format!("Bearer {}", token.expect("token of each scope").1.expose())
    }

    /// A request as the local admin.
    pub(crate) fn request(&self, method: Method, path: &str) -> Builder {
        anonymous(method, path).header(header::AUTHORIZATION, self.bearer(Scope::Admin))
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        Reply::read(self.open(request).await).await
    }

    /// Sends a request, and leaves the body of the answer to be read.
    pub(crate) async fn open(&self, request: Request<Body>) -> Response<Body> {
        self.app.clone().oneshot(request).await.expect("infallible")
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        let request = self.request(Method::GET, path);
        self.send(request.body(Body::empty()).expect("request")).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        let request = self.request(Method::DELETE, path);
        self.send(request.body(Body::empty()).expect("request")).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Reply {
        self.send_json(Method::POST, path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: impl Into<Body>) -> Reply {
        self.send_json(Method::PUT, path, body).await
    }

    async fn send_json(&self, method: Method, path: &str, body: impl Into<Body>) -> Reply {
        let request = self.request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(body.into()).expect("request")).await
    }
}

/// A request without credentials.
pub(crate) fn anonymous(method: Method, path: &str) -> Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:7878")
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await.expect("body").to_bytes().into(),
        }
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().expect("text"));
        value.unwrap_or_default()
    }

    /// The body of a success.
    pub(crate) fn json(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The body of a failure.
    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.header(header::CONTENT_TYPE), MEDIA_TYPE, "{} {}", self.status, self.text());
        let problem: Problem = serde_json::from_slice(&self.body).expect("problem");
        assert_eq!(problem.status, self.status);
        problem
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
