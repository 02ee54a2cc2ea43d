//! Shapes, counts and refusals.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::pairs::Pairs;
use super::*;
use Direction::{Directed, Undirected};

fn made(generator: &Generator) -> Graph {
    generator.generate(&Watch::unbounded()).unwrap()
}

fn pairs(graph: &Graph) -> Vec<(Vertex, Vertex)> {
    graph.edges().map(|edge| (edge.source, edge.target)).collect()
}

fn degrees(graph: &Graph) -> Vec<usize> {
    graph.vertices().map(|vertex| graph.degree(vertex)).collect()
}

fn is_simple(graph: &Graph) -> bool {
    let distinct: BTreeSet<_> = pairs(graph).into_iter().collect();
    distinct.len() == graph.edge_count() && distinct.iter().all(|(source, target)| source != target)
}

fn parts(graph: &Graph) -> usize {
    fn top(part: &[Vertex], mut vertex: Vertex) -> Vertex {
        while part[vertex as usize] != vertex {
            vertex = part[vertex as usize];
        }
        vertex
    }
    let mut part: Vec<Vertex> = graph.vertices().collect();
    for edge in graph.edges() {
        let (one, other) = (top(&part, edge.source), top(&part, edge.target));
        part[one as usize] = other;
    }
    graph.vertices().filter(|&vertex| part[vertex as usize] == vertex).count()
}

fn random_ones(seed: u64) -> Vec<Generator> {
    let probabilities = vec![vec![0.3, 0.02], vec![0.02, 0.2]];
    vec![
        Generator::RandomTree { vertices: 300, seed },
        Generator::RandomByProbability { vertices: 300, probability: 0.02, direction: Undirected, seed },
        Generator::RandomByProbability { vertices: 300, probability: 0.02, direction: Directed, seed },
        Generator::RandomByCount { vertices: 300, edges: 900, direction: Undirected, seed },
        Generator::RandomByCount { vertices: 30, edges: 700, direction: Directed, seed },
        Generator::BarabasiAlbert { vertices: 300, attached: 4, seed },
        Generator::BarabasiAlbert { vertices: 300, attached: 40, seed },
        Generator::WattsStrogatz { vertices: 300, neighbors: 6, rewired: 0.3, seed },
        Generator::StochasticBlock { sizes: vec![40, 70], probabilities, direction: Undirected, seed },
        Generator::RandomRegular { vertices: 300, degree: 7, seed },
        Generator::RandomRegular { vertices: 30, degree: 27, seed },
        Generator::PowerLaw { vertices: 300, exponent: 2.5, min_degree: 2, max_degree: 50, seed },
    ]
}

