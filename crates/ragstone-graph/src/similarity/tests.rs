//! Scores in small graphs, and what is refused.

#![expect(clippy::float_cmp, reason = "the definitions give the same rounding")]

use super::*;
use crate::error::GraphError;
use crate::graph::Direction;

fn kite(direction: Direction) -> Graph {
    // 0 and 3 share 1 and 2; 4 hangs on 3.
    Graph::from_edges(direction, 6, &[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (1, 2), (0, 0)]).unwrap()
}

fn of(similarity: Similarity, pair: (Vertex, Vertex)) -> f64 {
    pair_similarities(&kite(Direction::Undirected), &[pair], similarity, &Watch::unbounded()).unwrap()[0]
}

#[test]
fn pairs_are_scored_as_defined() {
    let third = 1.0 / 3.0f64;
    assert_eq!(of(Similarity::CommonNeighbors, (0, 3)), 2.0);
    assert_eq!(of(Similarity::Jaccard, (0, 3)), 2.0 / 3.0);
    assert_eq!(of(Similarity::AdamicAdar, (0, 3)), 2.0 / 3.0f64.ln());
    assert_eq!(of(Similarity::ResourceAllocation, (0, 3)), 2.0 * third);
    assert_eq!(of(Similarity::PreferentialAttachment, (0, 3)), 6.0);
    assert_eq!(of(Similarity::Jaccard, (5, 5)), 0.0);
    assert_eq!(of(Similarity::Jaccard, (3, 3)), 1.0);
}

#[test]
fn candidates_have_a_common_neighbour_and_no_link() {
    let graph = kite(Direction::Directed);
    let options = SimilarityOptions { similarity: Similarity::Jaccard, ..SimilarityOptions::default() };
    let found = similar_vertices(&graph, 3, &options, &Watch::unbounded()).unwrap();
    assert_eq!(found, [Scored { vertex: 0, score: 2.0 / 3.0 }]);
    let all = SimilarityOptions { candidates: Candidates::All, ..options };
    let found = similar_vertices(&graph, 3, &all, &Watch::unbounded()).unwrap();
    assert_eq!(found.iter().map(|scored| scored.vertex).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn best_links_come_first_and_ties_by_vertex() {
    let options = SimilarityOptions {
        similarity: Similarity::CommonNeighbors,
        limit: 2,
        ..SimilarityOptions::default()
    };
    let found = predicted_links(&kite(Direction::Undirected), &options, &Watch::unbounded()).unwrap();
    let link = |source, target, score| Link { source, target, score };
    assert_eq!(found, [link(0, 3, 2.0), link(1, 4, 1.0)]);
    let strict = SimilarityOptions { min_score: 1.5, ..options };
    let found = predicted_links(&kite(Direction::Undirected), &strict, &Watch::unbounded()).unwrap();
    assert_eq!(found, [link(0, 3, 2.0)]);
}

#[test]
fn impossible_questions_are_refused() {
    let graph = kite(Direction::Undirected);
    let none = SimilarityOptions { limit: 0, ..SimilarityOptions::default() };
    let refusal = predicted_links(&graph, &none, &Watch::unbounded()).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { option: "limit", .. }));
    let refusal =
        similar_vertices(&graph, 6, &SimilarityOptions::default(), &Watch::unbounded()).unwrap_err();
    assert_eq!(refusal, GraphError::NoVertex { vertex: 6, count: 6 });
    let thrifty = Watch::unbounded().with_max_steps(10);
    let refusal = predicted_links(&graph, &SimilarityOptions::default(), &thrifty).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { unit: "steps", .. }));
}

#[test]
fn shared_neighbours_are_found_in_rows_of_any_length() {
    let long: Vec<Vertex> = (0..1000).filter(|vertex| vertex % 3 != 1).collect();
    for short in [vec![], vec![0], vec![1, 2, 500, 998, 999, 1000], (0..1000).step_by(7).collect()] {
        let expected: Vec<_> = short.iter().copied().filter(|vertex| long.contains(vertex)).collect();
        assert_eq!(shared(&short, &long).collect::<Vec<_>>(), expected);
        assert_eq!(shared(&long, &short).collect::<Vec<_>>(), expected);
    }
}
