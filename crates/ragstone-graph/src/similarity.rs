//! Similarity of vertices by their neighbours, and the links that it foretells.

mod prediction;
mod ranking;

pub use self::prediction::{Candidates, SimilarityOptions, predicted_links, similar_vertices};
pub use self::ranking::{Link, Scored};

use crate::error::Result;
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::number::real;
use crate::watch::Watch;

/// How alike two vertices are. `N` is the set of neighbours, without direction, loops and weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NodeSimilarity))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "NodeSimilarity"))]
pub enum Similarity {
    /// |N(a) ∩ N(b)|.
    CommonNeighbors,
    /// |N(a) ∩ N(b)| / |N(a) ∪ N(b)|, 0 where nobody has neighbours (P. Jaccard 1901).
    Jaccard,
    /// Σ 1 / ln |N(z)| over common neighbours z (L. Adamic, E. Adar, Friends and neighbors on the web, 2003).
    #[default]
    AdamicAdar,
    /// Σ 1 / |N(z)| over common neighbours z (T. Zhou, L. Lü, Y.-C. Zhang, Predicting missing links via local
    /// information, 2009).
    ResourceAllocation,
    /// |N(a)| |N(b)| (A.-L. Barabási et al., Evolution of the social network of scientific collaborations, 2002).
    PreferentialAttachment,
}

impl Similarity {
    /// What a common neighbour of so many neighbours adds.
    fn share(self, degree: usize) -> f64 {
        match self {
            // A common neighbour of two vertices has two neighbours at least.
            Self::AdamicAdar => 1.0 / real(degree.max(2)).ln(),
            Self::ResourceAllocation => 1.0 / real(degree.max(1)),
            Self::CommonNeighbors | Self::Jaccard | Self::PreferentialAttachment => 1.0,
        }
    }

    /// The score from the sum of shares and the numbers of neighbours.
    fn score(self, shares: f64, one: usize, other: usize) -> f64 {
        match self {
            Self::CommonNeighbors | Self::AdamicAdar | Self::ResourceAllocation => shares,
            Self::Jaccard => {
                let union = real(one + other) - shares;
                if union > 0.0 { shares / union } else { 0.0 }
            }
            Self::PreferentialAttachment => real(one) * real(other),
        }
    }
}

/// Scores pairs of vertices, in the order of `pairs`.
///
/// A vertex and itself share all neighbours. O(|N(a)| + |N(b)|) a pair, after O(E) for a graph that is not simple.
pub fn pair_similarities(
    graph: &Graph,
    pairs: &[(Vertex, Vertex)],
    similarity: Similarity,
    watch: &Watch,
) -> Result<Vec<f64>> {
    let simple = simple(graph, watch)?;
    let mut step = 0;
    let mut scores = Vec::with_capacity(pairs.len());
    for &(one, other) in pairs {
        watch.pace(&mut step)?;
        let (one, other) = (graph.vertex(one)?, graph.vertex(other)?);
        let (a, b) = (simple.neighbors(one), simple.neighbors(other));
        let share = |vertex: Vertex| similarity.share(simple.neighbors(vertex).len());
        scores.push(similarity.score(
            shared(a, b).map(share).fold(0.0, |sum, share| sum + share),
            a.len(),
            b.len(),
        ));
    }
    Ok(scores)
}

/// What two ascending rows share.
fn shared<'a>(one: &'a [Vertex], other: &'a [Vertex]) -> impl Iterator<Item = Vertex> + 'a {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let mut rest = long;
    short.iter().copied().filter(move |&vertex| {
        // The next one is near where rows are of like length, so look further in growing steps.
        let mut reach = 1;
        while reach < rest.len() && rest[reach] < vertex {
            reach *= 2;
        }
        let reach = (reach + 1).min(rest.len());
        rest = &rest[rest[..reach].partition_point(|&found| found < vertex)..];
        rest.first() == Some(&vertex)
    })
}

#[cfg(test)]
mod tests;
