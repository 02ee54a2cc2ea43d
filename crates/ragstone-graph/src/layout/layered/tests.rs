//! Layers, crossings and refusals.

use proptest::prelude::*;

use super::*;
use crate::graph::Direction;

fn lay(vertices: usize, edges: &[(Vertex, Vertex)]) -> Layered {
    let graph = Graph::from_edges(Direction::Directed, vertices, edges).unwrap();
    layered(&graph, &LayeredOptions::default(), &Watch::unbounded()).unwrap()
}

#[test]
fn sources_come_as_close_to_their_targets_as_they_can() {
    let found = lay(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]);
    assert_eq!(found.layers, [0, 1, 2, 3, 2]);
}

#[test]
fn edge_past_layers_bends_in_each() {
    let found = lay(4, &[(0, 1), (1, 2), (2, 3), (0, 3), (0, 3)]);
    let bends: Vec<usize> = found.bends.iter().map(Vec::len).collect();
    assert_eq!(bends, [0, 2, 2, 0, 0]);
    let heights: Vec<f64> = found.bends[1].iter().map(|point| point.y).collect();
    let vertex = |vertex| found.positions.point(vertex).unwrap().y;
    assert_eq!(heights, [vertex(1), vertex(2)]);
}

#[test]
fn cycle_is_named_and_loops_are_cycles() {
    let cycle = |edges: &[(Vertex, Vertex)]| {
        let graph = Graph::from_edges(Direction::Directed, 6, edges).unwrap();
        layered(&graph, &LayeredOptions::default(), &Watch::unbounded()).unwrap_err()
    };
    let edges = [(0, 1), (1, 2), (2, 3), (3, 1), (3, 4), (4, 5)];
    let GraphError::Cycle { vertices } = cycle(&edges) else { panic!("no cycle") };
    assert_eq!(vertices.len(), 3);
    for index in 0..3 {
        assert!(edges.contains(&(vertices[index], vertices[(index + 1) % 3])), "{vertices:?}");
    }
    assert_eq!(cycle(&[(0, 1), (1, 1)]), GraphError::Cycle { vertices: vec![1] });
}

#[test]
fn undirected_graph_is_refused() {
    let graph = Graph::from_edges(Direction::Undirected, 2, &[(0, 1)]).unwrap();
    let refused = layered(&graph, &LayeredOptions::default(), &Watch::unbounded());
    assert!(matches!(refused, Err(GraphError::WrongKind { .. })));
}

#[test]
fn planar_layers_have_no_crossings() {
    let mut tree = Vec::new();
    for child in 1..40 {
        // Numbers are mixed, so that their order says nothing.
        tree.push(((child - 1) / 3 * 17 % 41, child * 17 % 41));
    }
    assert_eq!(lay(41, &tree).crossings, 0);
    let crossed = [(0, 5), (1, 4), (2, 3), (0, 4), (1, 3)];
    assert_eq!(lay(6, &crossed).crossings, 0);
}

#[test]
fn crossings_that_must_be_are_counted() {
    let complete: Vec<(Vertex, Vertex)> = (0..3).flat_map(|a| (3..6).map(move |b| (a, b))).collect();
    assert_eq!(lay(6, &complete).crossings, 9);
}

#[test]
fn chain_is_straight_and_a_parent_is_above_the_middle_of_its_children() {
    let found = lay(4, &[(0, 1), (1, 2), (2, 3)]);
    assert!(found.positions.points().iter().all(|point| point.x.abs() < 1e-12));
    let found = lay(4, &[(0, 1), (0, 2), (0, 3)]);
    let x = |vertex| found.positions.point(vertex).unwrap().x;
    assert!((x(0) - (x(1) + x(2) + x(3)) / 3.0).abs() < 1e-9);
}

#[test]
fn edge_that_leads_far_too_often_is_refused() {
    let chain: Vec<(Vertex, Vertex)> = (0..3000).map(|vertex| (vertex, vertex + 1)).collect();
    let far = std::iter::repeat_n((0, 3000), 3000);
    let edges: Vec<_> = chain.into_iter().chain(far).collect();
    let graph = Graph::from_edges(Direction::Directed, 3001, &edges).unwrap();
    let refused = layered(&graph, &LayeredOptions::default(), &Watch::unbounded());
    assert!(matches!(refused, Err(GraphError::TooExpensive { .. })), "{refused:?}");
}

fn acyclic() -> impl Strategy<Value = (usize, Vec<(Vertex, Vertex)>)> {
    (2_u32..40).prop_flat_map(|count| {
        let edge = (0..count, 0..count).prop_filter("a loop", |(a, b)| a != b);
        let edges = prop::collection::vec(edge.prop_map(|(a, b)| (a.min(b), a.max(b))), 0..80);
        (Just(count as usize), edges)
    })
}

/// Pairs of links between neighbouring layers that cross, looked for one by one.
fn crossings(found: &Layered, edges: &[(Vertex, Vertex)]) -> usize {
    let mut sorted = edges.to_vec();
    sorted.sort_unstable();
    let mut links: Vec<(Point, Point)> = Vec::new();
    for (&(source, target), bends) in sorted.iter().zip(&found.bends) {
        let ends = |vertex| found.positions.point(vertex);
        let way: Vec<Point> =
            ends(source).into_iter().chain(bends.iter().copied()).chain(ends(target)).collect();
        links.extend(way.windows(2).map(|pair| (pair[0], pair[1])));
    }
    let cross = |a: &(Point, Point), b: &(Point, Point)| {
        let is_level = (a.0.y - b.0.y).abs() < 1e-9;
        is_level && (a.0.x - b.0.x) * (a.1.x - b.1.x) < -1e-12
    };
    (0..links.len()).map(|a| (0..a).filter(|&b| cross(&links[a], &links[b])).count()).sum()
}

proptest! {
    #[test]
    fn edges_lead_down_and_nothing_shares_a_place((count, edges) in acyclic()) {
        let found = lay(count, &edges);
        for &(source, target) in &edges {
            prop_assert!(found.layers[source as usize] < found.layers[target as usize]);
            let height = |vertex| found.positions.point(vertex).unwrap().y;
            prop_assert!(height(source) < height(target));
        }
        let all: Vec<Point> =
            found.positions.points().iter().chain(found.bends.iter().flatten()).copied().collect();
        for a in 0..all.len() {
            prop_assert!(all[a].x.abs() <= 1.0 && all[a].y.abs() <= 1.0);
            for b in 0..a {
                prop_assert!(all[a].minus(all[b]).length() > 1e-6, "{a} and {b}");
            }
        }
    }

    #[test]
    fn crossings_of_one_component_are_those_that_are_seen((count, edges) in acyclic()) {
        let last = Vertex::try_from(count).unwrap();
        let joined: Vec<(Vertex, Vertex)> = edges.iter().copied().chain((1..last).map(|v| (0, v))).collect();
        let found = lay(count, &joined);
        prop_assert_eq!(found.crossings, crossings(&found, &joined) as u64);
    }
}
