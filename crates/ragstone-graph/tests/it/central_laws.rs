//! What scores, cores, trusses and triangles have to be in any graph, by slow and plain means, on any number of threads.

use proptest::prelude::*;
use ragstone_graph::centrality::{
    Betweenness, Closeness, Eigenvector, Hits, Katz, PageRank, Push, Sampling, Scale, Side, Weights,
    betweenness, betweenness_sampled, closeness, closeness_sampled, edge_betweenness, eigenvector, harmonic,
    harmonic_sampled, hits, katz, pagerank, push,
};
use ragstone_graph::clustering::{directed_coefficients, triangles};
use ragstone_graph::core::{cores, trusses};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch, assortativity, statistics};

use crate::naive;

/// Small graphs of both kinds, with loops, parallel edges, lone vertices and weights that often tie.
fn graphs() -> impl Strategy<Value = Graph> {
    let edges = |count: Vertex| prop::collection::vec((0..count, 0..count, 1u8..4), 0..30);
    (1..10u32, prop::bool::ANY).prop_flat_map(move |(count, is_directed)| {
        edges(count).prop_map(move |edges| {
            let direction = if is_directed { Direction::Directed } else { Direction::Undirected };
            let edges: Vec<_> = edges.into_iter().map(|(a, b, weight)| (a, b, f64::from(weight))).collect();
            Graph::from_weighted_edges(direction, count as usize, &edges).unwrap()
        })
    })
}

fn all_near(found: &[f64], expected: &[f64], tolerance: f64) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        prop_assert!(
            (found - expected).abs() <= tolerance * expected.abs().max(1.0),
            "{} {}",
            found,
            expected
        );
    }
    Ok(())
}

const KINDS: [Weights; 2] = [Weights::Used, Weights::Ignored];

fn sampling(error: f64) -> Sampling {
    Sampling { error, risk: 0.01, seed: 7 }
}

