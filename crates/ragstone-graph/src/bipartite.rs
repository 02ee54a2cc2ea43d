//! Whether vertices fall into two sides with all edges between them.

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::path::NOBODY;
use crate::watch::Watch;

/// Two sides, or the proof that there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bipartition {
    /// For each vertex whether it is on the second side. The least vertex of each component is on the first.
    Sides(Vec<bool>),
    /// The vertices of a cycle with an odd number of edges, in order, from the least; one vertex if it is a loop.
    OddCycle(Vec<Vertex>),
}

impl Bipartition {
    /// Whether there are two sides.
    pub fn is_bipartite(&self) -> bool {
        matches!(self, Self::Sides(_))
    }
}

/// Divides the vertices into two sides so that every edge leads from one to the other, or finds an odd cycle, which makes
/// that impossible.
///
/// Each edge of a directed graph is taken both ways; for that the rows of [`sources`](Graph::sources) are built if they are
/// not there. O(vertices + entries) time on one thread, 14 bytes a vertex.
pub fn bipartition(graph: &Graph, watch: &Watch) -> Result<Bipartition> {
    let count = graph.vertex_count();
    let mut is_second = vec![false; count];
    let mut parents = vec![NOBODY; count];
    let mut depths = vec![NOBODY; count];
    let mut queue: Vec<Vertex> = Vec::with_capacity(count);
    let mut step = 0;
    for root in graph.vertices() {
        watch.pace(&mut step)?;
        if depths[root as usize] != NOBODY {
            continue;
        }
        depths[root as usize] = 0;
        queue.clear();
        queue.push(root);
        let mut done = 0;
        while let Some(&vertex) = queue.get(done) {
            watch.pace(&mut step)?;
            done += 1;
            let against = if graph.is_directed() { graph.sources(vertex) } else { &[] };
            for &target in graph.neighbors(vertex).iter().chain(against) {
                if depths[target as usize] == NOBODY {
                    depths[target as usize] = depths[vertex as usize] + 1;
                    parents[target as usize] = vertex;
                    is_second[target as usize] = !is_second[vertex as usize];
                    queue.push(target);
                } else if is_second[target as usize] == is_second[vertex as usize] {
                    return Ok(Bipartition::OddCycle(odd_cycle(&parents, &depths, vertex, target)));
                }
            }
        }
    }
    Ok(Bipartition::Sides(is_second))
}

/// The cycle that an edge closes with the ways in the tree to where they meet.
fn odd_cycle(parents: &[Vertex], depths: &[u32], source: Vertex, target: Vertex) -> Vec<Vertex> {
    let (mut one, mut other) = (vec![source], vec![target]);
    let (mut left, mut right) = (source, target);
    while left != right {
        if depths[left as usize] >= depths[right as usize] {
            left = parents[left as usize];
            one.push(left);
        } else {
            right = parents[right as usize];
            other.push(right);
        }
    }
    other.pop();
    one.extend(other.into_iter().rev());
    crate::order::from_least(one)
}

#[cfg(test)]
mod tests;
