//! Matchings against other programs' sizes, against all matchings of small graphs, and by their proofs.

#![expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "sums of whole numbers are exact")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use ragstone_graph::matching::{
    Matching, WeightGoal, bipartite_matching, cardinality_matching, weight_matching,
};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::{data, miserables, sample};

/// An undirected graph of an edge list in which edges may be there both ways.
fn once(path: &str) -> Option<Graph> {
    Some(data::edge_list(path, Direction::Directed)?.graph.to_undirected())
}

fn watch() -> Watch {
    Watch::unbounded()
}

fn weight(graph: &Graph, matching: &Matching) -> f64 {
    let heaviest = |(one, other): (Vertex, Vertex)| {
        let there = graph.entries(one).filter(move |entry| entry.0 == other);
        let back = graph.entries(other).filter(move |entry| entry.0 == one);
        there.chain(back).map(|entry| entry.1).fold(f64::NEG_INFINITY, f64::max)
    };
    matching.pairs().map(heaviest).sum()
}

/// Parts of odd size once the barrier is gone, less the barrier.
fn deficiency(graph: &Graph, barrier: &[Vertex]) -> usize {
    let matrix: BTreeMap<Vertex, Vec<Vertex>> = {
        let mut rows: BTreeMap<Vertex, Vec<Vertex>> =
            graph.vertices().map(|vertex| (vertex, Vec::new())).collect();
        for edge in graph.edges() {
            rows.get_mut(&edge.source).unwrap().push(edge.target);
            rows.get_mut(&edge.target).unwrap().push(edge.source);
        }
        rows
    };
    let mut is_seen = vec![false; graph.vertex_count()];
    for &vertex in barrier {
        is_seen[vertex as usize] = true;
    }
    let mut odd = 0;
    for root in graph.vertices() {
        let mut open = vec![root];
        let mut size = 0;
        while let Some(vertex) = open.pop() {
            if !std::mem::replace(&mut is_seen[vertex as usize], true) {
                size += 1;
                open.extend(&matrix[&vertex]);
            }
        }
        odd += size % 2;
    }
    odd - barrier.len()
}

/// Sizes of NetworkX 3.6.1, `max_weight_matching(maxcardinality=True)`.
#[test]
fn sizes_are_those_of_networkx() {
    let expected = [
        ("cugraph/karate-asymmetric.csv", 13),
        ("cugraph/polbooks.csv", 52),
        ("cugraph/netscience.csv", 659),
        ("snap/CA-GrQc.txt", 2329),
    ];
    for (path, size) in expected {
        let Some(graph) = once(path) else {
            return;
        };
        let found = cardinality_matching(&graph, &watch()).unwrap();
        assert_eq!(found.matching.size(), size, "{path}");
        assert_eq!(deficiency(&graph, &found.barrier), graph.vertex_count() - 2 * size, "{path}");
    }
}

#[test]
fn barrier_proves_the_matching_of_a_large_graph() {
    let graph = sample::preferential(20_001);
    let found = cardinality_matching(&graph, &watch()).unwrap();
    assert_eq!(deficiency(&graph, &found.barrier), graph.vertex_count() - 2 * found.matching.size());
}

/// Weights made from the ends' names, `(31 min + 17 max) mod 23 + 1`; sums of NetworkX 3.6.1.
#[test]
fn weights_are_those_of_networkx() {
    let expected = [
        ("cugraph/karate-asymmetric.csv", WeightGoal::Weight, 13, 261.0),
        ("cugraph/karate-asymmetric.csv", WeightGoal::PairsThenWeight, 13, 261.0),
        ("cugraph/polbooks.csv", WeightGoal::Weight, 51, 930.0),
        ("cugraph/polbooks.csv", WeightGoal::PairsThenWeight, 52, 912.0),
        ("cugraph/netscience.csv", WeightGoal::Weight, 641, 10_810.0),
        ("cugraph/netscience.csv", WeightGoal::PairsThenWeight, 659, 10_683.0),
    ];
    for (path, goal, size, sum) in expected {
        let Some(named) = data::edge_list(path, Direction::Directed) else {
            return;
        };
        let edges: Vec<_> = named
            .graph
            .edges()
            .map(|edge| {
                let (one, other) = (named.names[edge.source as usize], named.names[edge.target as usize]);
                let shift = u64::from(path.contains("asymmetric"));
                let (one, other) = (one.min(other) - shift, one.max(other) - shift);
                (edge.source, edge.target, ((31 * one + 17 * other) % 23 + 1) as f64)
            })
            .collect();
        let graph = Graph::from_weighted_edges(Direction::Undirected, named.names.len(), &edges).unwrap();
        let found = weight_matching(&graph, goal, &watch()).unwrap();
        assert_eq!(weight(&graph, &found), sum, "{path} {goal:?}");
        if goal == WeightGoal::PairsThenWeight {
            assert_eq!(found.size(), size, "{path}");
        }
    }
}

