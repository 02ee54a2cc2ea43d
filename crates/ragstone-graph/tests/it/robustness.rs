//! Attacks and percolation against what removal by hand leaves, and against known thresholds.

#![expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "small counts and 0 are exact")]

use proptest::prelude::*;
use ragstone_graph::robustness::{Attack, Lost, PercolationOptions, percolation, removal};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::{data, sample};

fn path_of_stars() -> Graph {
    // Three stars of four leaves, their centres 0, 5 and 10 in a row.
    let leaves = [0u32, 5, 10].into_iter().flat_map(|centre| (1..5).map(move |leaf| (centre, centre + leaf)));
    let edges: Vec<_> = leaves.chain([(0, 5), (5, 10)]).collect();
    Graph::from_edges(Direction::Undirected, 15, &edges).unwrap()
}

#[test]
fn attacks_go_by_what_they_say() {
    let graph = path_of_stars();
    let order = |attack: Attack| removal(&graph, &attack, 15, &Watch::unbounded()).unwrap().order;
    assert_eq!(order(Attack::Degree)[..3], [5, 0, 10]);
    assert_eq!(order(Attack::RecalculatedDegree)[..4], [5, 0, 10, 1]);
    assert_eq!(order(Attack::Betweenness { sources: 15, seed: 0 })[..3], [5, 0, 10]);
}

#[test]
fn attack_on_the_hub_of_a_star_leaves_single_vertices() {
    let star: Vec<_> = (1..10u32).map(|leaf| (0, leaf)).collect();
    let star = Graph::from_edges(Direction::Directed, 10, &star).unwrap();
    let found = removal(&star, &Attack::Degree, 10, &Watch::unbounded()).unwrap();
    let largest: Vec<_> = found.curve.iter().map(|point| point.largest).collect();
    assert_eq!(largest, [1.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0]);
    assert!((found.index - 0.09).abs() < 1e-12);
    let given = removal(&star, &Attack::Order(vec![9, 0]), 2, &Watch::unbounded()).unwrap();
    let largest: Vec<_> = given.curve.iter().map(|point| (point.removed, point.largest)).collect();
    assert_eq!(largest, [(0.0, 1.0), (0.1, 0.9), (0.2, 0.1)]);
}

#[test]
fn hubs_matter_more_than_chance() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else {
        return;
    };
    let index = |attack: Attack| removal(&facebook.graph, &attack, 100, &Watch::unbounded()).unwrap().index;
    let random = index(Attack::Random { seed: 1, runs: 5 });
    let degree = index(Attack::Degree);
    let betweenness = index(Attack::Betweenness { sources: 200, seed: 1 });
    assert!(random > 0.4 && degree < random && betweenness < degree, "{random} {degree} {betweenness}");
}

/// A square lattice falls apart at half of its edges, and at 0.593 of its vertices (D. Stauffer, A. Aharony 1994).
#[test]
fn lattice_percolates_at_its_known_thresholds() {
    let side = 70u32;
    let edges: Vec<_> = (0..side * side)
        .flat_map(|vertex| {
            let right = (vertex % side + 1 < side).then_some((vertex, vertex + 1));
            let below = (vertex + side < side * side).then_some((vertex, vertex + side));
            right.into_iter().chain(below)
        })
        .collect();
    let lattice = Graph::from_edges(Direction::Undirected, (side * side) as usize, &edges).unwrap();
    for (lost, threshold) in [(Lost::Edges, 0.5), (Lost::Vertices, 0.593)] {
        let options = PercolationOptions { lost, runs: 30, seed: 3, ..PercolationOptions::default() };
        let found = sample::on_pools(|| percolation(&lattice, &options, &Watch::unbounded()).unwrap());
        assert!((found.threshold - threshold).abs() < 0.04, "{lost:?}: {}", found.threshold);
        assert!(found.curve.is_sorted_by(|a, b| a.largest <= b.largest));
        let (first, last) = (found.curve[0], found.curve[100]);
        assert_eq!((last.occupied, last.largest, last.susceptibility), (1.0, 1.0, 0.0));
        let alone = if lost == Lost::Edges { 1.0 / 4900.0 } else { 0.0 };
        assert!((first.largest - alone).abs() < 1e-12);
    }
}

