//! Embeddings against known spectra, and vectors that tell communities apart.

use ragstone_graph::embedding::{
    Embedding, ProjectionOptions, SpectralOptions, projection_embedding, spectral_embedding,
};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::{data, miserables, sample};

fn spectrum(graph: &Graph, dimensions: usize) -> Vec<f64> {
    let options = SpectralOptions { dimensions, tolerance: 1e-8, ..SpectralOptions::default() };
    spectral_embedding(graph, &options, &Watch::unbounded()).unwrap().eigenvalues
}

fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?} {expected:?}");
}

/// Eigenvalues of NumPy for `normalized_laplacian_matrix` of NetworkX 3.6.1, the first left out.
#[test]
fn eigenvalues_are_those_of_networkx() {
    let (Some(karate), Some(miserables)) =
        (data::edge_list("cugraph/karate-asymmetric.csv", Direction::Undirected), miserables::graph())
    else {
        return;
    };
    let expected = [
        0.132_272_329_229_514_76,
        0.287_048_985_385_034_76,
        0.387_313_232_610_130_6,
        0.612_230_540_200_307_5,
        0.648_992_946_669_199_5,
    ];
    assert_near(&spectrum(&karate.graph, 5), &expected);
    let expected = [
        0.067_377_375_530_002_31,
        0.113_931_487_264_140_33,
        0.167_373_593_158_205_2,
        0.220_613_191_839_293_5,
        0.308_357_522_630_051,
    ];
    assert_near(&spectrum(&miserables, 5), &expected);
}

/// Of a cycle they are 1 - cos(2 π k / n), each twice; of a complete graph n / (n - 1), n - 1 times.
#[test]
fn equal_eigenvalues_are_all_found() {
    let cycle: Vec<_> = (0..40u32).map(|vertex| (vertex, (vertex + 1) % 40)).collect();
    let cycle = Graph::from_edges(Direction::Undirected, 40, &cycle).unwrap();
    let value = |k: f64| 1.0 - (std::f64::consts::TAU * k / 40.0).cos();
    assert_near(&spectrum(&cycle, 4), &[value(1.0), value(1.0), value(2.0), value(2.0)]);
    let complete: Vec<_> = (0..9u32).flat_map(|a| (a + 1..9).map(move |b| (a, b))).collect();
    let complete = Graph::from_edges(Direction::Undirected, 12, &complete).unwrap();
    assert_near(&spectrum(&complete, 8), &[9.0 / 8.0; 8]);
}

#[test]
fn second_component_is_another_eigenvalue_of_nothing() {
    let edges = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)];
    let graph = Graph::from_edges(Direction::Directed, 7, &edges).unwrap();
    let options = SpectralOptions { dimensions: 2, ..SpectralOptions::default() };
    let found = spectral_embedding(&graph, &options, &Watch::unbounded()).unwrap();
    assert_near(&found.eigenvalues, &[0.0, 1.5]);
    let first = |vertex: Vertex| found.embedding.vector(vertex).unwrap()[0];
    assert!((first(0) - first(2)).abs() < 1e-6 && (first(3) - first(4)).abs() < 1e-6);
    assert!(first(0) * first(3) < 0.0);
    assert_eq!(found.embedding.vector(6), Some(&[0.0, 0.0][..]));
}

#[test]
fn embeddings_are_the_same_on_any_number_of_threads() {
    let graph = sample::preferential(6000);
    let projection = ProjectionOptions { dimensions: 16, seed: 7, ..ProjectionOptions::default() };
    let one = sample::on_pools(|| projection_embedding(&graph, &projection, &Watch::unbounded()).unwrap());
    let spectral = SpectralOptions { dimensions: 3, tolerance: 1e-2, ..SpectralOptions::default() };
    sample::on_pools(|| spectral_embedding(&graph, &spectral, &Watch::unbounded()).unwrap());
    let other = ProjectionOptions { seed: 8, ..projection };
    assert_ne!(projection_embedding(&graph, &other, &Watch::unbounded()).unwrap(), one);
}

fn cosine(embedding: &Embedding, one: Vertex, other: Vertex) -> f32 {
    let (a, b) = (embedding.vector(one).unwrap(), embedding.vector(other).unwrap());
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn cliques_lie_apart_and_their_vertices_together() {
    let clique =
        |first: Vertex| (first..first + 10).flat_map(move |a| (a + 1..first + 10).map(move |b| (a, b)));
    let mut edges: Vec<_> = clique(0).chain(clique(10)).chain(clique(20)).collect();
    edges.extend([(0, 10), (10, 20)]);
    let graph = Graph::from_edges(Direction::Undirected, 30, &edges).unwrap();
    let embedding = projection_embedding(&graph, &ProjectionOptions::default(), &Watch::unbounded()).unwrap();
    for one in 0..30 {
        for other in 0..one {
            let is_together = one / 10 == other / 10;
            let cosine = cosine(&embedding, one, other);
            assert!(if is_together { cosine > 0.8 } else { cosine < 0.6 }, "{one} {other}: {cosine}");
        }
    }
}

#[test]
fn impossible_embeddings_are_refused() {
    let watch = Watch::unbounded();
    let pair = Graph::from_weighted_edges(Direction::Undirected, 3, &[(0, 1, 1.0)]).unwrap();
    let spectral = |options: SpectralOptions| spectral_embedding(&pair, &options, &watch).unwrap_err();
    let refusal = spectral(SpectralOptions { dimensions: 2, ..SpectralOptions::default() });
    assert!(matches!(refusal, GraphError::OutOfRange { option: "dimensions", .. }));
    let refusal = spectral(SpectralOptions { tolerance: f64::NAN, ..SpectralOptions::default() });
    assert!(matches!(refusal, GraphError::OutOfRange { option: "tolerance", .. }));
    let options = ProjectionOptions { step_weights: vec![], ..ProjectionOptions::default() };
    let refusal = projection_embedding(&pair, &options, &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { option: "step_weights", .. }));
    let negative = Graph::from_weighted_edges(Direction::Undirected, 3, &[(0, 1, -1.0)]).unwrap();
    let refusal = projection_embedding(&negative, &ProjectionOptions::default(), &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::NegativeWeight { .. }));
    let path: Vec<_> = (0..3000u32).map(|vertex| (vertex, vertex + 1)).collect();
    let path = Graph::from_edges(Direction::Undirected, 3001, &path).unwrap();
    let options = SpectralOptions { max_rounds: 1, ..SpectralOptions::default() };
    let refusal = spectral_embedding(&path, &options, &watch).unwrap_err();
    assert!(matches!(refusal, GraphError::NotConverged { iterations: 1, .. }));
}

#[test]
fn cancelled_embedding_stops() {
    let graph = sample::preferential(500);
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = GraphError::Interrupted(Interruption::Cancelled);
    assert_eq!(projection_embedding(&graph, &ProjectionOptions::default(), &watch).unwrap_err(), stopped);
    assert_eq!(spectral_embedding(&graph, &SpectralOptions::default(), &watch).unwrap_err(), stopped);
}
