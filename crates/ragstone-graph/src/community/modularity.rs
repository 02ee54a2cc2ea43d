//! How much more weight communities have inside than chance would put there.

use rayon::prelude::*;

use crate::community::level::refuse_negative;
use crate::community::multilevel::resolution as check_resolution;
use crate::community::partition::Partition;
use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// Vertices that one task looks at.
const SUMMED_TOGETHER: usize = 4096;

/// The part of the weight that lies inside communities, less `resolution` times the part that would lie there if edges
/// kept their ends' strengths and were otherwise drawn by chance. At most 1; 0 for a graph without weight.
///
/// A directed graph is compared with chance by the weights that leave and that arrive: the modularity of Leicht and
/// Newman. Parallel edges add up, and a loop is inside. O(entries), on all threads of the pool.
///
/// Fails with [`NegativeWeight`](crate::GraphError::NegativeWeight), and with
/// [`OutOfRange`](crate::GraphError::OutOfRange) for a resolution that is negative or not finite and for a partition of
/// other vertices.
///
/// Newman, "Modularity and community structure in networks", 2006; Reichardt, Bornholdt, "Statistical mechanics of
/// community detection", 2006, for the resolution; Leicht, Newman, "Community structure in directed networks", 2008.
pub fn modularity(graph: &Graph, partition: &Partition, resolution: f64, watch: &Watch) -> Result<f64> {
    check_resolution(resolution)?;
    partition.belongs_to(graph)?;
    refuse_negative(graph)?;
    let labels = partition.labels();
    let vertices: Vec<Vertex> = graph.vertices().collect();
    let sums: Vec<Sums> = vertices
        .par_chunks(SUMMED_TOGETHER)
        .map(|vertices| {
            watch.check()?;
            Ok(sum(graph, labels, vertices))
        })
        .collect::<Result<_>>()?;
    let mut out = vec![0.0; partition.count()];
    let mut into = vec![0.0; if graph.is_directed() { partition.count() } else { 0 }];
    let (mut inside, mut total) = (0.0, 0.0);
    for (vertices, sums) in vertices.chunks(SUMMED_TOGETHER).zip(&sums) {
        inside += sums.inside;
        for (index, &vertex) in vertices.iter().enumerate() {
            let label = labels[vertex as usize] as usize;
            out[label] += sums.out[index];
            total += sums.out[index];
            if let Some(sum) = into.get_mut(label) {
                *sum += sums.into[index];
            }
        }
    }
    if total <= 0.0 {
        return Ok(0.0);
    }
    let into = if graph.is_directed() { &into } else { &out };
    let expected: f64 = out.iter().zip(into).map(|(&out, &into)| (out / total) * (into / total)).sum();
    Ok(inside / total - resolution * expected)
}

/// Sums over some vertices.
struct Sums {
    /// Weight inside communities; that of an undirected edge twice.
    inside: f64,
    /// Weight that leaves each vertex.
    out: Vec<f64>,
    /// Weight that arrives at each, in a directed graph.
    into: Vec<f64>,
}

fn sum(graph: &Graph, labels: &[u32], vertices: &[Vertex]) -> Sums {
    let mut sums = Sums { inside: 0.0, out: Vec::with_capacity(vertices.len()), into: Vec::new() };
    for &vertex in vertices {
        let label = labels[vertex as usize];
        let (mut inside, mut out) = (0.0, 0.0);
        for (target, weight) in graph.entries(vertex) {
            let weight = if target == vertex && !graph.is_directed() { 2.0 * weight } else { weight };
            out += weight;
            if labels[target as usize] == label {
                inside += weight;
            }
        }
        sums.inside += inside;
        sums.out.push(out);
        if graph.is_directed() {
            sums.into.push(graph.source_entries(vertex).map(|(_, weight)| weight).sum());
        }
    }
    sums
}
