//! Katz centrality.

use crate::centrality::product::Product;
use crate::centrality::{Fixpoint, Scale, Weights, refuse_negative, require, require_tolerance};
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::watch::Watch;

/// Options of [`katz`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Katz {
    /// What one more edge of a walk multiplies its worth by: above 0 and below 1 / the greatest eigenvalue. `None` takes
    /// 0.9 / the most edges that lead to a vertex, by weight, which is always low enough.
    pub alpha: Option<f64>,
    /// What every vertex has of its own: above 0.
    pub beta: f64,
    /// Ends when an iteration adds no more than this to all scores together: above 0.
    pub tolerance: f64,
    /// The most iterations.
    pub iterations: usize,
    /// Whether an edge counts as often as it weighs.
    pub weights: Weights,
    /// Whether squares of the scores are made to add up to 1.
    pub scale: Scale,
}

impl Default for Katz {
    fn default() -> Self {
        Self {
            alpha: None,
            beta: 1.0,
            tolerance: 1e-6,
            iterations: 1000,
            weights: Weights::Used,
            scale: Scale::Normalized,
        }
    }
}

/// Scores each vertex by the walks that lead to it, each worth `alpha` to the power of its length.
///
/// An undirected edge is walked both ways, parallel edges are walks of their own, a loop may be walked. Each iteration is
/// a pass over the entries, on all threads; 32 bytes for a vertex.
///
/// # Errors
/// `OutOfRange` for an option outside its range, also for an `alpha` that makes the sum over all walks infinite:
/// that is proven wherever an answer is given, because what the longest walks add has then fallen below `beta`.
/// `NegativeWeight`, `NotConverged`.
///
/// Source: Katz, "A new status index derived from sociometric analysis", 1953.
pub fn katz(graph: &Graph, options: &Katz, watch: &Watch) -> Result<Fixpoint> {
    require_tolerance(options.tolerance)?;
    let beta = options.beta;
    require(beta > 0.0 && beta.is_finite(), "beta", beta, "a number above 0")?;
    refuse_negative(graph, options.weights)?;
    let product = Product::incoming(graph, options.weights);
    let most = product.totals().into_iter().fold(0.0, f64::max);
    let alpha = options.alpha.unwrap_or(if most > 0.0 { 0.9 / most } else { 0.9 });
    require(
        alpha > 0.0 && alpha.is_finite(),
        "alpha",
        alpha,
        "above 0 and below 1 / the greatest eigenvalue",
    )?;
    let count = graph.vertex_count();
    let mut scores = vec![beta; count];
    let mut added = scores.clone();
    let mut next = vec![0.0; count];
    let mut length = f64::INFINITY;
    // Where the greatest eigenvalue is 1 / alpha or more, the greatest part of `added` is at least beta for ever: its
    // product with the eigenvector of the transposed matrix never falls.
    let mut is_proven = false;
    let mut residual = f64::INFINITY;
    for iteration in 1..=options.iterations {
        let squares;
        [residual, squares] =
            product.sweep(&added, &mut scores, &mut next, watch, |_, sum, score, next| {
                *next = alpha * sum;
                *score += *next;
                [*next, *next * *next]
            })?;
        std::mem::swap(&mut added, &mut next);
        is_proven = is_proven || added.iter().all(|&part| part < beta);
        if is_proven && residual <= options.tolerance {
            return Ok(Fixpoint { scores: scaled(scores, options), iterations: iteration, residual });
        }
        // In a symmetric matrix growth is a lower bound of alpha times the greatest eigenvalue.
        let grows = !graph.is_directed() && squares.sqrt() >= length;
        if !is_proven && (grows || !squares.is_finite()) {
            return Err(too_great(alpha, residual));
        }
        length = squares.sqrt();
        watch.progress(iteration, options.iterations);
    }
    if !is_proven && count > 0 {
        return Err(too_great(alpha, residual));
    }
    Err(GraphError::NotConverged {
        algorithm: "Katz centrality",
        iterations: options.iterations,
        residual,
        remedy: "allow more iterations or a greater tolerance, or lower alpha",
    })
}

fn too_great(alpha: f64, residual: f64) -> GraphError {
    GraphError::OutOfRange {
        option: "alpha",
        found: format!("{alpha}, with which longer walks still add {residual:e}"),
        expected: "it has to be below 1 / the greatest eigenvalue, as it is without a value of its own",
    }
}

fn scaled(mut scores: Vec<f64>, options: &Katz) -> Vec<f64> {
    if options.scale == Scale::Normalized {
        let length = scores.iter().map(|score| score * score).sum::<f64>().sqrt();
        for score in &mut scores {
            *score /= length;
        }
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    fn with_alpha(alpha: f64) -> Katz {
        Katz { alpha: Some(alpha), tolerance: 1e-12, scale: Scale::Raw, ..Katz::default() }
    }

    #[test]
    fn walks_of_a_path_add_up() {
        let graph = Graph::from_edges(Direction::Directed, 3, &[(0, 1), (1, 2)]).unwrap();
        let found = katz(&graph, &with_alpha(3.0), &Watch::unbounded()).unwrap();
        assert_eq!(found.scores, [1.0, 4.0, 13.0]);
    }

    #[test]
    fn alpha_at_the_bound_is_refused_and_just_below_is_not() {
        // The greatest eigenvalue of a complete graph of four is 3, of a cycle 1.
        let complete = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
        let graph = Graph::from_edges(Direction::Undirected, 4, &complete).unwrap();
        for alpha in [1.0 / 3.0, 0.34, 2.0] {
            let refused = katz(&graph, &with_alpha(alpha), &Watch::unbounded()).unwrap_err();
            assert!(matches!(refused, GraphError::OutOfRange { option: "alpha", .. }));
        }
        let found = {
            let options = Katz { iterations: 10_000, ..with_alpha(0.33) };
            katz(&graph, &options, &Watch::unbounded()).unwrap()
        };
        assert!((found.scores[0] - 1.0 / (1.0 - 0.99)).abs() < 1e-9);
        let cycle = Graph::from_edges(Direction::Directed, 3, &[(0, 1), (1, 2), (2, 0)]).unwrap();
        let refused = katz(&cycle, &with_alpha(1.0), &Watch::unbounded()).unwrap_err();
        assert!(matches!(refused, GraphError::OutOfRange { option: "alpha", .. }));
    }

    #[test]
    fn graph_of_nothing_has_no_scores() {
        let graph = Graph::from_edges(Direction::Directed, 0, &[]).unwrap();
        assert!(katz(&graph, &Katz::default(), &Watch::unbounded()).unwrap().scores.is_empty());
    }
}
