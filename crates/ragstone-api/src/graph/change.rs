//! What is to become of a graph.

use ragstone_core::graph::GraphVersion;
use ragstone_graph::NodeKey;
use ragstone_graph::document::DocumentNode;
use ragstone_graph::property::{
    self as library, AttributeEdit, Change, EdgeEdit, EdgeName, Group, Loops, MissingEnds, NodeEdit,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::GraphEntry;

/// A change of a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeGraphRequest {
    /// What is to become of it. All of it happens or nothing.
    pub change: GraphChange,
    /// Refuses the change if the graph is at another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<u64>,
}

impl ChangeGraphRequest {
    /// The change as the library knows it, and the version that it needs.
    pub fn into_parts(self) -> (Change, Option<GraphVersion>) {
        (self.change.into(), self.expected_version.map(GraphVersion))
    }
}

/// What is to become of a graph. Each node and each edge is named once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum GraphChange {
    /// Adds nodes; one that is there gets the attributes, and keeps those that it has besides.
    AddNodes {
        /// The nodes.
        nodes: Vec<NodeInput>,
    },
    /// Adds edges; one that is there gets the attributes, and keeps those that it has besides. In a multigraph an edge without
    /// `key` is always new.
    AddEdges {
        /// The edges.
        edges: Vec<EdgeInput>,
        /// Whether nodes that are not there are added; else the change is refused.
        #[serde(default = "yes")]
        create_nodes: bool,
    },
    /// Changes attributes of nodes that are there.
    EditNodes {
        /// The nodes.
        nodes: Vec<NodeEditInput>,
    },
    /// Changes attributes of edges that are there.
    EditEdges {
        /// The edges.
        edges: Vec<EdgeEditInput>,
    },
    /// Changes attributes of the graph itself.
    EditGraph {
        /// Values to set.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        set: Map<String, Value>,
        /// Names to take away; one that is not there is passed over.
        #[serde(default)]
        remove: Vec<String>,
    },
    /// Removes nodes with their edges.
    RemoveNodes {
        /// The nodes.
        nodes: Vec<NodeKey>,
    },
    /// Removes edges.
    RemoveEdges {
        /// The edges.
        edges: Vec<EdgeRef>,
    },
    /// Gives nodes other names. All change at once, so that two may swap theirs.
    Relabel {
        /// Old and new names.
        nodes: Vec<Relabeling>,
    },
    /// Makes one node of each group of nodes.
    Contract {
        /// The groups, no node in two of them.
        groups: Vec<ContractedGroup>,
        /// Attribute of edges that is added up where edges become one, in simple graphs; an edge without it counts as 1.
        #[serde(default)]
        weight: Option<String>,
        /// Whether edges within a group become loops; else they are removed.
        #[serde(default)]
        keep_loops: bool,
    },
    /// Removes all nodes, edges and attributes.
    Clear {},
}

const fn yes() -> bool {
    true
}

/// A node to add.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeInput {
    /// Its name: a whole number or a text; 1 is not "1".
    pub key: NodeKey,
    /// Its attributes, of any JSON type.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub attributes: Map<String, Value>,
}

/// An edge to add.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EdgeInput {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it, in a multigraph.
    #[serde(default)]
    pub key: Option<NodeKey>,
    /// Its attributes, of any JSON type.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub attributes: Map<String, Value>,
}

/// An edge by its ends. In an undirected graph either may be the source; in a multigraph it is all edges between them unless
/// there is a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EdgeRef {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it, in a multigraph.
    #[serde(default)]
    pub key: Option<NodeKey>,
}

impl From<EdgeRef> for EdgeName {
    fn from(EdgeRef { source, target, key }: EdgeRef) -> Self {
        Self { source, target, key }
    }
}

/// A node whose attributes change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeEditInput {
    /// Its name.
    pub key: NodeKey,
    /// Values to set.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub set: Map<String, Value>,
    /// Names to take away; one that is not there is passed over.
    #[serde(default)]
    pub remove: Vec<String>,
}

