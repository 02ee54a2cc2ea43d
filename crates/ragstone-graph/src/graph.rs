//! The snapshot that every algorithm reads.

pub(crate) mod blocks;
pub(crate) mod rows;
pub(crate) mod simple;

use std::sync::OnceLock;

use crate::error::{GraphError, Result};
use crate::graph::rows::Rows;

/// Number of a vertex, from 0.
pub type Vertex = u32;

/// Weight of an edge: finite. An edge without one weighs 1.
pub type Weight = f64;

/// Whether edges lead one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = GraphDirection))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "GraphDirection"))]
pub enum Direction {
    /// From source to target.
    Directed,
    /// Both ways.
    Undirected,
}

/// An edge with its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Where it begins; in an undirected graph the lesser end.
    pub source: Vertex,
    /// Where it ends.
    pub target: Vertex,
    /// Its weight, 1 where the graph has none.
    pub weight: Weight,
}

/// A graph in compressed sparse rows. It takes 4 bytes for a vertex and 4 (12 with weights) for an entry: an edge of a
/// directed graph is one entry, and two once [`sources`](Self::sources) was asked for; an edge of an undirected
/// graph is two, a loop one.
#[derive(Debug, Clone)]
pub struct Graph {
    direction: Direction,
    edges: usize,
    outgoing: Rows,
    incoming: OnceLock<Rows>,
}

impl Graph {
    /// Builds a graph of the vertices from 0 to `vertices` - 1, in O(vertices + edges) time and on all threads of the
    /// pool. Parallel edges and loops stay.
    pub fn from_edges(direction: Direction, vertices: usize, edges: &[(Vertex, Vertex)]) -> Result<Self> {
        let outgoing =
            Rows::build(vertices, direction == Direction::Undirected, edges, |&(source, target)| {
                (source, target, None)
            })?;
        Ok(Self { direction, edges: edges.len(), outgoing, incoming: OnceLock::new() })
    }

    /// [`from_edges`](Self::from_edges) with weights.
    pub fn from_weighted_edges(
        direction: Direction,
        vertices: usize,
        edges: &[(Vertex, Vertex, Weight)],
    ) -> Result<Self> {
        if let Some(&(source, target, weight)) = edges.iter().find(|edge| !edge.2.is_finite()) {
            return Err(GraphError::NotFinite { source_vertex: source, target, weight });
        }
        let mirrored = direction == Direction::Undirected;
        let outgoing = Rows::build(vertices, mirrored, edges, |&(source, target, weight)| {
            (source, target, Some(weight))
        })?;
        Ok(Self { direction, edges: edges.len(), outgoing, incoming: OnceLock::new() })
    }

    /// Whether edges lead one way.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Whether edges lead from source to target only.
    pub fn is_directed(&self) -> bool {
        self.direction == Direction::Directed
    }

    /// Whether edges have weights of their own.
    pub fn is_weighted(&self) -> bool {
        self.outgoing.weights.is_some()
    }

    /// Number of vertices.
    pub fn vertex_count(&self) -> usize {
        self.outgoing.vertex_count()
    }

    /// Number of edges, each once.
    pub fn edge_count(&self) -> usize {
        self.edges
    }

    /// Number of entries in all rows: what a pass over the graph reads.
    pub fn entry_count(&self) -> usize {
        self.outgoing.targets.len()
    }

    /// All vertices in order.
    pub fn vertices(&self) -> impl ExactSizeIterator<Item = Vertex> + Clone + use<> {
        0..self.outgoing.last_vertex()
    }

    /// Targets of the edges from `vertex`, ascending, a parallel edge as often as it is there. Empty for a vertex that
    /// is not there.
    #[inline]
    pub fn neighbors(&self, vertex: Vertex) -> &[Vertex] {
        self.outgoing.targets(vertex)
    }

    /// Weights of the edges from `vertex`, in the order of [`neighbors`](Self::neighbors); `None` where edges have none.
    #[inline]
    pub fn weights(&self, vertex: Vertex) -> Option<&[Weight]> {
        self.outgoing.weights(vertex)
    }

