//! How failures of Edge, of files and of tasks become errors of the port.

use std::any::Any;
use std::io;

use qdrant_edge::OperationError;
use ragstone_core::{Error, ErrorKind};
use tokio::task::JoinError;

const REBUILD: &str = "delete the index folder; it is rebuilt from the catalog";

/// Failure of an operation on an open shard.
pub(crate) fn of_edge(error: OperationError) -> Error {
    if is_full(&error.to_string()) {
        return full().with_source(error);
    }
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
    if error.raw_os_error().is_some_and(|code| FULL.contains(&code)) {
        return full().with_source(error);
    }
    Error::new(ErrorKind::Unavailable, "cannot read or write the index folder").with_source(error)
}

/// Codes of the system for a disk that takes no more: EFBIG, ENOSPC, EROFS, EDQUOT.
const FULL: [i32; 4] = [27, 28, 30, 122];

/// Whether a text of Edge ends with what the system says of such a disk.
fn is_full(text: &str) -> bool {
    FULL.iter().any(|code| text.contains(&format!("(os error {code})")))
}

/// The disk takes no more.
pub(crate) fn full() -> Error {
    Error::new(ErrorKind::ReadOnly, "the disk of the index is full")
        .with_help("free disk space; what is missing in the index is added by itself then")
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
    if is_full(&text) {
        return full().with_detail(text);
    }
    if is_shortage(&text) {
        return Error::new(ErrorKind::Unavailable, "the system cannot open the index now")
            .with_detail(text)
            .with_help("look at the limits of open files and memory of the process");
    }
    corrupt(text)
}

/// Codes of the system that say nothing about the files: EINTR, EIO, EAGAIN, ENOMEM, EACCES, ENFILE, EMFILE.
fn is_shortage(text: &str) -> bool {
    const CODES: [i32; 7] = [4, 5, 11, 12, 13, 23, 24];
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
    if is_full(&panic_text(panic)) {
        return full().with_detail(panic_text(panic));
    }
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
        for code in [27, 28, 30, 122] {
            let cause = io::Error::from_raw_os_error(code);
            assert_eq!(of_load(format!("cannot write: {cause}")).kind(), ErrorKind::ReadOnly, "{cause}");
            assert_eq!(of_io(cause).kind(), ErrorKind::ReadOnly, "{code}");
        }
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
