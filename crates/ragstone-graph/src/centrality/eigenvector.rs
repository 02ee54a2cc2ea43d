//! Eigenvector centrality.

use crate::centrality::product::Product;
use crate::centrality::{Fixpoint, Weights, refuse_negative, require_tolerance};
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::number::real;
use crate::watch::Watch;

/// Options of [`eigenvector`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eigenvector {
    /// Ends when an iteration changes all scores together by no more than this: above 0.
    pub tolerance: f64,
    /// The most iterations.
    pub iterations: usize,
    /// Whether an edge counts as often as it weighs.
    pub weights: Weights,
}

impl Default for Eigenvector {
    fn default() -> Self {
        Self { tolerance: 1e-6, iterations: 1000, weights: Weights::Used }
    }
}

/// Scores each vertex by the scores of those that point to it, in proportion: the eigenvector of the greatest
/// eigenvalue, with squares that add up to 1.
///
/// An undirected edge points both ways, parallel edges add up, a loop points to its own vertex. Where several parts of
/// a graph share the greatest eigenvalue, the answer is the one that equal scores lead to. A graph without cycles has
/// none: ask for `katz` or `pagerank` there. Each iteration is a pass over the entries, on all threads; 24 bytes for a
/// vertex.
///
/// # Errors
/// `OutOfRange`, `NegativeWeight`, `NotConverged`.
///
/// Source: Bonacich, "Power and centrality: a family of measures", 1987; iterated with the matrix and one, so that
/// bipartite graphs come to rest.
pub fn eigenvector(graph: &Graph, options: &Eigenvector, watch: &Watch) -> Result<Fixpoint> {
    require_tolerance(options.tolerance)?;
    refuse_negative(graph, options.weights)?;
    let count = graph.vertex_count();
    if count == 0 {
        return Ok(Fixpoint { scores: Vec::new(), iterations: 0, residual: 0.0 });
    }
    let product = Product::incoming(graph, options.weights);
    // Weights far above 1 would make the added one too small to matter, those far below too large.
    let totals = product.totals();
    let shift =
        if totals.iter().any(|&total| total > 0.0) { totals.iter().sum::<f64>() / real(count) } else { 1.0 };
    let mut scores = vec![1.0 / real(count).sqrt(); count];
    let mut next = vec![0.0; count];
    let mut residual = f64::INFINITY;
    for iteration in 1..=options.iterations {
        let value = |vertex: usize, sum| sum + shift * scores[vertex];
        let squares = product.multiply(&scores, &mut next, watch, value, |value| value * value)?;
        let length = squares.sqrt();
        residual = 0.0;
        for (score, next) in scores.iter_mut().zip(&next) {
            let new = next / length;
            residual += (new - std::mem::replace(score, new)).abs();
        }
        watch.progress(iteration, options.iterations);
        if residual <= options.tolerance {
            return Ok(Fixpoint { scores, iterations: iteration, residual });
        }
    }
    Err(GraphError::NotConverged {
        algorithm: "eigenvector centrality",
        iterations: options.iterations,
        residual,
        remedy: "allow more iterations or a greater tolerance, or ask for Katz centrality or PageRank",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn star_gives_its_centre_as_much_as_all_leaves() {
        let graph = Graph::from_edges(Direction::Undirected, 5, &[(0, 1), (0, 2), (0, 3), (0, 4)]).unwrap();
        let options = Eigenvector { tolerance: 1e-12, ..Eigenvector::default() };
        let found = eigenvector(&graph, &options, &Watch::unbounded()).unwrap();
        assert!((found.scores[0] - 0.5f64.sqrt()).abs() < 1e-10);
        assert!((found.scores[4] - 0.125f64.sqrt()).abs() < 1e-10);
    }

    #[test]
    fn graph_without_cycles_does_not_converge() {
        let graph = Graph::from_edges(Direction::Directed, 3, &[(0, 1), (1, 2)]).unwrap();
        let refused = eigenvector(&graph, &Eigenvector::default(), &Watch::unbounded()).unwrap_err();
        assert!(matches!(refused, GraphError::NotConverged { iterations: 1000, .. }));
    }

    #[test]
    fn very_small_and_very_large_weights_change_nothing() {
        let scores = |weight: f64| {
            let edges = [(0, 1, weight), (1, 2, weight), (2, 0, weight), (2, 3, weight)];
            let graph = Graph::from_weighted_edges(Direction::Undirected, 4, &edges).unwrap();
            eigenvector(&graph, &Eigenvector::default(), &Watch::unbounded()).unwrap().scores
        };
        let plain = scores(1.0);
        for weight in [1e-9, 1e9] {
            let difference: f64 = scores(weight).iter().zip(&plain).map(|(a, b)| (a - b).abs()).sum();
            assert!(difference < 1e-9);
        }
    }
}
