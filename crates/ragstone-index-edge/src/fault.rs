//! How failures of Edge, of files and of tasks become errors of the port.

use std::any::Any;
use std::io;

use qdrant_edge::OperationError;
use ragstone_core::{Error, ErrorKind};
use tokio::task::JoinError;

const REBUILD: &str = "delete the index folder; it is rebuilt from the catalog";

/// Failure of an operation on an open shard.
pub(crate) fn of_edge(error: OperationError) -> Error {
    let kind = match &error {
        OperationError::InconsistentStorage { .. } => ErrorKind::Corrupt,
        OperationError::ServiceError { .. }
        | OperationError::OutOfMemory { .. }
        | OperationError::Timeout { .. }
        | OperationError::Cancelled { .. } => ErrorKind::Unavailable,
        OperationError::WrongVectorDimension { .. }
        | OperationError::VectorNameNotExists { .. }
        | OperationError::PointIdError { .. }
        | OperationError::TypeError { .. }
        | OperationError::TypeInferenceError { .. }
        | OperationError::ValidationError { .. }
        | OperationError::WrongSparse
        | OperationError::WrongMulti
        | OperationError::MissingRangeIndexForOrderBy { .. }
        | OperationError::MissingMapIndexForFacet { .. }
        | OperationError::VariableTypeError { .. }
        | OperationError::NonFiniteNumber { .. } => ErrorKind::Unexpected,
    };
    Error::new(kind, "the index engine refused the operation").with_source(error)
}

/// Failure to read or write a file.
pub(crate) fn of_io(error: io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "cannot read or write the index folder").with_source(error)
}

/// Files that contradict themselves.
pub(crate) fn corrupt(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, "the files of the index are damaged")
        .with_detail(detail)
        .with_help(REBUILD)
}

/// Failure to load a shard: damage, unless the system says that it was short of something, because damage makes
/// the caller build the index anew. Edge passes errors of the system on as text.
pub(crate) fn of_load(text: String) -> Error {
    if is_shortage(&text) {
        return Error::new(ErrorKind::Unavailable, "the system cannot open the index now")
            .with_detail(text)
            .with_help("look at the limits of open files and memory of the process");
    }
    corrupt(text)
}

/// Codes of the system that say nothing about the files: EINTR, EIO, EAGAIN, ENOMEM, EACCES, ENFILE, EMFILE, ENOSPC.
fn is_shortage(text: &str) -> bool {
    const CODES: [i32; 8] = [4, 5, 11, 12, 13, 23, 24, 28];
    let named = ["Too many open files", "Cannot allocate memory"].iter().any(|name| text.contains(name));
    named || CODES.iter().any(|code| text.contains(&format!("os error {code})")))
}

/// A target that was never created, or was removed.
pub(crate) fn missing() -> Error {
    Error::new(ErrorKind::NotFound, "the collection has no index")
}

/// The index was closed.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the index is closed").with_retry(ragstone_core::Retry::Never)
}

/// A task that did not end by itself.
pub(crate) fn of_join(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => of_panic(panic.as_ref()),
        Err(_) => Error::new(ErrorKind::Unavailable, "the runtime is shutting down"),
    }
}

/// A panic inside Edge.
pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Error {
    Error::new(ErrorKind::Unexpected, "the index engine failed").with_detail(panic_text(panic))
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without text".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_is_no_damage() {
        for code in [12, 23, 24] {
            let text = format!("cannot open segment: {}", io::Error::from_raw_os_error(code));
            assert_eq!(of_load(text.clone()).kind(), ErrorKind::Unavailable, "{text}");
        }
    }

    #[test]
    fn what_the_files_say_is_damage() {
        let missing = io::Error::from_raw_os_error(2);
        for text in ["invalid checksum".to_owned(), missing.to_string()] {
            assert_eq!(of_load(text.clone()).kind(), ErrorKind::Corrupt, "{text}");
        }
    }
}
