//! Work that goes on after a panic: a task that died without a word would leave everything behind it waiting.
//!
//! A job that panicked is tried again, as one is whose process died: both are given up after their last attempt.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use ragstone_core::{Error, ErrorKind, Result, Retry};
use tokio::task::JoinError;

/// Does `work`; its panic becomes an `Unexpected` error.
///
/// What the work shares with others must be such that a part of it is no harm, as it must for a dropped future.
pub(crate) async fn caught<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| Err(of_panic(panic.as_ref())))
}

/// The error that a panic is.
pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::new(ErrorKind::Unexpected, "work in the background panicked")
        .with_detail(text.unwrap_or("without a message"))
        .with_retry(Retry::Backoff)
}

/// The error of work on another thread that panicked there; `message` says which.
pub(crate) fn of_lost(message: &'static str, lost: JoinError) -> Error {
    Error::new(ErrorKind::Unexpected, message).with_source(lost).with_retry(Retry::Backoff)
}
