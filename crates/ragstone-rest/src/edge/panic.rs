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