    /// Neighbours with weights, 1 where edges have none.
    #[inline]
    pub fn entries(&self, vertex: Vertex) -> impl Iterator<Item = (Vertex, Weight)> + '_ {
        self.outgoing.entries(vertex)
    }

    /// Sources of the edges to `vertex`, ascending. The first call on a directed graph turns the rows, in O(entries).
    #[inline]
    pub fn sources(&self, vertex: Vertex) -> &[Vertex] {
        self.incoming_rows().targets(vertex)
    }

    /// Sources with weights, 1 where edges have none.
    #[inline]
    pub fn source_entries(&self, vertex: Vertex) -> impl Iterator<Item = (Vertex, Weight)> + '_ {
        self.incoming_rows().entries(vertex)
    }

    /// Whether [`sources`](Self::sources) answers without turning the rows first.
    pub(crate) fn has_sources(&self) -> bool {
        !self.is_directed() || self.incoming.get().is_some()
    }

    /// Number of edges from `vertex`; a loop of an undirected graph counts twice.
    pub fn degree(&self, vertex: Vertex) -> usize {
        let row = self.neighbors(vertex);
        row.len() + if self.is_directed() { 0 } else { loops(row, vertex) }
    }

    /// Number of edges to `vertex`.
    pub fn in_degree(&self, vertex: Vertex) -> usize {
        if self.is_directed() { self.sources(vertex).len() } else { self.degree(vertex) }
    }

    /// The vertex itself if it is there, else the error that says so.
    pub fn vertex(&self, vertex: Vertex) -> Result<Vertex> {
        let count = self.vertex_count();
        if (vertex as usize) < count { Ok(vertex) } else { Err(GraphError::NoVertex { vertex, count }) }
    }

    /// All edges, each once, ordered by source, then target.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        let both_ways = !self.is_directed();
        self.vertices().flat_map(move |source| {
            self.entries(source)
                .filter(move |&(target, _)| !both_ways || source <= target)
                .map(move |(target, weight)| Edge { source, target, weight })
        })
    }

    /// The first edge that weighs less than nothing.
    pub fn negative_edge(&self) -> Option<Edge> {
        let weights = self.outgoing.weights.as_ref()?;
        let is_negative = |weights: &[Weight]| weights.iter().copied().fold(0.0, Weight::min) < 0.0;
        // Chunk by chunk without a branch: most graphs have none.
        let has_negative = weights.chunks(4096).any(is_negative);
        has_negative.then(|| self.edges().find(|edge| edge.weight < 0.0)).flatten()
    }

    /// The same edges, each leading the other way; an undirected graph is its own.
    #[must_use]
    pub fn reversed(&self) -> Self {
        if !self.is_directed() {
            return self.clone();
        }
        let incoming = OnceLock::from(self.outgoing.clone());
        Self {
            direction: self.direction,
            edges: self.edges,
            outgoing: self.incoming_rows().clone(),
            incoming,
        }
    }

    /// The same vertices, with each edge leading both ways; of parallel edges, also those that led opposite ways, one
    /// remains, with their weights added up. An undirected graph is returned as it is.
    #[must_use = "the graph itself stays as it is"]
    pub fn to_undirected(&self) -> Self {
        if !self.is_directed() {
            return self.clone();
        }
        let outgoing = self.outgoing.merged(self.incoming_rows());
        let loops: usize = self.vertices().map(|vertex| loops(outgoing.targets(vertex), vertex)).sum();
        let edges = usize::midpoint(outgoing.targets.len(), loops);
        Self { direction: Direction::Undirected, edges, outgoing, incoming: OnceLock::new() }
    }

    /// An undirected graph without loops.
    pub(crate) fn of_rows(outgoing: Rows) -> Self {
        let edges = outgoing.targets.len() / 2;
        Self { direction: Direction::Undirected, edges, outgoing, incoming: OnceLock::new() }
    }

    /// Heap memory in bytes.
    pub fn memory(&self) -> usize {
        self.outgoing.memory() + self.incoming.get().map_or(0, Rows::memory)
    }

    /// Rows of the edges that leave; of an undirected graph, all.
    pub(crate) fn outgoing_rows(&self) -> &Rows {
        &self.outgoing
    }

    /// Rows of the edges that arrive. The first call on a directed graph turns the rows.
    pub(crate) fn incoming_rows(&self) -> &Rows {
        if !self.is_directed() {
            return &self.outgoing;
        }
        self.incoming.get_or_init(|| self.outgoing.transposed())
    }
}

/// How often `vertex` is in its own row.
fn loops(row: &[Vertex], vertex: Vertex) -> usize {
    let first = row.partition_point(|&target| target < vertex);
    row[first..].iter().take_while(|&&target| target == vertex).count()
}

#[cfg(test)]
mod tests;
