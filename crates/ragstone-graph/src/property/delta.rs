//! What a change does, by numbers.

use std::sync::Arc;

use serde_json::Value;

use super::column::Column;
use super::columns::Columns;
use super::keys::KeyList;
use super::slots::Slots;
use crate::graph::Vertex;

/// Rows that lose a value, by name of the attribute.
pub(crate) type Gaps = Vec<(Arc<str>, Slots)>;

/// What a change does to a graph, by numbers: fast to apply, and to be stored.
///
/// Fields are in the order in which they happen. Removed and renamed rows have the numbers from before the change, all
/// others those from after the removal, with added rows behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delta {
    /// How many nodes and edges there have to be.
    pub(crate) base_nodes: u32,
    pub(crate) base_edges: u32,
    /// Among them all edges of the removed nodes.
    pub(crate) removed_edges: Slots,
    pub(crate) removed_nodes: Slots,
    /// Nodes with new names, none of them removed.
    pub(crate) renamed: Slots,
    pub(crate) names: KeyList,
    /// Attributes of the graph: a value, or none any more.
    pub(crate) attributes: Vec<(Arc<str>, Option<Value>)>,
    pub(crate) nodes: KeyList,
    pub(crate) sources: Vec<Vertex>,
    pub(crate) targets: Vec<Vertex>,
    /// Integers and texts only.
    pub(crate) edge_keys: Column,
    pub(crate) node_gaps: Gaps,
    pub(crate) node_values: Columns,
    pub(crate) edge_gaps: Gaps,
    pub(crate) edge_values: Columns,
}

impl Delta {
    /// Whether it leaves every graph as it is, so that there is no need to store it.
    pub fn is_empty(&self) -> bool {
        let nothing = Self { base_nodes: self.base_nodes, base_edges: self.base_edges, ..Self::default() };
        *self == nothing
    }

    /// Number of nodes after the removal.
    pub(crate) fn kept_nodes(&self) -> usize {
        (self.base_nodes as usize).saturating_sub(self.removed_nodes.len())
    }

    /// Number of edges after the removal.
    pub(crate) fn kept_edges(&self) -> usize {
        (self.base_edges as usize).saturating_sub(self.removed_edges.len())
    }

    /// Number of nodes that there are with it.
    pub fn node_count(&self) -> usize {
        self.kept_nodes() + self.nodes.len()
    }

    /// Number of edges that there are with it.
    pub fn edge_count(&self) -> usize {
        self.kept_edges() + self.sources.len()
    }
}
