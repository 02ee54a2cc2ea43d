//! Personalised `PageRank` near a few vertices, without looking at the rest of the graph.

use std::collections::VecDeque;

use crate::centrality::pagerank::shares_of;
use crate::centrality::{Weights, require, require_tolerance};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex, Weight};
use crate::number::{count, real};
use crate::watch::Watch;

/// Options of [`push`].
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Probability of following an edge: at least 0, below 1.
    pub damping: f64,
    /// What may stay undistributed at a vertex for each entry of its row: above 0.
    pub tolerance: f64,
    /// Whether an edge is followed as often as it weighs.
    pub weights: Weights,
}

impl Default for Push {
    fn default() -> Self {
        Self { damping: 0.85, tolerance: 1e-6, weights: Weights::Used }
    }
}

/// Scores near the vertices where walks begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// Vertices that were reached with their scores, highest first, the lower number first among equals. All others
    /// have 0.
    pub scores: Vec<(Vertex, f64)>,
    /// What was not distributed: scores and this add up to 1.
    pub residual: f64,
    /// How often a vertex handed on what it had.
    pub pushes: usize,
}

/// Approximates [`pagerank`](super::pagerank) with `seeds` as its personalization, from below.
///
/// Every score is too low by at most `residual`; in an undirected graph without weights, if all seeds have edges, also by at
/// most `tolerance` for each entry of the vertex's row. Looks at no more than 1 / (`tolerance` · (1 − `damping`)) entries however large the
/// graph is, and takes memory, 17 bytes for a vertex, only where it comes. Runs on one thread.
///
/// # Errors
/// `OutOfRange` for an option outside its range and for no seeds, `NoVertex`, `NegativeWeight` where it comes upon one, and
/// `TooExpensive` if the watch does not allow as many steps.
///
/// Source: Andersen, Chung and Lang, "Local graph partitioning using `PageRank` vectors", 2006.
pub fn push(graph: &Graph, seeds: &[(Vertex, f64)], options: &Push, watch: &Watch) -> Result<Pushed> {
    let Push { damping, tolerance, weights } = *options;
    require((0.0..1.0).contains(&damping), "damping", damping, "at least 0 and below 1, such as 0.85")?;
    require_tolerance(tolerance)?;
    let seeds = shares_of(graph, seeds)?;
    watch.afford(graph.vertex_count() as u64 * 17, steps(graph, options), "raise the tolerance")?;
    let mut front = Front::new(graph, tolerance);
    for &(seed, share) in &seeds {
        front.add(seed, share);
    }
    let (mut pushes, mut looked_at) = (0, 0);
    while let Some((vertex, held)) = front.take() {
        pushes += 1;
        front.settled[vertex as usize] += (1.0 - damping) * held;
        let handed = damping * held;
        let row = graph.neighbors(vertex);
        let row_weights = graph.weights(vertex).filter(|_| weights == Weights::Used);
        let total = row_weights.map_or_else(|| real(row.len()), |weights| weights.iter().sum());
        if total <= 0.0 {
            for &(seed, share) in &seeds {
                front.add(seed, handed * share);
            }
        } else if let Some(weights) = row_weights {
            for (&target, &weight) in row.iter().zip(weights) {
                refuse_negative_weight(vertex, target, weight)?;
                front.add(target, handed * (weight / total));
            }
        } else {
            for &target in row {
                front.add(target, handed / total);
            }
        }
        looked_at += row.len() + 1;
        if looked_at > 4096 {
            watch.check()?;
            looked_at = 0;
        }
    }
    Ok(front.end(pushes))
}

/// About how many entries are looked at: what the source proves, or what passes over a small graph come to.
fn steps(graph: &Graph, options: &Push) -> u64 {
    let bound = 1.0 / (options.tolerance * (1.0 - options.damping));
    let passes = (options.tolerance.ln() / options.damping.ln()).abs().max(1.0);
    count(bound.min(passes * real(graph.entry_count()))) as u64
}

