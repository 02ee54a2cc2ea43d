//! An order in which every edge leads forward.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::order::{directed, find_cycle};
use crate::watch::Watch;

/// Puts the vertices of a directed graph without cycles in an order in which every edge leads forward.
///
/// Vertices that nothing leads to come first, ascending; then the others as soon as all before them have come.
/// O(vertices + entries) time on one thread, 8 bytes a vertex. Errors: [`WrongKind`](GraphError::WrongKind) on an
/// undirected graph; [`Cycle`](GraphError::Cycle), with one cycle in order, a loop also.
///
/// Kahn: Topological sorting of large networks, CACM 1962.
pub fn topological(graph: &Graph, watch: &Watch) -> Result<Vec<Vertex>> {
    directed(graph, "a topological order")?;
    let mut missing = vec![0u32; graph.vertex_count()];
    let mut step = 0;
    for vertex in graph.vertices() {
        watch.pace(&mut step)?;
        for &target in graph.neighbors(vertex) {
            missing[target as usize] += 1;
        }
    }
    let mut order = Vec::with_capacity(missing.len());
    order.extend(graph.vertices().filter(|&vertex| missing[vertex as usize] == 0));
    let mut done = 0;
    while let Some(&vertex) = order.get(done) {
        watch.pace(&mut step)?;
        done += 1;
        for &target in graph.neighbors(vertex) {
            missing[target as usize] -= 1;
            if missing[target as usize] == 0 {
                order.push(target);
            }
        }
    }
    if order.len() == graph.vertex_count() {
        return Ok(order);
    }
    let vertices = find_cycle(graph, watch)?.unwrap_or_default();
    Err(GraphError::Cycle { vertices })
}
