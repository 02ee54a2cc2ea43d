//! Refusals: what a caller is told when a layer kept its call from the backend.

use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Retry};
use ragstone_observability::metric;

/// Why a layer kept a call from a backend; the source of the error that says so.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The backend fails, and is left alone for a while.
    CircuitOpen,
    /// Too many calls wait for the backend.
    QueueFull,
    /// The bulkhead was closed.
    Closed,
}

impl Refusal {
    const fn reason(self) -> &'static str {
        match self {
            Self::CircuitOpen => "open",
            Self::QueueFull => "queue_full",
            Self::Closed => "closed",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::CircuitOpen => "the backend fails and is left alone for a while",
            Self::QueueFull => "too many calls wait for the backend",
            Self::Closed => "the backend takes no more calls",
        }
    }

    /// The error of a refused call, counted; it is `Unavailable` and says when to come back.
    pub(crate) fn refuse(self, backend: &'static str, retry_after: Duration) -> Error {
        metrics::counter!(
            metric::BACKEND_REFUSALS.name,
            metric::BACKEND => backend, metric::REASON => self.reason(),
        )
        .increment(1);
        Error::new(ErrorKind::Unavailable, self.message())
            .with_retry(Retry::After(retry_after))
            .with_context("backend", backend)
            .with_source(self)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Refusal {}

/// Whether a layer made this error instead of the backend.
pub fn is_refusal(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<Refusal>)
}
