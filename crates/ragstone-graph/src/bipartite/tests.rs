//! Sides and odd cycles of small graphs.

use super::*;
use crate::graph::Direction;

fn sides(direction: Direction, vertices: usize, edges: &[(Vertex, Vertex)]) -> Bipartition {
    let graph = Graph::from_edges(direction, vertices, edges).unwrap();
    bipartition(&graph, &Watch::unbounded()).unwrap()
}

#[test]
fn even_cycle_has_two_sides() {
    let found = sides(Direction::Undirected, 5, &[(0, 1), (1, 2), (2, 3), (3, 0), (0, 1)]);
    assert_eq!(found, Bipartition::Sides(vec![false, true, false, true, false]));
    assert!(found.is_bipartite());
}

#[test]
fn edges_are_taken_against_their_direction() {
    let found = sides(Direction::Directed, 4, &[(2, 0), (2, 1), (1, 3)]);
    assert_eq!(found, Bipartition::Sides(vec![false, false, true, true]));
    assert_eq!(
        sides(Direction::Directed, 3, &[(2, 0), (2, 1), (1, 0)]),
        Bipartition::OddCycle(vec![0, 2, 1])
    );
}

#[test]
fn loop_is_an_odd_cycle() {
    assert_eq!(sides(Direction::Undirected, 2, &[(0, 1), (1, 1)]), Bipartition::OddCycle(vec![1]));
}

#[test]
fn odd_cycle_is_shown_without_the_way_to_it() {
    let found = sides(Direction::Undirected, 7, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 2)]);
    assert_eq!(found, Bipartition::OddCycle(vec![2, 6, 5, 4, 3]));
}