#[test]
fn miserables_pair_up_as_in_networkx() {
    let Some(graph) = miserables::graph() else {
        return;
    };
    for (goal, sum) in [(WeightGoal::Weight, 154.0), (WeightGoal::PairsThenWeight, 101.0)] {
        let found = weight_matching(&graph, goal, &watch()).unwrap();
        assert_eq!(weight(&graph, &found), sum, "{goal:?}");
    }
    assert_eq!(cardinality_matching(&graph, &watch()).unwrap().matching.size(), 32);
}

/// The best of all matchings by weight, and by number of pairs first, over sets of vertices.
fn best(graph: &Graph) -> (f64, (usize, f64)) {
    let count = graph.vertex_count();
    let mut weights = vec![vec![f64::NEG_INFINITY; count]; count];
    for edge in graph.edges().filter(|edge| edge.source != edge.target) {
        let (one, other) = (edge.source as usize, edge.target as usize);
        weights[one][other] = weights[one][other].max(edge.weight);
        weights[other][one] = weights[one][other];
    }
    let mut best = vec![(0.0f64, (0usize, 0.0f64)); 1 << count];
    for free in 1usize..1 << count {
        let first = free.trailing_zeros() as usize;
        let without = free & !(1 << first);
        best[free] = best[without];
        for other in (0..count).filter(|other| without >> other & 1 == 1) {
            let weight = weights[first][other].max(weights[other][first]);
            if weight > f64::NEG_INFINITY {
                let (sum, (pairs, sum_of_pairs)) = best[without & !(1 << other)];
                best[free].0 = best[free].0.max(sum + weight);
                let candidate = (pairs + 1, sum_of_pairs + weight);
                if candidate.0 > best[free].1.0
                    || (candidate.0 == best[free].1.0 && candidate.1 > best[free].1.1)
                {
                    best[free].1 = candidate;
                }
            }
        }
    }
    best[(1 << count) - 1]
}

fn is_matching(graph: &Graph, matching: &Matching) -> bool {
    let matrix = sample::matrix(graph);
    graph.vertices().all(|vertex| match matching.mate(vertex) {
        None => true,
        Some(mate) => matching.mate(mate) == Some(vertex) && matrix[vertex as usize][mate as usize],
    })
}

#[test]
fn cancelled_matching_stops() {
    let graph = sample::preferential(5000);
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = Err(GraphError::Interrupted(Interruption::Cancelled));
    assert_eq!(cardinality_matching(&graph, &watch).map(|found| found.barrier), stopped);
    assert_eq!(weight_matching(&graph, WeightGoal::Weight, &watch).map(|_| Vec::new()), stopped);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn matchings_are_the_best_of_all(graph in sample::graph(11, 30, -3..20)) {
        let (sum, (pairs, sum_of_pairs)) = best(&graph);
        let heaviest = weight_matching(&graph, WeightGoal::Weight, &watch()).unwrap();
        prop_assert!(is_matching(&graph, &heaviest));
        prop_assert_eq!(weight(&graph, &heaviest), sum);
        let most = weight_matching(&graph, WeightGoal::PairsThenWeight, &watch()).unwrap();
        prop_assert!(is_matching(&graph, &most));
        prop_assert_eq!((most.size(), weight(&graph, &most)), (pairs, sum_of_pairs));
        let plain = cardinality_matching(&graph, &watch()).unwrap();
        prop_assert!(is_matching(&graph, &plain.matching));
        prop_assert_eq!(plain.matching.size(), pairs);
        prop_assert_eq!(deficiency(&graph, &plain.barrier), graph.vertex_count() - 2 * pairs);
    }

    #[test]
    fn matchings_of_larger_graphs_agree_and_are_proven(graph in sample::graph(60, 150, 1..4)) {
        let plain = cardinality_matching(&graph, &watch()).unwrap();
        prop_assert!(is_matching(&graph, &plain.matching));
        prop_assert_eq!(deficiency(&graph, &plain.barrier), graph.vertex_count() - 2 * plain.matching.size());
        let most = weight_matching(&graph, WeightGoal::PairsThenWeight, &watch()).unwrap();
        prop_assert_eq!(most.size(), plain.matching.size());
    }

    #[test]
    fn bipartite_matching_is_covered_and_as_large_as_any(graph in sample::graph(40, 90, 0..2)) {
        // Only edges between even and odd vertices remain.
        let edges: Vec<_> = graph
            .edges()
            .filter(|edge| (edge.source + edge.target) % 2 == 1)
            .map(|edge| (edge.source, edge.target))
            .collect();
        let graph = Graph::from_edges(graph.direction(), graph.vertex_count(), &edges).unwrap();
        let found = bipartite_matching(&graph, &watch()).unwrap();
        prop_assert!(is_matching(&graph, &found.matching));
        prop_assert_eq!(found.cover.len(), found.matching.size());
        let is_covered = |&(one, other): &(Vertex, Vertex)| found.cover.contains(&one) || found.cover.contains(&other);
        prop_assert!(edges.iter().all(is_covered));
    }
}
