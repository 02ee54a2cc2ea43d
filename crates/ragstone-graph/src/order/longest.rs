//! The longest path where no cycle makes it endless.

use crate::error::Result;
use crate::graph::{Graph, Vertex, Weight};
use crate::order::topological;
use crate::path::{NOBODY, Path, trace};
use crate::watch::Watch;

/// Finds the longest path of a directed graph without cycles, from any vertex to any; `None` in a graph without vertices.
///
/// Each edge of a graph without weights weighs 1; of parallel edges the heaviest counts; where all weights are negative the
/// path has one vertex. Of equally long ones it ends at the least vertex. O(vertices + entries) time on one thread, 20 bytes
/// a vertex. Errors: as [`topological`].
pub fn longest_path(graph: &Graph, watch: &Watch) -> Result<Option<Path>> {
    let order = topological(graph, watch)?;
    let mut lengths = vec![0.0; order.len()];
    let mut parents = vec![NOBODY; order.len()];
    let mut step = 0;
    for &vertex in &order {
        watch.pace(&mut step)?;
        let length: Weight = lengths[vertex as usize];
        for (target, weight) in graph.entries(vertex) {
            if length + weight > lengths[target as usize] {
                lengths[target as usize] = length + weight;
                parents[target as usize] = vertex;
            }
        }
    }
    let longest = |best: Option<Vertex>, vertex: Vertex| match best {
        Some(best) if lengths[best as usize] >= lengths[vertex as usize] => Some(best),
        _ => Some(vertex),
    };
    let end = graph.vertices().fold(None, longest);
    Ok(end.map(|end| Path { vertices: trace(&parents, end), length: lengths[end as usize] }))
}
