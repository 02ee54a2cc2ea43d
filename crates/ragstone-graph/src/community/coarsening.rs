//! Graphs of communities, and communities made connected.

use crate::community::partition::Partition;
use crate::error::Result;
use crate::graph::{Direction, Graph, Vertex, Weight};
use crate::watch::Watch;

/// The graph whose vertices are the communities. Between two of them leads one edge (of a directed graph one each way)
/// that weighs as much as all edges between their members; a loop weighs as much as all edges within one. It is
/// weighted even if `graph` is not, and at resolution 1 its partition into singletons has the modularity that
/// `partition` has. O(entries).
///
/// Fails with [`OutOfRange`](crate::GraphError::OutOfRange) for a partition of other vertices.
pub fn coarsen(graph: &Graph, partition: &Partition, watch: &Watch) -> Result<Graph> {
    partition.belongs_to(graph)?;
    let labels = partition.labels();
    let members = partition.members();
    let mut sums: Vec<Weight> = vec![0.0; partition.count()];
    let mut is_met = vec![false; partition.count()];
    let mut met: Vec<u32> = Vec::new();
    let mut edges: Vec<(Vertex, Vertex, Weight)> = Vec::new();
    let mut step = 0;
    for (source, members) in (0..).zip(&members) {
        for &vertex in members {
            for (target, weight) in graph.entries(vertex) {
                watch.pace(&mut step)?;
                let label = labels[target as usize];
                // Without direction an edge is in the rows of both its ends, and counts in that of the lesser.
                let is_mirror =
                    !graph.is_directed() && (label < source || (label == source && target < vertex));
                if is_mirror {
                    continue;
                }
                if !std::mem::replace(&mut is_met[label as usize], true) {
                    met.push(label);
                }
                sums[label as usize] += weight;
            }
        }
        met.sort_unstable();
        for &label in &met {
            edges.push((source, label, std::mem::take(&mut sums[label as usize])));
            is_met[label as usize] = false;
        }
        met.clear();
    }
    let direction = if graph.is_directed() { Direction::Directed } else { Direction::Undirected };
    Graph::from_weighted_edges(direction, partition.count(), &edges)
}

/// The same communities, with each that is not connected split into those of its parts that are. An edge of either
/// direction connects, whatever it weighs. O(entries).
///
/// Fails with [`OutOfRange`](crate::GraphError::OutOfRange) for a partition of other vertices.
pub fn split_connected(graph: &Graph, partition: &Partition, watch: &Watch) -> Result<Partition> {
    const UNSEEN: u32 = u32::MAX;
    partition.belongs_to(graph)?;
    let labels = partition.labels();
    let mut parts = vec![UNSEEN; labels.len()];
    let (mut count, mut step) = (0, 0);
    let mut open: Vec<Vertex> = Vec::new();
    for first in graph.vertices() {
        if parts[first as usize] != UNSEEN {
            continue;
        }
        parts[first as usize] = count;
        open.push(first);
        while let Some(vertex) = open.pop() {
            watch.pace(&mut step)?;
            let sources: &[Vertex] = if graph.is_directed() { graph.sources(vertex) } else { &[] };
            for &target in graph.neighbors(vertex).iter().chain(sources) {
                let is_new = parts[target as usize] == UNSEEN;
                if is_new && labels[target as usize] == labels[first as usize] {
                    parts[target as usize] = count;
                    open.push(target);
                }
            }
        }
        count += 1;
    }
    Ok(Partition::from_labels(&parts))
}