#[test]
fn attacks_are_the_same_on_any_number_of_threads() {
    let graph = sample::preferential(1500);
    for attack in [Attack::Betweenness { sources: 90, seed: 4 }, Attack::Random { seed: 4, runs: 7 }] {
        sample::on_pools(|| removal(&graph, &attack, 50, &Watch::unbounded()).unwrap());
    }
}

#[test]
fn impossible_courses_are_refused() {
    let graph = path_of_stars();
    let watch = Watch::unbounded();
    let ask = |attack: Attack, points| removal(&graph, &attack, points, &watch).unwrap_err();
    assert!(matches!(ask(Attack::Degree, 0), GraphError::OutOfRange { option: "points", .. }));
    assert!(matches!(
        ask(Attack::Random { seed: 0, runs: 0 }, 9),
        GraphError::OutOfRange { option: "runs", .. }
    ));
    assert!(matches!(ask(Attack::Order(vec![1, 1]), 9), GraphError::OutOfRange { option: "order", .. }));
    assert_eq!(ask(Attack::Order(vec![15]), 9), GraphError::NoVertex { vertex: 15, count: 15 });
    let thrifty = Watch::unbounded().with_max_steps(100);
    let refusal = removal(&graph, &Attack::Betweenness { sources: 99, seed: 0 }, 9, &thrifty).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { .. }));
    let options = PercolationOptions { runs: 0, ..PercolationOptions::default() };
    assert!(matches!(percolation(&graph, &options, &watch), Err(GraphError::OutOfRange { .. })));
    let nothing = Graph::from_edges(Direction::Undirected, 0, &[]).unwrap();
    assert_eq!(removal(&nothing, &Attack::Degree, 9, &watch).unwrap().curve.len(), 1);
    assert_eq!(percolation(&nothing, &PercolationOptions::default(), &watch).unwrap().threshold, 0.0);
}

/// Size of the largest component among the vertices that are there.
fn largest(matrix: &[Vec<bool>], is_there: &[bool]) -> usize {
    let mut is_seen: Vec<bool> = is_there.iter().map(|is_there| !is_there).collect();
    let mut largest = 0;
    for root in 0..matrix.len() {
        let (mut open, mut size) = (vec![root], 0);
        while let Some(vertex) = open.pop() {
            if !std::mem::replace(&mut is_seen[vertex], true) {
                size += 1;
                open.extend((0..matrix.len()).filter(|&other| matrix[vertex][other]));
            }
        }
        largest = largest.max(size);
    }
    largest
}

#[test]
fn cancelled_course_stops() {
    let graph = sample::preferential(500);
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = GraphError::Interrupted(Interruption::Cancelled);
    assert_eq!(removal(&graph, &Attack::Degree, 9, &watch).unwrap_err(), stopped);
    assert_eq!(percolation(&graph, &PercolationOptions::default(), &watch).unwrap_err(), stopped);
}

proptest! {
    #[test]
    fn curve_is_what_removal_by_hand_leaves(graph in sample::graph(15, 30, 0..2), seed in 0u64..1000) {
        let matrix = sample::matrix(&graph);
        let count = graph.vertex_count();
        for attack in [Attack::Degree, Attack::RecalculatedDegree, Attack::Random { seed, runs: 1 }] {
            let found = removal(&graph, &attack, count, &Watch::unbounded()).unwrap();
            let mut is_there = vec![true; count];
            for (removed, point) in found.curve.iter().enumerate() {
                let expected = largest(&matrix, &is_there) as f64 / count as f64;
                prop_assert!((point.largest - expected).abs() < 1e-12);
                if let Some(&vertex) = found.order.get(removed) {
                    if attack == Attack::RecalculatedDegree {
                        let degree = |vertex: Vertex| {
                            (0..count).filter(|&other| is_there[other] && matrix[vertex as usize][other]).count()
                        };
                        let most = graph.vertices().filter(|&v| is_there[v as usize]).map(degree).max();
                        prop_assert_eq!(Some(degree(vertex)), most);
                    }
                    is_there[vertex as usize] = false;
                }
            }
        }
    }
}
