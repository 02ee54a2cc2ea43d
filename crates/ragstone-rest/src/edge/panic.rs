//! Answers for requests whose handling panicked.

use std::any::Any;

use axum::response::{IntoResponse as _, Response};
use ragstone_core::{Error, ErrorKind};

use crate::failure::Failure;

/// The message of the panic goes to the log only.
pub(crate) fn answer(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message");
    Failure(Error::new(ErrorKind::Unexpected, "a request handler panicked").with_detail(message))
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::extract::Request;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use ragstone_api::problem::Problem;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;
    use crate::failure::Failed;

    async fn fail() {
        panic!("secret of the handler");
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_whose_message_only_the_log_sees() {
        let app = Router::new()
            .route("/", get(fail))
            .layer(CatchPanicLayer::custom(answer))
            .layer(from_fn(crate::edge::problem::render));
        let response = app.oneshot(Request::new(Body::empty())).await.expect("infallible");
        let Failed(error) = response.extensions().get().cloned().expect("for the log");
        assert_eq!(error.detail(), Some("secret of the handler"));

        let body = to_bytes(response.into_body(), 1 << 16).await.expect("body");
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
        let problem: Problem = serde_json::from_slice(&body).expect("problem");
        assert_eq!((problem.status, problem.reason.as_str()), (500, "unexpected"));
    }
}
