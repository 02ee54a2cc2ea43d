//! The Louvain method.

use crate::community::multilevel::Search;
use crate::community::partition::Communities;
use crate::error::Result;
use crate::graph::Graph;
use crate::watch::Watch;

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LouvainOptions {
    /// How dense a community has to be: more than 1 gives more and smaller ones. Finite, at least 0. Default 1.
    pub resolution: f64,
    /// Modularity that a pass has to gain for another to follow. Finite, at least 0. Default 1e-6.
    pub tolerance: f64,
}

impl Default for LouvainOptions {
    fn default() -> Self {
        Self { resolution: 1.0, tolerance: 1e-6 }
    }
}

/// Finds communities of large [modularity](fn@crate::community::modularity): moves vertices, merges communities to
/// vertices of a coarser graph, and again, then moves vertices once more on the way back.
///
/// Weights count and may not be negative; parallel edges add up; a loop counts for the strength of its vertex. A
/// directed graph is judged by directed modularity. Communities are connected (an edge of either direction connects).
/// Where communities exist it takes a few passes over the graph.
///
/// Fails with [`NegativeWeight`](crate::GraphError::NegativeWeight), with [`OutOfRange`](crate::GraphError::OutOfRange)
/// for options and for weights whose sum overflows, with [`TooExpensive`](crate::GraphError::TooExpensive) if coarser
/// graphs need more memory than allowed (up to some ten times that of `graph`), and as `watch` says.
///
/// Blondel, Guillaume, Lambiotte, Lefebvre, "Fast unfolding of communities in large networks", 2008; with the
/// refinement of Rotta, Noack, "Multilevel local search algorithms for modularity clustering", 2011.
pub fn louvain(graph: &Graph, options: &LouvainOptions, watch: &Watch) -> Result<Communities> {
    let search = Search {
        resolution: options.resolution,
        tolerance: options.tolerance,
        iterations: Some(1),
        sweeps: 20,
        refinement: None,
        seed: 0,
    };
    search.run(graph, watch)
}
