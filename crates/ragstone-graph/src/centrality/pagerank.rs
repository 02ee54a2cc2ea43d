//! `PageRank` of all vertices, by power iteration; `push` does it near a few.

use crate::centrality::product::Product;
use crate::centrality::{Fixpoint, Weights, refuse_negative, require, require_tolerance};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::number::real;
use crate::watch::Watch;

/// Options of [`pagerank`].
#[derive(Debug, Clone, PartialEq)]
pub struct PageRank {
    /// Probability of following an edge: at least 0, below 1.
    pub damping: f64,
    /// Ends when an iteration changes all scores together by no more than this. (The `tol` of `NetworkX` is this
    /// divided by the number of vertices.) `None` makes exactly `iterations` iterations.
    pub tolerance: Option<f64>,
    /// The most iterations. 0.85 to the power of 100 is 1e-7.
    pub iterations: usize,
    /// Whether an edge is followed as often as it weighs.
    pub weights: Weights,
    /// Where a walk begins again, with weights; empty for anywhere. What comes to a vertex without edges begins again too.
    pub personalization: Vec<(Vertex, f64)>,
}

impl Default for PageRank {
    fn default() -> Self {
        Self {
            damping: 0.85,
            tolerance: Some(1e-6),
            iterations: 100,
            weights: Weights::Used,
            personalization: Vec::new(),
        }
    }
}

/// Computes the probability of meeting each vertex on a random walk that now and then begins again.
///
/// Scores add up to 1. An undirected edge is followed both ways, a parallel edge is one more, a loop stays where it is.
/// Each iteration is a pass over the entries, on all threads; 32 bytes for a vertex.
///
/// # Errors
/// `OutOfRange` for an option outside its range, `NegativeWeight`, `NoVertex` for a vertex to begin at that is not there,
/// `NotConverged` if the tolerance is not reached.
///
/// Source: Page, Brin, Motwani and Winograd, "The PageRank citation ranking", 1999.
pub fn pagerank(graph: &Graph, options: &PageRank, watch: &Watch) -> Result<Fixpoint> {
    let damping = options.damping;
    require((0.0..1.0).contains(&damping), "damping", damping, "at least 0 and below 1, such as 0.85")?;
    options.tolerance.map_or(Ok(()), require_tolerance)?;
    refuse_negative(graph, options.weights)?;
    let restart = Restart::new(graph, &options.personalization)?;
    let count = graph.vertex_count();
    if count == 0 {
        return Ok(Fixpoint { scores: Vec::new(), iterations: 0, residual: 0.0 });
    }
    let totals = Product::outgoing(graph, options.weights).totals();
    let greatest = totals.iter().copied().fold(0.0, f64::max);
    require(greatest.is_finite(), "weights", greatest, "weights whose sums are finite")?;
    let inverse: Vec<f64> = totals.iter().map(|&total| if total > 0.0 { 1.0 / total } else { 0.0 }).collect();
    let product = Product::incoming(graph, options.weights);
    let mut scores: Vec<f64> = (0..count).map(|vertex| restart.share(vertex)).collect();
    let mut handed: Vec<f64> = scores.iter().zip(&inverse).map(|(score, inverse)| score * inverse).collect();
    let mut next = vec![0.0; count];
    let is_stuck = |vertex: usize| inverse[vertex] == 0.0;
    let mut stuck: f64 = (0..count).filter(|&vertex| is_stuck(vertex)).map(|vertex| scores[vertex]).sum();
    let mut residual = f64::INFINITY;
    for iteration in 1..=options.iterations {
        let again = 1.0 - damping + damping * stuck;
        [residual, stuck] =
            product.sweep(&handed, &mut scores, &mut next, watch, |vertex, sum, score, next| {
                let new = again * restart.share(vertex) + damping * sum;
                let moved = (new - std::mem::replace(score, new)).abs();
                *next = new * inverse[vertex];
                [moved, if is_stuck(vertex) { new } else { 0.0 }]
            })?;
        std::mem::swap(&mut handed, &mut next);
        watch.progress(iteration, options.iterations);
        if options.tolerance.is_some_and(|tolerance| residual <= tolerance) {
            return Ok(Fixpoint { scores, iterations: iteration, residual });
        }
    }
    if options.tolerance.is_none() {
        return Ok(Fixpoint { scores, iterations: options.iterations, residual });
    }
    Err(GraphError::NotConverged {
        algorithm: "PageRank",
        iterations: options.iterations,
        residual,
        remedy: "allow more iterations or a greater tolerance, or lower the damping",
    })
}

/// Where walks begin.
enum Restart {
    Anywhere(f64),
    Chosen(Vec<f64>),
}

