//! Flows and cuts of small graphs, and what is refused.

#![expect(clippy::float_cmp, reason = "sums of whole numbers are exact")]

use super::*;
use crate::graph::Direction;
use crate::watch::Watch;

fn directed(count: usize, edges: &[(Vertex, Vertex, Weight)]) -> Graph {
    Graph::from_weighted_edges(Direction::Directed, count, edges).unwrap()
}

/// The network of figure 26.1 in Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms: the flow is 23.
fn textbook() -> Graph {
    directed(
        6,
        &[
            (0, 1, 16.0),
            (0, 2, 13.0),
            (1, 3, 12.0),
            (2, 1, 4.0),
            (2, 4, 14.0),
            (3, 2, 9.0),
            (3, 5, 20.0),
            (4, 3, 7.0),
            (4, 5, 4.0),
        ],
    )
}

#[test]
fn textbook_network_carries_its_published_flow() {
    let graph = textbook();
    let flow = max_flow(&graph, 0, 5, Capacity::Weights, &Watch::unbounded()).unwrap();
    assert_eq!((flow.value(), &flow.cut.side[..]), (23.0, &[0, 1, 2, 4][..]));
    let ends: Vec<_> = flow.cut.edges.iter().map(|edge| (edge.source, edge.target)).collect();
    assert_eq!(ends, [(1, 3), (4, 3), (4, 5)]);
    assert_eq!(max_flow(&graph, 0, 5, Capacity::Units, &Watch::unbounded()).unwrap().value(), 2.0);
}

#[test]
fn flow_against_all_edges_is_nothing() {
    let flow = max_flow(&textbook(), 5, 0, Capacity::Weights, &Watch::unbounded()).unwrap();
    assert_eq!((flow.value(), flow.cut.edges.len(), flow.cut.side), (0.0, 0, vec![5]));
}

#[test]
fn parallel_edges_add_up_and_loops_carry_nothing() {
    let edges = [(0, 1, 2.0), (0, 1, 3.0), (1, 1, 9.0), (1, 2, 4.0), (2, 1, 7.0)];
    let graph = directed(3, &edges);
    let flow = max_flow(&graph, 0, 2, Capacity::Weights, &Watch::unbounded()).unwrap();
    assert_eq!((flow.value(), flow.flows[2], flow.flows[3]), (4.0, 0.0, 4.0));
    let graph = Graph::from_weighted_edges(Direction::Undirected, 3, &edges).unwrap();
    let flow = max_flow(&graph, 2, 0, Capacity::Weights, &Watch::unbounded()).unwrap();
    assert_eq!((flow.value(), flow.flows), (5.0, vec![-2.0, -3.0, 0.0, -4.0, -1.0]));
}

#[test]
fn what_has_no_flow_is_refused() {
    let graph = directed(3, &[(0, 1, -1.0)]);
    let watch = Watch::unbounded();
    let ask = |source, target, capacity| max_flow(&graph, source, target, capacity, &watch).unwrap_err();
    assert!(matches!(ask(0, 1, Capacity::Weights), GraphError::NegativeWeight { .. }));
    assert!(matches!(ask(1, 1, Capacity::Units), GraphError::OutOfRange { .. }));
    assert_eq!(ask(0, 3, Capacity::Units), GraphError::NoVertex { vertex: 3, count: 3 });
    let thrifty = Watch::unbounded().with_max_bytes(8);
    let refusal = max_flow(&textbook(), 0, 1, Capacity::Weights, &thrifty).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { unit: "bytes", .. }));
}

/// The example of M. Stoer and F. Wagner's paper: the cut weighs 4 and leaves 3, 4, 7, 8 (from 1) on one side.
#[test]
fn published_example_has_its_published_cut() {
    let edges = [
        (0, 1, 2.0),
        (0, 4, 3.0),
        (1, 2, 3.0),
        (1, 4, 2.0),
        (1, 5, 2.0),
        (2, 3, 4.0),
        (2, 6, 2.0),
        (3, 6, 2.0),
        (3, 7, 2.0),
        (4, 5, 3.0),
        (5, 6, 1.0),
        (6, 7, 3.0),
    ];
    let graph = Graph::from_weighted_edges(Direction::Undirected, 8, &edges).unwrap();
    let cut = global_min_cut(&graph, Capacity::Weights, &Watch::unbounded()).unwrap();
    let ends: Vec<_> = cut.edges.iter().map(|edge| (edge.source, edge.target)).collect();
    assert_eq!((cut.value, ends), (4.0, vec![(1, 2), (5, 6)]));
}

#[test]
fn graph_in_parts_falls_apart_without_a_cut() {
    let graph = Graph::from_edges(Direction::Undirected, 4, &[(0, 1), (2, 3), (2, 2)]).unwrap();
    let cut = global_min_cut(&graph, Capacity::Weights, &Watch::unbounded()).unwrap();
    assert_eq!((cut.value, cut.edges.len(), cut.side.len()), (0.0, 0, 2));
}

#[test]
fn graph_that_cannot_be_cut_is_refused() {
    let watch = Watch::unbounded();
    let lone = Graph::from_edges(Direction::Undirected, 1, &[(0, 0)]).unwrap();
    let refusal = global_min_cut(&lone, Capacity::Units, &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { .. }));
    let refusal = global_min_cut(&textbook(), Capacity::Units, &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::WrongKind { .. }));
}
