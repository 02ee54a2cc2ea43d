//! What an algorithm found, as JSON with the keys of nodes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::analysis::catalogue::Shape;
use crate::document::NodeKey;

/// An answer, or the part of it that was selected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnalysisReport {
    /// How many rows the whole answer has.
    pub total: usize,
    /// Named values about the whole: how an iteration came to rest, how exact an estimate is, totals.
    pub facts: Map<String, Value>,
    /// The rows that were selected.
    #[serde(flatten)]
    pub rows: ReportRows,
}

/// Rows of an answer by its shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "shape", content = "rows", rename_all = "kebab-case")]
pub enum ReportRows {
    /// Nodes with a number each.
    Scores(Vec<NodeScore>),
    /// The group of each node.
    Labels(Vec<NodeLabel>),
    /// Groups of nodes.
    Sets(Vec<NodeGroup>),
    /// Paths or cycles.
    Paths(Vec<NodePath>),
    /// Some nodes.
    Nodes(Vec<NodeRow>),
    /// Pairs of nodes.
    Pairs(Vec<PairRow>),
    /// Rows with named columns.
    Table(Vec<Map<String, Value>>),
    /// A list of numbers for each node.
    Vectors(Vec<NodeVector>),
    /// None: all that was found is among the facts.
    Record(Vec<Value>),
}

impl ReportRows {
    /// The form of the rows; groups come as sets also where they do not overlap.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Scores(_) => Shape::Scores,
            Self::Labels(_) => Shape::Labels,
            Self::Sets(_) => Shape::Sets,
            Self::Paths(_) => Shape::Paths,
            Self::Nodes(_) => Shape::Nodes,
            Self::Pairs(_) => Shape::Pairs,
            Self::Table(_) => Shape::Table,
            Self::Vectors(_) => Shape::Vectors,
            Self::Record(_) => Shape::Record,
        }
    }
}

/// A node with its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeScore {
    /// The node.
    pub node: NodeKey,
    /// Its number; `null` where there is none, such as the distance to a node that cannot be reached.
    pub score: Value,
}

/// A node with its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeLabel {
    /// The node.
    pub node: NodeKey,
    /// The number of its group.
    pub group: u32,
}

/// A group of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeGroup {
    /// Its number.
    pub group: u32,
    /// How many nodes it has.
    pub size: usize,
    /// The first of them, where they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<NodeKey>>,
}

/// A path or a cycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodePath {
    /// Its nodes in order; of a cycle, the last one is joined to the first.
    pub nodes: Vec<NodeKey>,
    /// How many nodes it has, also those that are not listed.
    pub node_count: usize,
    /// Sum of the weights, where there are weights, or number of edges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<f64>,
}

/// A node with what is said about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeRow {
    /// The node.
    pub node: NodeKey,
    /// Numbers by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
}

/// A pair of nodes with what is said about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairRow {
    /// Where the edge begins, or one of the two.
    pub source: NodeKey,
    /// Where it ends, or the other one.
    pub target: NodeKey,
    /// Numbers by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
}

/// A node with a list of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeVector {
    /// The node.
    pub node: NodeKey,
    /// The numbers; `null` for one that is not there.
    pub vector: Vec<Option<f64>>,
}
