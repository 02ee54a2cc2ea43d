//! Relations of papers against their definitions.

use proptest::prelude::*;
use ragstone_graph::citation::{
    RelatedOptions, bibliographic_coupling, cocitation, g_index, h_index, related_papers,
};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::sample;

fn directed(graph: &Graph) -> Graph {
    let edges: Vec<_> = graph.edges().map(|edge| (edge.source, edge.target)).collect();
    Graph::from_edges(Direction::Directed, graph.vertex_count(), &edges).unwrap()
}

fn weights(graph: &Graph) -> Vec<(Vertex, Vertex, f64)> {
    graph.edges().map(|edge| (edge.source, edge.target, edge.weight)).collect()
}

#[test]
fn relations_are_the_same_on_any_number_of_threads() {
    let graph = directed(&sample::preferential(2000));
    let cited = sample::on_pools(|| weights(&cocitation(&graph, 2, &Watch::unbounded()).unwrap()));
    assert!(!cited.is_empty());
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = bibliographic_coupling(&graph, 1, &watch).unwrap_err();
    assert_eq!(stopped, GraphError::Interrupted(Interruption::Cancelled));
}

proptest! {
    #[test]
    fn relations_are_those_of_the_definition(graph in sample::graph(12, 50, 0..2), min_count in 1u32..4) {
        let graph = directed(&graph);
        let cites = |one: Vertex, other: Vertex| one != other && graph.neighbors(one).contains(&other);
        let expected = |is_third: &dyn Fn(Vertex, Vertex) -> bool| {
            let mut edges = Vec::new();
            for one in graph.vertices() {
                for other in graph.vertices().skip(one as usize + 1) {
                    let third = graph.vertices().filter(|&z| is_third(z, one) && is_third(z, other)).count();
                    if third >= min_count as usize {
                        edges.push((one, other, f64::from(u32::try_from(third).unwrap())));
                    }
                }
            }
            edges
        };
        let watch = Watch::unbounded();
        prop_assert_eq!(weights(&cocitation(&graph, min_count, &watch).unwrap()), expected(&cites));
        let cited = |z: Vertex, one: Vertex| cites(one, z);
        prop_assert_eq!(weights(&bibliographic_coupling(&graph, min_count, &watch).unwrap()), expected(&cited));
        let options = RelatedOptions { cocitation_share: 1.0, limit: 100 };
        let related = related_papers(&graph, &[0], &options, &watch).unwrap();
        let mut counts: Vec<_> = related.iter().map(|paper| (0, paper.vertex, f64::from(paper.cocitations))).collect();
        counts.sort_by_key(|entry| entry.1);
        let all = weights(&cocitation(&graph, 1, &watch).unwrap());
        let of_first: Vec<_> = all.into_iter().filter(|edge| edge.0 == 0).collect();
        prop_assert_eq!(counts, of_first);
    }

    #[test]
    fn indices_are_the_greatest_that_hold(counts in proptest::collection::vec(0u64..30, 0..20)) {
        let has = |h: usize| counts.iter().filter(|&&count| count >= h as u64).count() >= h;
        prop_assert_eq!(h_index(&counts), (0..=counts.len()).rev().find(|&h| has(h)).unwrap());
        let mut sorted = counts.clone();
        sorted.sort_unstable_by(|one, other| other.cmp(one));
        let has = |g: usize| sorted[..g].iter().sum::<u64>() >= (g * g) as u64;
        prop_assert_eq!(g_index(&counts), (0..=counts.len()).rev().find(|&g| has(g)).unwrap());
    }
}
