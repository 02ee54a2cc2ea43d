//! What a reader tells, piece by piece.

use serde_json::Value;

use super::{Position, Result};
use crate::document::{Attributes, KeyRef};
use crate::graph::Direction;

/// A piece of a graph. Pieces come in the order of the file, so that in some formats edges may come before their nodes, or
/// the direction last.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Whether edges lead one way, where the format says so.
    Direction(Direction),
    /// Whether edges may be parallel, where the format says so.
    Multigraph(bool),
    /// An attribute of the graph.
    Attribute {
        /// Its name.
        name: &'a str,
        /// Its value.
        value: Value,
    },
    /// A node. In a format in which edges name nodes it may come again, with further attributes.
    Node {
        /// Its name.
        key: KeyRef<'a>,
        /// Its attributes.
        attributes: Attributes,
    },
    /// An edge.
    Edge {
        /// Where it begins.
        source: KeyRef<'a>,
        /// Where it ends.
        target: KeyRef<'a>,
        /// What tells it from those parallel to it.
        key: Option<KeyRef<'a>>,
        /// Its attributes.
        attributes: Attributes,
    },
}

/// Takes what a reader tells.
pub trait Visitor {
    /// Takes one piece, with the place where it begins. An error ends the reading;
    /// [`FormatError::Visitor`](super::FormatError::Visitor) carries errors of one's own.
    fn visit(&mut self, event: Event<'_>, position: Position) -> Result<()>;
}
