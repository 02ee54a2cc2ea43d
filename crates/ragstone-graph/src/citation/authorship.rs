//! Authors: how they are cited, and with whom they write.

use crate::citation::{CitationMetrics, citation_metrics, citations};
use crate::error::{GraphError, Result};
use crate::graph::{Direction, Graph, Vertex};
use crate::meter::Meter;
use crate::number::{self, real};
use crate::watch::Watch;

const REMEDY: &str = "leave out the papers of most authors";

/// What a paper adds to the edge between two of its authors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CoauthorWeight {
    /// 1.
    #[default]
    Papers,
    /// 1 / (authors - 1), so that each author shares out one paper (M. Newman, Scientific collaboration networks II, 2001).
    Shares,
}

/// The indices of each author, from the authors of each paper of a citation graph.
///
/// An author that a paper names twice counts once.
/// [`GraphError::OutOfRange`] if there is not one list for each paper, [`GraphError::NoVertex`] for an author from
/// `author_count` on. O(V + E + authorships · log).
pub fn author_metrics(
    graph: &Graph,
    authors: &[Vec<Vertex>],
    author_count: usize,
) -> Result<Vec<CitationMetrics>> {
    if authors.len() != graph.vertex_count() {
        let (found, expected) = (format!("{} lists", authors.len()), "one list of authors for each paper");
        return Err(GraphError::OutOfRange { option: "authors", found, expected });
    }
    let mut counts = vec![Vec::new(); author_count];
    for (cited, authors) in citations(graph).into_iter().zip(authors) {
        for author in distinct(authors) {
            let count = author_count;
            let missing = GraphError::NoVertex { vertex: author, count };
            counts.get_mut(author as usize).ok_or(missing)?.push(cited);
        }
    }
    Ok(counts.iter().map(|counts| citation_metrics(counts)).collect())
}

/// Joins authors who wrote a paper together, from the authors of each paper.
///
/// The graph is undirected, each pair of authors one edge; an author that a paper names twice counts once.
/// [`GraphError::NoVertex`] for an author from `author_count` on.
/// O(Σ n²) over the numbers of authors, the estimate that is held against the caller's steps; 32 bytes for each pair.
pub fn coauthorship(
    authors: &[Vec<Vertex>],
    author_count: usize,
    weight: CoauthorWeight,
    watch: &Watch,
) -> Result<Graph> {
    let pairs =
        |authors: &Vec<Vertex>| number::wide(authors.len()).saturating_mul(number::wide(authors.len())) / 2;
    let pairs = authors.iter().map(pairs).fold(0, u64::saturating_add);
    watch.afford(pairs.saturating_mul(32), pairs, REMEDY)?;
    let mut meter = Meter::new(watch, REMEDY);
    let mut edges = Vec::new();
    for authors in authors {
        let authors = distinct(authors);
        let share = match weight {
            CoauthorWeight::Papers => 1.0,
            CoauthorWeight::Shares => 1.0 / real(authors.len().max(2) - 1),
        };
        for (place, &author) in authors.iter().enumerate() {
            let others = &authors[place + 1..];
            meter.add(1 + number::wide(others.len()))?;
            edges.extend(others.iter().map(|&other| (author, other, share)));
        }
        if let Some(&vertex) = authors.last()
            && vertex as usize >= author_count
        {
            return Err(GraphError::NoVertex { vertex, count: author_count });
        }
    }
    edges.sort_by_key(|&(one, other, _)| (one, other));
    edges.dedup_by(|next, kept| {
        let is_same = (next.0, next.1) == (kept.0, kept.1);
        if is_same {
            kept.2 += next.2;
        }
        is_same
    });
    Graph::from_weighted_edges(Direction::Undirected, author_count, &edges)
}

fn distinct(authors: &[Vertex]) -> Vec<Vertex> {
    let mut distinct = authors.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}
