//! Distances between all vertices.

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex, Weight};
use crate::path::bellman_ford::potentials;
use crate::path::dijkstra::Labels;
use crate::path::{Search, UNREACHED};
use crate::watch::Watch;

/// The most vertices: their distances take 8 GiB.
const MOST: usize = 1 << 15;

/// Distances from every vertex to every vertex.
#[derive(Debug, Clone, PartialEq)]
pub struct DistanceMatrix {
    count: usize,
    distances: Vec<Weight>,
}

impl DistanceMatrix {
    /// Length of the shortest path from `source` to each vertex, infinite where none leads; empty for a vertex that is
    /// not there.
    pub fn row(&self, source: Vertex) -> &[Weight] {
        let begin = source as usize * self.count;
        self.distances.get(begin..begin + self.count).unwrap_or(&[])
    }

    /// Length of the shortest path, if one leads from `source` to `target`.
    pub fn distance(&self, source: Vertex, target: Vertex) -> Option<Weight> {
        self.row(source).get(target as usize).copied().filter(|distance| distance.is_finite())
    }

    /// How many vertices there are.
    pub fn vertex_count(&self) -> usize {
        self.count
    }
}

/// Finds the distances between all pairs of vertices, for graphs of at most 32,768.
///
/// O(vertices × (vertices + entries)) time without weights, a factor log vertices more with them, on all threads; 8 bytes a
/// pair. Negative weights are allowed. Errors: [`OutOfRange`](GraphError::OutOfRange) for more vertices; [`TooExpensive`](GraphError::TooExpensive);
/// [`NegativeCycle`](GraphError::NegativeCycle).
///
/// Johnson: Efficient algorithms for shortest paths in sparse networks, J. ACM 1977.
pub fn all_pairs(graph: &Graph, watch: &Watch) -> Result<DistanceMatrix> {
    let count = graph.vertex_count();
    if count > MOST {
        return Err(GraphError::OutOfRange {
            option: "vertices",
            found: count.to_string(),
            expected: "distances between all are for 32,768 vertices at most: ask for those from the vertices of interest",
        });
    }
    let (vertices, entries) = (count as u64, graph.entry_count() as u64);
    let bytes = vertices.saturating_mul(vertices).saturating_mul(8);
    let steps = vertices.saturating_mul(vertices + entries);
    watch.afford(bytes, steps, "ask for the distances from the vertices of interest")?;
    let lifts = match graph.negative_edge() {
        None => None,
        Some(_) => match potentials(graph, watch)? {
            Ok(lifts) => Some(lifts),
            Err(cycle) => return Err(GraphError::NegativeCycle { vertex: cycle[0] }),
        },
    };
    let mut distances = vec![0.0; count * count];
    let rows = distances.par_chunks_mut(count.max(1)).zip(0..Vertex::try_from(count).unwrap_or(Vertex::MAX));
    match lifts {
        _ if !graph.is_weighted() => rows.try_for_each_init(
            || Search::new(graph),
            |search, (row, source)| {
                search.run(source, watch)?;
                for (vertex, place) in row.iter_mut().enumerate() {
                    let hops = search.distance(vertex);
                    *place = if hops == UNREACHED { Weight::INFINITY } else { Weight::from(hops) };
                }
                Ok::<_, GraphError>(())
            },
        )?,
        None => rows.try_for_each_init(
            || Labels::new(count),
            |labels, (row, source)| {
                labels.run(source, |vertex| graph.entries(vertex), watch)?;
                row.copy_from_slice(&labels.distances);
                Ok::<_, GraphError>(())
            },
        )?,
        Some(lifts) => rows.try_for_each_init(
            || Labels::new(count),
            |labels, (row, source)| {
                labels.run(source, |vertex| lifted(graph, &lifts, vertex), watch)?;
                let lift = lifts[source as usize];
                for ((place, distance), target) in row.iter_mut().zip(&labels.distances).zip(&lifts) {
                    *place = distance - lift + target;
                }
                Ok::<_, GraphError>(())
            },
        )?,
    }
    Ok(DistanceMatrix { count, distances })
}

/// The edges from a vertex with weights that are not negative, yet leave the shortest paths what they are.
fn lifted<'a>(
    graph: &'a Graph,
    lifts: &'a [Weight],
    vertex: Vertex,
) -> impl Iterator<Item = (Vertex, Weight)> + 'a {
    let lift = lifts[vertex as usize];
    graph
        .entries(vertex)
        .map(move |(target, weight)| (target, (weight + lift - lifts[target as usize]).max(0.0)))
}
