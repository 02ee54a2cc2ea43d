//! Similarities against other programs' values and the definitions.

#![expect(clippy::cast_precision_loss, reason = "counts of small graphs are exact")]

use proptest::prelude::*;
use ragstone_graph::similarity::{
    Candidates, Link, Similarity, SimilarityOptions, pair_similarities, predicted_links, similar_vertices,
};
use ragstone_graph::{Direction, Graph, GraphError, Interruption, Vertex, Watch};

use crate::{data, miserables, sample};

const ALL: [Similarity; 5] = [
    Similarity::CommonNeighbors,
    Similarity::Jaccard,
    Similarity::AdamicAdar,
    Similarity::ResourceAllocation,
    Similarity::PreferentialAttachment,
];

/// By the definition, from rows of truth.
fn naive(matrix: &[Vec<bool>], similarity: Similarity, one: usize, other: usize) -> f64 {
    let degree = |vertex: usize| matrix[vertex].iter().filter(|&&is_linked| is_linked).count() as f64;
    let common = (0..matrix.len()).filter(|&z| matrix[one][z] && matrix[other][z]);
    let union = (0..matrix.len()).filter(|&z| matrix[one][z] || matrix[other][z]).count() as f64;
    match similarity {
        Similarity::CommonNeighbors => common.count() as f64,
        Similarity::Jaccard => common.count() as f64 / union.max(1.0),
        Similarity::AdamicAdar => common.map(|z| 1.0 / degree(z).ln()).sum(),
        Similarity::ResourceAllocation => common.map(|z| 1.0 / degree(z)).sum(),
        Similarity::PreferentialAttachment => degree(one) * degree(other),
    }
}

/// Scores of NetworkX 3.6.1: `jaccard_coefficient`, `adamic_adar_index`, `resource_allocation_index`,
/// `preferential_attachment`.
#[test]
fn scores_are_those_of_networkx() {
    let (Some(karate), Some(miserables)) =
        (data::edge_list("cugraph/karate-asymmetric.csv", Direction::Undirected), miserables::graph())
    else {
        return;
    };
    let check = |graph: &Graph, pairs: &[(Vertex, Vertex)], expected: &[[f64; 4]]| {
        for (column, similarity) in ALL.into_iter().skip(1).enumerate() {
            let found = pair_similarities(graph, pairs, similarity, &Watch::unbounded()).unwrap();
            for ((&score, row), pair) in found.iter().zip(expected).zip(pairs) {
                assert!((score - row[column]).abs() < 1e-12, "{similarity:?} {pair:?}: {score}");
            }
        }
    };
    let expected = [
        [0.137_931_034_482_758_62, 2.711_019_722_297_308_5, 0.9, 272.0],
        [0.1, 1.123_777_124_826_324_6, 0.333_333_333_333_333_3, 85.0],
        [0.076_923_076_923_076_93, 0.352_956_123_864_761_16, 0.058_823_529_411_764_705, 24.0],
        [0.388_888_888_888_888_9, 6.130_716_871_863_356, 2.05, 144.0],
    ];
    check(&karate.graph, &[(0, 33), (8, 33), (15, 32), (0, 1)], &expected);
    let expected = [
        [0.045_454_545_454_545_456, 1.820_478_453_253_674_6, 0.666_666_666_666_666_6, 360.0],
        [0.225_806_451_612_903_22, 2.809_241_628_525_166_2, 0.593_201_140_105_164_9, 352.0],
        [0.161_290_322_580_645_16, 1.749_546_291_139_638_2, 0.293_308_080_808_080_8, 323.0],
    ];
    check(&miserables, &[(0, 11), (25, 48), (55, 27)], &expected);
}

