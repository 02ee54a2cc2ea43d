//! Forests of small graphs.

use super::*;
use crate::graph::Direction;

fn ends(forest: &SpanningForest) -> Vec<(u32, u32)> {
    forest.edges.iter().map(|edge| (edge.source, edge.target)).collect()
}

#[test]
fn light_edges_make_the_least_tree_and_heavy_ones_the_greatest() {
    let edges = [(0, 1, 4.0), (1, 2, 1.0), (2, 0, 2.0), (2, 0, -3.0), (1, 1, -9.0), (3, 4, 5.0)];
    let graph = Graph::from_weighted_edges(Direction::Undirected, 6, &edges).unwrap();
    let least = spanning_forest(&graph, Extreme::Minimum, &Watch::unbounded()).unwrap();
    assert_eq!((ends(&least), least.weight, least.trees), (vec![(0, 2), (1, 2), (3, 4)], 3.0, 3));
    let greatest = spanning_forest(&graph, Extreme::Maximum, &Watch::unbounded()).unwrap();
    assert_eq!((ends(&greatest), greatest.weight), (vec![(0, 1), (0, 2), (3, 4)], 11.0));
}

#[test]
fn graph_without_weights_keeps_its_first_edges() {
    let graph = Graph::from_edges(Direction::Undirected, 4, &[(0, 1), (1, 2), (2, 0), (1, 1)]).unwrap();
    let forest = spanning_forest(&graph, Extreme::Minimum, &Watch::unbounded()).unwrap();
    assert_eq!((ends(&forest), forest.weight, forest.trees), (vec![(0, 1), (0, 2)], 2.0, 2));
}

#[test]
fn directed_graph_is_refused() {
    let graph = Graph::from_edges(Direction::Directed, 2, &[(0, 1)]).unwrap();
    let refusal = spanning_forest(&graph, Extreme::Minimum, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::WrongKind { .. }));
}

#[test]
fn graph_of_nothing_has_a_forest_of_nothing() {
    let graph = Graph::from_edges(Direction::Undirected, 0, &[]).unwrap();
    assert_eq!(spanning_forest(&graph, Extreme::Maximum, &Watch::unbounded()).unwrap().trees, 0);
}
