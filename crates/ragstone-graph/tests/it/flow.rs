//! Flows and cuts against other programs' values and against all cuts of small graphs.

#![expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "sums of whole numbers are exact")]

use proptest::prelude::*;
use ragstone_graph::flow::{Capacity, MaxFlow, global_min_cut, max_flow};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::{data, miserables, sample};

fn flow(graph: &Graph, source: Vertex, target: Vertex, capacity: Capacity) -> MaxFlow {
    max_flow(graph, source, target, capacity, &Watch::unbounded()).unwrap()
}

/// Values of NetworkX 3.6.1, `maximum_flow_value` and `stoer_wagner`.
#[test]
fn flows_and_cuts_are_those_of_networkx() {
    let (Some(karate), Some(miserables)) =
        (data::edge_list("cugraph/karate-asymmetric.csv", Direction::Undirected), miserables::graph())
    else {
        return;
    };
    assert_eq!(flow(&karate.graph, 0, 33, Capacity::Units).value(), 10.0);
    for (source, target, value) in [(0, 70, 11.0), (11, 55, 81.0), (11, 27, 47.0)] {
        assert_eq!(flow(&miserables, source, target, Capacity::Weights).value(), value);
    }
    let cut = global_min_cut(&miserables, Capacity::Weights, &Watch::unbounded()).unwrap();
    assert_eq!(cut.value, 1.0);
}

/// Values of NetworkX 3.6.1: the sum of `maximum_flow_value` over all ordered pairs, and its greatest.
#[test]
fn flows_between_all_pairs_of_an_ldbc_graph_are_those_of_networkx() {
    let Some(named) = data::ldbc("sssp/dir-input", Direction::Directed) else {
        return;
    };
    let mut sum: f64 = 0.0;
    for source in named.graph.vertices() {
        for target in named.graph.vertices().filter(|&target| target != source) {
            sum += flow(&named.graph, source, target, Capacity::Weights).value();
        }
    }
    assert!((sum - 91.3).abs() < 1e-9, "{sum}");
    assert_eq!(flow(&named.graph, named.vertex(6), named.vertex(10), Capacity::Weights).value(), 23.0);
}

/// Values of NetworkX 3.6.1, `maximum_flow_value`.
#[test]
fn paths_without_a_common_edge_are_counted_on_a_social_network() {
    let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) else {
        return;
    };
    for (source, target, value) in [(0, 107, 39.0), (107, 1684, 155.0)] {
        let (source, target) = (facebook.vertex(source), facebook.vertex(target));
        let found = flow(&facebook.graph, source, target, Capacity::Units);
        assert_eq!((found.value(), found.cut.edges.len() as f64), (value, value));
    }
    let cut = global_min_cut(&facebook.graph, Capacity::Units, &Watch::unbounded()).unwrap();
    assert_eq!((cut.value, cut.side.len().min(4039 - cut.side.len())), (1.0, 1));
}

#[test]
fn cancelled_flow_stops() {
    let graph = sample::preferential(5000);
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = max_flow(&graph, 0, 4999, Capacity::Units, &watch).unwrap_err();
    assert_eq!(stopped, GraphError::Interrupted(Interruption::Cancelled));
    let stopped = global_min_cut(&graph, Capacity::Units, &watch).unwrap_err();
    assert_eq!(stopped, GraphError::Interrupted(Interruption::Cancelled));
}

/// What leaves the vertices whose bits are set.
fn leaving(graph: &Graph, inside: u32) -> f64 {
    let is_inside = |vertex: Vertex| inside >> vertex & 1 == 1;
    graph
        .edges()
        .filter(|edge| match (is_inside(edge.source), is_inside(edge.target)) {
            (true, false) => true,
            (false, true) => !graph.is_directed(),
            _ => false,
        })
        .map(|edge| edge.weight)
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn flow_is_the_cheapest_of_all_cuts(graph in sample::graph(9, 30, 0..12)) {
        let last = u32::try_from(graph.vertex_count()).unwrap() - 1;
        let found = flow(&graph, 0, last, Capacity::Weights);
        let cheapest = (0..1u32 << last).filter(|inside| inside & 1 == 1).map(|inside| leaving(&graph, inside));
        prop_assert_eq!(found.value(), cheapest.fold(f64::INFINITY, f64::min));
        let inside = found.cut.side.iter().fold(0, |inside, vertex| inside | 1 << vertex);
        prop_assert_eq!(leaving(&graph, inside), found.value());
    }

    #[test]
    fn flow_keeps_to_capacities_and_goes_on_from_every_vertex(graph in sample::graph(30, 150, 0..12)) {
        let last = u32::try_from(graph.vertex_count()).unwrap() - 1;
        let found = flow(&graph, 0, last, Capacity::Weights);
        let mut balance = vec![0.0; graph.vertex_count()];
        for (edge, &flow) in graph.edges().zip(&found.flows) {
            let least = if graph.is_directed() { 0.0 } else { -edge.weight };
            prop_assert!((least..=edge.weight).contains(&flow), "{edge:?} carries {flow}");
            balance[edge.source as usize] -= flow;
            balance[edge.target as usize] += flow;
        }
        prop_assert_eq!(balance[0], -found.value());
        prop_assert_eq!(balance[last as usize], found.value());
        prop_assert!(balance[1..last as usize].iter().all(|&balance| balance == 0.0), "{balance:?}");
    }

    #[test]
    fn global_cut_is_the_cheapest_of_all(
        (count, edges) in sample::edges(9, 30, 0..9),
    ) {
        let graph = Graph::from_weighted_edges(Direction::Undirected, count, &edges).unwrap();
        let cut = global_min_cut(&graph, Capacity::Weights, &Watch::unbounded()).unwrap();
        let all = (1u32 << count) - 1;
        let cheapest = (1..all).map(|inside| leaving(&graph, inside)).fold(f64::INFINITY, f64::min);
        prop_assert_eq!(cut.value, cheapest);
        let inside = cut.side.iter().fold(0, |inside, vertex| inside | 1 << vertex);
        prop_assert!(inside != 0 && inside != all);
        prop_assert_eq!(leaving(&graph, inside), cut.value);
    }

    #[test]
    fn global_cut_is_the_least_flow_from_any_vertex(
        (count, edges) in sample::edges(40, 400, 1..9),
    ) {
        let graph = Graph::from_weighted_edges(Direction::Undirected, count, &edges).unwrap();
        let cut = global_min_cut(&graph, Capacity::Weights, &Watch::unbounded()).unwrap();
        let flows = graph.vertices().skip(1).map(|target| flow(&graph, 0, target, Capacity::Weights).value());
        prop_assert_eq!(cut.value, flows.fold(f64::INFINITY, f64::min));
    }
}