#[test]
fn shapes_have_their_edges() {
    let check = |generator: Generator, expected: &[(Vertex, Vertex)]| {
        assert_eq!(pairs(&made(&generator)), expected, "{generator:?}");
    };
    check(Generator::Complete { vertices: 3, direction: Undirected }, &[(0, 1), (0, 2), (1, 2)]);
    let both = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];
    check(Generator::Complete { vertices: 3, direction: Directed }, &both);
    check(Generator::CompleteBipartite { left: 2, right: 2 }, &[(0, 2), (0, 3), (1, 2), (1, 3)]);
    check(Generator::Path { vertices: 3, direction: Directed }, &[(0, 1), (1, 2)]);
    check(Generator::Path { vertices: 0, direction: Directed }, &[]);
    check(Generator::Cycle { vertices: 3, direction: Directed }, &[(0, 1), (1, 2), (2, 0)]);
    check(Generator::Star { vertices: 3 }, &[(0, 1), (0, 2)]);
    check(Generator::Wheel { vertices: 4 }, &[(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
    check(Generator::Grid { rows: 2, columns: 2 }, &[(0, 1), (0, 2), (1, 3), (2, 3)]);
    check(Generator::HeapTree { vertices: 4, branching: 2 }, &[(0, 1), (0, 2), (1, 3)]);
    check(Generator::BalancedTree { branching: 3, height: 1 }, &[(0, 1), (0, 2), (0, 3)]);
    check(Generator::BalancedTree { branching: 1, height: 2 }, &[(0, 1), (1, 2)]);
    check(Generator::RandomTree { vertices: 1, seed: 0 }, &[]);
    check(Generator::RandomTree { vertices: 2, seed: 0 }, &[(0, 1)]);
}

#[test]
fn torus_is_four_regular_and_grid_has_its_number_of_edges() {
    let torus = made(&Generator::Torus { rows: 3, columns: 5 });
    assert_eq!(degrees(&torus), [4; 15]);
    assert!(is_simple(&torus));
    let grid = made(&Generator::Grid { rows: 4, columns: 7 });
    assert_eq!((grid.vertex_count(), grid.edge_count(), parts(&grid)), (28, 3 * 7 + 4 * 6, 1));
    let tree = made(&Generator::BalancedTree { branching: 2, height: 5 });
    assert_eq!((tree.vertex_count(), tree.edge_count(), parts(&tree)), (63, 62, 1));
}

#[test]
fn random_graphs_are_simple_and_repeat_for_a_seed() {
    for (one, other) in random_ones(7).iter().zip(random_ones(8)) {
        let graph = made(one);
        assert!(is_simple(&graph), "{one:?}");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(7).build().unwrap();
        assert_eq!(pairs(&pool.install(|| made(one))), pairs(&graph), "{one:?}");
        assert_ne!(pairs(&made(&other)), pairs(&graph), "{one:?}");
    }
}

#[test]
fn random_tree_joins_all_and_every_tree_comes_as_often() {
    for vertices in 1..40 {
        let tree = made(&Generator::RandomTree { vertices, seed: vertices.into() });
        assert_eq!((tree.edge_count(), parts(&tree)), (vertices as usize - 1, 1));
    }
    let mut seen: BTreeMap<_, u32> = BTreeMap::new();
    for seed in 0..4800 {
        *seen.entry(pairs(&made(&Generator::RandomTree { vertices: 4, seed }))).or_default() += 1;
    }
    assert_eq!(seen.len(), 16);
    assert!(seen.values().all(|&count| (230..370).contains(&count)), "{seen:?}");
}

#[test]
fn edges_by_probability_come_as_often_as_they_should() {
    for direction in [Directed, Undirected] {
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for seed in 0..4000 {
            let graph =
                made(&Generator::RandomByProbability { vertices: 5, probability: 0.3, direction, seed });
            for pair in pairs(&graph) {
                *counts.entry(pair).or_default() += 1;
            }
        }
        assert_eq!(counts.len(), if direction == Directed { 20 } else { 10 });
        assert!(counts.values().all(|&count| (1050..1350).contains(&count)), "{counts:?}");
    }
    let edges = |probability| {
        made(&Generator::RandomByProbability { vertices: 50, probability, direction: Undirected, seed: 1 })
            .edge_count()
    };
    assert_eq!((edges(0.0), edges(1.0), edges(f64::MIN_POSITIVE)), (0, 1225, 0));
}

#[test]
fn edges_by_count_come_as_often_as_they_should() {
    for (edges, least, most) in [(3, 1100, 1300), (8, 3050, 3350)] {
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for seed in 0..4000 {
            let graph = made(&Generator::RandomByCount { vertices: 5, edges, direction: Undirected, seed });
            assert_eq!(graph.edge_count() as u64, edges);
            for pair in pairs(&graph) {
                *counts.entry(pair).or_default() += 1;
            }
        }
        assert_eq!(counts.len(), 10);
        assert!(counts.values().all(|count| (least..most).contains(count)), "{counts:?}");
    }
    let all = made(&Generator::RandomByCount { vertices: 9, edges: 72, direction: Directed, seed: 3 });
    assert_eq!(all.edge_count(), 72);
    let few = made(&Generator::RandomByCount { vertices: 100_000, edges: 3, direction: Undirected, seed: 3 });
    assert!(is_simple(&few) && few.edge_count() == 3);
}

#[test]
fn attachment_prefers_what_has_edges() {
    let graph = made(&Generator::BarabasiAlbert { vertices: 5000, attached: 3, seed: 11 });
    assert_eq!((graph.edge_count(), parts(&graph)), (3 * 4997, 1));
    assert!(degrees(&graph)[1..].iter().skip(3).all(|&degree| degree >= 3));
    let greatest = degrees(&graph).into_iter().max().unwrap();
    assert!((100..1000).contains(&greatest), "{greatest}");
}

#[test]
fn small_world_keeps_its_ring_where_nothing_moves() {
    let still = made(&Generator::WattsStrogatz { vertices: 20, neighbors: 4, rewired: 0.0, seed: 1 });
    assert_eq!(still.neighbors(0), [1, 2, 18, 19]);
    let moved = made(&Generator::WattsStrogatz { vertices: 1000, neighbors: 10, rewired: 0.1, seed: 1 });
    let ring = |&(one, other): &(Vertex, Vertex)| (other - one).min(1000 - other + one) <= 5;
    let kept = pairs(&moved).iter().filter(|pair| ring(pair)).count();
    assert!((4400..4600).contains(&kept), "{kept}");
    let full = made(&Generator::WattsStrogatz { vertices: 5, neighbors: 4, rewired: 1.0, seed: 1 });
    assert_eq!(full.edge_count(), 10);
}

#[test]
fn blocks_have_the_edges_that_their_probabilities_say() {
    let probabilities = vec![vec![0.5, 0.1], vec![0.1, 0.0]];
    let (sizes, seed) = (vec![100, 200], 5);
    let graph = made(&Generator::StochasticBlock { sizes, probabilities, direction: Undirected, seed });
    let count = |range: std::ops::Range<Vertex>, to: std::ops::Range<Vertex>| {
        pairs(&graph).iter().filter(|(one, other)| range.contains(one) && to.contains(other)).count()
    };
    assert!((2340..2610).contains(&count(0..100, 0..100)));
    assert!((1830..2170).contains(&count(0..100, 100..300)));
    assert_eq!(count(100..300, 100..300), 0);
    let one_way = Generator::StochasticBlock {
        sizes: vec![10, 10],
        probabilities: vec![vec![1.0, 0.0], vec![1.0, 0.0]],
        direction: Directed,
        seed,
    };
    assert_eq!(made(&one_way).edge_count(), 90 + 100);
}

#[test]
fn regular_graph_has_one_degree() {
    for (vertices, degree) in [(0, 0), (1, 0), (10, 9), (10, 0), (9, 4), (100, 3), (40, 20), (40, 33), (7, 6)]
    {
        for seed in 0..5 {
            let graph = made(&Generator::RandomRegular { vertices, degree, seed });
            assert!(is_simple(&graph));
            assert!(degrees(&graph).iter().all(|&found| found == degree as usize), "{vertices} {degree}");
        }
    }
}

#[test]
fn power_law_degrees_fall_as_they_should() {
    let generator =
        Generator::PowerLaw { vertices: 50_000, exponent: 3.0, min_degree: 1, max_degree: 100, seed: 2 };
    let found = degrees(&made(&generator));
    let with = |degree: usize| found.iter().filter(|&&found| found == degree).count();
    // ζ(3) ≈ 1.202: of 50,000 some 41,600 have one edge, 5,200 two and 1,540 three.
    assert!((41_000..42_200).contains(&with(1)), "{}", with(1));
    assert!((4900..5500).contains(&with(2)), "{}", with(2));
    assert!((1400..1700).contains(&with(3)), "{}", with(3));
}

#[test]
fn sizes_and_probabilities_out_of_range_are_refused() {
    let direction = Undirected;
    let refused = [
        Generator::Cycle { vertices: 2, direction },
        Generator::Star { vertices: 0 },
        Generator::Wheel { vertices: 3 },
        Generator::Grid { rows: 0, columns: 2 },
        Generator::Torus { rows: 2, columns: 3 },
        Generator::HeapTree { vertices: 0, branching: 2 },
        Generator::HeapTree { vertices: 2, branching: 0 },
        Generator::BalancedTree { branching: 2, height: 32 },
        Generator::RandomTree { vertices: 0, seed: 0 },
        Generator::RandomByProbability { vertices: 5, probability: 1.1, direction, seed: 0 },
        Generator::RandomByProbability { vertices: 5, probability: f64::NAN, direction, seed: 0 },
        Generator::RandomByCount { vertices: 5, edges: 11, direction, seed: 0 },
        Generator::BarabasiAlbert { vertices: 5, attached: 5, seed: 0 },
        Generator::BarabasiAlbert { vertices: 5, attached: 0, seed: 0 },
        Generator::WattsStrogatz { vertices: 5, neighbors: 3, rewired: 0.1, seed: 0 },
        Generator::WattsStrogatz { vertices: 4, neighbors: 4, rewired: 0.1, seed: 0 },
        Generator::WattsStrogatz { vertices: 5, neighbors: 2, rewired: -0.1, seed: 0 },
        Generator::RandomRegular { vertices: 5, degree: 3, seed: 0 },
        Generator::RandomRegular { vertices: 5, degree: 5, seed: 0 },
        Generator::PowerLaw { vertices: 5, exponent: 1.0, min_degree: 1, max_degree: 2, seed: 0 },
        Generator::PowerLaw { vertices: 5, exponent: 2.0, min_degree: 3, max_degree: 2, seed: 0 },
        Generator::PowerLaw { vertices: 5, exponent: 2.0, min_degree: 1, max_degree: 5, seed: 0 },
        Generator::PowerLaw { vertices: 5, exponent: 2.0, min_degree: 0, max_degree: 2, seed: 0 },
        Generator::StochasticBlock { sizes: vec![2], probabilities: vec![], direction, seed: 0 },
        Generator::StochasticBlock { sizes: vec![2], probabilities: vec![vec![2.0]], direction, seed: 0 },
        Generator::StochasticBlock {
            sizes: vec![2, 2],
            probabilities: vec![vec![0.1, 0.2], vec![0.3, 0.1]],
            direction,
            seed: 0,
        },
    ];
    for generator in refused {
        let error = generator.generate(&Watch::unbounded()).unwrap_err();
        assert!(matches!(error, GraphError::OutOfRange { .. }), "{generator:?}: {error}");
    }
}

#[test]
fn more_than_a_graph_holds_or_the_caller_affords_is_refused_at_once() {
    let (direction, vertices, seed) = (Undirected, u32::MAX, 0);
    let refused = [
        Generator::Complete { vertices, direction },
        Generator::CompleteBipartite { left: vertices, right: vertices },
        Generator::Star { vertices },
        Generator::Grid { rows: vertices, columns: vertices },
        Generator::RandomByProbability { vertices, probability: 0.5, direction, seed },
        Generator::RandomByCount { vertices, edges: 1 << 40, direction, seed },
        Generator::BarabasiAlbert { vertices, attached: 1 << 20, seed },
        Generator::WattsStrogatz { vertices, neighbors: 1 << 20, rewired: 0.1, seed },
        Generator::StochasticBlock {
            sizes: vec![vertices; 3],
            probabilities: vec![vec![0.5; 3]; 3],
            direction,
            seed,
        },
        Generator::RandomRegular { vertices, degree: 1 << 20, seed },
    ];
    for generator in refused {
        let error = generator.generate(&Watch::unbounded()).unwrap_err();
        assert!(matches!(error, GraphError::TooLarge { .. }), "{generator:?}: {error}");
    }
    let frugal = Watch::unbounded().with_max_bytes(1 << 20);
    let error = Generator::Complete { vertices: 10_000, direction }.generate(&frugal).unwrap_err();
    assert!(matches!(error, GraphError::TooExpensive { .. }));
}

#[test]
fn cancelled_generator_stops() {
    use crate::watch::Interruption;
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let generator = Generator::BarabasiAlbert { vertices: 100_000, attached: 2, seed: 0 };
    assert_eq!(generator.generate(&watch).unwrap_err(), GraphError::Interrupted(Interruption::Cancelled));
}

proptest! {
    #[test]
    fn pairs_are_what_a_set_holds(steps in prop::collection::vec((0u32..12, 0u32..12, any::<bool>()), 0..300)) {
        let mut set = BTreeSet::new();
        let mut pairs = Pairs::with_capacity(0);
        for (one, other, insert) in steps.into_iter().filter(|(one, other, _)| one != other) {
            let pair = (one.min(other), one.max(other));
            if insert {
                prop_assert_eq!(pairs.insert(one, other), set.insert(pair));
            } else {
                pairs.remove(one, other);
                set.remove(&pair);
            }
        }
        for one in 0..12 {
            for other in 0..one {
                prop_assert_eq!(pairs.contains(one, other), set.contains(&(other, one)));
            }
        }
    }
}
