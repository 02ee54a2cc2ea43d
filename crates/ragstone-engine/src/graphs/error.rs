//! What the library of graphs refuses, as errors of the engine.

use ragstone_core::{Error, ErrorKind};
use ragstone_graph::analysis::AnalysisError;
use ragstone_graph::document::DocumentError;
use ragstone_graph::property::{ChangeError, DeltaError};
use ragstone_graph::{FormatError, GraphError, Interruption};

pub(super) fn of_change(error: ChangeError) -> Error {
    let (kind, message) = match &error {
        ChangeError::NoNode { .. } => (ErrorKind::NotFound, "a node is not there"),
        ChangeError::NoEdge { .. } => (ErrorKind::NotFound, "an edge is not there"),
        ChangeError::KeyTaken { .. } => (ErrorKind::AlreadyExists, "another node has the name"),
        ChangeError::TooMany { .. } => (ErrorKind::TooLarge, "the graph would become too large"),
        ChangeError::WrongKind { .. } => {
            (ErrorKind::FailedPrecondition, "the graph is of another kind than this needs")
        }
        ChangeError::Document(error) => return of_document(error),
        _ => (ErrorKind::InvalidArgument, "the change cannot be made"),
    };
    told(kind, message, "change", error)
}

pub(super) fn of_analysis(error: AnalysisError) -> Error {
    if let Some(cause) = error.cause() {
        return of_graph(cause, &error.to_string());
    }
    let (kind, message) = match &error {
        AnalysisError::NoNode { .. } => (ErrorKind::NotFound, "a node is not there"),
        AnalysisError::NoAttribute { .. } | AnalysisError::NoWeight { .. } => {
            (ErrorKind::NotFound, "an attribute is not there")
        }
        AnalysisError::Attribute { .. } | AnalysisError::Document(_) => {
            (ErrorKind::FailedPrecondition, "the values of an attribute do not fit")
        }
        _ => (ErrorKind::InvalidArgument, "the request cannot be done"),
    };
    told(kind, message, "analysis", error)
}

/// The refusal of an algorithm; `text` names nodes as the caller does.
fn of_graph(cause: &GraphError, text: &str) -> Error {
    let (kind, message) = match cause {
        GraphError::Interrupted(Interruption::Deadline) => {
            return Error::new(ErrorKind::DeadlineExceeded, "the computation did not end in time").with_help(
                "give it more time, ask for less of it, or use an estimate such as a sampled measure",
            );
        }
        GraphError::Interrupted(Interruption::Cancelled) => {
            return Error::new(ErrorKind::Cancelled, "the computation was called off");
        }
        GraphError::TooExpensive { .. } | GraphError::TooLarge { .. } => {
            (ErrorKind::TooLarge, "the computation would take too much")
        }
        GraphError::OutOfRange { .. } => (ErrorKind::InvalidArgument, "a parameter is out of range"),
        GraphError::NoVertex { .. } => (ErrorKind::NotFound, "a node is not there"),
        _ => (ErrorKind::FailedPrecondition, "the graph is not such as the algorithm needs"),
    };
    told(kind, message, "analysis", text)
}

pub(super) fn of_format(error: FormatError) -> Error {
    let (kind, message) = match &error {
        FormatError::Graph(cause) => return of_graph(cause, &error.to_string()),
        FormatError::Document(error) => return of_document(error),
        FormatError::TooLarge { .. } => (ErrorKind::TooLarge, "the file is larger than is allowed"),
        FormatError::Unrepresentable { .. } => {
            (ErrorKind::FailedPrecondition, "the format does not hold all of the graph")
        }
        _ => (ErrorKind::InvalidArgument, "the file cannot be read"),
    };
    told(kind, message, "file", error)
}

pub(super) fn of_document(error: &DocumentError) -> Error {
    told(ErrorKind::InvalidArgument, "the graph contradicts itself", "graph", error)
}

/// A change that no part of a log can hold.
pub(super) fn of_delta(error: DeltaError) -> Error {
    let kind = if matches!(error, DeltaError::TooLarge { .. }) {
        ErrorKind::TooLarge
    } else {
        ErrorKind::Unexpected
    };
    told(kind, "the change cannot be kept", "change", error)
}

fn told(kind: ErrorKind, message: &'static str, field: &'static str, text: impl ToString) -> Error {
    Error::new(kind, message).with_violation(field, text.to_string())
}
