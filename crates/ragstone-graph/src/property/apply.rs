//! Lets a delta happen: all of it, or nothing.

use super::PropertyGraph;
use super::columns::Columns;
use super::delta::{Delta, Gaps};
use super::edges::as_key;
use super::error::DeltaError;
use super::keys::KeyIndex;
use super::limit::MAX_SLOTS;
use super::slots::Slots;
use crate::document::KeyRef;
use crate::graph::Vertex;
use crate::number;

impl PropertyGraph {
    /// Lets a delta happen. O(what is added), and O(graph) where something is removed.
    ///
    /// # Errors
    /// [`DeltaError::Corrupt`], and the graph stays as it is, where the delta is of another graph or another state of
    /// it, numbers a row that is not there, or gives two nodes one name. That edges of a simple graph are distinct is
    /// the word of who made the delta.
    pub fn apply(&mut self, delta: Delta) -> Result<(), DeltaError> {
        self.check(&delta)?;
        self.perform(delta);
        Ok(())
    }

    /// Lets a delta happen that was made for this graph as it is.
    pub(crate) fn perform(&mut self, delta: Delta) {
        self.nodes.rename(delta.renamed.iter(), &delta.names);
        if !delta.removed_edges.is_empty() || !delta.removed_nodes.is_empty() {
            self.remove(&delta.removed_edges, &delta.removed_nodes);
        }
        for (name, value) in delta.attributes {
            match value {
                Some(value) => self.attributes.insert(name, value),
                None => self.attributes.remove(&name),
            };
        }
        self.nodes.append(&delta.nodes);
        let first = self.edges.len();
        self.edges.sources.extend(delta.sources);
        self.edges.targets.extend(delta.targets);
        self.edges.keys.put(delta.edge_keys);
        self.lookup.extend(self.identifying, &self.edges, first);
        for (columns, gaps, values) in [
            (&mut self.node_columns, delta.node_gaps, delta.node_values),
            (&mut self.edge_columns, delta.edge_gaps, delta.edge_values),
        ] {
            for (name, rows) in &gaps {
                columns.take(name, rows);
            }
            columns.put(values);
        }
    }

    /// Takes rows out; what is left moves up.
    fn remove(&mut self, edges: &Slots, nodes: &Slots) {
        let kept: Vec<_> = edges.complement(number::vertex(self.edge_count())).iter().collect();
        if !edges.is_empty() {
            self.edges.keys = self.edges.keys.gather(&kept);
            self.edge_columns = self.edge_columns.gather(&kept);
        }
        let places = (!nodes.is_empty()).then(|| places(self.node_count(), nodes));
        let place = |node: Vertex| match &places {
            Some(places) => places.get(node as usize).copied().unwrap_or(node),
            None => node,
        };
        let ends: Vec<_> = kept.iter().filter_map(|&edge| self.edges.ends(edge)).collect();
        self.edges.sources = ends.iter().map(|ends| place(ends.0)).collect();
        self.edges.targets = ends.iter().map(|ends| place(ends.1)).collect();
        if !nodes.is_empty() {
            let kept: Vec<_> = nodes.complement(number::vertex(self.node_count())).iter().collect();
            self.nodes = self.nodes.gather(&kept);
            self.node_columns = self.node_columns.gather(&kept);
        }
        self.lookup = super::Lookup::default();
    }

    /// Looks at all that could go wrong.
    fn check(&self, delta: &Delta) -> Result<(), DeltaError> {
        let (nodes, edges) = (self.node_count(), self.edge_count());
        require(delta.base_nodes as usize == nodes, "it is of another number of nodes")?;
        require(delta.base_edges as usize == edges, "it is of another number of edges")?;
        require(delta.removed_nodes.end() as usize <= nodes, "a removed node is not there")?;
        require(delta.removed_edges.end() as usize <= edges, "a removed edge is not there")?;
        require(delta.renamed.end() as usize <= nodes, "a renamed node is not there")?;
        require(delta.renamed.len() == delta.names.len(), "names and renamed nodes differ in number")?;
        require(delta.sources.len() == delta.targets.len(), "sources and targets differ in number")?;
        let (nodes, edges) = (delta.node_count(), delta.edge_count());
        require(nodes <= MAX_SLOTS && edges <= MAX_SLOTS, "there are too many nodes or edges")?;
        let mut ends = delta.sources.iter().chain(&delta.targets);
        require(ends.all(|&end| (end as usize) < nodes), "an edge leads to a node that is not there")?;
        check_columns(&delta.node_values, &delta.node_gaps, nodes)?;
        check_columns(&delta.edge_values, &delta.edge_gaps, edges)?;
        let keys = &delta.edge_keys;
        require(keys.rows.end() as usize <= edges, "a key is of an edge that is not there")?;
        require(keys.rows.len() == keys.values.len(), "keys and edges differ in number")?;
        require(keys.values.iter().all(|cell| as_key(cell).is_some()), "a key is no integer and no text")?;
        self.check_removal(delta)?;
        self.check_names(delta)
    }

    /// Refuses an edge that stays without its nodes.
    fn check_removal(&self, delta: &Delta) -> Result<(), DeltaError> {
        let gone = &delta.removed_nodes;
        if gone.is_empty() || delta.removed_edges.len() == self.edge_count() {
            return Ok(());
        }
        let mut edges = (0..).zip(self.edges.iter());
        let stays = |(edge, (source, target)): (u32, (Vertex, Vertex))| {
            (gone.contains(source) || gone.contains(target)) && !delta.removed_edges.contains(edge)
        };
        require(!edges.any(stays), "an edge stays where its node is removed")
    }

    /// Refuses two nodes of one name.
    fn check_names(&self, delta: &Delta) -> Result<(), DeltaError> {
        let is_gone = |node: Vertex| delta.renamed.contains(node) || delta.removed_nodes.contains(node);
        let both = delta.renamed.iter().any(|node| delta.removed_nodes.contains(node));
        require(!both, "a node is renamed and removed")?;
        let is_free = |key: KeyRef<'_>| self.node_count() == 0 || self.nodes.find(key).is_none_or(is_gone);
        let mut keys = delta.names.iter().chain(delta.nodes.iter());
        require(keys.all(is_free), "a name is of two nodes")?;
        let mut distinct = KeyIndex::default();
        let mut keys = delta.names.iter().chain(delta.nodes.iter());
        require(keys.all(|key| distinct.insert(key).1), "a name is of two new nodes")
    }
}

/// Where each node is once others are removed.
fn places(nodes: usize, removed: &Slots) -> Vec<Vertex> {
    let mut places = Vec::with_capacity(nodes);
    let mut next = 0;
    for (start, end) in removed.runs().chain([(number::vertex(nodes), number::vertex(nodes))]) {
        while places.len() < start as usize {
            places.push(next);
            next += 1;
        }
        places.resize(end as usize, Vertex::MAX);
    }
    places
}

fn check_columns(columns: &Columns, gaps: &Gaps, rows: usize) -> Result<(), DeltaError> {
    for (_, column) in columns.iter() {
        require(column.rows.end() as usize <= rows, "a value is of a row that is not there")?;
        require(column.rows.len() == column.values.len(), "values and rows differ in number")?;
    }
    let is_fine = gaps.iter().all(|(_, gap)| gap.end() as usize <= rows);
    require(is_fine, "a removed value is of a row that is not there")
}

fn require(is_so: bool, what: &'static str) -> Result<(), DeltaError> {
    if is_so { Ok(()) } else { Err(DeltaError::corrupt(what)) }
}
