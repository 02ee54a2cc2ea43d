//! Paths of small graphs, and what is refused.

use super::*;
use crate::graph::Direction;
use crate::{GraphError, Interruption, Watch};

fn weighted(direction: Direction, vertices: usize, edges: &[(Vertex, Vertex, Weight)]) -> Graph {
    Graph::from_weighted_edges(direction, vertices, edges).unwrap()
}

/// Two ways from 0 to 3, the one with more edges being shorter; 4 is beyond a loop, 5 is alone.
fn roads() -> Graph {
    let edges = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (0, 3, 9.0), (0, 3, 4.0), (3, 3, 0.0), (3, 4, 0.5)];
    weighted(Direction::Directed, 6, &edges)
}

#[test]
fn hops_are_counted_whatever_edges_weigh() {
    let tree = bfs_tree(&roads(), 0, &Watch::unbounded()).unwrap();
    assert_eq!(tree.distances(), [0, 1, 2, 1, 2, UNREACHED]);
    assert_eq!(tree.path_to(4), Some(vec![0, 3, 4]));
    assert_eq!((tree.path_to(5), tree.path_to(0), tree.path_to(77)), (None, Some(vec![0]), None));
    assert_eq!((tree.parent(3), tree.parent(0), tree.parent(5), tree.source()), (Some(0), None, None, 0));
}

#[test]
fn shortest_path_takes_the_lightest_of_parallel_edges() {
    let watch = Watch::unbounded();
    let roads = roads();
    let expected = Path { vertices: vec![0, 1, 2, 3, 4], length: 3.5 };
    let tree = dijkstra(&roads, 0, &watch).unwrap();
    assert_eq!(tree.distances(), [0.0, 1.0, 2.0, 3.0, 3.5, Weight::INFINITY]);
    assert_eq!(tree.path_to(4), Some(expected.clone()));
    assert_eq!(tree.path_to(5), None);
    assert_eq!(bellman_ford(&roads, 0, &watch).unwrap(), tree);
    assert_eq!(bidirectional(&roads, 0, 4, &watch).unwrap(), Some(expected.clone()));
    assert_eq!(a_star(&roads, 0, 4, |_| 0.0, &watch).unwrap(), Some(expected));
    assert_eq!(bidirectional(&roads, 4, 0, &watch).unwrap(), None);
    assert_eq!(a_star(&roads, 4, 0, |_| 0.0, &watch).unwrap(), None);
    assert_eq!(bidirectional(&roads, 4, 4, &watch).unwrap(), Some(Path { vertices: vec![4], length: 0.0 }));
}

#[test]
fn paths_come_in_the_order_of_their_length() {
    let paths = k_shortest(&roads(), 0, 4, 9, &Watch::unbounded()).unwrap();
    let found: Vec<_> = paths.into_iter().map(|path| (path.vertices, path.length)).collect();
    assert_eq!(found, [(vec![0, 1, 2, 3, 4], 3.5), (vec![0, 3, 4], 4.5)]);
    assert_eq!(k_shortest(&roads(), 0, 5, 9, &Watch::unbounded()).unwrap(), []);
    assert_eq!(k_shortest(&roads(), 3, 3, 9, &Watch::unbounded()).unwrap().len(), 1);
}

#[test]
fn list_of_paths_says_that_it_was_cut() {
    let list = |max_length, max_count| {
        simple_paths(&roads(), 0, 4, SimplePathsOptions { max_length, max_count }, &Watch::unbounded())
    };
    assert_eq!(
        list(None, 2),
        Ok(SimplePaths { paths: vec![vec![0, 1, 2, 3, 4], vec![0, 3, 4]], is_cut: false })
    );
    assert_eq!(list(None, 1), Ok(SimplePaths { paths: vec![vec![0, 1, 2, 3, 4]], is_cut: true }));
    assert_eq!(list(Some(3), 1), Ok(SimplePaths { paths: vec![vec![0, 3, 4]], is_cut: false }));
    assert_eq!(list(Some(1), 1).unwrap().paths, Vec::<Vec<Vertex>>::new());
    assert!(matches!(list(None, 0), Err(GraphError::OutOfRange { .. })));
}

