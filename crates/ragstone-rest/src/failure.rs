//! Failures as answers: one type for handlers, extractors and middleware.

use std::sync::Arc;

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use ragstone_core::{Error, Retry};

/// A failed request.
///
/// As a response it has the status of the error's kind and carries the error as an extension; the router's edge
/// writes the problem for the caller and the log line for the operator from it.
#[derive(Debug)]
pub struct Failure(pub Error);

/// The error behind a response.
#[derive(Clone, Debug)]
pub(crate) struct Failed(pub(crate) Arc<Error>);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status =
            StatusCode::from_u16(error.kind().codes().http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Retry::After(wait) = error.retry() {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Failed(Arc::new(error)));
        response
    }
}

/// Answer of a handler.
pub(crate) type Answer<T> = Result<axum::Json<T>, Failure>;
