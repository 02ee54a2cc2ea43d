//! Graphs whose edges say what comes first, and the cycles that stand against it.

mod acyclic;
mod cycle;
mod longest;
mod simple;

pub use acyclic::topological;
pub(crate) use cycle::from_least;
pub use cycle::{find_cycle, is_acyclic};
pub use longest::longest_path;
pub use simple::{SimpleCycles, SimpleCyclesOptions, simple_cycles};

use crate::error::{GraphError, Result};
use crate::graph::Graph;

/// Refuses graphs whose edges have no direction.
fn directed(graph: &Graph, algorithm: &'static str) -> Result<()> {
    if graph.is_directed() {
        return Ok(());
    }
    Err(GraphError::WrongKind {
        algorithm,
        expected: "directed",
        remedy: "say which end of an edge comes first",
    })
}

#[cfg(test)]
mod tests;
