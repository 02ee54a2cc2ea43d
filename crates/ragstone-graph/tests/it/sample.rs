//! Small graphs of chance for laws, and pools of other sizes.

use proptest::prelude::*;
use ragstone_graph::{Direction, Graph, Vertex};

/// Vertices and weighted edges; loops and parallel edges are among them.
pub(crate) fn edges(
    max_vertices: u32,
    max_edges: usize,
    weights: std::ops::Range<i32>,
) -> impl Strategy<Value = (usize, Vec<(Vertex, Vertex, f64)>)> {
    (2..=max_vertices).prop_flat_map(move |count| {
        let edge = (0..count, 0..count, weights.clone().prop_map(f64::from));
        (Just(count as usize), proptest::collection::vec(edge, 0..=max_edges))
    })
}

/// An undirected or directed graph of them.
pub(crate) fn graph(
    max_vertices: u32,
    max_edges: usize,
    weights: std::ops::Range<i32>,
) -> impl Strategy<Value = Graph> {
    (edges(max_vertices, max_edges, weights), any::<bool>()).prop_map(|((count, edges), is_directed)| {
        let direction = if is_directed { Direction::Directed } else { Direction::Undirected };
        Graph::from_weighted_edges(direction, count, &edges).unwrap()
    })
}

/// The simple graph beneath, as a matrix.
pub(crate) fn matrix(graph: &Graph) -> Vec<Vec<bool>> {
    let count = graph.vertex_count();
    let mut matrix = vec![vec![false; count]; count];
    for edge in graph.edges().filter(|edge| edge.source != edge.target) {
        matrix[edge.source as usize][edge.target as usize] = true;
        matrix[edge.target as usize][edge.source as usize] = true;
    }
    matrix
}

/// Each new vertex is joined to five of those before, more likely to those with many edges. Made without a generator of
/// the crate, and the same always.
pub(crate) fn preferential(count: u32) -> Graph {
    let mut state = 1u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut edges = Vec::new();
    let mut ends: Vec<Vertex> = (0..5).collect();
    for vertex in 5..count {
        let chosen: Vec<Vertex> = (0..5).map(|_| ends[next(ends.len())]).collect();
        for other in chosen {
            edges.push((vertex, other));
            ends.extend([vertex, other]);
        }
    }
    Graph::from_edges(Direction::Undirected, count as usize, &edges).unwrap()
}

/// What pools of 1, 2 and 7 threads answer, which has to be the same.
pub(crate) fn on_pools<T: PartialEq + std::fmt::Debug + Send>(ask: impl Fn() -> T + Sync) -> T {
    let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(&ask);
    let one = on(1);
    for threads in [2, 7] {
        assert!(on(threads) == one, "{threads} threads answer otherwise");
    }
    one
}
