//! Why a request has no answer, in the names of the caller.

use crate::analysis::subject::Subject;
use crate::document::{DocumentError, NodeKey};
use crate::error::GraphError;
use crate::graph::Vertex;

/// Why a request has no answer. Messages name parameters as the request does, and nodes by their keys.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// A request that cannot be read: an unknown or missing field, or a value of another type.
    #[error("{message}")]
    Unreadable {
        /// What is wrong, and which fields there are.
        message: String,
    },
    /// A name that no algorithm, generator or layout has.
    #[error("{}", unknown(.kind, .name, .near))]
    Unknown {
        /// What was asked for, such as `algorithm`.
        kind: &'static str,
        /// The name that was given.
        name: String,
        /// Names that look like it.
        near: Vec<&'static str>,
    },
    /// A node that the graph does not have.
    #[error("{parameter}: there is no node {key}")]
    NoNode {
        /// The parameter that names it.
        parameter: &'static str,
        /// Its name.
        key: NodeKey,
    },
    /// An attribute that no node has.
    #[error("{parameter}: no node has an attribute {attribute:?}")]
    NoAttribute {
        /// The parameter that names it.
        parameter: &'static str,
        /// Its name.
        attribute: String,
    },
    /// An attribute that no edge has, asked for as a weight.
    #[error("weight: no edge has an attribute {attribute:?}")]
    NoWeight {
        /// Its name.
        attribute: String,
    },
    /// An attribute whose value at a node is of no use.
    #[error("{parameter}: {attribute:?} of node {key} is not {expected}")]
    Attribute {
        /// The parameter that names the attribute.
        parameter: &'static str,
        /// Its name.
        attribute: String,
        /// The node.
        key: NodeKey,
        /// What its value has to be.
        expected: &'static str,
    },
    /// A parameter outside its range.
    #[error("{parameter} is {found}: {expected}")]
    OutOfRange {
        /// The parameter.
        parameter: &'static str,
        /// What was given.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// A graph whose snapshot cannot be taken.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// What the algorithm itself refuses.
    #[error("{message}")]
    Refused {
        /// The refusal, with vertices by their numbers.
        cause: GraphError,
        /// The refusal, with nodes by their keys.
        message: String,
    },
}

fn unknown(kind: &str, name: &str, near: &[&str]) -> String {
    let name: String = name.chars().take(64).collect();
    if near.is_empty() {
        return format!("there is no {kind} {name:?}: the catalogue lists all");
    }
    format!("there is no {kind} {name:?}: near it are {}", near.join(", "))
}

impl From<GraphError> for AnalysisError {
    fn from(cause: GraphError) -> Self {
        Self::Refused { message: cause.to_string(), cause }
    }
}

impl AnalysisError {
    /// The refusal of the algorithm, where it is one.
    pub fn cause(&self) -> Option<&GraphError> {
        match self {
            Self::Refused { cause, .. } | Self::Document(DocumentError::Graph(cause)) => Some(cause),
            _ => None,
        }
    }

    /// The same error with the nodes of a refusal named by their keys.
    #[must_use]
    pub(crate) fn named(self, subject: &dyn Subject) -> Self {
        match self {
            Self::Refused { cause, .. } => Self::Refused { message: message(&cause, subject), cause },
            other => other,
        }
    }
}

/// The message of a refusal with keys in place of vertices.
fn message(cause: &GraphError, subject: &dyn Subject) -> String {
    let key = |vertex: Vertex| subject.key(vertex).unwrap_or(NodeKey::Integer(vertex.into()));
    match cause {
        GraphError::NotFinite { source_vertex, target, weight } => format!(
            "the edge from {} to {} weighs {weight}: weights are finite numbers",
            key(*source_vertex),
            key(*target)
        ),
        GraphError::NegativeWeight { source_vertex, target, weight, remedy } => {
            format!("the edge from {} to {} weighs {weight}: {remedy}", key(*source_vertex), key(*target))
        }
        GraphError::NegativeCycle { vertex } => {
            format!("a cycle through {} has a negative weight: shortest paths do not exist", key(*vertex))
        }
        GraphError::Cycle { vertices } => {
            let shown: Vec<String> =
                vertices.iter().take(20).map(|&vertex| key(vertex).to_string()).collect();
            let more = if vertices.len() > shown.len() { ", …" } else { "" };
            format!("the graph has a cycle through {}{more}: remove one of its edges", shown.join(", "))
        }
        other => other.to_string(),
    }
}
