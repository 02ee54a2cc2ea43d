//! The Leiden method.

use crate::community::multilevel::Search;
use crate::community::partition::Communities;
use crate::error::Result;
use crate::graph::Graph;
use crate::watch::Watch;

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeidenOptions {
    /// How dense a community has to be: more than 1 gives more and smaller ones. Finite, at least 0. Default 1.
    pub resolution: f64,
    /// Most iterations, each of which starts from what the one before has found. At least 1. By default 10, and 2 for a
    /// graph of more than a hundred thousand edges or so.
    pub iterations: Option<usize>,
    /// Modularity that an iteration, or a pass within it, has to gain for another to follow. Finite, at least 0.
    /// Default 1e-6.
    pub tolerance: f64,
    /// How readily the refinement joins a vertex to another part than the best one: a part that gains this much less
    /// weight, in mean weights of edges, is e times less likely. Finite, at least 0, which always chooses the best.
    /// Default 0.01.
    pub randomness: f64,
    /// Which of the many good answers to give. The same seed gives the same answer on any number of threads.
    pub seed: u64,
}

impl Default for LeidenOptions {
    fn default() -> Self {
        Self { resolution: 1.0, iterations: None, tolerance: 1e-6, randomness: 0.01, seed: 0 }
    }
}

/// Finds communities of large [modularity](fn@crate::community::modularity), each of them connected.
///
/// Like [`louvain`](fn@crate::community::louvain), but before communities are merged they are refined into parts that
/// hold together well, so that vertices that were put together too early can part again.
///
/// Weights count and may not be negative; parallel edges add up; a loop counts for the strength of its vertex. A
/// directed graph is judged by directed modularity, and an edge of either direction connects. Where communities exist
/// it takes a few passes over the graph for each iteration.
///
/// Fails with [`NegativeWeight`](crate::GraphError::NegativeWeight), with [`OutOfRange`](crate::GraphError::OutOfRange)
/// for options and for weights whose sum overflows, with [`TooExpensive`](crate::GraphError::TooExpensive) if coarser
/// graphs need more memory than allowed (up to some ten times that of `graph`), and as `watch` says.
///
/// Traag, Waltman, van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", 2019. Beyond the paper,
/// vertices are moved again on the way back to finer levels, and disconnected communities that this makes are split.
pub fn leiden(graph: &Graph, options: &LeidenOptions, watch: &Watch) -> Result<Communities> {
    let search = Search {
        resolution: options.resolution,
        tolerance: options.tolerance,
        iterations: options.iterations,
        sweeps: 3,
        refinement: Some(options.randomness),
        seed: options.seed,
    };
    search.run(graph, watch)
}
