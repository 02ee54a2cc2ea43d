//! Diameter, radius, centre and all eccentricities.

use crate::component::strong;
use crate::distance::bounds::{Bounds, Goal, afford, bound};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::path::{UNREACHED, bfs};
use crate::watch::Watch;

/// The longest of all shortest paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diameter {
    /// Its hops.
    pub length: u32,
    /// Where it begins.
    pub source: Vertex,
    /// Where it ends.
    pub target: Vertex,
    /// Whether a path leads from every vertex to every other; else those pairs are left out.
    pub is_connected: bool,
}

/// The vertices that are nearest to all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Center {
    /// Hops from each of them to the furthest vertex.
    pub radius: u32,
    /// The vertices, ascending.
    pub vertices: Vec<Vertex>,
}

/// Finds the longest shortest path between any two vertices of which one reaches the other; `None` in a graph without
/// vertices.
///
/// Exact. O(vertices × entries) time at worst; in most graphs some tens of searches prove the answer, in random ones some
/// thousands, 256 of which cost as much as 40. On all threads; 130 bytes a vertex, on a directed graph 150 and the
/// graph again, turned. Errors: [`TooExpensive`](GraphError::TooExpensive) once more steps were taken than the watch allows.
///
/// Takes, Kosters: Computing the eccentricity distribution of large graphs, Algorithms 2013.
pub fn diameter(graph: &Graph, watch: &Watch) -> Result<Option<Diameter>> {
    const REMEDY: &str = "the most hops from some vertex are a lower bound, twice as many an upper one";
    afford(graph, watch, REMEDY)?;
    let bounds = bound(graph, Goal::Greatest, watch, REMEDY)?;
    let Some(length) = bounds.iter().map(|bounds| bounds.low).max() else { return Ok(None) };
    // A lower bound may come from the other end of the path; the vertex with it has a vertex so far away all the same.
    let ends = |bounds: &Bounds| bounds.low == length;
    let source = (0..).zip(&bounds).find(|(_, bounds)| ends(bounds)).map_or(0, |(vertex, _)| vertex);
    let distances = bfs(graph, source, watch)?;
    let target =
        (0..).zip(&distances).find(|&(_, &distance)| distance == length).map_or(source, |(vertex, _)| vertex);
    let is_connected = !distances.contains(&UNREACHED) && strong(graph, watch)?.count() == 1;
    Ok(Some(Diameter { length, source, target, is_connected }))
}

/// Finds the vertices from where the furthest vertex is nearest.
///
/// Exact, at the cost of [`diameter`]. Errors: [`WrongKind`](GraphError::WrongKind) where some vertex does not reach some
/// other, or there are none; [`TooExpensive`](GraphError::TooExpensive) once more steps were taken than the watch allows.
pub fn center(graph: &Graph, watch: &Watch) -> Result<Center> {
    const REMEDY: &str = "ask for the vertices of greatest closeness";
    afford(graph, watch, REMEDY)?;
    if strong(graph, watch)?.count() != 1 {
        return Err(GraphError::WrongKind {
            algorithm: "a centre",
            expected: if graph.is_directed() { "strongly connected" } else { "connected" },
            remedy: "take the largest component",
        });
    }
    let bounds = bound(graph, Goal::Least, watch, REMEDY)?;
    let radius = bounds.iter().map(|bounds| bounds.high).min().unwrap_or(0);
    let vertices = (0..).zip(&bounds).filter(|(_, bounds)| bounds.high == radius);
    Ok(Center { radius, vertices: vertices.map(|(vertex, _)| vertex).collect() })
}

/// Finds for each vertex the hops to the furthest vertex that it reaches.
///
/// Exact. O(vertices × entries) time at worst, and in random graphs: a batch of 256 searches costs as much as 40. On all
/// threads; memory as [`diameter`]. Errors: [`TooExpensive`](GraphError::TooExpensive) once more steps were taken than the
/// watch allows.
pub fn eccentricities(graph: &Graph, watch: &Watch) -> Result<Vec<u32>> {
    const REMEDY: &str = "ask for the diameter alone, or for the hops from the vertices of interest";
    afford(graph, watch, REMEDY)?;
    let bounds = bound(graph, Goal::All, watch, REMEDY)?;
    Ok(bounds.into_iter().map(|bounds| bounds.low).collect())
}
