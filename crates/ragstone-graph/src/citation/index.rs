//! Indices of lists of citation counts.

use crate::graph::Graph;
use crate::number::real;

/// What citations say about a set of papers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CitationMetrics {
    /// Number of papers.
    pub papers: usize,
    /// Citations of all of them.
    pub citations: u64,
    /// Citations of one on average, 0 without papers.
    pub mean: f64,
    /// See [`h_index`].
    pub h_index: usize,
    /// See [`g_index`].
    pub g_index: usize,
    /// See [`i10_index`].
    pub i10_index: usize,
}

/// All indices of papers with so many citations each. O(n log n).
pub fn citation_metrics(citations: &[u64]) -> CitationMetrics {
    let total = citations.iter().fold(0, |sum: u64, &count| sum.saturating_add(count));
    let papers = citations.len();
    #[expect(clippy::cast_precision_loss, reason = "a mean need not be exact beyond 2^53 citations")]
    let mean = if papers == 0 { 0.0 } else { total as f64 / real(papers) };
    CitationMetrics {
        papers,
        citations: total,
        mean,
        h_index: h_index(citations),
        g_index: g_index(citations),
        i10_index: i10_index(citations),
    }
}

/// How often each paper is cited by other papers, each citing paper once. O(V + E).
pub fn citations(graph: &Graph) -> Vec<u64> {
    let count = |vertex| {
        let sources = graph.sources(vertex);
        let is_new =
            |&place: &usize| sources[place] != vertex && (place == 0 || sources[place - 1] != sources[place]);
        (0..sources.len()).filter(is_new).count() as u64
    };
    graph.vertices().map(count).collect()
}

/// The greatest h so that h papers have at least h citations each (J. Hirsch, An index to quantify an individual's
/// scientific research output, 2005).
pub fn h_index(citations: &[u64]) -> usize {
    falling(citations).iter().zip(1u64..).take_while(|&(&count, rank)| count >= rank).count()
}

/// The greatest g so that the g papers of most citations have at least g² together, never more than there are papers
/// (L. Egghe, Theory and practise of the g-index, 2006).
pub fn g_index(citations: &[u64]) -> usize {
    let mut sum = 0u128;
    let is_reached = |&(count, rank): &(u64, u128)| {
        sum += u128::from(count);
        sum >= rank * rank
    };
    // Once the sum falls below the square it stays there: the square grows faster than the falling counts.
    falling(citations).into_iter().zip(1u128..).take_while(is_reached).count()
}

/// Number of papers with at least ten citations.
pub fn i10_index(citations: &[u64]) -> usize {
    citations.iter().filter(|&&count| count >= 10).count()
}

fn falling(citations: &[u64]) -> Vec<u64> {
    let mut sorted = citations.to_vec();
    sorted.sort_unstable_by(|one, other| other.cmp(one));
    sorted
}
