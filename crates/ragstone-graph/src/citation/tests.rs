//! Indices, relations and trends of small sets of papers.

use super::*;
use crate::error::GraphError;
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

/// Papers 3, 4 and 5 cite 0, 1 and 2; 3 cites 0 twice and 5 cites itself.
fn papers() -> Graph {
    let edges = [(3, 0), (3, 0), (3, 1), (4, 0), (4, 1), (4, 2), (5, 2), (5, 5)];
    Graph::from_edges(Direction::Directed, 6, &edges).unwrap()
}

fn edges(graph: &Graph) -> Vec<(Vertex, Vertex, f64)> {
    graph.edges().map(|edge| (edge.source, edge.target, edge.weight)).collect()
}

#[test]
fn indices_are_those_of_their_definitions() {
    // Hirsch's own kind of example: four papers have at least four citations.
    let metrics = citation_metrics(&[3, 0, 10, 8, 5, 4]);
    assert_eq!((metrics.papers, metrics.citations, metrics.mean), (6, 30, 5.0));
    assert_eq!((metrics.h_index, metrics.g_index, metrics.i10_index), (4, 5, 1));
    assert_eq!((h_index(&[25, 8, 5, 3, 3]), g_index(&[25, 8, 5, 3, 3])), (3, 5));
    assert_eq!((h_index(&[]), g_index(&[0, 0]), g_index(&[100])), (0, 0, 1));
    assert_eq!(g_index(&[u64::MAX, u64::MAX]), 2);
    assert_eq!(citation_metrics(&[]), CitationMetrics::default());
}

#[test]
fn citations_count_each_citing_paper_once() {
    assert_eq!(citations(&papers()), [2, 2, 2, 0, 0, 0]);
}

#[test]
fn authors_have_the_indices_of_their_papers() {
    let authors = [vec![0, 1, 1], vec![0], vec![2], vec![], vec![1], vec![1]];
    let metrics = author_metrics(&papers(), &authors, 3).unwrap();
    let seen: Vec<_> = metrics.iter().map(|m| (m.papers, m.citations, m.h_index)).collect();
    assert_eq!(seen, [(2, 4, 2), (3, 2, 1), (1, 2, 1)]);
    let refusal = author_metrics(&papers(), &authors[1..], 3).unwrap_err();
    assert!(matches!(refusal, GraphError::OutOfRange { option: "authors", .. }));
    assert_eq!(
        author_metrics(&papers(), &authors, 2).unwrap_err(),
        GraphError::NoVertex { vertex: 2, count: 2 }
    );
}

#[test]
fn authors_of_a_paper_are_joined() {
    let authors = [vec![0, 1, 2], vec![1, 0, 0], vec![3], vec![]];
    let watch = Watch::unbounded();
    let graph = coauthorship(&authors, 4, CoauthorWeight::Papers, &watch).unwrap();
    assert_eq!(edges(&graph), [(0, 1, 2.0), (0, 2, 1.0), (1, 2, 1.0)]);
    let graph = coauthorship(&authors, 4, CoauthorWeight::Shares, &watch).unwrap();
    assert_eq!(edges(&graph), [(0, 1, 1.5), (0, 2, 0.5), (1, 2, 0.5)]);
    let refusal = coauthorship(&authors, 3, CoauthorWeight::Papers, &watch).unwrap_err();
    assert_eq!(refusal, GraphError::NoVertex { vertex: 3, count: 3 });
    let crowd = [(0..3000).collect()];
    let thrifty = Watch::unbounded().with_max_steps(1_000_000);
    let refusal = coauthorship(&crowd, 3000, CoauthorWeight::Papers, &thrifty).unwrap_err();
    assert!(matches!(refusal, GraphError::TooExpensive { unit: "steps", .. }));
}

#[test]
fn papers_are_joined_by_those_that_cite_or_are_cited() {
    let watch = Watch::unbounded();
    assert_eq!(edges(&cocitation(&papers(), 1, &watch).unwrap()), [(0, 1, 2.0), (0, 2, 1.0), (1, 2, 1.0)]);
    assert_eq!(edges(&cocitation(&papers(), 2, &watch).unwrap()), [(0, 1, 2.0)]);
    assert_eq!(edges(&bibliographic_coupling(&papers(), 1, &watch).unwrap()), [(3, 4, 2.0), (4, 5, 1.0)]);
    let undirected = papers().to_undirected();
    assert!(matches!(cocitation(&undirected, 1, &watch), Err(GraphError::WrongKind { .. })));
}

#[test]
fn related_papers_are_those_cited_with_or_citing_the_same() {
    let watch = Watch::unbounded();
    let options = RelatedOptions { cocitation_share: 1.0, ..RelatedOptions::default() };
    let found = related_papers(&papers(), &[0], &options, &watch).unwrap();
    let seen: Vec<_> = found.iter().map(|paper| (paper.vertex, paper.score, paper.cocitations)).collect();
    assert_eq!(seen, [(1, 1.0, 2), (2, 0.5, 1)]);
    let found = related_papers(&papers(), &[3, 5, 5], &RelatedOptions::default(), &watch).unwrap();
    let score = 0.5 * (2.0 / 6.0f64.sqrt() + 1.0 / 3.0f64.sqrt());
    assert_eq!((found.len(), found[0].vertex, found[0].couplings), (1, 4, 3));
    assert!((found[0].score - score).abs() < 1e-12);
    let wrong = RelatedOptions { cocitation_share: 1.5, ..RelatedOptions::default() };
    assert!(matches!(related_papers(&papers(), &[0], &wrong, &watch), Err(GraphError::OutOfRange { .. })));
    let missing = related_papers(&papers(), &[6], &RelatedOptions::default(), &watch).unwrap_err();
    assert_eq!(missing, GraphError::NoVertex { vertex: 6, count: 6 });
}

#[test]
fn trend_is_the_line_through_sums_of_years() {
    let trend_of = trend(&[(2003, 1.0), (2001, 1.0), (2004, 4.0), (2001, 1.0), (2002, 0.0)]).unwrap();
    assert_eq!(trend_of.years, [(2001, 2.0), (2002, 0.0), (2003, 1.0), (2004, 4.0)]);
    assert!((trend_of.slope - 0.7).abs() < 1e-12 && (trend_of.growth - 0.4).abs() < 1e-12);
    assert_eq!(trend(&[]).unwrap().years, []);
    assert_eq!((trend(&[(5, 3.0)]).unwrap().slope, trend(&[(5, 3.0)]).unwrap().mean), (0.0, 3.0));
    for amounts in [[(i32::MIN, 1.0), (i32::MAX, 1.0)], [(0, 1.0), (1, f64::NAN)]] {
        assert!(matches!(trend(&amounts), Err(GraphError::OutOfRange { .. })));
    }
}
