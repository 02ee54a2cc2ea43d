//! Looking at nodes and edges.

use ragstone_core::graph::GraphVersion;
use ragstone_graph::NodeKey;
use ragstone_graph::property as library;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::change::EdgeRef;
use super::content::EdgeReach;
use super::filter::AttributeFilter;

/// Nodes or edges of a query whose number is not named.
pub const DEFAULT_FOUND: usize = 50;

/// Which nodes or edges of a graph are wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryGraphRequest {
    /// What is looked for.
    pub find: GraphQuery,
    /// How many are left out at the beginning.
    #[serde(default)]
    pub offset: usize,
    /// Most of them, 1 to 1,000; 50 where left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub limit: Option<usize>,
}

/// What is looked for in a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum GraphQuery {
    /// Nodes in the order in which they were added.
    Nodes {
        /// These, in this order; all where left out.
        #[serde(default)]
        keys: Option<Vec<NodeKey>>,
        /// Of those, the ones for which it holds.
        #[serde(default)]
        filter: Option<AttributeFilter>,
    },
    /// Edges in the order in which they were added.
    Edges {
        /// Those between two nodes; all where left out.
        #[serde(default)]
        between: Option<EdgeRef>,
        /// Of those, the ones for which it holds.
        #[serde(default)]
        filter: Option<AttributeFilter>,
    },
    /// Edges of a node, with the nodes at their other ends.
    Neighbors {
        /// The node.
        node: NodeKey,
        /// Along which edges; both ways where left out.
        #[serde(default)]
        reach: EdgeReach,
    },
}

/// A part of what a query found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QueryGraphResponse {
    /// The version of the graph that was looked at.
    pub version: u64,
    /// How many there are in all.
    pub total: usize,
    /// Nodes that were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<NodeView>>,
    /// Edges that were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<Vec<EdgeView>>,
    /// Neighbours that were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbors: Option<Vec<NeighborView>>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeView {
    /// Its name.
    pub key: NodeKey,
    /// Its attributes.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub attributes: Map<String, Value>,
    /// Number of edges from it; in an undirected graph of all, a loop twice.
    pub degree: usize,
    /// Number of edges to it, in a directed graph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_degree: Option<usize>,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EdgeView {
    /// Where it begins.
    pub source: NodeKey,
    /// Where it ends.
    pub target: NodeKey,
    /// What tells it from those parallel to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<NodeKey>,
    /// Its attributes.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub attributes: Map<String, Value>,
}

/// An edge of a node with what is at its other end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NeighborView {
    /// The node at the other end.
    pub node: NodeView,
    /// The edge.
    pub edge: EdgeView,
}

impl From<GraphQuery> for library::Query {
    fn from(query: GraphQuery) -> Self {
        match query {
            GraphQuery::Nodes { keys, filter } => Self::Nodes { keys, filter: filter.map(Into::into) },
            GraphQuery::Edges { between, filter } => {
                Self::Edges { named: between.map(Into::into), filter: filter.map(Into::into) }
            }
            GraphQuery::Neighbors { node, reach } => Self::Neighbors { node, reach: reach.into() },
        }
    }
}

impl QueryGraphResponse {
    /// What a query found in a version.
    pub fn new(version: GraphVersion, total: usize, found: library::Finding) -> Self {
        let mut response = Self { version: version.0, total, nodes: None, edges: None, neighbors: None };
        match found {
            library::Finding::Nodes(nodes) => {
                response.nodes = Some(nodes.into_iter().map(NodeView::from).collect());
            }
            library::Finding::Edges(edges) => {
                response.edges = Some(edges.into_iter().map(EdgeView::from).collect());
            }
            library::Finding::Neighbors(neighbors) => {
                let neighbor = |(node, edge): (library::FoundNode, library::FoundEdge)| NeighborView {
                    node: node.into(),
                    edge: edge.into(),
                };
                response.neighbors = Some(neighbors.into_iter().map(neighbor).collect());
            }
        }
        response
    }
}

impl From<library::FoundNode> for NodeView {
    fn from(node: library::FoundNode) -> Self {
        let library::FoundNode { key, attributes, degree, in_degree } = node;
        Self { key, attributes: attributes.into(), degree, in_degree }
    }
}

impl From<library::FoundEdge> for EdgeView {
    fn from(edge: library::FoundEdge) -> Self {
        let library::FoundEdge { source, target, key, attributes } = edge;
        Self { source, target, key, attributes: attributes.into() }
    }
}