fn refuse_negative_weight(source_vertex: Vertex, target: Vertex, weight: Weight) -> Result<()> {
    if weight >= 0.0 {
        return Ok(());
    }
    let remedy = "ignore the weights, or give weights of 0 and more";
    Err(GraphError::NegativeWeight { source_vertex, target, weight, remedy })
}

/// What is settled and what waits to be handed on, in places that take memory once they are touched.
struct Front<'a> {
    graph: &'a Graph,
    tolerance: f64,
    settled: Vec<f64>,
    waiting: Vec<f64>,
    is_queued: Vec<bool>,
    queue: VecDeque<Vertex>,
    reached: Vec<Vertex>,
}

impl<'a> Front<'a> {
    fn new(graph: &'a Graph, tolerance: f64) -> Self {
        let count = graph.vertex_count();
        Self {
            graph,
            tolerance,
            settled: vec![0.0; count],
            waiting: vec![0.0; count],
            is_queued: vec![false; count],
            queue: VecDeque::new(),
            reached: Vec::new(),
        }
    }

    fn add(&mut self, vertex: Vertex, amount: f64) {
        let index = vertex as usize;
        if self.waiting[index] == 0.0 && self.settled[index] == 0.0 {
            self.reached.push(vertex);
        }
        self.waiting[index] += amount;
        let least = self.tolerance * real(self.graph.neighbors(vertex).len().max(1));
        if self.waiting[index] >= least && !self.is_queued[index] {
            self.is_queued[index] = true;
            self.queue.push_back(vertex);
        }
    }

    fn take(&mut self) -> Option<(Vertex, f64)> {
        let vertex = self.queue.pop_front()?;
        self.is_queued[vertex as usize] = false;
        Some((vertex, std::mem::take(&mut self.waiting[vertex as usize])))
    }

    fn end(mut self, pushes: usize) -> Pushed {
        self.reached.sort_unstable();
        self.reached.dedup();
        let residual = self.reached.iter().map(|&vertex| self.waiting[vertex as usize]).sum();
        let scores = self.reached.iter().map(|&vertex| (vertex, self.settled[vertex as usize]));
        let mut scores: Vec<_> = scores.filter(|&(_, score)| score > 0.0).collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        Pushed { scores, residual, pushes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn scores_and_residual_add_up_to_one() {
        let graph = Graph::from_edges(Direction::Directed, 4, &[(0, 1), (1, 2), (2, 0), (1, 3)]).unwrap();
        let pushed = push(&graph, &[(0, 2.0)], &Push::default(), &Watch::unbounded()).unwrap();
        let sum: f64 = pushed.scores.iter().map(|&(_, score)| score).sum();
        assert!((sum + pushed.residual - 1.0).abs() < 1e-12);
        assert_eq!(pushed.scores[0].0, 0);
    }

    #[test]
    fn negative_weight_on_the_way_is_refused() {
        let graph =
            Graph::from_weighted_edges(Direction::Directed, 3, &[(0, 1, 1.0), (1, 2, -1.0), (1, 0, 2.0)]);
        let graph = graph.unwrap();
        let refused = push(&graph, &[(0, 1.0)], &Push::default(), &Watch::unbounded()).unwrap_err();
        assert!(matches!(refused, GraphError::NegativeWeight { source_vertex: 1, .. }));
        let ignoring = Push { weights: Weights::Ignored, ..Push::default() };
        assert!(push(&graph, &[(0, 1.0)], &ignoring, &Watch::unbounded()).is_ok());
    }

    #[test]
    fn no_seeds_are_refused() {
        let graph = Graph::from_edges(Direction::Directed, 1, &[]).unwrap();
        let refused = push(&graph, &[], &Push::default(), &Watch::unbounded()).unwrap_err();
        assert!(matches!(refused, GraphError::OutOfRange { option: "personalization", .. }));
    }
}
