//! Hubs and authorities.

use crate::centrality::product::Product;
use crate::centrality::{Weights, refuse_negative, require_tolerance};
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::number::real;
use crate::watch::Watch;

/// Options of [`hits`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hits {
    /// Ends when an iteration changes the scores of all hubs together by no more than this: above 0.
    pub tolerance: f64,
    /// The most iterations.
    pub iterations: usize,
    /// Whether an edge counts as often as it weighs.
    pub weights: Weights,
}

impl Default for Hits {
    fn default() -> Self {
        Self { tolerance: 1e-8, iterations: 1000, weights: Weights::Used }
    }
}

/// Scores of [`hits`]; both add up to 1, or are all 0 in a graph without edges.
#[derive(Debug, Clone, PartialEq)]
pub struct HubsAndAuthorities {
    /// How well each vertex points to authorities.
    pub hubs: Vec<f64>,
    /// How well hubs point to each vertex.
    pub authorities: Vec<f64>,
    /// How many iterations were made.
    pub iterations: usize,
    /// By how much the last one changed the scores of all hubs together.
    pub residual: f64,
}

/// Scores each vertex as a hub, by the authorities it points to, and as an authority, by the hubs that point to it.
///
/// An undirected edge points both ways, and both scores are then the same; parallel edges add up. Where several parts of a
/// graph are equally strong, the answer is the one that equal scores lead to. Each iteration is two passes over the
/// entries, on all threads; 24 bytes for a vertex.
///
/// # Errors
/// `OutOfRange`, `NegativeWeight`, `NotConverged`.
///
/// Source: Kleinberg, "Authoritative sources in a hyperlinked environment", 1999.
pub fn hits(graph: &Graph, options: &Hits, watch: &Watch) -> Result<HubsAndAuthorities> {
    require_tolerance(options.tolerance)?;
    refuse_negative(graph, options.weights)?;
    let count = graph.vertex_count();
    let outgoing = Product::outgoing(graph, options.weights);
    let incoming = Product::incoming(graph, options.weights);
    let mut hubs = vec![1.0 / real(count.max(1)); count];
    let mut authorities = vec![0.0; count];
    let mut next = vec![0.0; count];
    let mut residual = f64::INFINITY;
    for iteration in 1..=options.iterations {
        let total = incoming.multiply(&hubs, &mut authorities, watch, |_, sum| sum, |sum| sum)?;
        if total == 0.0 {
            hubs.fill(0.0);
            return Ok(HubsAndAuthorities { hubs, authorities, iterations: iteration, residual: 0.0 });
        }
        for score in &mut authorities {
            *score /= total;
        }
        let total = outgoing.multiply(&authorities, &mut next, watch, |_, sum| sum, |sum| sum)?;
        for score in &mut next {
            *score /= total;
        }
        residual = hubs.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
        std::mem::swap(&mut hubs, &mut next);
        watch.progress(iteration, options.iterations);
        if residual <= options.tolerance {
            return Ok(HubsAndAuthorities { hubs, authorities, iterations: iteration, residual });
        }
    }
    Err(GraphError::NotConverged {
        algorithm: "HITS",
        iterations: options.iterations,
        residual,
        remedy: "allow more iterations or a greater tolerance, or ask for PageRank",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn hubs_point_and_authorities_are_pointed_to() {
        let graph = Graph::from_edges(Direction::Directed, 4, &[(0, 2), (0, 3), (1, 2)]).unwrap();
        let found = hits(&graph, &Hits::default(), &Watch::unbounded()).unwrap();
        let golden = f64::midpoint(5f64.sqrt(), -1.0);
        let expected = [golden, 1.0 - golden, 0.0, 0.0];
        assert!(found.hubs.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-7));
        assert!((found.authorities[2] - golden).abs() < 1e-7);
    }

    #[test]
    fn graph_without_edges_has_neither() {
        for count in [0, 2] {
            let graph = Graph::from_edges(Direction::Directed, count, &[]).unwrap();
            let found = hits(&graph, &Hits::default(), &Watch::unbounded()).unwrap();
            assert_eq!((found.hubs, found.authorities), (vec![0.0; count], vec![0.0; count]));
        }
    }
}
