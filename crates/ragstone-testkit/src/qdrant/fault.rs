//! Failures as Qdrant reports them.

use qdrant_edge::OperationError;
use tonic::Status;

/// What the stand-in does not support.
pub(super) fn unsupported(what: &str) -> Status {
    Status::unimplemented(format!("the stand-in for Qdrant does not support {what}"))
}

/// A request that contradicts itself.
pub(super) fn bad_input(text: impl std::fmt::Display) -> Status {
    Status::invalid_argument(format!("Wrong input: {text}"))
}

/// A collection that is not there.
pub(super) fn no_collection(name: &str) -> Status {
    Status::not_found(format!("Not found: Collection `{name}` doesn't exist!"))
}

/// A failure of files, tasks or locks.
pub(super) fn internal(error: impl std::fmt::Display) -> Status {
    Status::internal(format!("Service internal error: {error}"))
}

/// Failure of the engine.
pub(super) fn of_engine(error: &OperationError) -> Status {
    match error {
        OperationError::PointIdError { .. } => Status::not_found(format!("Not found: {error}")),
        OperationError::WrongVectorDimension { .. }
        | OperationError::VectorNameNotExists { .. }
        | OperationError::TypeError { .. }
        | OperationError::TypeInferenceError { .. }
        | OperationError::ValidationError { .. }
        | OperationError::WrongSparse
        | OperationError::WrongMulti
        | OperationError::MissingRangeIndexForOrderBy { .. }
        | OperationError::MissingMapIndexForFacet { .. }
        | OperationError::VariableTypeError { .. }
        | OperationError::NonFiniteNumber { .. } => bad_input(error),
        OperationError::Timeout { .. } => Status::deadline_exceeded(error.to_string()),
        OperationError::Cancelled { .. } => Status::cancelled(error.to_string()),
        OperationError::OutOfMemory { .. } => Status::resource_exhausted(error.to_string()),
        OperationError::ServiceError { .. } | OperationError::InconsistentStorage { .. } => internal(error),
    }
}
