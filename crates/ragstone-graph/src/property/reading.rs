//! Nodes, edges and neighbours as they are asked for.

use super::cell::Cell;
use super::change::EdgeName;
use super::column::Column;
use super::error::ChangeError;
use super::{EdgeSlot, PropertyGraph};
use crate::document::{Attributes, KeyRef, NodeKey};
use crate::graph::{Direction, Vertex};
use crate::number;

/// A node of a graph.
#[derive(Debug, Clone, Copy)]
pub struct NodeView<'a> {
    graph: &'a PropertyGraph,
    vertex: Vertex,
    key: KeyRef<'a>,
}

impl<'a> NodeView<'a> {
    /// Its number.
    pub fn vertex(self) -> Vertex {
        self.vertex
    }

    /// Its name.
    pub fn key(self) -> KeyRef<'a> {
        self.key
    }

    /// One of its attributes.
    pub fn attribute(self, name: &str) -> Option<Cell<'a>> {
        self.graph.node_columns.get(name)?.get(self.vertex)
    }

    /// All of its attributes, copied.
    pub fn attributes(self) -> Attributes {
        self.graph.node_columns.row(self.vertex)
    }
}

/// An edge of a graph.
#[derive(Debug, Clone, Copy)]
pub struct EdgeView<'a> {
    graph: &'a PropertyGraph,
    slot: EdgeSlot,
    source: Vertex,
    target: Vertex,
}

impl<'a> EdgeView<'a> {
    /// Its number.
    pub fn slot(self) -> EdgeSlot {
        self.slot
    }

    /// Where it begins; in an undirected graph the end that was named first.
    pub fn source(self) -> Vertex {
        self.source
    }

    /// Where it ends.
    pub fn target(self) -> Vertex {
        self.target
    }

    /// The end that is not `node`; of a loop the node itself.
    pub fn other_end(self, node: Vertex) -> Vertex {
        if self.source == node { self.target } else { self.source }
    }

    /// What tells it from those parallel to it.
    pub fn key(self) -> Option<KeyRef<'a>> {
        self.graph.edges.key(self.slot)
    }

    /// One of its attributes.
    pub fn attribute(self, name: &str) -> Option<Cell<'a>> {
        self.graph.edge_columns.get(name)?.get(self.slot)
    }

    /// All of its attributes, copied.
    pub fn attributes(self) -> Attributes {
        self.graph.edge_columns.row(self.slot)
    }
}

impl PropertyGraph {
    /// The number of a node. O(1).
    pub fn vertex(&self, key: KeyRef<'_>) -> Option<Vertex> {
        self.nodes.find(key)
    }

