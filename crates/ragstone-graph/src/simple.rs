//! The simple graph beneath a graph: each neighbour once, both ways, no loops.

use std::borrow::Cow;

use crate::error::Result;
use crate::graph::{Direction, Graph};

/// The simple graph beneath `graph`, which is `graph` itself if it is simple. Weights mean nothing in it. O(entries).
pub(crate) fn simple(graph: &Graph) -> Result<Cow<'_, Graph>> {
    if !graph.is_directed() && is_simple(graph) {
        return Ok(Cow::Borrowed(graph));
    }
    let mut pairs: Vec<_> = graph
        .edges()
        .filter(|edge| edge.source != edge.target)
        .map(|edge| (edge.source.min(edge.target), edge.source.max(edge.target)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    Ok(Cow::Owned(Graph::from_edges(Direction::Undirected, graph.vertex_count(), &pairs)?))
}

fn is_simple(graph: &Graph) -> bool {
    graph.vertices().all(|vertex| {
        let row = graph.neighbors(vertex);
        row.is_sorted_by(|a, b| a < b) && row.binary_search(&vertex).is_err()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_parallels_and_directions_go() {
        let graph =
            Graph::from_edges(Direction::Directed, 3, &[(0, 1), (1, 0), (1, 1), (2, 1), (2, 1)]).unwrap();
        let simple = simple(&graph).unwrap();
        assert_eq!((simple.neighbors(1), simple.edge_count()), (&[0, 2][..], 2));
    }

    #[test]
    fn simple_graph_is_not_copied() {
        let graph = Graph::from_edges(Direction::Undirected, 3, &[(0, 1), (2, 1)]).unwrap();
        assert!(matches!(simple(&graph), Ok(Cow::Borrowed(_))));
    }
}
