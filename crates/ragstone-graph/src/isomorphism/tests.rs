//! Maps between small graphs, and what is refused.

use super::*;
use crate::graph::Direction;

fn undirected(count: usize, edges: &[(Vertex, Vertex)]) -> Graph {
    Graph::from_edges(Direction::Undirected, count, edges).unwrap()
}

fn same(one: &Graph, other: &Graph) -> bool {
    isomorphism(one, other, None, 1_000_000, &Watch::unbounded()).unwrap().is_some()
}

fn cycle(count: u32) -> Vec<(Vertex, Vertex)> {
    (0..count).map(|vertex| (vertex, (vertex + 1) % count)).collect()
}

#[test]
fn two_triangles_are_no_hexagon() {
    let hexagon = undirected(6, &cycle(6));
    let triangles = undirected(6, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]);
    assert!(!same(&hexagon, &triangles));
    assert!(same(&hexagon, &undirected(6, &[(0, 2), (2, 4), (4, 1), (1, 3), (3, 5), (5, 0)])));
}

#[test]
fn directions_loops_and_parallel_edges_count() {
    let directed = |edges: &[(Vertex, Vertex)]| Graph::from_edges(Direction::Directed, 3, edges).unwrap();
    assert!(same(&directed(&[(0, 1), (1, 2)]), &directed(&[(2, 0), (0, 1)])));
    assert!(!same(&directed(&[(0, 1), (1, 2)]), &directed(&[(0, 1), (2, 1)])));
    assert!(!same(&directed(&[(0, 0), (0, 1)]), &directed(&[(1, 1), (0, 1)])));
    assert!(!same(&directed(&[(0, 1), (0, 1), (1, 2)]), &directed(&[(0, 1), (1, 2), (1, 2)])));
    assert!(!same(&directed(&[(0, 1)]), &undirected(3, &[(0, 1)])));
    assert!(same(&undirected(0, &[]), &undirected(0, &[])));
}

#[test]
fn only_vertices_of_one_kind_match() {
    let path = undirected(3, &[(0, 1), (1, 2)]);
    let ask = |pattern: &[u32], target: &[u32]| {
        let labels = VertexLabels { pattern: pattern.to_vec(), target: target.to_vec() };
        isomorphism(&path, &path, Some(&labels), 1000, &Watch::unbounded())
    };
    assert_eq!(ask(&[7, 5, 6], &[6, 5, 7]), Ok(Some(vec![2, 1, 0])));
    assert_eq!(ask(&[7, 5, 6], &[5, 6, 7]), Ok(None));
    assert!(matches!(ask(&[7], &[5, 6, 7]), Err(GraphError::OutOfRange { option: "labels", .. })));
}

#[test]
fn pattern_is_found_everywhere_and_induced_only_without_chords() {
    let square = undirected(4, &cycle(4));
    let complete = undirected(4, &[(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
    let ask = |kind| {
        let options = MatchOptions { kind, ..MatchOptions::default() };
        subgraph_matches(&square, &complete, &options, &Watch::unbounded()).unwrap()
    };
    assert_eq!((ask(MatchKind::Induced).maps.len(), ask(MatchKind::Partial).maps.len()), (0, 24));
    assert!(ask(MatchKind::Partial).is_complete);
    let options = MatchOptions { kind: MatchKind::Partial, limit: 5, ..MatchOptions::default() };
    let some = subgraph_matches(&square, &complete, &options, &Watch::unbounded()).unwrap();
    assert_eq!((some.maps.len(), some.is_complete), (5, false));
    let nothing = subgraph_matches(&undirected(0, &[]), &complete, &options, &Watch::unbounded()).unwrap();
    assert_eq!(nothing.maps, [Vec::<Vertex>::new()]);
}

#[test]
fn search_beyond_its_steps_is_refused() {
    // Strongly regular graphs of 16 vertices, which no round of refinement tells apart: the rook's graph and Shrikhande's.
    let rook = |a: u32, b: u32| a / 4 == b / 4 || a % 4 == b % 4;
    let shrikhande = |a: u32, b: u32| {
        let (x, y) = ((a / 4 + 4 - b / 4) % 4, (a % 4 + 4 - b % 4) % 4);
        [(0, 1), (0, 3), (1, 0), (3, 0), (1, 1), (3, 3)].contains(&(x, y))
    };
    let graph = |is_edge: &dyn Fn(u32, u32) -> bool| {
        let pairs = (0..16).flat_map(|a| (a + 1..16).map(move |b| (a, b)));
        undirected(16, &pairs.filter(|&(a, b)| is_edge(a, b)).collect::<Vec<_>>())
    };
    let (rook, shrikhande) = (graph(&rook), graph(&shrikhande));
    assert_eq!((rook.edge_count(), shrikhande.edge_count()), (48, 48));
    assert!(!same(&rook, &shrikhande));
    let refusal = isomorphism(&rook, &shrikhande, None, 1000, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { limit: 1000, unit: "steps", .. }));
}

#[test]
fn impossible_questions_are_refused() {
    let graph = undirected(2, &[(0, 1)]);
    let directed = Graph::from_edges(Direction::Directed, 2, &[(0, 1)]).unwrap();
    let none = MatchOptions { limit: 0, ..MatchOptions::default() };
    let refusal = subgraph_matches(&graph, &graph, &none, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { option: "limit", .. }));
    let refusal =
        subgraph_matches(&graph, &directed, &MatchOptions::default(), &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::WrongKind { .. }));
}
