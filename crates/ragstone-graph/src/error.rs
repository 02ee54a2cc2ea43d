//! Why an algorithm gave no answer.

use crate::graph::{Vertex, Weight};
use crate::watch::Interruption;

/// Result of an algorithm.
pub type Result<T, E = GraphError> = std::result::Result<T, E>;

/// Why an algorithm gave no answer. Each message says what to change.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// A vertex that the graph does not have.
    #[error("vertex {vertex} is not there: the graph has vertices 0 to {}", .count.saturating_sub(1))]
    NoVertex {
        /// The vertex that was named.
        vertex: Vertex,
        /// How many vertices there are.
        count: usize,
    },
    /// More vertices or entries than 32 bits number.
    #[error("a snapshot holds at most {limit} {what}, not {found}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many were given.
        found: u64,
        /// How many fit.
        limit: u64,
    },
    /// A weight that is not finite.
    #[error("the edge from {source_vertex} to {target} weighs {weight}: weights are finite numbers")]
    NotFinite {
        /// Where the edge begins.
        source_vertex: Vertex,
        /// Where the edge ends.
        target: Vertex,
        /// Its weight.
        weight: Weight,
    },
    /// A negative weight, given to an algorithm that needs none.
    #[error("the edge from {source_vertex} to {target} weighs {weight}: {remedy}")]
    NegativeWeight {
        /// Where the edge begins.
        source_vertex: Vertex,
        /// Where the edge ends.
        target: Vertex,
        /// Its weight.
        weight: Weight,
        /// What to call in its place.
        remedy: &'static str,
    },
    /// A cycle whose weights add up to less than nothing: no shortest path exists.
    #[error("a cycle through vertex {vertex} has a negative weight: shortest paths do not exist")]
    NegativeCycle {
        /// A vertex of the cycle.
        vertex: Vertex,
    },
    /// A cycle in what has to be without one.
    #[error("the graph has a cycle through vertices {vertices:?}: remove one of its edges")]
    Cycle {
        /// The vertices of one cycle in order.
        vertices: Vec<Vertex>,
    },
    /// The algorithm is for the other kind of graph.
    #[error("{algorithm} is for {expected} graphs: {remedy}")]
    WrongKind {
        /// The algorithm that was asked for.
        algorithm: &'static str,
        /// What it is for, such as `directed`.
        expected: &'static str,
        /// What to do in its place.
        remedy: &'static str,
    },
    /// An option outside its range.
    #[error("{option} is {found}: {expected}")]
    OutOfRange {
        /// Name of the option.
        option: &'static str,
        /// What was given.
        found: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// An iteration that came to no rest.
    #[error("{algorithm} did not converge in {iterations} iterations (residual {residual:e}): {remedy}")]
    NotConverged {
        /// The algorithm that was asked for.
        algorithm: &'static str,
        /// How many iterations were made.
        iterations: usize,
        /// How far the last one still moved.
        residual: f64,
        /// What to change.
        remedy: &'static str,
    },
    /// The answer would take more memory or work than the caller allows.
    #[error("this takes about {estimate} {unit}, and {limit} are allowed: {remedy}")]
    TooExpensive {
        /// What it would take.
        estimate: u64,
        /// `bytes`, `steps`, or what there is too much of.
        unit: &'static str,
        /// What is allowed.
        limit: u64,
        /// What to do in its place.
        remedy: &'static str,
    },
    /// The caller's deadline has passed, or the caller has cancelled.
    #[error("{0}")]
    Interrupted(#[from] Interruption),
}
