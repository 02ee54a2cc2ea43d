//! Shortest paths and lists of paths.
//!
//! Lengths are sums of weights, 1 for an edge of a graph without weights; hops count edges. An undirected edge is walked
//! both ways, a loop never shortens a path, and of parallel edges the lightest counts.

mod a_star;
mod all_pairs;
mod bellman_ford;
mod bfs;
mod bidirectional;
mod dijkstra;
mod heap;
mod k_shortest;
mod simple;

pub use a_star::a_star;
pub use all_pairs::{DistanceMatrix, all_pairs};
pub use bellman_ford::{bellman_ford, negative_cycle};
pub use bfs::{HopTree, bfs, bfs_tree};
pub use bidirectional::bidirectional;
pub use dijkstra::dijkstra;
pub use k_shortest::k_shortest;
pub use simple::{SimplePaths, SimplePathsOptions, simple_paths};

pub(crate) use bfs::{Search, each_bit};
pub(crate) use heap::{ordered, unordered};
pub(crate) use simple::bound;

use crate::graph::{Graph, Vertex, Weight};

/// Hops to a vertex that cannot be reached.
pub const UNREACHED: u32 = u32::MAX;

/// In a list of parents: none. No graph has so many vertices.
pub(crate) const NOBODY: Vertex = Vertex::MAX;

/// A path with its length.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// From the first to the last; one vertex if they are the same.
    pub vertices: Vec<Vertex>,
    /// Sum of the weights.
    pub length: Weight,
}

/// Shortest paths from one vertex to all.
#[derive(Debug, Clone, PartialEq)]
pub struct PathTree {
    source: Vertex,
    distances: Vec<Weight>,
    parents: Vec<Vertex>,
}

impl PathTree {
    /// The vertex where all paths begin.
    pub fn source(&self) -> Vertex {
        self.source
    }

    /// Length of the shortest path to each vertex, infinite where none leads.
    pub fn distances(&self) -> &[Weight] {
        &self.distances
    }

    /// The distances alone.
    pub fn into_distances(self) -> Vec<Weight> {
        self.distances
    }

    /// The vertex before `vertex` on its shortest path; `None` for the source, and where no path leads.
    pub fn parent(&self, vertex: Vertex) -> Option<Vertex> {
        self.parents.get(vertex as usize).copied().filter(|&parent| parent != NOBODY)
    }

    /// The shortest path to `target`, if one leads there.
    pub fn path_to(&self, target: Vertex) -> Option<Path> {
        let length = *self.distances.get(target as usize)?;
        length.is_finite().then(|| Path { vertices: trace(&self.parents, target), length })
    }
}

/// The way from the root of a tree to `target`.
pub(crate) fn trace(parents: &[Vertex], target: Vertex) -> Vec<Vertex> {
    let mut vertices = vec![target];
    let mut vertex = target;
    while parents[vertex as usize] != NOBODY {
        vertex = parents[vertex as usize];
        vertices.push(vertex);
    }
    vertices.reverse();
    vertices
}

/// A path with the length of its lightest edges, added from the first.
fn measured(graph: &Graph, vertices: Vec<Vertex>) -> Path {
    Path { length: length(graph, &vertices), vertices }
}

fn length(graph: &Graph, vertices: &[Vertex]) -> Weight {
    vertices.windows(2).fold(0.0, |length, ends| length + lightest(graph, ends[0], ends[1]))
}

/// Weight of the lightest edge between two vertices, infinite if there is none.
fn lightest(graph: &Graph, source: Vertex, target: Vertex) -> Weight {
    let row = graph.neighbors(source);
    let first = row.partition_point(|&other| other < target);
    let edges = graph.entries(source).skip(first).take_while(|&(other, _)| other == target);
    edges.map(|(_, weight)| weight).fold(Weight::INFINITY, Weight::min)
}

#[cfg(test)]
mod tests;
