//! Ends requests that take too long, whatever they wait for.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ragstone_core::{Error, ErrorKind};

use crate::failure::Failure;

/// Every operation is cancel-safe, so the request is dropped where it stands.
pub(crate) async fn enforce(State(timeout): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            Failure(Error::new(ErrorKind::DeadlineExceeded, "the request took too long")).into_response()
        }
    }
}