/// An edge whose attributes change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EdgeEditInput {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it, in a multigraph.
    #[serde(default)]
    pub key: Option<NodeKey>,
    /// Values to set.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub set: Map<String, Value>,
    /// Names to take away; one that is not there is passed over.
    #[serde(default)]
    pub remove: Vec<String>,
}

/// Another name for a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Relabeling {
    /// The name that it has.
    pub from: NodeKey,
    /// The name that it gets.
    pub to: NodeKey,
}

/// Nodes that become one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ContractedGroup {
    /// The name that the node has in the end; it may be that of a member.
    pub into: NodeKey,
    /// Nodes that are there.
    pub members: Vec<NodeKey>,
}

impl From<GraphChange> for Change {
    fn from(change: GraphChange) -> Self {
        match change {
            GraphChange::AddNodes { nodes } => Self::AddNodes(nodes.into_iter().map(Into::into).collect()),
            GraphChange::AddEdges { edges, create_nodes } => {
                let missing = if create_nodes { MissingEnds::Create } else { MissingEnds::Refuse };
                Self::AddEdges { edges: edges.into_iter().map(Into::into).collect(), missing }
            }
            GraphChange::EditNodes { nodes } => Self::EditNodes(nodes.into_iter().map(Into::into).collect()),
            GraphChange::EditEdges { edges } => Self::EditEdges(edges.into_iter().map(Into::into).collect()),
            GraphChange::EditGraph { set, remove } => Self::EditGraph(edit(set, remove)),
            GraphChange::RemoveNodes { nodes } => Self::RemoveNodes(nodes),
            GraphChange::RemoveEdges { edges } => {
                Self::RemoveEdges(edges.into_iter().map(Into::into).collect())
            }
            GraphChange::Relabel { nodes } => {
                Self::Relabel(nodes.into_iter().map(|node| (node.from, node.to)).collect())
            }
            GraphChange::Contract { groups, weight, keep_loops } => {
                let group = |ContractedGroup { into, members }| Group { into, members };
                let loops = if keep_loops { Loops::Keep } else { Loops::Drop };
                Self::Contract { groups: groups.into_iter().map(group).collect(), weight, loops }
            }
            GraphChange::Clear {} => Self::Clear,
        }
    }
}

impl From<NodeInput> for DocumentNode {
    fn from(NodeInput { key, attributes }: NodeInput) -> Self {
        Self { key, attributes: attributes.into() }
    }
}

impl From<EdgeInput> for library::NewEdge {
    fn from(EdgeInput { source, target, key, attributes }: EdgeInput) -> Self {
        Self { source, target, key, attributes: attributes.into() }
    }
}

impl From<NodeEditInput> for NodeEdit {
    fn from(NodeEditInput { key, set, remove }: NodeEditInput) -> Self {
        Self { key, edit: edit(set, remove) }
    }
}

impl From<EdgeEditInput> for EdgeEdit {
    fn from(EdgeEditInput { source, target, key, set, remove }: EdgeEditInput) -> Self {
        Self { edge: EdgeName { source, target, key }, edit: edit(set, remove) }
    }
}

fn edit(set: Map<String, Value>, remove: Vec<String>) -> AttributeEdit {
    AttributeEdit { set: set.into(), remove }
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphReceipt {
    /// The graph afterwards.
    pub graph: GraphEntry,
    /// What became of nodes.
    pub nodes: ChangeTally,
    /// What became of edges.
    pub edges: ChangeTally,
}

impl GraphReceipt {
    /// The receipt of a change that left the graph so.
    pub fn new(graph: GraphEntry, receipt: library::Receipt) -> Self {
        Self { graph, nodes: receipt.nodes.into(), edges: receipt.edges.into() }
    }
}

/// What became of nodes or edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeTally {
    /// New ones.
    pub added: usize,
    /// Those with other attributes, names or ends than before.
    pub updated: usize,
    /// Those that are gone.
    pub removed: usize,
    /// Those that were named and are as they were.
    pub unchanged: usize,
}

impl From<library::Tally> for ChangeTally {
    fn from(library::Tally { added, updated, removed, unchanged }: library::Tally) -> Self {
        Self { added, updated, removed, unchanged }
    }
}
