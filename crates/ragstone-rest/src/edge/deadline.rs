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

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_is_ended() {
        let app = Router::new()
            .route("/", get(std::future::pending::<()>))
            .layer(from_fn_with_state(Duration::from_secs(30), enforce));
        let response = app.oneshot(Request::new(Body::empty())).await.expect("infallible");
        assert_eq!(response.status(), 504);
    }
}
