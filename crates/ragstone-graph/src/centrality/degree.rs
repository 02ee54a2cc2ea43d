//! Degrees and strengths of all vertices.

use crate::centrality::{Scale, Side};
use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::number::{self, real};
use crate::watch::Watch;

/// Counts the edges at each vertex; normalised, divided by the number of other vertices.
///
/// Parallel edges count each, and a loop of an undirected graph, or of a directed one on both sides, twice: such
/// scores can exceed 1. O(vertices).
pub fn degree(graph: &Graph, side: Side, scale: Scale, watch: &Watch) -> Result<Vec<f64>> {
    let others = others(graph, scale);
    let (outgoing, incoming) = sides(graph, side);
    let mut step = 0;
    let score = |vertex: Vertex| {
        watch.pace(&mut step)?;
        let count = if outgoing { graph.degree(vertex) } else { 0 }
            + if incoming { graph.in_degree(vertex) } else { 0 };
        Ok(real(count) / others)
    };
    graph.vertices().map(score).collect()
}

/// Adds up the weights of the edges at each vertex, as [`degree`] counts them. O(entries).
pub fn strength(graph: &Graph, side: Side, watch: &Watch) -> Result<Vec<f64>> {
    let (outgoing, incoming) = sides(graph, side);
    let rows = [outgoing.then(|| graph.outgoing_rows()), incoming.then(|| graph.incoming_rows())];
    let mut scores = vec![0.0; graph.vertex_count()];
    let mut step = 0;
    for rows in rows.into_iter().flatten() {
        for (vertex, score) in scores.iter_mut().enumerate() {
            watch.pace(&mut step)?;
            let vertex = number::vertex(vertex);
            for (target, weight) in rows.entries(vertex) {
                let ends = if target == vertex && !graph.is_directed() { 2.0 } else { 1.0 };
                *score += ends * weight;
            }
        }
    }
    Ok(scores)
}

fn others(graph: &Graph, scale: Scale) -> f64 {
    match scale {
        Scale::Normalized => real(graph.vertex_count().saturating_sub(1).max(1)),
        Scale::Raw => 1.0,
    }
}

/// Whether outgoing and incoming edges count; in an undirected graph the outgoing ones are all.
fn sides(graph: &Graph, side: Side) -> (bool, bool) {
    match side {
        _ if !graph.is_directed() => (true, false),
        Side::Outgoing => (true, false),
        Side::Incoming => (false, true),
        Side::Both => (true, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn sides_of_a_directed_graph_differ() {
        let graph = Graph::from_edges(Direction::Directed, 3, &[(0, 1), (0, 2), (0, 1), (2, 2)]).unwrap();
        let watch = Watch::unbounded();
        assert_eq!(degree(&graph, Side::Outgoing, Scale::Raw, &watch).unwrap(), [3.0, 0.0, 1.0]);
        assert_eq!(degree(&graph, Side::Incoming, Scale::Raw, &watch).unwrap(), [0.0, 2.0, 2.0]);
        assert_eq!(degree(&graph, Side::Both, Scale::Normalized, &watch).unwrap(), [1.5, 1.0, 1.5]);
    }

    #[test]
    fn loop_of_an_undirected_graph_counts_twice() {
        let graph =
            Graph::from_weighted_edges(Direction::Undirected, 2, &[(0, 0, 2.0), (0, 1, 3.0)]).unwrap();
        let watch = Watch::unbounded();
        assert_eq!(degree(&graph, Side::Both, Scale::Raw, &watch).unwrap(), [3.0, 1.0]);
        assert_eq!(strength(&graph, Side::Both, &watch).unwrap(), [7.0, 3.0]);
    }
}
