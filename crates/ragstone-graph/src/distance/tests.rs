//! Distances of small graphs, and what is refused.

use super::*;
use crate::graph::{Direction, Graph, Vertex};
use crate::{GraphError, Watch};

fn undirected(vertices: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(Direction::Undirected, vertices, edges).unwrap()
}

#[test]
fn ends_of_a_path_are_its_diameter_and_the_middle_its_centre() {
    let path = undirected(6, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (2, 2), (1, 2)]);
    let watch = Watch::unbounded();
    let expected = Diameter { length: 5, source: 0, target: 5, is_connected: true };
    assert_eq!(diameter(&path, &watch), Ok(Some(expected)));
    assert_eq!(center(&path, &watch), Ok(Center { radius: 3, vertices: vec![2, 3] }));
    assert_eq!(eccentricities(&path, &watch), Ok(vec![5, 4, 3, 3, 4, 5]));
}

#[test]
fn pairs_without_a_path_are_left_out_and_said() {
    let graph = undirected(6, &[(0, 1), (2, 3), (3, 4)]);
    let watch = Watch::unbounded();
    let found = diameter(&graph, &watch).unwrap().unwrap();
    assert_eq!((found.length, found.source, found.target, found.is_connected), (2, 2, 4, false));
    assert_eq!(eccentricities(&graph, &watch), Ok(vec![1, 1, 2, 1, 2, 0]));
    assert!(matches!(center(&graph, &watch), Err(GraphError::WrongKind { .. })));
    let average = average_length(&graph, AverageLengthOptions::default(), &watch).unwrap();
    assert_eq!((average.mean, average.standard_error), (1.25, 0.0));
    assert_eq!((average.pairs, average.unreached_pairs), (8, 22));
}

#[test]
fn direction_counts() {
    let watch = Watch::unbounded();
    let ring = Graph::from_edges(Direction::Directed, 4, &[(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)]).unwrap();
    assert_eq!(eccentricities(&ring, &watch), Ok(vec![2, 3, 3, 2]));
    assert_eq!(center(&ring, &watch).unwrap().vertices, [0, 3]);
    let line = Graph::from_edges(Direction::Directed, 3, &[(0, 1), (1, 2)]).unwrap();
    let found = diameter(&line, &watch).unwrap().unwrap();
    assert_eq!((found.length, found.source, found.target, found.is_connected), (2, 0, 2, false));
    assert_eq!(eccentricities(&line, &watch), Ok(vec![2, 1, 0]));
}

#[test]
fn small_graphs_have_what_they_can_have() {
    let watch = Watch::unbounded();
    let nothing = undirected(0, &[]);
    assert_eq!(diameter(&nothing, &watch), Ok(None));
    assert_eq!(eccentricities(&nothing, &watch), Ok(vec![]));
    assert_eq!(average_length(&nothing, AverageLengthOptions::default(), &watch).unwrap().pairs, 0);
    assert!(matches!(center(&nothing, &watch), Err(GraphError::WrongKind { .. })));
    let one = undirected(1, &[(0, 0)]);
    assert_eq!(center(&one, &watch), Ok(Center { radius: 0, vertices: vec![0] }));
    assert_eq!(diameter(&one, &watch).unwrap().map(|found| found.length), Some(0));
}

#[test]
fn sample_says_how_exact_it_is_and_repeats() {
    let ring: Vec<_> = (0..600).map(|vertex| (vertex, (vertex + 1) % 600)).collect();
    let mut edges = ring.clone();
    edges.extend((0..40).map(|chord| (chord * 13, (chord * chord * 7 + 300) % 600)));
    let graph = undirected(600, &edges);
    let watch = Watch::unbounded();
    let ask = |samples, seed| average_length(&graph, AverageLengthOptions { samples, seed }, &watch).unwrap();
    let exact = ask(None, 0);
    let sampled = ask(Some(100), 5);
    assert_eq!(ask(Some(600), 1), exact);
    assert_eq!(ask(Some(100), 5), sampled);
    assert_ne!(ask(Some(100), 6), sampled);
    assert!(sampled.standard_error > 0.0 && (sampled.mean - exact.mean).abs() < 4.0 * sampled.standard_error);
    let refusal =
        average_length(&graph, AverageLengthOptions { samples: Some(1), seed: 0 }, &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { option: "samples", .. }));
}

#[test]
fn search_ends_with_the_budget() {
    let ring: Vec<_> = (0..3000).map(|vertex| (vertex, (vertex + 1) % 3000)).collect();
    let watch = Watch::unbounded().with_max_steps(100);
    assert!(matches!(eccentricities(&undirected(3000, &ring), &watch), Err(GraphError::TooExpensive { .. })));
}
