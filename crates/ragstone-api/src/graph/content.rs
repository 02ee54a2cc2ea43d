//! What a graph holds from the start.

use ragstone_core::graph::GraphKind;
use ragstone_core::{Error, GraphName, Result};
use ragstone_graph::NodeKey;
use ragstone_graph::generation::Generate;
use ragstone_graph::property::{self as library, Merge, Reach};
use serde::{Deserialize, Serialize};

use super::filter::AttributeFilter;

/// A graph to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateGraphRequest {
    /// Name: 1 to 64 characters of `a-z`, `0-9`, `_` and `-`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub name: GraphName,
    /// What it is about; at most 1,024 bytes.
    #[serde(default)]
    pub description: String,
    /// Whether edges of an empty graph lead one way; they do not where left out. Other content says it itself.
    #[serde(default)]
    pub directed: Option<bool>,
    /// Whether several edges of an empty graph may join the same two nodes; they may not where left out. Other content says it
    /// itself.
    #[serde(default)]
    pub multigraph: Option<bool>,
    /// What it holds from the start; nothing where left out.
    #[serde(default)]
    pub content: Option<InitialContent>,
}

impl CreateGraphRequest {
    /// The kind of an empty graph; `None` where there is content, with which neither direction nor parallel edges can be asked
    /// for.
    pub fn empty_kind(&self) -> Result<Option<GraphKind>> {
        if self.content.is_none() {
            let is_directed = self.directed.unwrap_or(false);
            return Ok(Some(GraphKind { is_directed, is_multigraph: self.multigraph.unwrap_or(false) }));
        }
        for (field, value) in [("directed", self.directed), ("multigraph", self.multigraph)] {
            if value.is_some() {
                return Err(Error::invalid(field, "is told by the content")
                    .with_help("leave it out, or ask the content for it"));
            }
        }
        Ok(None)
    }
}

/// What a graph holds from the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum InitialContent {
    /// What a generator makes, with nodes numbered from 0.
    Generator {
        /// The generator with its parameters.
        generator: Generate,
    },
    /// What is made of another graph.
    Graph {
        /// The other graph.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        graph: GraphName,
        /// What is made of it; the same where left out.
        #[serde(default)]
        take: Derivation,
    },
    /// What two graphs make.
    Merge {
        /// The first graph.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        first: GraphName,
        /// The second graph.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        second: GraphName,
        /// How they are merged.
        how: MergeKind,
    },
}

/// What is made of a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Derivation {
    // Braces, because fields that are not known are refused of variants that have some.
    /// The same.
    Copy {},
    /// Some of its nodes, with all edges between them.
    Induced {
        /// The nodes.
        nodes: Vec<NodeKey>,
    },
    /// Nodes near some, with all edges between them.
    Ego {
        /// What they are near to.
        centers: Vec<NodeKey>,
        /// How many edges away; 1 where left out.
        #[serde(default = "one")]
        radius: usize,
        /// Along which edges; both ways where left out.
        #[serde(default)]
        reach: EdgeReach,
    },
    /// Nodes and edges for which conditions hold; nodes that go take their edges with them.
    Filtered {
        /// Which nodes stay; all where left out.
        #[serde(default)]
        nodes: Option<AttributeFilter>,
        /// Which of the edges between them; all where left out.
        #[serde(default)]
        edges: Option<AttributeFilter>,
    },
    /// Each edge leads the other way.
    Reversed {},
    /// Each edge leads both ways.
    Undirected {},
    /// An edge each way in the place of each edge.
    Directed {},
}

impl Default for Derivation {
    fn default() -> Self {
        Self::Copy {}
    }
}

const fn one() -> usize {
    1
}

impl From<Derivation> for library::Derivation {
    fn from(take: Derivation) -> Self {
        match take {
            Derivation::Copy {} => Self::Copy,
            Derivation::Induced { nodes } => Self::Induced(nodes),
            Derivation::Ego { centers, radius, reach } => Self::Ego { centers, radius, reach: reach.into() },
            Derivation::Filtered { nodes, edges } => {
                Self::Filtered { nodes: nodes.map(Into::into), edges: edges.map(Into::into) }
            }
            Derivation::Reversed {} => Self::Reversed,
            Derivation::Undirected {} => Self::Undirected,
            Derivation::Directed {} => Self::Directed,
        }
    }
}

/// Along which edges of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EdgeReach {
    /// Those from it.
    Out,
    /// Those to it.
    In,
    /// Both.
    #[default]
    Both,
}

impl From<EdgeReach> for Reach {
    fn from(reach: EdgeReach) -> Self {
        match reach {
            EdgeReach::Out => Self::Forward,
            EdgeReach::In => Self::Backward,
            EdgeReach::Both => Self::Both,
        }
    }
}

/// How two graphs are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MergeKind {
    /// All nodes and edges of both; where both have an attribute, that of the second stays.
    Union,
    /// All nodes and edges of both, where no node is in both.
    DisjointUnion,
    /// Nodes and edges that are in both, with the attributes of the first.
    Intersection,
    /// All nodes of the first, and of its edges those that are not in the second.
    Difference,
    /// All nodes of both, and the edges that are in one only.
    SymmetricDifference,
}

impl From<MergeKind> for Merge {
    fn from(kind: MergeKind) -> Self {
        match kind {
            MergeKind::Union => Self::Union,
            MergeKind::DisjointUnion => Self::DisjointUnion,
            MergeKind::Intersection => Self::Intersection,
            MergeKind::Difference => Self::Difference,
            MergeKind::SymmetricDifference => Self::SymmetricDifference,
        }
    }
}
