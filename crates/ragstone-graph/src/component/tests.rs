//! Components and blocks of small graphs.

use super::*;
use crate::graph::{Direction, Graph};
use crate::{GraphError, Watch};

fn graph(direction: Direction, vertices: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(direction, vertices, edges).unwrap()
}

#[test]
fn components_are_numbered_by_their_least_vertices() {
    let parts = Components::from_representatives(vec![4, 2, 2, 3, 4]);
    assert_eq!(parts.numbers(), [0, 1, 1, 2, 0]);
    assert_eq!((parts.count(), parts.least(), parts.sizes()), (3, &[0, 1, 3][..], vec![2, 2, 1]));
    assert_eq!(parts.members(), [vec![0, 4], vec![1, 2], vec![3]]);
    assert_eq!(parts.largest(), Some(0));
    assert!(parts.is_same(1, 2) && !parts.is_same(0, 3) && !parts.is_same(9, 9));
    assert_eq!(Components::from_representatives(Vec::new()).largest(), None);
}

#[test]
fn edges_hold_together_against_their_direction() {
    let directed = graph(Direction::Directed, 6, &[(3, 0), (3, 1), (5, 4), (5, 5)]);
    assert_eq!(weak(&directed, &Watch::unbounded()).unwrap().numbers(), [0, 0, 1, 0, 2, 2]);
    let long: Vec<_> = (0..49_999).map(|vertex| (vertex + 1, vertex)).collect();
    let path = graph(Direction::Directed, 50_001, &long);
    assert_eq!(weak(&path, &Watch::unbounded()).unwrap().sizes(), [50_000, 1]);
}

#[test]
fn late_edge_of_the_largest_component_is_not_lost() {
    // Vertex 0 hangs together with the last one by the last edge of its row alone.
    let mut edges: Vec<_> = (1..5000).map(|vertex| (0, vertex)).collect();
    edges.push((0, 9000));
    let parts = weak(&graph(Direction::Undirected, 9001, &edges), &Watch::unbounded()).unwrap();
    assert!(parts.is_same(0, 9000));
    assert_eq!(parts.count(), 1 + 4000);
}

#[test]
fn cycle_is_strong_and_what_leads_to_it_is_not() {
    let edges = [(0, 1), (1, 2), (2, 0), (3, 0), (2, 4), (4, 4), (5, 6), (6, 5), (5, 6)];
    let parts = strong(&graph(Direction::Directed, 7, &edges), &Watch::unbounded()).unwrap();
    assert_eq!(parts.members(), [vec![0, 1, 2], vec![3], vec![4], vec![5, 6]]);
}

#[test]
fn deep_graph_needs_no_stack() {
    let count = 200_000;
    let ring: Vec<_> = (0..count).map(|vertex| (vertex, (vertex + 1) % count)).collect();
    assert_eq!(strong(&graph(Direction::Directed, 200_000, &ring), &Watch::unbounded()).unwrap().count(), 1);
    let found = blocks(&graph(Direction::Undirected, 200_000, &ring), &Watch::unbounded()).unwrap();
    assert_eq!((found.count(), found.bridges().len()), (1, 0));
}

#[test]
fn triangles_that_touch_are_two_blocks() {
    let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 2), (4, 5), (5, 5)];
    let found = blocks(&graph(Direction::Undirected, 7, &edges), &Watch::unbounded()).unwrap();
    let mut members: Vec<_> = found.members().collect();
    members.sort_unstable();
    assert_eq!(members, [&[0, 1, 2][..], &[2, 3, 4], &[4, 5]]);
    assert_eq!(found.articulation_points(), [2, 4]);
    assert_eq!(found.bridges(), [(4, 5)]);
}

#[test]
fn parallel_edge_is_no_bridge() {
    let found =
        blocks(&graph(Direction::Undirected, 3, &[(0, 1), (1, 0), (1, 2)]), &Watch::unbounded()).unwrap();
    assert_eq!(found.bridges(), [(1, 2)]);
    assert_eq!(found.count(), 2);
}

#[test]
fn blocks_of_a_directed_graph_are_refused() {
    let refusal = blocks(&graph(Direction::Directed, 2, &[(0, 1)]), &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::WrongKind { .. }));
}
