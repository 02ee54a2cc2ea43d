//! All paths between two vertices, with caps.

use std::ops::ControlFlow;

use crate::enumeration::Enumeration;
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::watch::Watch;

/// Which simple paths to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimplePathsOptions {
    /// The most edges that a path may have; as many as there are vertices if `None`.
    pub max_length: Option<u32>,
    /// The most paths to list, at least 1.
    pub max_count: usize,
}

impl Default for SimplePathsOptions {
    fn default() -> Self {
        Self { max_length: None, max_count: 1000 }
    }
}

/// Paths that meet no vertex twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimplePaths {
    /// The vertices of each path, in the order of a depth-first search that takes neighbours in order.
    pub paths: Vec<Vec<Vertex>>,
    /// Whether there are more, not longer than was asked for.
    pub is_cut: bool,
}

/// Lists the paths from `source` to `target` that meet no vertex twice.
///
/// Weights are not looked at; a path over parallel edges is listed once; from a vertex to itself leads one path, without an
/// edge. O((vertices + entries) × paths) time without a cap on the length, 25 bytes a vertex and 4 an entry; on a directed
/// graph the rows of [`sources`](Graph::sources) are built if they are not there. Errors:
/// [`NoVertex`](GraphError::NoVertex); [`OutOfRange`](GraphError::OutOfRange) for a count of none;
/// [`TooExpensive`](GraphError::TooExpensive) once more steps were taken than the watch allows.
///
/// Gupta, Suzumura: Finding all bounded-length simple cycles in a directed graph, 2021.
pub fn simple_paths(
    graph: &Graph,
    source: Vertex,
    target: Vertex,
    options: SimplePathsOptions,
    watch: &Watch,
) -> Result<SimplePaths> {
    graph.vertex(source)?;
    graph.vertex(target)?;
    if options.max_count == 0 {
        return Err(GraphError::OutOfRange {
            option: "max_count",
            found: "0".to_owned(),
            expected: "ask for at least one path",
        });
    }
    let mut answer = SimplePaths { paths: Vec::new(), is_cut: false };
    if source == target {
        answer.paths.push(vec![source]);
        return Ok(answer);
    }
    let bound = bound(graph, options.max_length);
    let mut steps = Meter::new(watch, "ask for shorter paths or for fewer");
    let mut enumeration = Enumeration::new(graph, target, bound, watch)?;
    let _ = enumeration.run(source, &mut steps, |path| {
        if answer.paths.len() == options.max_count {
            answer.is_cut = true;
            return ControlFlow::Break(());
        }
        answer.paths.push(path.iter().copied().chain([target]).collect());
        ControlFlow::Continue(())
    })?;
    Ok(answer)
}

/// A bound on the edges of a path or cycle that is no greater than can be.
pub(crate) fn bound(graph: &Graph, max_length: Option<u32>) -> u32 {
    let most = u32::try_from(graph.vertex_count()).unwrap_or(u32::MAX - 2);
    max_length.map_or(most, |length| length.min(most))
}
