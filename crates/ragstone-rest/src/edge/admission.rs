//! Whether a request may begin at all: asked before anything is done for it.

use std::fmt;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use ragstone_api::operation::{self as table, Operation};
use ragstone_core::port::BoxFuture;

use super::operation;
use crate::config::App;

/// The work on an admitted request; nothing happens before it is polled, and dropping it ends the request.
pub type Work = BoxFuture<'static, Response>;

/// Decides which requests may begin, such as by the load; health checks are never asked about.
///
/// It is called with the operation of the table that the request asks for, `None` for anything else, such as a
/// message of MCP. It runs the work and answers with its response, or answers at once with a
/// [`Failure`](crate::failure::Failure); it must not wait for a place.
#[derive(Clone)]
pub struct Admission(Arc<dyn Fn(Option<&'static Operation>, Work) -> Work + Send + Sync>);

impl Admission {
    /// Decides by calling `decide`.
    pub fn new<F>(decide: impl Fn(Option<&'static Operation>, Work) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        Self(Arc::new(move |operation, work| Box::pin(decide(operation, work))))
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission").finish_non_exhaustive()
    }
}

pub(crate) async fn ask(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(Admission(decide)) = &app.config.admission else { return next.run(request).await };
    let route = request.extensions().get::<MatchedPath>();
    let name = route.and_then(|route| operation::of(request.method().as_str(), route.as_str()));
    decide(name.and_then(table::find), Box::pin(next.run(request))).await
}
