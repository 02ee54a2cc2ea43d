//! Orders and cycles of small graphs.

use super::*;
use crate::graph::{Direction, Vertex};
use crate::{GraphError, Watch};

fn directed(vertices: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(Direction::Directed, vertices, edges).unwrap()
}

fn undirected(vertices: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(Direction::Undirected, vertices, edges).unwrap()
}

fn cycles(graph: &Graph, max_length: Option<u32>) -> Vec<Vec<Vertex>> {
    let options = SimpleCyclesOptions { max_length, ..Default::default() };
    let mut found = simple_cycles(graph, options, &Watch::unbounded()).unwrap();
    assert!(!found.is_cut);
    found.cycles.sort_unstable();
    found.cycles
}

#[test]
fn order_of_a_dag_leads_forward() {
    let graph = directed(5, &[(3, 1), (3, 1), (1, 0), (4, 0)]);
    assert_eq!(topological(&graph, &Watch::unbounded()).unwrap(), [2, 3, 4, 1, 0]);
}

#[test]
fn cycle_in_the_way_is_named() {
    let graph = directed(5, &[(0, 1), (1, 4), (4, 2), (2, 1), (2, 3)]);
    let refusal = topological(&graph, &Watch::unbounded()).unwrap_err();
    assert_eq!(refusal, GraphError::Cycle { vertices: vec![1, 4, 2] });
    let looped = topological(&directed(2, &[(1, 1)]), &Watch::unbounded()).unwrap_err();
    assert_eq!(looped, GraphError::Cycle { vertices: vec![1] });
    assert!(matches!(
        topological(&undirected(1, &[]), &Watch::unbounded()),
        Err(GraphError::WrongKind { .. })
    ));
}

#[test]
fn edge_without_direction_is_a_cycle_only_beside_another() {
    let watch = Watch::unbounded();
    assert!(is_acyclic(&undirected(4, &[(0, 1), (1, 2), (1, 3)]), &watch).unwrap());
    assert_eq!(find_cycle(&undirected(3, &[(0, 1), (1, 2), (2, 1)]), &watch).unwrap(), Some(vec![1, 2]));
    assert_eq!(find_cycle(&undirected(3, &[(0, 1), (2, 2)]), &watch).unwrap(), Some(vec![2]));
    assert_eq!(find_cycle(&undirected(3, &[(0, 1), (1, 2), (2, 0)]), &watch).unwrap(), Some(vec![0, 1, 2]));
    assert_eq!(find_cycle(&directed(2, &[(0, 1), (1, 0)]), &watch).unwrap(), Some(vec![0, 1]));
}

#[test]
fn longest_path_takes_the_heaviest_edges() {
    let edges = [(0, 1, 1.0), (0, 1, 3.0), (1, 2, -2.0), (1, 3, 0.5), (2, 3, 5.0)];
    let graph = Graph::from_weighted_edges(Direction::Directed, 4, &edges).unwrap();
    let path = longest_path(&graph, &Watch::unbounded()).unwrap().unwrap();
    assert_eq!((path.vertices, path.length), (vec![0, 1, 2, 3], 6.0));
    let light = Graph::from_weighted_edges(Direction::Directed, 2, &[(1, 0, -1.0)]).unwrap();
    assert_eq!(longest_path(&light, &Watch::unbounded()).unwrap().unwrap().vertices, [0]);
    assert_eq!(longest_path(&directed(0, &[]), &Watch::unbounded()).unwrap(), None);
    assert!(matches!(
        longest_path(&directed(1, &[(0, 0)]), &Watch::unbounded()),
        Err(GraphError::Cycle { .. })
    ));
}

#[test]
fn complete_graphs_have_as_many_cycles_as_counted() {
    let pairs = |count: Vertex| (0..count).flat_map(move |one| (0..count).map(move |other| (one, other)));
    let both: Vec<_> = pairs(5).filter(|(one, other)| one != other).collect();
    let once: Vec<_> = pairs(6).filter(|(one, other)| one < other).collect();
    // Sum over the length k of C(n, k) (k - 1)!, from 2 with direction; half of that, from 3, without.
    assert_eq!(cycles(&directed(5, &both), None).len(), 10 + 20 + 30 + 24);
    assert_eq!(cycles(&undirected(6, &once), None).len(), 20 + 45 + 72 + 60);
    assert_eq!(cycles(&undirected(6, &once), Some(4)).len(), 20 + 45);
}

#[test]
fn loops_and_parallel_edges_are_short_cycles() {
    let edges = [(0, 0), (0, 1), (0, 1), (1, 2), (2, 0), (2, 2)];
    assert_eq!(cycles(&undirected(3, &edges), None), [vec![0], vec![0, 1], vec![0, 1, 2], vec![2]]);
    assert_eq!(cycles(&directed(3, &edges), None), [vec![0], vec![0, 1, 2], vec![2]]);
    assert_eq!(cycles(&undirected(3, &edges), Some(1)), [vec![0], vec![2]]);
}

#[test]
fn list_of_cycles_says_that_it_was_cut() {
    let triangles = undirected(5, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 2)]);
    let list = |max_count| {
        simple_cycles(
            &triangles,
            SimpleCyclesOptions { max_count, ..Default::default() },
            &Watch::unbounded(),
        )
    };
    assert_eq!(list(1).map(|found| (found.cycles.len(), found.is_cut)), Ok((1, true)));
    assert_eq!(list(2).map(|found| (found.cycles.len(), found.is_cut)), Ok((2, false)));
    assert!(matches!(list(0), Err(GraphError::OutOfRange { .. })));
}

#[test]
fn endless_list_of_cycles_ends_with_the_budget() {
    let pairs = (0..40).flat_map(|one: Vertex| (0..one).map(move |other| (one, other)));
    let graph = undirected(40, &pairs.collect::<Vec<_>>());
    let options = SimpleCyclesOptions { max_length: None, max_count: usize::MAX };
    let refusal = simple_cycles(&graph, options, &Watch::unbounded().with_max_steps(100_000)).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { .. }));
}