impl Restart {
    fn new(graph: &Graph, personalization: &[(Vertex, f64)]) -> Result<Self> {
        let count = graph.vertex_count();
        if personalization.is_empty() {
            return Ok(Self::Anywhere(1.0 / real(count.max(1))));
        }
        let mut shares = vec![0.0; count];
        for (vertex, share) in shares_of(graph, personalization)? {
            shares[vertex as usize] += share;
        }
        Ok(Self::Chosen(shares))
    }

    #[inline]
    fn share(&self, vertex: usize) -> f64 {
        match self {
            Self::Anywhere(share) => *share,
            Self::Chosen(shares) => shares[vertex],
        }
    }
}

/// Weights of the places to begin at, divided by their sum.
pub(crate) fn shares_of(graph: &Graph, personalization: &[(Vertex, f64)]) -> Result<Vec<(Vertex, f64)>> {
    let total: f64 = personalization.iter().map(|&(_, weight)| weight).sum();
    for &(vertex, weight) in personalization {
        graph.vertex(vertex)?;
        require(weight >= 0.0 && weight.is_finite(), "personalization", weight, "weights of 0 and more")?;
    }
    require(total > 0.0 && total.is_finite(), "personalization", total, "weights whose sum is above 0")?;
    Ok(personalization.iter().map(|&(vertex, weight)| (vertex, weight / total)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    fn ranks(edges: &[(Vertex, Vertex, f64)], options: &PageRank) -> Vec<f64> {
        let graph = Graph::from_weighted_edges(Direction::Directed, 3, edges).unwrap();
        pagerank(&graph, options, &Watch::unbounded()).unwrap().scores
    }

    #[test]
    fn weights_decide_where_a_walk_goes() {
        let edges = [(0, 1, 3.0), (0, 2, 1.0)];
        let scores = ranks(&edges, &PageRank::default());
        assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // What 0 has goes 3 to 1 on top of what all begin with.
        assert!(((scores[1] - scores[0]) / (scores[2] - scores[0]) - 3.0).abs() < 1e-4);
        let ignoring = PageRank { weights: Weights::Ignored, ..PageRank::default() };
        let scores = ranks(&edges, &ignoring);
        assert!((scores[1] - scores[2]).abs() < 1e-12);
    }

    #[test]
    fn edge_of_no_weight_is_not_followed() {
        let scores = ranks(&[(0, 1, 0.0), (1, 2, 0.0)], &PageRank::default());
        assert!(scores.iter().all(|score| (score - 1.0 / 3.0).abs() < 1e-9));
    }

    #[test]
    fn walk_begins_where_it_is_told() {
        let options = PageRank { personalization: vec![(1, 2.0)], ..PageRank::default() };
        let scores = ranks(&[(0, 1, 1.0), (1, 2, 1.0)], &options);
        assert!(scores[0].abs() < 1e-15);
        // From 1 to 2 with the damping, and back because 2 has no edges.
        assert!((scores[2] / scores[1] - 0.85).abs() < 1e-5);
    }

    #[test]
    fn options_outside_their_ranges_are_refused() {
        let graph = Graph::from_edges(Direction::Directed, 2, &[(0, 1)]).unwrap();
        let refused = |options: &PageRank| match pagerank(&graph, options, &Watch::unbounded()).unwrap_err() {
            GraphError::OutOfRange { option, .. } => option,
            other => panic!("{other}"),
        };
        assert_eq!(refused(&PageRank { damping: 1.0, ..PageRank::default() }), "damping");
        assert_eq!(refused(&PageRank { damping: f64::NAN, ..PageRank::default() }), "damping");
        assert_eq!(refused(&PageRank { tolerance: Some(0.0), ..PageRank::default() }), "tolerance");
        let nowhere = vec![(0, 0.0)];
        assert_eq!(refused(&PageRank { personalization: nowhere, ..PageRank::default() }), "personalization");
        let unknown = PageRank { personalization: vec![(2, 1.0)], ..PageRank::default() };
        let missing = pagerank(&graph, &unknown, &Watch::unbounded()).unwrap_err();
        assert_eq!(missing, GraphError::NoVertex { vertex: 2, count: 2 });
    }

    #[test]
    fn tolerance_that_is_not_reached_is_an_error() {
        let graph = Graph::from_edges(Direction::Directed, 3, &[(0, 1), (1, 0), (1, 2)]).unwrap();
        let options = PageRank { tolerance: Some(1e-12), iterations: 3, ..PageRank::default() };
        let error = pagerank(&graph, &options, &Watch::unbounded()).unwrap_err();
        assert!(matches!(error, GraphError::NotConverged { iterations: 3, .. }));
    }
}
