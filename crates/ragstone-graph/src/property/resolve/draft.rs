//! What is added to a graph, while it is found out.

use super::patches::{Patches, sorted};
use super::{Outcome, Result};
use crate::document::{Attributes, KeyRef, NodeKey};
use crate::graph::Vertex;
use crate::number;
use crate::property::cell::Cell;
use crate::property::change::Tally;
use crate::property::columns::Columns;
use crate::property::delta::Delta;
use crate::property::edges::{EdgeList, EdgeTable, of_key};
use crate::property::error::ChangeError;
use crate::property::keys::KeyIndex;
use crate::property::limit::{MAX_SLOTS, check_key};
use crate::property::values::Values;
use crate::property::{EdgeSlot, PropertyGraph};

/// New nodes and edges, and values of old and new ones. Numbers go on where the graph ends.
pub(crate) struct Draft<'a> {
    pub(crate) graph: &'a PropertyGraph,
    pub(crate) nodes: Tally,
    pub(crate) edges: Tally,
    pub(crate) node_values: Patches,
    pub(crate) edge_values: Patches,
    base_nodes: u32,
    base_edges: u32,
    new_nodes: KeyIndex,
    new_edges: EdgeList,
    new_table: EdgeTable,
    /// Old edges with new keys.
    rekeyed: (Vec<EdgeSlot>, Values),
}

impl<'a> Draft<'a> {
    pub(crate) fn new(graph: &'a PropertyGraph) -> Self {
        let (base_nodes, base_edges) = graph.base();
        Self {
            graph,
            nodes: Tally::default(),
            edges: Tally::default(),
            node_values: Patches::default(),
            edge_values: Patches::default(),
            base_nodes,
            base_edges,
            new_nodes: KeyIndex::default(),
            new_edges: EdgeList::default(),
            new_table: EdgeTable::default(),
            rekeyed: <(Vec<EdgeSlot>, Values)>::default(),
        }
    }

    /// The node of a name, old or new.
    #[inline]
    pub(crate) fn find(&self, key: KeyRef<'_>) -> Option<Vertex> {
        let old = if self.base_nodes == 0 { None } else { self.graph.nodes.find(key) };
        old.or_else(|| self.new_nodes.find(key).map(|place| self.base_nodes + place))
    }

    /// Adds a node whose name is new.
    pub(crate) fn add_node(&mut self, key: KeyRef<'_>) -> Result<Vertex> {
        check_key(key)?;
        if self.base_nodes as usize + self.new_nodes.len() >= MAX_SLOTS {
            return Err(ChangeError::TooMany { what: "nodes" });
        }
        self.nodes.added += 1;
        Ok(self.base_nodes + self.new_nodes.insert(key).0)
    }

    pub(crate) fn is_new_node(&self, node: Vertex) -> bool {
        node >= self.base_nodes
    }

    /// An old edge that is the same.
    pub(crate) fn old_edge(
        &self,
        source: Vertex,
        target: Vertex,
        key: Option<KeyRef<'_>>,
    ) -> Option<EdgeSlot> {
        if self.base_edges == 0 || self.is_new_node(source) || self.is_new_node(target) {
            return None;
        }
        self.graph.find_edge(source, target, key)
    }

    /// Adds an edge that is none of the old ones, unless it was added before: then it says which that is.
    pub(crate) fn add_edge(
        &mut self,
        source: Vertex,
        target: Vertex,
        key: Option<KeyRef<'_>>,
    ) -> Result<(EdgeSlot, bool)> {
        key.map_or(Ok(()), check_key)?;
        if self.base_edges as usize + self.new_edges.len() >= MAX_SLOTS {
            return Err(ChangeError::TooMany { what: "edges" });
        }
        let identifying = self.graph.identifying;
        let identity = identifying.identity(source, target, key);
        if let Some(identity) = identity
            && let Some(edge) = self.new_table.find(identifying, &self.new_edges, identity)
        {
            return Ok((self.base_edges + edge, false));
        }
        let place = number::vertex(self.new_edges.len());
        self.new_edges.push(source, target, key);
        if identity.is_some() {
            self.new_table.enter(identifying, &self.new_edges, place);
        }
        Ok((self.base_edges + place, true))
    }

    /// Gives an old edge another key, where it had another; says whether.
    pub(crate) fn rekey(&mut self, edge: EdgeSlot, key: Option<KeyRef<'_>>) -> Result<bool> {
        let Some(key) = key else { return Ok(false) };
        if self.graph.edges.key(edge) == Some(key) {
            return Ok(false);
        }
        check_key(key)?;
        self.rekeyed.0.push(edge);
        self.rekeyed.1.push(of_key(key));
        Ok(true)
    }

    /// The name of a node, old or new, for messages.
    pub(crate) fn key_of(&self, node: Vertex) -> NodeKey {
        match node.checked_sub(self.base_nodes).and_then(|place| self.new_nodes.list().get(place)) {
            Some(key) => key.to_key(),
            None => self.graph.key_at(node),
        }
    }

    /// The delta and the account.
    pub(crate) fn finish(self) -> Outcome {
        let mut edge_keys = sorted(self.rekeyed.0, self.rekeyed.1);
        for (place, cell) in self.new_edges.keys.iter() {
            edge_keys.push(self.base_edges + place, cell);
        }
        let delta = Delta {
            base_nodes: self.base_nodes,
            base_edges: self.base_edges,
            nodes: self.new_nodes.into_list(),
            sources: self.new_edges.sources,
            targets: self.new_edges.targets,
            edge_keys,
            node_values: self.node_values.finish(),
            edge_values: self.edge_values.finish(),
            ..Delta::default()
        };
        Outcome { delta, nodes: self.nodes, edges: self.edges }
    }
}

/// Sets the attributes of a row that differ from what it has; says whether one does.
pub(crate) fn update(
    patches: &mut Patches,
    columns: &Columns,
    row: u32,
    attributes: &Attributes,
) -> Result<bool> {
    let mut is_updated = false;
    for (name, value) in attributes.iter() {
        let cell = Cell::from(value);
        if columns.get(name).and_then(|column| column.get(row)) != Some(cell) {
            patches.set(row, name, cell)?;
            is_updated = true;
        }
    }
    Ok(is_updated)
}

/// Sets all attributes of a new row.
#[inline]
pub(crate) fn fill(patches: &mut Patches, row: u32, attributes: &Attributes) -> Result<()> {
    attributes.iter().try_for_each(|(name, value)| patches.set(row, name, Cell::from(value)))
}
