//! Pairs in small graphs, and what is refused.

use super::*;
use crate::error::GraphError;
use crate::graph::{Direction, Graph};
use crate::watch::Watch;

fn undirected(count: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(Direction::Undirected, count, edges).unwrap()
}

fn weighted(count: usize, edges: &[(Vertex, Vertex, f64)]) -> Graph {
    Graph::from_weighted_edges(Direction::Undirected, count, edges).unwrap()
}

fn pairs(graph: &Graph, goal: WeightGoal) -> Vec<(Vertex, Vertex)> {
    weight_matching(graph, goal, &Watch::unbounded()).unwrap().pairs().collect()
}

#[test]
fn matching_of_two_sides_is_covered_by_as_many_vertices() {
    let directed =
        Graph::from_edges(Direction::Directed, 6, &[(0, 3), (0, 4), (1, 3), (4, 2), (2, 5), (0, 3)]);
    let found = bipartite_matching(&directed.unwrap(), &Watch::unbounded()).unwrap();
    assert_eq!((found.matching.size(), found.cover.len()), (3, 3));
    let triangle = undirected(3, &[(0, 1), (1, 2), (2, 0)]);
    let refusal = bipartite_matching(&triangle, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::WrongKind { .. }));
}

#[test]
fn star_shows_its_centre_as_the_barrier() {
    let star = undirected(5, &[(2, 0), (2, 1), (2, 3), (2, 4), (2, 2)]);
    let found = cardinality_matching(&star, &Watch::unbounded()).unwrap();
    assert_eq!((found.matching.size(), found.barrier), (1, vec![2]));
}

#[test]
fn graph_of_nothing_has_empty_matchings() {
    let nothing = undirected(0, &[]);
    let watch = Watch::unbounded();
    assert_eq!(bipartite_matching(&nothing, &watch).unwrap().matching.size(), 0);
    assert_eq!(cardinality_matching(&nothing, &watch).unwrap().matching.size(), 0);
    assert!(pairs(&nothing, WeightGoal::Weight).is_empty());
    assert!(pairs(&undirected(2, &[]), WeightGoal::PairsThenWeight).is_empty());
}

// The cases of J. van Rantwijk's tests, which build, nest, relabel and expand blossoms.

#[test]
fn heavy_middle_wins_unless_pairs_count_first() {
    let path = weighted(4, &[(0, 1, 5.0), (1, 2, 11.0), (2, 3, 5.0)]);
    assert_eq!(pairs(&path, WeightGoal::Weight), [(1, 2)]);
    assert_eq!(pairs(&path, WeightGoal::PairsThenWeight), [(0, 1), (2, 3)]);
}

#[test]
fn weights_need_not_be_whole() {
    let root = std::f64::consts::SQRT_2;
    let graph =
        weighted(4, &[(0, 1, std::f64::consts::PI), (1, 2, std::f64::consts::E), (0, 2, 3.0), (0, 3, root)]);
    assert_eq!(pairs(&graph, WeightGoal::Weight), [(0, 3), (1, 2)]);
    let tiny = weighted(3, &[(0, 1, 2e-320), (1, 2, 3e-320)]);
    assert_eq!(pairs(&tiny, WeightGoal::Weight), [(1, 2)]);
    let huge = weighted(3, &[(0, 1, 1.6e308), (1, 2, 1.7e308)]);
    assert_eq!(pairs(&huge, WeightGoal::Weight), [(1, 2)]);
}

#[test]
fn negative_edges_are_used_only_for_more_pairs() {
    let graph = weighted(4, &[(0, 1, 2.0), (0, 2, -2.0), (1, 2, 1.0), (1, 3, -1.0), (2, 3, -6.0)]);
    assert_eq!(pairs(&graph, WeightGoal::Weight), [(0, 1)]);
    assert_eq!(pairs(&graph, WeightGoal::PairsThenWeight), [(0, 2), (1, 3)]);
}

#[test]
fn heaviest_of_parallel_edges_counts() {
    let edges = [(0, 1, 2.0), (0, 1, 2.5), (1, 2, 3.0), (1, 0, 4.0), (2, 2, 9.0)];
    assert_eq!(pairs(&weighted(3, &edges), WeightGoal::Weight), [(0, 1)]);
    let directed = Graph::from_weighted_edges(Direction::Directed, 3, &edges).unwrap();
    assert_eq!(pairs(&directed, WeightGoal::Weight), [(0, 1)]);
}

#[test]
fn nested_blossom_is_relabelled_and_expanded() {
    let edges = [
        (0, 1, 19.0),
        (0, 2, 20.0),
        (0, 7, 8.0),
        (1, 2, 25.0),
        (1, 3, 18.0),
        (2, 4, 18.0),
        (3, 4, 13.0),
        (3, 6, 7.0),
        (4, 5, 7.0),
    ];
    assert_eq!(pairs(&weighted(8, &edges), WeightGoal::Weight), [(0, 7), (1, 2), (3, 6), (4, 5)]);
}

#[test]
fn blossom_is_relabelled_in_more_than_one_way_and_expanded() {
    let edges = [
        (0, 1, 45.0),
        (0, 4, 45.0),
        (1, 2, 50.0),
        (2, 3, 45.0),
        (3, 4, 50.0),
        (0, 5, 30.0),
        (2, 8, 35.0),
        (3, 7, 28.0),
        (4, 6, 26.0),
        (8, 9, 5.0),
    ];
    let found = pairs(&weighted(10, &edges), WeightGoal::Weight);
    assert_eq!(found, [(0, 5), (1, 2), (3, 7), (4, 6), (8, 9)]);
}

#[test]
fn nested_blossom_grows_anew_after_it_was_expanded() {
    let edges = [
        (0, 1, 40.0),
        (0, 2, 40.0),
        (1, 2, 60.0),
        (1, 3, 55.0),
        (2, 4, 55.0),
        (3, 4, 50.0),
        (0, 7, 15.0),
        (4, 6, 30.0),
        (6, 5, 10.0),
        (7, 9, 10.0),
        (3, 8, 30.0),
    ];
    let found = pairs(&weighted(10, &edges), WeightGoal::Weight);
    assert_eq!(found, [(0, 1), (2, 4), (3, 8), (5, 6), (7, 9)]);
}

#[test]
fn matching_beyond_the_steps_of_the_caller_is_refused() {
    let count = 200;
    let edges: Vec<_> = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect();
    let watch = Watch::unbounded().with_max_steps(30_000);
    let refusal = weight_matching(&undirected(200, &edges), WeightGoal::Weight, &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { unit: "steps", .. }));
}
