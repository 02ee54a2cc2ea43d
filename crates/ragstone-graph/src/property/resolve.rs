//! What a change does to a graph, found out without changing it.

mod contraction;
mod draft;
mod edit;
mod growth;
mod patches;
mod removal;
mod renaming;

pub(crate) use self::draft::Draft;
pub(crate) use self::patches::Patches;
use super::PropertyGraph;
use super::change::{Change, Receipt, Resolved, Tally};
use super::delta::Delta;
use super::error::ChangeError;
use super::limit::MAX_SLOTS;
use crate::document::{KeyRef, NodeKey};
use crate::graph::Vertex;

type Result<T, E = ChangeError> = std::result::Result<T, E>;

/// What happens, with what became of nodes and edges.
pub(crate) struct Outcome {
    pub(crate) delta: Delta,
    pub(crate) nodes: Tally,
    pub(crate) edges: Tally,
}

impl PropertyGraph {
    /// Says what a change does, and changes nothing. O(change), and O(graph) where something is removed or contracted or a
    /// table of edges is needed that is not there yet.
    ///
    /// # Errors
    /// [`ChangeError`], the first that is found.
    pub fn resolve(&self, change: &Change) -> Result<Resolved> {
        let outcome = match change {
            Change::AddNodes(nodes) => growth::add_nodes(self, nodes),
            Change::AddEdges { edges, missing } => growth::add_edges(self, edges, *missing),
            Change::EditNodes(edits) => edit::nodes(self, edits),
            Change::EditEdges(edits) => edit::edges(self, edits),
            Change::EditGraph(edit) => edit::graph(self, edit),
            Change::WriteNodes { name, values } => edit::write_nodes(self, name, values),
            Change::WriteEdges { name, values } => edit::write_edges(self, name, values),
            Change::RemoveNodes(keys) => removal::nodes(self, keys),
            Change::RemoveEdges(names) => removal::edges(self, names),
            Change::Relabel(pairs) => renaming::relabel(self, pairs),
            Change::Contract { groups, weight, loops } => {
                contraction::contract(self, groups, weight.as_deref(), *loops)
            }
            Change::Clear => Ok(removal::all(self)),
            Change::Replace(document) => growth::replace(self, document),
        }?;
        let Outcome { mut delta, nodes, edges } = outcome;
        (delta.base_nodes, delta.base_edges) = self.base();
        let receipt =
            Receipt { nodes, edges, node_count: delta.node_count(), edge_count: delta.edge_count() };
        for (what, count) in [("nodes", receipt.node_count), ("edges", receipt.edge_count)] {
            if count > MAX_SLOTS {
                return Err(ChangeError::TooMany { what });
            }
        }
        Ok(Resolved { delta, receipt })
    }

    /// How many nodes and edges there are.
    pub(crate) fn base(&self) -> (u32, u32) {
        (crate::number::vertex(self.node_count()), crate::number::vertex(self.edge_count()))
    }

    /// The slot of a node that has to be there.
    pub(crate) fn require(&self, key: &NodeKey) -> Result<Vertex> {
        self.nodes.find(key.borrow()).ok_or_else(|| ChangeError::NoNode { key: key.clone() })
    }

    /// The name of a slot; of one that is none its number.
    pub(crate) fn key_at(&self, node: Vertex) -> NodeKey {
        self.nodes.list().get(node).unwrap_or(KeyRef::Integer(node.into())).to_key()
    }
}

#[cfg(test)]
mod tests;
