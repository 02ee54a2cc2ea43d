//! Why a change is refused, and why a part of a log is.

use super::limit::{MAX_DEPTH, MAX_KEY_LEN, MAX_NAME_LEN, MAX_SLOTS};
use crate::document::{DocumentError, NodeKey};

/// Why a change is refused. The graph is as it was; each message says what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// A node that is not there.
    #[error("node {key} is not there: add it first, or name another")]
    NoNode {
        /// Its name.
        key: NodeKey,
    },
    /// An edge that is not there.
    #[error("there is no such edge from {source_key} to {target_key}: add it first, or name another")]
    NoEdge {
        /// Where it would begin.
        source_key: NodeKey,
        /// Where it would end.
        target_key: NodeKey,
        /// Its key, where one was given.
        key: Option<NodeKey>,
    },
    /// A node that the call names twice.
    #[error("the call names node {key} twice: name it once, with all that is to be")]
    DuplicateNode {
        /// Its name.
        key: NodeKey,
    },
    /// An edge that the call names twice.
    #[error(
        "the call names the edge from {source_key} to {target_key} twice: name it once, or give keys in a multigraph"
    )]
    DuplicateEdge {
        /// Where it begins.
        source_key: NodeKey,
        /// Where it ends.
        target_key: NodeKey,
        /// Its key, where it has one.
        key: Option<NodeKey>,
    },
    /// A column that the call names twice.
    #[error("the call names attribute {name:?} twice: name it once")]
    DuplicateName {
        /// Its name.
        name: String,
    },
    /// A new name that another node has.
    #[error("{key} would be the name of two nodes: choose another, or contract them into one")]
    KeyTaken {
        /// The name.
        key: NodeKey,
    },
    /// A text of nothing as a key.
    #[error("a key is empty: give each node and edge a name of at least one character")]
    EmptyKey,
    /// A key that is too long.
    #[error(
        "the key {key} has {length} bytes, and {MAX_KEY_LEN} are allowed: shorten it, and keep it as an attribute"
    )]
    LongKey {
        /// The key.
        key: NodeKey,
        /// Its bytes.
        length: usize,
    },
    /// A name of nothing for an attribute.
    #[error("the name of an attribute is empty: give it one")]
    EmptyName,
    /// A name of an attribute that is too long.
    #[error("the name of an attribute has {length} bytes, and {MAX_NAME_LEN} are allowed: shorten it")]
    LongName {
        /// The name.
        name: String,
        /// Its bytes.
        length: usize,
    },
    /// A value that is nested too deep.
    #[error("attribute {name:?} is nested deeper than {MAX_DEPTH} lists and objects: flatten it")]
    DeepValue {
        /// Name of the attribute.
        name: String,
    },
    /// A real that is none.
    #[error("attribute {name:?} has a value that is infinite or no number: leave it out, or write null")]
    NotFinite {
        /// Name of the attribute.
        name: String,
    },
    /// A value that is to be added up and is no number, or has no finite sum.
    #[error(
        "attribute {name:?} of the edge from {source_key} to {target_key} cannot be added up: make it a number, or do not ask for a sum"
    )]
    NotSummable {
        /// Name of the attribute.
        name: String,
        /// Where the edge begins.
        source_key: NodeKey,
        /// Where it ends.
        target_key: NodeKey,
    },
    /// A column of another length than the graph.
    #[error("attribute {name:?} has {found} values for {expected} places: give one for each, in order")]
    WrongLength {
        /// Name of the attribute.
        name: String,
        /// How many values there are.
        found: usize,
        /// How many there have to be.
        expected: usize,
    },
    /// A group of no nodes.
    #[error("the group of {key} has no node that is there: name one at least")]
    EmptyGroup {
        /// What the group was to become.
        key: NodeKey,
    },
    /// More nodes or edges than are numbered.
    #[error("a graph has at most {MAX_SLOTS} {what}: divide it")]
    TooMany {
        /// What there would be too much of.
        what: &'static str,
    },
    /// A graph of the other kind.
    #[error("this graph is {found}, and {expected} is needed: {remedy}")]
    WrongKind {
        /// What it is, such as `an undirected multigraph`.
        found: &'static str,
        /// What it has to be.
        expected: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A document that contradicts itself.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Why a part of a log is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeltaError {
    /// Bytes that no version has written.
    #[error("a part of the graph is corrupt ({what}): restore it from an export or a backup")]
    Corrupt {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Bytes of a version to come.
    #[error("a part of the graph has form {found}, which is newer than this program: update the program")]
    Version {
        /// The first byte.
        found: u8,
    },
    /// What fits into no part.
    #[error("{what} takes more than the {limit} bytes of a part: make it smaller")]
    TooLarge {
        /// What does not fit.
        what: &'static str,
        /// Bytes of a part.
        limit: usize,
    },
}

impl DeltaError {
    pub(crate) const fn corrupt(what: &'static str) -> Self {
        Self::Corrupt { what }
    }
}