proptest! {
    #[test]
    fn closeness_follows_from_distances(graph in graphs()) {
        let watch = Watch::unbounded();
        for weights in KINDS {
            for side in [Side::Incoming, Side::Outgoing, Side::Both] {
                let options = Closeness { side, weights, scale: Scale::Normalized };
                let (near, harmony) = naive::closeness(&graph, weights, side);
                all_near(&closeness(&graph, &options, &watch).unwrap(), &near, 1e-12)?;
                all_near(&harmonic(&graph, &options, &watch).unwrap(), &harmony, 1e-12)?;
            }
        }
        // Few vertices are all samples, and the estimate is exact.
        let (near, harmony) = naive::closeness(&graph, Weights::Ignored, Side::Incoming);
        let estimate = closeness_sampled(&graph, Side::Incoming, &sampling(0.01), &watch).unwrap();
        all_near(&estimate.scores, &near, 1e-12)?;
        prop_assert_eq!((estimate.samples, estimate.error), (graph.vertex_count(), 0.0));
        let estimate = harmonic_sampled(&graph, Side::Incoming, &sampling(0.01), &watch).unwrap();
        all_near(&estimate.scores, &harmony, 1e-12)?;
    }

    #[test]
    fn betweenness_follows_from_counted_paths(graph in graphs()) {
        let watch = Watch::unbounded();
        for weights in KINDS {
            let options = Betweenness { weights, scale: Scale::Raw };
            let (vertices, edges) = naive::betweenness(&graph, weights);
            all_near(&betweenness(&graph, &options, &watch).unwrap(), &vertices, 1e-12)?;
            all_near(&edge_betweenness(&graph, &options, &watch).unwrap(), &edges, 1e-12)?;
        }
        let exact = betweenness(&graph, &Betweenness::default(), &watch).unwrap();
        let estimate = betweenness_sampled(&graph, &sampling(0.1), &watch).unwrap();
        for (estimate, exact) in estimate.scores.iter().zip(exact) {
            prop_assert!((estimate - exact).abs() <= 0.1);
        }
    }

    #[test]
    fn pagerank_is_where_a_dense_iteration_rests(graph in graphs(), seed in 0..10u32) {
        let watch = Watch::unbounded();
        let seed = seed % u32::try_from(graph.vertex_count()).unwrap();
        for weights in KINDS {
            for personalization in [vec![], vec![(seed, 2.0), (0, 1.0)]] {
                let expected = naive::pagerank(&graph, weights, &personalization);
                let options = PageRank {
                    tolerance: Some(1e-12),
                    iterations: 1000,
                    weights,
                    personalization: personalization.clone(),
                    ..PageRank::default()
                };
                all_near(&pagerank(&graph, &options, &watch).unwrap().scores, &expected, 1e-11)?;
                if personalization.is_empty() {
                    continue;
                }
                let options = Push { tolerance: 1e-3, weights, ..Push::default() };
                let pushed = push(&graph, &personalization, &options, &watch).unwrap();
                let has_bound = weights == Weights::Ignored
                    && !graph.is_directed()
                    && personalization.iter().all(|&(seed, _)| graph.degree(seed) > 0);
                let mut missing: Vec<f64> = expected.clone();
                for &(vertex, score) in &pushed.scores {
                    missing[vertex as usize] -= score;
                }
                let sum: f64 = missing.iter().sum();
                prop_assert!((sum - pushed.residual).abs() < 1e-9);
                for (vertex, missing) in graph.vertices().zip(missing) {
                    prop_assert!(missing > -1e-11 && missing <= pushed.residual + 1e-11);
                    if has_bound {
                        let entries = f64::from(u32::try_from(graph.neighbors(vertex).len()).unwrap());
                        prop_assert!(missing <= 1e-3 * entries + 1e-11);
                    }
                }
            }
        }
    }

    #[test]
    fn katz_and_eigenvector_scores_stay_where_they_are(graph in graphs()) {
        let watch = Watch::unbounded();
        for weights in KINDS {
            let options = Katz { tolerance: 1e-13, scale: Scale::Raw, weights, ..Katz::default() };
            let scores = katz(&graph, &options, &watch).unwrap().scores;
            let most = naive::most_incoming(&graph, weights);
            let alpha = if most > 0.0 { 0.9 / most } else { 0.9 };
            let again: Vec<f64> =
                naive::taken(&graph, weights, &scores).iter().map(|sum| alpha * sum + 1.0).collect();
            all_near(&again, &scores, 1e-10)?;
            let options = Eigenvector { tolerance: 1e-11, iterations: 5_000, weights };
            // Without cycles there is no answer, and where two parts are nearly as strong it takes too long.
            match eigenvector(&graph, &options, &watch) {
                Ok(found) => {
                    let taken = naive::taken(&graph, weights, &found.scores);
                    let value: f64 = taken.iter().zip(&found.scores).map(|(taken, score)| taken * score).sum();
                    let expected: Vec<f64> = found.scores.iter().map(|score| value * score).collect();
                    all_near(&taken, &expected, 1e-3)?;
                }
                Err(GraphError::NotConverged { .. }) => {}
                Err(error) => return Err(TestCaseError::fail(error.to_string())),
            }
        }
    }

    #[test]
    fn hubs_and_authorities_support_each_other(graph in graphs()) {
        let options = Hits { tolerance: 1e-10, iterations: 5_000, weights: Weights::Used };
        let found = match hits(&graph, &options, &Watch::unbounded()) {
            Ok(found) => found,
            // Two parts are nearly as strong.
            Err(GraphError::NotConverged { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let mut authorities = naive::taken(&graph, Weights::Used, &found.hubs);
        naive::to_sum_of_one(&mut authorities);
        all_near(&found.authorities, &authorities, 1e-6)?;
        let mut hubs = naive::taken(&graph.reversed(), Weights::Used, &found.authorities);
        naive::to_sum_of_one(&mut hubs);
        all_near(&found.hubs, &hubs, 1e-6)?;
    }

    #[test]
    fn cores_and_trusses_are_what_is_left_by_removing(graph in graphs()) {
        let watch = Watch::unbounded();
        let cores = cores(&graph, &watch).unwrap();
        prop_assert_eq!(&cores.numbers, &naive::cores(&graph));
        naive::check_order(&graph, &cores.order, cores.degeneracy());
        let trusses = trusses(&graph, &watch).unwrap();
        let expected = naive::trusses(&graph);
        prop_assert_eq!(trusses.edges.into_iter().zip(trusses.numbers).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn triangles_are_those_of_all_triples(graph in graphs()) {
        let watch = Watch::unbounded();
        let found = triangles(&graph, &watch).unwrap();
        let (total, coefficients) = naive::clustering(&graph);
        prop_assert_eq!(found.total(), total);
        all_near(&found.coefficients(), &coefficients, 1e-14)?;
        let directed = directed_coefficients(&graph, &watch).unwrap();
        all_near(&directed, &naive::directed_clustering(&graph), 1e-14)?;
    }

    #[test]
    fn reciprocity_and_mixing_stay_in_their_ranges(graph in graphs()) {
        let watch = Watch::unbounded();
        if graph.is_directed() {
            let back = statistics::reciprocity(&graph.reversed(), &watch).unwrap();
            prop_assert_eq!(statistics::reciprocity(&graph, &watch).unwrap(), back);
        }
        let labels: Vec<u32> = graph.vertices().map(|vertex| vertex % 2).collect();
        let numbers: Vec<f64> = labels.iter().map(|&label| f64::from(label)).collect();
        let by_label = assortativity::by_label(&graph, &labels, &watch).unwrap();
        let by_value = assortativity::by_value(&graph, &numbers, &watch).unwrap();
        // Of two labels both say the same without directions.
        if let (false, Some(label), Some(value)) = (graph.is_directed(), by_label, by_value) {
            prop_assert!((label - value).abs() < 1e-12);
        }
        let by_degree = assortativity::by_degree(&graph, &watch).unwrap();
        prop_assert!(by_degree.is_none_or(|found| (-1.0..=1.0).contains(&found)));
    }
}

/// A graph of preferential attachment: `links` edges from each new vertex.
fn attached(count: u32, links: u32, direction: Direction) -> Graph {
    let mut state = 88_172_645_463_325_252u64;
    let mut ends: Vec<Vertex> = (0..links).collect();
    let mut edges = Vec::new();
    for vertex in links..count {
        for _ in 0..links {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let place = usize::try_from(state % ends.len() as u64).unwrap();
            edges.push((vertex, ends[place], f64::from(u8::try_from(state % 5).unwrap()) + 1.0));
            ends.push(ends[place]);
        }
        ends.extend(std::iter::repeat_n(vertex, links as usize));
    }
    Graph::from_weighted_edges(direction, count as usize, &edges).unwrap()
}

/// Everything that is computed from a graph, as bits.
fn everything(large: &Graph, small: &Graph) -> Vec<Vec<u64>> {
    let watch = Watch::unbounded();
    let exact = PageRank { tolerance: Some(1e-10), iterations: 1000, ..PageRank::default() };
    let by_weight = Betweenness { weights: Weights::Used, ..Betweenness::default() };
    let rough = Eigenvector { tolerance: 1e-3, iterations: 10_000, ..Eigenvector::default() };
    let both = hits(large, &Hits { tolerance: 1e-3, ..Hits::default() }, &watch).unwrap();
    let trusses = trusses(small, &watch).unwrap();
    let cores = cores(large, &watch).unwrap();
    let reals = [
        pagerank(large, &exact, &watch).unwrap().scores,
        katz(large, &Katz::default(), &watch).unwrap().scores,
        eigenvector(&large.to_undirected(), &rough, &watch).unwrap().scores,
        both.hubs,
        both.authorities,
        triangles(large, &watch).unwrap().coefficients(),
        directed_coefficients(large, &watch).unwrap(),
        betweenness(small, &Betweenness::default(), &watch).unwrap(),
        betweenness(small, &by_weight, &watch).unwrap(),
        edge_betweenness(small, &Betweenness::default(), &watch).unwrap(),
        betweenness_sampled(large, &sampling(0.1), &watch).unwrap().scores,
        closeness(small, &Closeness { weights: Weights::Used, ..Closeness::default() }, &watch).unwrap(),
        harmonic(small, &Closeness::default(), &watch).unwrap(),
        closeness_sampled(large, Side::Both, &sampling(0.2), &watch).unwrap().scores,
        harmonic_sampled(large, Side::Incoming, &sampling(0.2), &watch).unwrap().scores,
    ];
    let bits = |reals: &Vec<f64>| reals.iter().map(|real| real.to_bits()).collect();
    let wide = |counts: Vec<u32>| counts.into_iter().map(u64::from).collect();
    let mut all: Vec<Vec<u64>> = reals.iter().map(bits).collect();
    all.extend([wide(trusses.numbers), wide(cores.numbers), wide(cores.order)]);
    all
}

#[test]
fn answers_are_the_same_to_the_bit_on_any_number_of_threads() {
    let large = attached(20_000, 5, Direction::Directed);
    let small = attached(400, 4, Direction::Undirected);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| everything(&large, &small))
    };
    let alone = on(1);
    assert!(alone.iter().all(|answer| !answer.is_empty()));
    assert_eq!(alone, on(2));
    assert_eq!(alone, on(7));
}

#[test]
fn estimates_keep_within_their_error_and_repeat_by_seed() {
    let graph = attached(2_000, 3, Direction::Undirected);
    let watch = Watch::unbounded();
    let furthest = |found: &[f64], exact: &[f64]| {
        found.iter().zip(exact).map(|(found, exact)| (found - exact).abs()).fold(0.0, f64::max)
    };
    let exact = betweenness(&graph, &Betweenness::default(), &watch).unwrap();
    let found = betweenness_sampled(&graph, &sampling(0.02), &watch).unwrap();
    assert!(furthest(&found.scores, &exact) <= 0.02 && found.samples > 1000);
    assert_eq!(found, betweenness_sampled(&graph, &sampling(0.02), &watch).unwrap());
    let other = Sampling { seed: 8, ..sampling(0.02) };
    assert_ne!(found, betweenness_sampled(&graph, &other, &watch).unwrap());

    let exact = harmonic(&graph, &Closeness::default(), &watch).unwrap();
    let found = harmonic_sampled(&graph, Side::Incoming, &sampling(0.08), &watch).unwrap();
    assert!(found.samples < 1100, "{}", found.samples);
    assert!(furthest(&found.scores, &exact) <= 0.08);
    let exact = closeness(&graph, &Closeness::default(), &watch).unwrap();
    let found = closeness_sampled(&graph, Side::Incoming, &sampling(0.08), &watch).unwrap();
    // The inverse of a score is a mean distance, and no distance here exceeds 10.
    let inverse = |scores: &[f64]| scores.iter().map(|score| 1.0 / score).collect::<Vec<_>>();
    assert!(furthest(&inverse(&found.scores), &inverse(&exact)) <= 0.8);
}

#[test]
fn estimate_of_betweenness_is_not_off_on_the_whole() {
    let graph = attached(300, 3, Direction::Undirected);
    let watch = Watch::unbounded();
    let exact: f64 = betweenness(&graph, &Betweenness::default(), &watch).unwrap().iter().sum();
    let found: f64 = betweenness_sampled(&graph, &sampling(0.01), &watch).unwrap().scores.iter().sum();
    assert!((found / exact - 1.0).abs() < 0.01, "{found}, not {exact}");
}

#[test]
fn everything_stops_when_it_is_told_to() {
    let graph = attached(2_000, 5, Direction::Directed);
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let heavy = attached(5_000, 2, Direction::Directed);
    let by_weight = Closeness { weights: Weights::Used, ..Closeness::default() };
    let errors = [
        pagerank(&graph, &PageRank::default(), &watch).err(),
        push(&graph, &[(1_900, 1.0)], &Push { tolerance: 1e-9, ..Push::default() }, &watch).err(),
        eigenvector(&graph, &Eigenvector::default(), &watch).err(),
        katz(&graph, &Katz::default(), &watch).err(),
        hits(&graph, &Hits::default(), &watch).err(),
        betweenness(&graph, &Betweenness::default(), &watch).err(),
        edge_betweenness(&graph, &Betweenness::default(), &watch).err(),
        betweenness_sampled(&graph, &Sampling::default(), &watch).err(),
        closeness(&graph, &Closeness::default(), &watch).err(),
        harmonic(&graph, &by_weight, &watch).err(),
        closeness_sampled(&graph, Side::Both, &Sampling::default(), &watch).err(),
        harmonic_sampled(&graph, Side::Both, &Sampling::default(), &watch).err(),
        cores(&graph, &watch).err(),
        trusses(&graph, &watch).err(),
        triangles(&graph, &watch).err(),
        directed_coefficients(&graph, &watch).err(),
        assortativity::by_degree(&heavy, &watch).err(),
        assortativity::by_label(&heavy, &vec![0; 5_000], &watch).err(),
        statistics::reciprocity(&heavy, &watch).err(),
    ];
    for (place, error) in errors.into_iter().enumerate() {
        assert_eq!(error, Some(GraphError::Interrupted(Interruption::Cancelled)), "{place}");
    }
}

#[test]
fn what_costs_too_much_is_refused_before_it_begins() {
    let graph = attached(2_000, 5, Direction::Directed);
    let watch = Watch::unbounded().with_max_steps(10_000);
    let errors = [
        betweenness(&graph, &Betweenness::default(), &watch).err(),
        edge_betweenness(&graph, &Betweenness::default(), &watch).err(),
        betweenness_sampled(&graph, &Sampling::default(), &watch).err(),
        closeness(&graph, &Closeness::default(), &watch).err(),
        harmonic_sampled(&graph, Side::Both, &Sampling::default(), &watch).err(),
        trusses(&graph, &watch).err(),
        push(&graph, &[(0, 1.0)], &Push::default(), &watch).err(),
    ];
    for (place, error) in errors.into_iter().enumerate() {
        assert!(matches!(error, Some(GraphError::TooExpensive { unit: "steps", .. })), "{place}: {error:?}");
    }
}
