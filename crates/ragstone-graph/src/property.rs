//! A graph with names and attributes that changes, and the log of its changes.
//!
//! A [`Change`] says what is wanted, by names. [`PropertyGraph::resolve`] looks at the graph and gives the [`Delta`], which
//! is what happens by numbers, and a [`Receipt`]; [`PropertyGraph::apply`] lets it happen. A log of deltas that are applied
//! in order to an empty graph of the same kind gives the same graph, with nodes and edges in the same order.
//!
//! Nodes and edges are rows, numbered from 0 in the order in which they were added; after a removal the later ones move up.
//! Attributes are columns: reals and integers take 8 bytes a row, texts 4 and each distinct one once, a column in which
//! integers and reals mix 16, other values 32 and what they hold.
//!
//! What a delta looks like in bytes is told by [`Delta::encode`].

mod apply;
mod cell;
mod change;
mod column;
mod columns;
mod conversion;
mod delta;
mod derivation;
mod edges;
mod error;
mod filter;
mod keys;
mod limit;
mod merge;
mod query;
mod reading;
mod resolve;
mod schema;
mod selection;
mod slots;
mod split;
mod texts;
mod values;
mod wire;

pub use self::cell::{Cell, ValueKind};
pub use self::change::{
    AttributeEdit, Change, ColumnValues, EdgeEdit, EdgeName, Group, Loops, MissingEnds, NewEdge, NodeEdit,
    Receipt, Resolved, Tally,
};
pub use self::column::Column;
use self::columns::Columns;
pub use self::delta::Delta;
pub use self::derivation::Derivation;
use self::edges::{EdgeList, Identifying, Lookup};
pub use self::error::{ChangeError, DeltaError};
pub use self::filter::{Comparison, Filter};
use self::keys::KeyIndex;
pub use self::limit::{MAX_DEPTH, MAX_KEY_LEN, MAX_NAME_LEN, MAX_SLOTS};
pub use self::merge::Merge;
pub use self::query::{Finding, FoundEdge, FoundNode, Page, Query};
pub use self::reading::{EdgeView, NodeView};
pub use self::schema::{LabelCount, Property, Schema, Summary};
pub use self::selection::Reach;
use crate::document::Attributes;
use crate::graph::Direction;

/// Number of an edge, from 0.
pub type EdgeSlot = u32;

/// A graph with names and attributes in memory. Cloning it copies all.
///
/// Loops are allowed. In a simple graph two nodes have one edge at most, in a directed one one each way; the key of an edge
/// is kept but tells nothing apart. In a multigraph an edge with a key is told by its ends and the key, and edges without
/// one are never the same.
#[derive(Debug, Clone)]
pub struct PropertyGraph {
    identifying: Identifying,
    attributes: Attributes,
    nodes: KeyIndex,
    node_columns: Columns,
    edges: EdgeList,
    edge_columns: Columns,
    lookup: Lookup,
}

impl PropertyGraph {
    /// A graph of nothing.
    pub fn new(direction: Direction, multigraph: bool) -> Self {
        Self {
            identifying: Identifying { direction, multigraph },
            attributes: Attributes::new(),
            nodes: KeyIndex::default(),
            node_columns: Columns::default(),
            edges: EdgeList::default(),
            edge_columns: Columns::default(),
            lookup: Lookup::default(),
        }
    }

    /// Whether edges lead one way.
    pub fn direction(&self) -> Direction {
        self.identifying.direction
    }

    /// Whether edges lead one way.
    pub fn is_directed(&self) -> bool {
        self.direction() == Direction::Directed
    }

    /// Whether edges may be parallel.
    pub fn is_multigraph(&self) -> bool {
        self.identifying.multigraph
    }

    /// What it is, for messages.
    pub(crate) fn kind_name(&self) -> &'static str {
        kind_name(self.direction(), self.is_multigraph())
    }

    /// Attributes of the graph itself.
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// Number of nodes.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Number of edges.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Heap memory in bytes, about. Counts the tables that are there and not those that a later question builds.
    pub fn memory(&self) -> usize {
        let attributes = self.attributes.iter();
        attributes.map(|(name, value)| 48 + name.len() + values::json_memory(value)).sum::<usize>()
            + self.nodes.memory()
            + self.node_columns.memory()
            + self.edges.memory()
            + self.edge_columns.memory()
            + self.lookup.memory()
    }
}

/// Equal where kind, attributes, and nodes and edges in their order are.
impl PartialEq for PropertyGraph {
    fn eq(&self, other: &Self) -> bool {
        self.identifying == other.identifying
            && self.attributes == other.attributes
            && self.nodes.list() == other.nodes.list()
            && self.edges == other.edges
            && self.node_columns == other.node_columns
            && self.edge_columns == other.edge_columns
    }
}

/// What kind of graph it is, for messages.
pub(crate) fn kind_name(direction: Direction, multigraph: bool) -> &'static str {
    match (direction, multigraph) {
        (Direction::Directed, false) => "a directed graph",
        (Direction::Directed, true) => "a directed multigraph",
        (Direction::Undirected, false) => "an undirected graph",
        (Direction::Undirected, true) => "an undirected multigraph",
    }
}
