//! What may be asked of a graph, by names, and what came of it.

use serde_json::Value;

use super::delta::Delta;
use crate::document::{Attributes, DocumentNode, GraphDocument, NodeKey};

/// What is to become of a graph. All of it happens or nothing.
///
/// A call names each node and each edge once; twice is refused.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Adds nodes; one that is there gets the attributes, and keeps those that it has besides.
    AddNodes(Vec<DocumentNode>),
    /// Adds edges; one that is there gets the attributes, and keeps those that it has besides. In a multigraph an edge
    /// without key is new always.
    AddEdges {
        /// The edges.
        edges: Vec<NewEdge>,
        /// What is done where an end is not there.
        missing: MissingEnds,
    },
    /// Changes attributes of nodes that are there.
    EditNodes(Vec<NodeEdit>),
    /// Changes attributes of edges that are there.
    EditEdges(Vec<EdgeEdit>),
    /// Changes attributes of the graph.
    EditGraph(AttributeEdit),
    /// Writes one attribute of all nodes, in their order.
    WriteNodes {
        /// Name of the attribute.
        name: String,
        /// One for each node.
        values: ColumnValues,
    },
    /// Writes one attribute of all edges, in their order.
    WriteEdges {
        /// Name of the attribute.
        name: String,
        /// One for each edge.
        values: ColumnValues,
    },
    /// Removes nodes with their edges.
    RemoveNodes(Vec<NodeKey>),
    /// Removes edges.
    RemoveEdges(Vec<EdgeName>),
    /// Gives nodes other names, old and new. All change at once, so that two may swap theirs.
    Relabel(Vec<(NodeKey, NodeKey)>),
    /// Makes one node of each group of nodes. See [`Group`].
    Contract {
        /// The groups, no node in two of them.
        groups: Vec<Group>,
        /// The attribute of edges that is added up where edges become one, which is in simple graphs only. An edge
        /// without it counts as 1.
        weight: Option<String>,
        /// What is done with edges within a group.
        loops: Loops,
    },
    /// Removes all nodes, edges and attributes.
    Clear,
    /// Puts a document of the same kind in the place of all that is there.
    Replace(GraphDocument),
}

/// An edge to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEdge {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it.
    pub key: Option<NodeKey>,
    /// Its attributes.
    pub attributes: Attributes,
}

/// What is done where an end of a new edge is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingEnds {
    /// The node is added, without attributes.
    Create,
    /// The change is refused.
    Refuse,
}

/// What is done with edges within a group that becomes one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loops {
    /// They become loops.
    Keep,
    /// They are removed, loops of the members among them.
    Drop,
}

/// Attributes to set and to take away.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttributeEdit {
    /// Values to set.
    pub set: Attributes,
    /// Names to take away; one that is not there is passed over.
    pub remove: Vec<String>,
}

/// A node whose attributes change.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeEdit {
    /// Its name.
    pub key: NodeKey,
    /// What changes.
    pub edit: AttributeEdit,
}

/// An edge whose attributes change.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeEdit {
    /// Which edge.
    pub edge: EdgeName,
    /// What changes.
    pub edit: AttributeEdit,
}

/// The name of an edge. In an undirected graph either end may be the source.
///
/// In a simple graph the ends are enough, and a key is passed over; in a multigraph it stands for all edges between the ends
/// if it has no key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EdgeName {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it.
    pub key: Option<NodeKey>,
}

/// Nodes that become one.
///
/// It has the place of the node `into` if there is one, which then is one of the group, else of the first member; further
/// attributes come from the members in order. Edges of other members are redirected, and come behind all others; in a simple
/// graph edges that become parallel become one, with the attributes of the first and what it lacks from the others. In a
/// multigraph an edge whose key is taken loses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name that the node has in the end.
    pub into: NodeKey,
    /// Nodes that are there.
    pub members: Vec<NodeKey>,
}

/// A value for each node or edge.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnValues {
    /// Finite reals.
    Floats(Vec<f64>),
    /// Integers.
    Integers(Vec<i64>),
    /// Truth values.
    Booleans(Vec<bool>),
    /// Any values; where there is none the attribute is taken away.
    Values(Vec<Option<Value>>),
}

impl ColumnValues {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Floats(values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::Booleans(values) => values.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a change comes to: the effect, and an account of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// What happens, by numbers. It fits the graph that it was resolved on, as it is now.
    pub delta: Delta,
    /// The account.
    pub receipt: Receipt,
}

/// What became of nodes or edges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New ones.
    pub added: usize,
    /// Those with other attributes, names or ends than before.
    pub updated: usize,
    /// Those that are gone.
    pub removed: usize,
    /// Those that were named and are as they were.
    pub unchanged: usize,
}

/// The account of a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Receipt {
    /// What became of nodes.
    pub nodes: Tally,
    /// What became of edges.
    pub edges: Tally,
    /// Number of nodes afterwards.
    pub node_count: usize,
    /// Number of edges afterwards.
    pub edge_count: usize,
}

impl Tally {
    pub(crate) fn count(&mut self, is_updated: bool) {
        if is_updated { self.updated += 1 } else { self.unchanged += 1 }
    }
}
