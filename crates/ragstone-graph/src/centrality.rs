//! How much a vertex or an edge matters: by degree, distance, shortest paths through it, and by who points to it.

mod betweenness;
mod closeness;
mod degree;
mod eigenvector;
mod hits;
mod katz;
mod pagerank;
mod product;
mod push;
mod sampling;
mod search;

pub use self::betweenness::{Betweenness, betweenness, betweenness_sampled, edge_betweenness};
pub use self::closeness::{Closeness, closeness, closeness_sampled, harmonic, harmonic_sampled};
pub use self::degree::{degree, strength};
pub use self::eigenvector::{Eigenvector, eigenvector};
pub use self::hits::{Hits, HubsAndAuthorities, hits};
pub use self::katz::{Katz, katz};
pub use self::pagerank::{PageRank, pagerank};
pub use self::push::{Push, Pushed, push};
pub use self::sampling::{Estimate, Sampling};

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::number;

/// Whether weights of edges count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// Each edge counts by its weight; all the same where the graph has none.
    #[default]
    Used,
    /// Each edge counts 1.
    Ignored,
}

impl Weights {
    pub(crate) fn matter(self, graph: &Graph) -> bool {
        self == Self::Used && graph.is_weighted()
    }
}

/// Which edges of a vertex of a directed graph count. All do in an undirected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CountedEdges))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CountedEdges"))]
pub enum Side {
    /// Those that lead from it.
    Outgoing,
    /// Those that lead to it.
    #[default]
    Incoming,
    /// All, whichever way they lead.
    Both,
}

/// Whether scores of graphs of other sizes compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ScoreScale))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ScoreScale"))]
pub enum Scale {
    /// Scores are parts of the highest that a vertex of so large a graph can have.
    #[default]
    Normalized,
    /// Scores are sums.
    Raw,
}

/// Scores that an iteration came to rest at.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixpoint {
    /// A score for each vertex.
    pub scores: Vec<f64>,
    /// How many iterations were made.
    pub iterations: usize,
    /// By how much the last one changed all scores together.
    pub residual: f64,
}

/// The `count` vertices of the highest scores, highest first, the lower number first among equals. O(vertices).
pub fn highest(scores: &[f64], count: usize) -> Vec<(Vertex, f64)> {
    let mut pairs: Vec<(Vertex, f64)> =
        scores.iter().enumerate().map(|(vertex, &score)| (number::vertex(vertex), score)).collect();
    let before = |a: &(Vertex, f64), b: &(Vertex, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if count < pairs.len() {
        pairs.select_nth_unstable_by(count, before);
        pairs.truncate(count);
    }
    pairs.sort_unstable_by(before);
    pairs
}

/// Refuses negative weights where weights count.
pub(crate) fn refuse_negative(graph: &Graph, weights: Weights) -> Result<()> {
    match graph.negative_edge() {
        Some(edge) if weights.matter(graph) => Err(GraphError::NegativeWeight {
            source_vertex: edge.source,
            target: edge.target,
            weight: edge.weight,
            remedy: "ignore the weights, or give weights of 0 and more",
        }),
        _ => Ok(()),
    }
}

/// Refuses an option that is no number or not in its range.
pub(crate) fn require(
    is_right: bool,
    option: &'static str,
    found: f64,
    expected: &'static str,
) -> Result<()> {
    if is_right { Ok(()) } else { Err(GraphError::OutOfRange { option, found: found.to_string(), expected }) }
}

/// Refuses a tolerance that no iteration reaches.
pub(crate) fn require_tolerance(tolerance: f64) -> Result<()> {
    require(
        tolerance > 0.0 && tolerance.is_finite(),
        "tolerance",
        tolerance,
        "a number above 0, such as 1e-6",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highest_scores_come_first_and_equals_by_number() {
        assert_eq!(highest(&[1.0, 3.0, 2.0, 3.0], 3), [(1, 3.0), (3, 3.0), (2, 2.0)]);
        assert_eq!(highest(&[1.0], 3), [(0, 1.0)]);
        assert!(highest(&[], 1).is_empty());
    }
}
