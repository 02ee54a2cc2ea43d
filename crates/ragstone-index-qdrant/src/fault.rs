//! How failures of Qdrant and of tasks become errors of the port.
//!
//! Every call to Qdrant may be made again without harm, so a failure of the transport asks for a retry; a request
//! that Qdrant understood and refused does not.

use std::error::Error as StdError;
use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Retry};
use tokio::task::JoinError;
use tonic::{Code, Status};

/// Header in which Qdrant says how many seconds to wait when a rate limit is used up.
const RETRY_AFTER: &str = "retry-after";
/// Longest wait that is believed.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(1);
const KEY: &str = "configure an API key that may read and write, or none where the server asks for none";
const REBUILD: &str = "create the index of the collection anew; it is rebuilt from the catalog";

/// Failure that Qdrant, or the way to it, answered with.
///
/// The text of the answer is for the log only: it may quote what was sent.
pub(crate) fn of_status(status: Status) -> Error {
    let error = match status.code() {
        Code::NotFound => missing(),
        Code::Unauthenticated | Code::PermissionDenied => key_refused(),
        Code::ResourceExhausted => limited(&status),
        Code::OutOfRange => Error::new(ErrorKind::TooLarge, "the answer of Qdrant is too large")
            .with_help("ask for fewer hits, or raise the greatest message size of the index"),
        Code::InvalidArgument | Code::FailedPrecondition => {
            Error::new(ErrorKind::FailedPrecondition, "Qdrant refused the request")
                .with_help("compare the settings of the index with those of the Qdrant collection")
        }
        Code::AlreadyExists => {
            Error::new(ErrorKind::Conflict, "another process changed the Qdrant collection")
        }
        Code::Unimplemented => Error::new(ErrorKind::Unsupported, "this Qdrant server lacks the operation")
            .with_help("upgrade the Qdrant server, or switch off the option that needs it"),
        Code::DataLoss => Error::new(ErrorKind::Corrupt, "Qdrant lost data").with_help(REBUILD),
        Code::DeadlineExceeded | Code::Cancelled => late(),
        Code::Ok | Code::Unknown | Code::Aborted | Code::Internal | Code::Unavailable => {
            Error::new(ErrorKind::Unavailable, "Qdrant cannot be reached or failed")
        }
    };
    error.with_detail(text_of(&status)).with_source(status)
}

/// Code and causes of a status; its own text ends with the first cause or none.
fn text_of(status: &Status) -> String {
    let mut text = format!("{:?}: {}", status.code(), status.message());
    let mut cause = StdError::source(status);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn limited(status: &Status) -> Error {
    let seconds = status.metadata().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let wait = seconds.and_then(|text| text.parse().ok()).map(Duration::from_secs);
    let error = Error::new(ErrorKind::RateLimited, "a limit of the Qdrant server is used up");
    match wait {
        Some(wait) => error.with_retry(Retry::After(wait.min(MAX_RETRY_AFTER))),
        None => error,
    }
}

/// The key may have been changed on the server a moment ago and be put right the next: until then the index is away.
fn key_refused() -> Error {
    Error::new(ErrorKind::Unavailable, "Qdrant refuses the API key").with_help(KEY)
}

/// What the first look at a server made of its failure: what has to be put right in the configuration first.
pub(crate) fn at_start(error: Error) -> Error {
    let status = StdError::source(&error).and_then(|source| source.downcast_ref::<Status>());
    match status.map(Status::code) {
        Some(Code::Unauthenticated | Code::PermissionDenied) => {
            Error::new(ErrorKind::FailedPrecondition, "Qdrant refuses the API key").with_help(KEY)
        }
        // A server that does not know the calls is none of Qdrant.
        Some(Code::Unimplemented | Code::NotFound) => {
            Error::new(ErrorKind::FailedPrecondition, "the server at the URL is not a Qdrant server")
                .with_help("give the gRPC address of Qdrant, which is usually that of port 6334")
        }
        _ => return error,
    }
    .with_source(error)
}

/// No answer in time although the caller set no deadline that passed.
pub(crate) fn late() -> Error {
    Error::new(ErrorKind::Unavailable, "Qdrant did not answer in time")
}

/// The caller's deadline passed.
pub(crate) fn deadline() -> Error {
    Error::new(ErrorKind::DeadlineExceeded, "the deadline passed")
}

/// Stored data that contradicts itself.
pub(crate) fn corrupt(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, "the Qdrant collection is damaged").with_detail(detail).with_help(REBUILD)
}

/// A collection of Qdrant that was made with other settings.
pub(crate) fn mismatch(what: &'static str, held: impl ToString, wanted: impl ToString) -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the Qdrant collection was made with other settings")
        .with_context("setting", what)
        .with_context("held", held.to_string())
        .with_context("configured", wanted.to_string())
        .with_help(REBUILD)
}

/// A target that was never created, or was removed.
pub(crate) fn missing() -> Error {
    Error::new(ErrorKind::NotFound, "the collection has no index")
}

/// The index was closed.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the index is closed").with_retry(Retry::Never)
}

/// A task that did not end by itself.
pub(crate) fn of_join(error: JoinError) -> Error {
    if error.is_panic() {
        Error::new(ErrorKind::Unexpected, "a task of the index failed").with_source(error)
    } else {
        Error::new(ErrorKind::Unavailable, "the runtime is shutting down")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_kinds_and_truthful_retries() {
        let table = [
            (Code::NotFound, ErrorKind::NotFound, false),
            (Code::Unauthenticated, ErrorKind::Unavailable, true),
            (Code::PermissionDenied, ErrorKind::Unavailable, true),
            (Code::InvalidArgument, ErrorKind::FailedPrecondition, false),
            (Code::FailedPrecondition, ErrorKind::FailedPrecondition, false),
            (Code::Unimplemented, ErrorKind::Unsupported, false),
            (Code::OutOfRange, ErrorKind::TooLarge, false),
            (Code::AlreadyExists, ErrorKind::Conflict, false),
            (Code::DataLoss, ErrorKind::Corrupt, false),
            (Code::ResourceExhausted, ErrorKind::RateLimited, true),
            (Code::Unavailable, ErrorKind::Unavailable, true),
            (Code::Internal, ErrorKind::Unavailable, true),
            (Code::Unknown, ErrorKind::Unavailable, true),
            (Code::Aborted, ErrorKind::Unavailable, true),
            (Code::Cancelled, ErrorKind::Unavailable, true),
            (Code::DeadlineExceeded, ErrorKind::Unavailable, true),
        ];
        for (code, kind, is_retried) in table {
            let error = of_status(Status::new(code, "canary"));
            assert_eq!((error.kind(), error.retry().is_allowed()), (kind, is_retried), "{code:?}");
            assert!(!error.public_message().contains("canary"), "{code:?}");
        }
    }

    #[test]
    fn a_rate_limit_says_how_long_to_wait() {
        let mut status = Status::resource_exhausted("slow down");
        status.metadata_mut().insert(RETRY_AFTER, tonic::metadata::MetadataValue::from_static("7"));
        assert_eq!(of_status(status).retry(), Retry::After(Duration::from_secs(7)));
    }
}