    /// The name of a number.
    pub fn key(&self, vertex: Vertex) -> Option<KeyRef<'_>> {
        self.nodes.list().get(vertex)
    }

    /// A node by its number.
    pub fn node(&self, vertex: Vertex) -> Option<NodeView<'_>> {
        self.key(vertex).map(|key| NodeView { graph: self, vertex, key })
    }

    /// Nodes in order, from a number on: [`take`](Iterator::take) makes pages.
    pub fn nodes_from(&self, first: Vertex) -> impl Iterator<Item = NodeView<'_>> {
        (first..number::vertex(self.node_count())).filter_map(|vertex| self.node(vertex))
    }

    /// An edge by its number.
    pub fn edge(&self, slot: EdgeSlot) -> Option<EdgeView<'_>> {
        let (source, target) = self.edges.ends(slot)?;
        Some(EdgeView { graph: self, slot, source, target })
    }

    /// Edges in order, from a number on: [`take`](Iterator::take) makes pages.
    pub fn edges_from(&self, first: EdgeSlot) -> impl Iterator<Item = EdgeView<'_>> {
        (first..number::vertex(self.edge_count())).filter_map(|slot| self.edge(slot))
    }

    /// The edges of a name in order: none or one, and in a multigraph without key all between the ends. O(1), or O(degree)
    /// for all; the first call after a removal, and for all after any new edge, builds a table, in O(edges).
    ///
    /// # Errors
    /// [`ChangeError::NoNode`].
    pub fn edges_between(&self, name: &EdgeName) -> Result<Vec<EdgeView<'_>>, ChangeError> {
        let (source, target) = (self.require(&name.source)?, self.require(&name.target)?);
        let edges = self.find_edges(source, target, name.key.as_ref().map(NodeKey::borrow));
        Ok(edges.into_iter().filter_map(|edge| self.edge(edge)).collect())
    }

    /// Edges from a node in order; of an undirected graph, all of it. O(degree); the first call after a change of the edges
    /// takes O(graph).
    pub fn edges_of(&self, node: Vertex) -> impl ExactSizeIterator<Item = EdgeView<'_>> {
        self.views(self.outgoing(node))
    }

    /// Edges to a node in order; of an undirected graph, all of it. Costs as [`edges_of`](Self::edges_of).
    pub fn edges_to(&self, node: Vertex) -> impl ExactSizeIterator<Item = EdgeView<'_>> {
        self.views(self.incoming(node))
    }

    /// The ends of the edges from a node, with the edges. A neighbour comes as often as it has edges.
    pub fn neighbors(&self, node: Vertex) -> impl ExactSizeIterator<Item = (Vertex, EdgeSlot)> {
        self.edges_of(node).map(move |edge| (edge.other_end(node), edge.slot))
    }

    /// Where the edges to a node begin, with the edges.
    pub fn sources(&self, node: Vertex) -> impl ExactSizeIterator<Item = (Vertex, EdgeSlot)> {
        let is_directed = self.is_directed();
        self.edges_to(node)
            .map(move |edge| (if is_directed { edge.source } else { edge.other_end(node) }, edge.slot))
    }

    /// Number of edges from a node; a loop of an undirected graph counts twice. O(degree).
    pub fn degree(&self, node: Vertex) -> usize {
        let edges = self.edges_of(node);
        let all = edges.len();
        let loops = edges.filter(|edge| edge.source == edge.target).count();
        all + if self.is_directed() { 0 } else { loops }
    }

    /// Number of edges to a node.
    pub fn in_degree(&self, node: Vertex) -> usize {
        if self.is_directed() { self.incoming(node).len() } else { self.degree(node) }
    }

    /// All values of an attribute of nodes; `None` if no node has it.
    pub fn node_attribute(&self, name: &str) -> Option<&Column> {
        self.node_columns.get(name)
    }

    /// All values of an attribute of edges; `None` if no edge has it.
    pub fn edge_attribute(&self, name: &str) -> Option<&Column> {
        self.edge_columns.get(name)
    }

    /// Names and values of all attributes of nodes, ascending by name.
    pub fn node_attributes(&self) -> impl ExactSizeIterator<Item = (&str, &Column)> {
        self.node_columns.iter().map(|(name, column)| (&**name, column))
    }

    /// Names and values of all attributes of edges, ascending by name.
    pub fn edge_attributes(&self) -> impl ExactSizeIterator<Item = (&str, &Column)> {
        self.edge_columns.iter().map(|(name, column)| (&**name, column))
    }

    /// The one edge that is told by ends and key, if there is one.
    pub(crate) fn find_edge(
        &self,
        source: Vertex,
        target: Vertex,
        key: Option<KeyRef<'_>>,
    ) -> Option<EdgeSlot> {
        let identity = self.identifying.identity(source, target, key)?;
        self.lookup.table(self.identifying, &self.edges).find(self.identifying, &self.edges, identity)
    }

    /// The edges that a name stands for; [`ChangeError::NoEdge`] if there are none.
    pub(crate) fn require_edges(&self, name: &EdgeName) -> Result<Vec<EdgeSlot>, ChangeError> {
        let (source, target) = (self.require(&name.source)?, self.require(&name.target)?);
        let edges = self.find_edges(source, target, name.key.as_ref().map(NodeKey::borrow));
        if edges.is_empty() {
            let EdgeName { source, target, key } = name.clone();
            return Err(ChangeError::NoEdge { source_key: source, target_key: target, key });
        }
        Ok(edges)
    }

    fn find_edges(&self, source: Vertex, target: Vertex, key: Option<KeyRef<'_>>) -> Vec<EdgeSlot> {
        if !self.is_multigraph() || key.is_some() {
            return self.find_edge(source, target, key).into_iter().collect();
        }
        let pair = self.identifying.pair(source, target);
        let is_between = |edge: &EdgeSlot| {
            self.edges.ends(*edge).is_some_and(|ends| self.identifying.pair(ends.0, ends.1) == pair)
        };
        self.outgoing(source).iter().copied().filter(is_between).collect()
    }

    pub(crate) fn outgoing(&self, node: Vertex) -> &[EdgeSlot] {
        self.lookup.outgoing(self.direction(), self.node_count(), &self.edges).of(node)
    }

    pub(crate) fn incoming(&self, node: Vertex) -> &[EdgeSlot] {
        match self.direction() {
            Direction::Directed => self.lookup.incoming(self.node_count(), &self.edges).of(node),
            Direction::Undirected => self.outgoing(node),
        }
    }

    fn views<'a>(&'a self, edges: &'a [EdgeSlot]) -> impl ExactSizeIterator<Item = EdgeView<'a>> {
        edges.iter().map(|&slot| {
            let (source, target) = self.edges.ends(slot).unwrap_or_default();
            EdgeView { graph: self, slot, source, target }
        })
    }
}