/// The first of all pairs without an edge by NetworkX 3.6.1, `adamic_adar_index` and `resource_allocation_index`.
#[test]
fn foretold_links_are_those_of_networkx() {
    let check = |graph: &Graph, similarity, expected: &[(Vertex, Vertex, f64)]| {
        let options = SimilarityOptions { similarity, limit: expected.len(), ..SimilarityOptions::default() };
        let links = predicted_links(graph, &options, &Watch::unbounded()).unwrap();
        for (link, &(source, target, score)) in links.iter().zip(expected) {
            assert_eq!((link.source, link.target), (source, target), "{links:?}");
            assert!((link.score - score).abs() < 1e-12, "{links:?}");
        }
    };
    if let Some(karate) = data::edge_list("cugraph/karate-asymmetric.csv", Direction::Undirected) {
        let expected = [
            (2, 33, 4.719_381_261_461_351),
            (0, 33, 2.711_019_722_297_308_5),
            (1, 33, 2.252_921_681_630_931),
        ];
        check(&karate.graph, Similarity::AdamicAdar, &expected);
    }
    if let Some(facebook) = data::edge_list("snap/facebook_combined.txt", Direction::Undirected) {
        let expected = [
            (3830, 3938, 1.849_127_314_071_070_2),
            (2047, 2117, 1.653_229_229_519_476_4),
            (203, 252, 1.502_216_898_946_791_2),
            (412, 553, 1.456_977_441_932_606_3),
            (428, 483, 1.455_708_387_552_161_3),
        ];
        check(&facebook.graph, Similarity::ResourceAllocation, &expected);
    }
}

#[test]
fn prediction_is_the_same_on_any_number_of_threads() {
    let graph = sample::preferential(3000);
    let options = SimilarityOptions { limit: 500, ..SimilarityOptions::default() };
    let links = sample::on_pools(|| predicted_links(&graph, &options, &Watch::unbounded()).unwrap());
    assert_eq!(links.len(), 500);
    let pairs: Vec<_> = links.iter().map(|link| (link.source, link.target)).collect();
    let scores = pair_similarities(&graph, &pairs, options.similarity, &Watch::unbounded()).unwrap();
    assert_eq!(scores, links.iter().map(|link| link.score).collect::<Vec<_>>());
}

#[test]
fn cancelled_prediction_stops() {
    let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
    let stopped = predicted_links(&sample::preferential(500), &SimilarityOptions::default(), &watch);
    assert_eq!(stopped, Err(GraphError::Interrupted(Interruption::Cancelled)));
}

proptest! {
    #[test]
    fn links_are_the_best_of_all_pairs_at_distance_two(graph in sample::graph(14, 40, 0..2), limit in 1usize..20) {
        let matrix = sample::matrix(&graph);
        for similarity in ALL {
            let mut expected = Vec::new();
            for one in 0..matrix.len() {
                for other in one + 1..matrix.len() {
                    let has_common = (0..matrix.len()).any(|z| matrix[one][z] && matrix[other][z]);
                    if has_common && !matrix[one][other] {
                        expected.push((naive(&matrix, similarity, one, other), one, other));
                    }
                }
            }
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            expected.truncate(limit);
            let options = SimilarityOptions { similarity, limit, ..SimilarityOptions::default() };
            let found = predicted_links(&graph, &options, &Watch::unbounded()).unwrap();
            prop_assert_eq!(found.len(), expected.len());
            for (link, &(score, _, _)) in found.iter().zip(&expected) {
                prop_assert!((link.score - score).abs() < 1e-12);
                let own = naive(&matrix, similarity, link.source as usize, link.target as usize);
                prop_assert!((link.score - own).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn pairs_are_scored_by_the_definition(graph in sample::graph(14, 60, 0..2)) {
        let matrix = sample::matrix(&graph);
        let pairs: Vec<(Vertex, Vertex)> =
            graph.vertices().flat_map(|one| graph.vertices().map(move |other| (one, other))).collect();
        for similarity in ALL {
            let found = pair_similarities(&graph, &pairs, similarity, &Watch::unbounded()).unwrap();
            for (&(one, other), &score) in pairs.iter().zip(&found) {
                if one != other {
                    let expected = naive(&matrix, similarity, one as usize, other as usize);
                    prop_assert!((score - expected).abs() < 1e-12, "{similarity:?} {one} {other}");
                }
            }
        }
    }

    #[test]
    fn one_vertex_finds_what_all_find(graph in sample::graph(12, 40, 0..2)) {
        let all = SimilarityOptions { candidates: Candidates::All, limit: 1000, ..SimilarityOptions::default() };
        let links = predicted_links(&graph, &all, &Watch::unbounded()).unwrap();
        let mut again: Vec<Link> = Vec::new();
        for vertex in graph.vertices() {
            let found = similar_vertices(&graph, vertex, &all, &Watch::unbounded()).unwrap();
            let later = found.iter().filter(|scored| scored.vertex > vertex);
            again.extend(later.map(|scored| Link { source: vertex, target: scored.vertex, score: scored.score }));
        }
        again.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.source, a.target).cmp(&(b.source, b.target))));
        prop_assert_eq!(links, again);
    }
}