#[test]
fn negative_weight_is_refused_with_what_to_call() {
    let graph = weighted(Direction::Directed, 3, &[(0, 1, 1.0), (2, 1, -1.0)]);
    let watch = Watch::unbounded();
    let refusals = [
        dijkstra(&graph, 0, &watch).unwrap_err(),
        bidirectional(&graph, 0, 1, &watch).unwrap_err(),
        a_star(&graph, 0, 1, |_| 0.0, &watch).unwrap_err(),
        k_shortest(&graph, 0, 1, 1, &watch).unwrap_err(),
    ];
    for refusal in refusals {
        assert!(
            matches!(refusal, GraphError::NegativeWeight { source_vertex: 2, target: 1, .. }),
            "{refusal}"
        );
    }
    assert_eq!(bellman_ford(&graph, 2, &watch).unwrap().distances()[1..2], [-1.0]);
    assert_eq!(all_pairs(&graph, &watch).unwrap().distance(2, 1), Some(-1.0));
}

#[test]
fn negative_cycle_is_named_where_it_can_be_reached() {
    let edges = [(0, 1, 1.0), (2, 1, -1.0), (1, 3, -1.0), (3, 2, 1.5), (4, 0, -0.5)];
    let graph = weighted(Direction::Directed, 6, &edges);
    let watch = Watch::unbounded();
    assert_eq!(bellman_ford(&graph, 0, &watch), Err(GraphError::NegativeCycle { vertex: 1 }));
    assert_eq!(bellman_ford(&graph, 5, &watch).unwrap().path_to(1), None);
    let looped = weighted(Direction::Directed, 2, &[(0, 1, 1.0), (1, 1, -0.5)]);
    assert_eq!(bellman_ford(&looped, 0, &watch), Err(GraphError::NegativeCycle { vertex: 1 }));
    assert_eq!(negative_cycle(&graph, &watch), Ok(Some(vec![1, 3, 2])));
    assert_eq!(all_pairs(&graph, &watch), Err(GraphError::NegativeCycle { vertex: 1 }));
    let both_ways = weighted(Direction::Undirected, 3, &[(0, 1, 2.0), (1, 2, -1.0)]);
    assert_eq!(negative_cycle(&both_ways, &watch), Ok(Some(vec![1, 2])));
    assert_eq!(negative_cycle(&roads(), &watch), Ok(None));
}

#[test]
fn heuristic_that_says_no_number_is_refused() {
    let refusal = a_star(&roads(), 0, 4, |_| Weight::NAN, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { option: "heuristic", .. }));
    let blind = |vertex| if vertex == 1 { Weight::INFINITY } else { 0.0 };
    let path = a_star(&roads(), 0, 4, blind, &Watch::unbounded()).unwrap();
    assert_eq!(path.map(|path| path.vertices), Some(vec![0, 3, 4]));
}

#[test]
fn vertex_that_is_not_there_is_refused() {
    let (roads, watch) = (roads(), Watch::unbounded());
    let missing = GraphError::NoVertex { vertex: 6, count: 6 };
    assert_eq!(bfs(&roads, 6, &watch), Err(missing.clone()));
    assert_eq!(bfs_tree(&roads, 6, &watch), Err(missing.clone()));
    assert_eq!(dijkstra(&roads, 6, &watch), Err(missing.clone()));
    assert_eq!(bellman_ford(&roads, 6, &watch), Err(missing.clone()));
    assert_eq!(bidirectional(&roads, 0, 6, &watch), Err(missing.clone()));
    assert_eq!(a_star(&roads, 0, 6, |_| 0.0, &watch), Err(missing.clone()));
    assert_eq!(k_shortest(&roads, 6, 0, 1, &watch), Err(missing.clone()));
    assert_eq!(simple_paths(&roads, 0, 6, SimplePathsOptions::default(), &watch), Err(missing));
}

#[test]
fn matrix_over_the_budget_is_refused() {
    let watch = Watch::unbounded().with_max_bytes(6 * 6 * 8 - 1);
    assert!(matches!(all_pairs(&roads(), &watch), Err(GraphError::TooExpensive { unit: "bytes", .. })));
    let many = Graph::from_edges(Direction::Directed, 100_000, &[]).unwrap();
    assert!(matches!(all_pairs(&many, &Watch::unbounded()), Err(GraphError::OutOfRange { .. })));
    let matrix = all_pairs(&roads(), &Watch::unbounded()).unwrap();
    assert_eq!(matrix.row(1), [Weight::INFINITY, 0.0, 1.0, 2.0, 2.5, Weight::INFINITY]);
    assert_eq!((matrix.distance(1, 0), matrix.distance(9, 0), matrix.row(6).len()), (None, None, 0));
}

#[test]
fn cancelled_search_stops() {
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = Err(GraphError::Interrupted(Interruption::Cancelled));
    assert_eq!(bfs(&roads(), 0, &watch), stopped);
    assert_eq!(dijkstra(&roads(), 0, &watch).map(|tree| tree.distances), Err(Interruption::Cancelled.into()));
}
