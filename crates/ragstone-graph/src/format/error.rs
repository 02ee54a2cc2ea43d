//! Why a file was not read or written.

use std::{error, fmt, io};

use super::GraphFormat;
use crate::document::{DocumentError, NodeKey};
use crate::error::GraphError;
use crate::watch::Interruption;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u64,
    /// Character in the line, from 1.
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The graph itself.
    Graph,
    /// A node, by its place in the list.
    Node(usize),
    /// An edge, by its place in the list.
    Edge(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graph => formatter.write_str("the graph"),
            Self::Node(place) => write!(formatter, "node {place}"),
            Self::Edge(place) => write!(formatter, "edge {place}"),
        }
    }
}

/// Why a file was not read or written. Each message says what to change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The file breaks the rules of its format.
    #[error("{format}, {position}: {problem}")]
    Malformed {
        /// The format.
        format: GraphFormat,
        /// Where.
        position: Position,
        /// What is wrong there.
        problem: &'static str,
    },
    /// A number that is not finite, which neither weights nor JSON know.
    #[error("{format}, {position}: a number is not finite: remove it or write a finite one")]
    NotFinite {
        /// The format.
        format: GraphFormat,
        /// Where.
        position: Position,
    },
    /// More than [`Limits`](super::Limits) allow.
    #[error("{format}, {position}: more than {limit} {what}: split the file or raise the limit")]
    TooLarge {
        /// The format.
        format: GraphFormat,
        /// Where.
        position: Position,
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: u64,
    },
    /// A part of the format that is not read.
    #[error("{format}, {position}: {what} not read: {remedy}")]
    Unsupported {
        /// The format.
        format: GraphFormat,
        /// Where.
        position: Position,
        /// What it is, with `is` or `are`.
        what: &'static str,
        /// What to do in its place.
        remedy: &'static str,
    },
    /// An edge to a node that the file does not name, in a format whose nodes are named.
    #[error("{format}, {position}: node {node} is not there: add it or remove its edges")]
    UndeclaredNode {
        /// The format.
        format: GraphFormat,
        /// Where it is first meant.
        position: Position,
        /// Its name.
        node: NodeKey,
    },
    /// A second node of the same name.
    #[error(
        "{format}, {position}: node {node} is there twice: rename one, or read names by id where labels repeat"
    )]
    DuplicateNode {
        /// The format.
        format: GraphFormat,
        /// Where the second is.
        position: Position,
        /// Its name.
        node: NodeKey,
    },
    /// Something that the format has no place for.
    #[error("{format} does not hold {what}, as in {place}{}: {remedy}", AttributeName(.attribute))]
    Unrepresentable {
        /// The format.
        format: GraphFormat,
        /// What it does not hold.
        what: &'static str,
        /// Where it is.
        place: Place,
        /// In which attribute.
        attribute: Option<String>,
        /// What to do in its place, with the formats that hold it.
        remedy: &'static str,
    },
    /// A document that is none.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A budget or a deadline of the caller.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The visitor's own error.
    #[error("what was read was not taken: {0}")]
    Visitor(#[source] Box<dyn error::Error + Send + Sync>),
    /// The file could not be read or written.
    #[error("the file could not be read or written: {0}")]
    Io(#[from] io::Error),
}

impl FormatError {
    /// Where in the file the error is.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Malformed { position, .. }
            | Self::NotFinite { position, .. }
            | Self::TooLarge { position, .. }
            | Self::Unsupported { position, .. }
            | Self::UndeclaredNode { position, .. }
            | Self::DuplicateNode { position, .. } => Some(*position),
            _ => None,
        }
    }
}

impl From<Interruption> for FormatError {
    fn from(interruption: Interruption) -> Self {
        Self::Graph(interruption.into())
    }
}

struct AttributeName<'a>(&'a Option<String>);

impl fmt::Display for AttributeName<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(formatter, " (attribute {name:?})"),
            None => Ok(()),
        }
    }
}
