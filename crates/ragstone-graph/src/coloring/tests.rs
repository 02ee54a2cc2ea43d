//! Colourings of small graphs, and what is refused.

use super::*;
use crate::graph::Direction;

const ALL: [ColoringStrategy; 3] =
    [ColoringStrategy::LargestFirst, ColoringStrategy::SmallestLast, ColoringStrategy::Saturation];

fn color(graph: &Graph, strategy: ColoringStrategy) -> Coloring {
    greedy_coloring(graph, strategy, &Watch::unbounded()).unwrap()
}

#[test]
fn complete_graph_needs_a_colour_for_each_vertex() {
    let edges: Vec<_> = (0..70).flat_map(|a| (a + 1..70).map(move |b| (a, b))).collect();
    let complete = Graph::from_edges(Direction::Undirected, 70, &edges).unwrap();
    for strategy in ALL {
        let coloring = color(&complete, strategy);
        assert_eq!((coloring.count, coloring.is_proper(&complete)), (70, true), "{strategy:?}");
    }
}

/// Vertex i of one side is joined to all of the other but i: in the order of vertices this needs n colours.
#[test]
fn crown_is_coloured_with_two_by_saturation() {
    let edges: Vec<_> =
        (0..8).flat_map(|a| (0..8).filter(move |b| *b != a).map(move |b| (2 * a, 2 * b + 1))).collect();
    let crown = Graph::from_edges(Direction::Directed, 16, &edges).unwrap();
    assert_eq!(color(&crown, ColoringStrategy::Saturation).count, 2);
    let order: Vec<_> = crown.vertices().collect();
    let coloring = ordered_coloring(&crown, &order, &Watch::unbounded()).unwrap();
    assert_eq!((coloring.count, coloring.is_proper(&crown)), (8, true));
}

#[test]
fn loops_and_parallel_edges_ask_for_nothing_more() {
    let graph = Graph::from_edges(Direction::Undirected, 3, &[(0, 0), (0, 1), (0, 1), (1, 1)]).unwrap();
    for strategy in ALL {
        let coloring = color(&graph, strategy);
        assert_eq!((coloring.count, coloring.is_proper(&graph)), (2, true), "{strategy:?}");
    }
}

#[test]
fn same_colour_on_both_ends_is_not_proper() {
    let graph = Graph::from_edges(Direction::Undirected, 2, &[(0, 1)]).unwrap();
    assert!(!Coloring { colors: vec![3, 3], count: 1 }.is_proper(&graph));
    assert!(!Coloring { colors: vec![0], count: 1 }.is_proper(&graph));
}

#[test]
fn order_that_misses_a_vertex_is_refused() {
    let graph = Graph::from_edges(Direction::Undirected, 2, &[(0, 1)]).unwrap();
    let refusal = ordered_coloring(&graph, &[0, 0], &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { .. }));
}

#[test]
fn graph_of_nothing_has_no_colours() {
    let graph = Graph::from_edges(Direction::Undirected, 0, &[]).unwrap();
    assert!(ALL.iter().all(|&strategy| color(&graph, strategy).count == 0));
}
