//! Small numbers about a whole graph.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::number::real;
use crate::watch::Watch;

/// Number of edges, divided by the number of pairs of vertices that could have one; 0 of fewer than two vertices.
///
/// Parallel edges count each and loops count, so that it can exceed 1. O(1).
pub fn density(graph: &Graph) -> f64 {
    let vertices = real(graph.vertex_count());
    let pairs = vertices * (vertices - 1.0) / if graph.is_directed() { 1.0 } else { 2.0 };
    if pairs > 0.0 { real(graph.edge_count()) / pairs } else { 0.0 }
}

/// Which part of the edges of a directed graph has an edge back; `None` of a graph without edges.
///
/// Parallel edges count once, loops not at all. O(entries).
///
/// # Errors
/// `WrongKind` for an undirected graph.
pub fn reciprocity(graph: &Graph, watch: &Watch) -> Result<Option<f64>> {
    if !graph.is_directed() {
        return Err(GraphError::WrongKind {
            algorithm: "reciprocity",
            expected: "directed",
            remedy: "every edge of an undirected graph leads both ways",
        });
    }
    let (mut edges, mut answered, mut step) = (0, 0, 0);
    for vertex in graph.vertices() {
        watch.pace(&mut step)?;
        let sources = graph.sources(vertex);
        let mut next = 0;
        let mut last = None;
        for &target in graph.neighbors(vertex) {
            if target == vertex || last == Some(target) {
                continue;
            }
            last = Some(target);
            edges += 1;
            next += sources[next..].partition_point(|&source: &Vertex| source < target);
            answered += usize::from(sources.get(next) == Some(&target));
        }
    }
    Ok((edges > 0).then(|| real(answered) / real(edges)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn density_is_the_part_of_possible_edges() {
        let edges = [(0, 1), (1, 2)];
        let graph = |direction| Graph::from_edges(direction, 3, &edges).unwrap();
        assert!((density(&graph(Direction::Directed)) - 1.0 / 3.0).abs() < 1e-15);
        assert!((density(&graph(Direction::Undirected)) - 2.0 / 3.0).abs() < 1e-15);
        let alone = Graph::from_edges(Direction::Directed, 1, &[(0, 0)]).unwrap();
        assert!(density(&alone).abs() < 1e-15);
    }

    #[test]
    fn answered_edges_count_once_and_loops_not() {
        let watch = Watch::unbounded();
        let edges = [(0, 1), (1, 0), (0, 1), (1, 2), (2, 2), (2, 0)];
        let graph = Graph::from_edges(Direction::Directed, 3, &edges).unwrap();
        assert_eq!(reciprocity(&graph, &watch), Ok(Some(0.5)));
        let empty = Graph::from_edges(Direction::Directed, 3, &[(1, 1)]).unwrap();
        assert_eq!(reciprocity(&empty, &watch), Ok(None));
        let undirected = Graph::from_edges(Direction::Undirected, 3, &edges).unwrap();
        assert!(matches!(reciprocity(&undirected, &watch), Err(GraphError::WrongKind { .. })));
    }
}
