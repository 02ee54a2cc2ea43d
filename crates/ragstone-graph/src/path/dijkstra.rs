//! Shortest paths where no weight is negative.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex, Weight};
use crate::path::heap::Heap;
use crate::path::{NOBODY, PathTree};
use crate::watch::Watch;

/// Finds the shortest paths from `source` to every vertex.
///
/// Each edge of a graph without weights weighs 1. O((vertices + entries) log vertices) time on one thread, 12 bytes a
/// vertex and up to 16 an entry. A path whose length is more than the largest float counts as none.
/// Errors: [`NoVertex`](GraphError::NoVertex); [`NegativeWeight`](GraphError::NegativeWeight) wherever the edge is.
///
/// Dijkstra: A note on two problems in connexion with graphs, Numer. Math. 1959.
pub fn dijkstra(graph: &Graph, source: Vertex, watch: &Watch) -> Result<PathTree> {
    graph.vertex(source)?;
    weigh(graph, "ask for Bellman–Ford")?;
    let mut labels = Labels::new(graph.vertex_count());
    let edges = |vertex| graph.entries(vertex);
    labels.run(source, edges, watch)?;
    Ok(PathTree { source, distances: labels.distances, parents: labels.parents })
}

/// Refuses negative weights.
pub(crate) fn weigh(graph: &Graph, remedy: &'static str) -> Result<()> {
    match graph.negative_edge() {
        None => Ok(()),
        Some(edge) => Err(GraphError::NegativeWeight {
            source_vertex: edge.source,
            target: edge.target,
            weight: edge.weight,
            remedy,
        }),
    }
}

/// What is known of each vertex during a search, which can be run again.
#[derive(Debug)]
pub(crate) struct Labels {
    pub(crate) distances: Vec<Weight>,
    pub(crate) parents: Vec<Vertex>,
    heap: Heap,
}

impl Labels {
    pub(crate) fn new(vertices: usize) -> Self {
        Self {
            distances: vec![Weight::INFINITY; vertices],
            parents: vec![NOBODY; vertices],
            heap: Heap::default(),
        }
    }

    /// Finds all shortest paths from `source` over edges that weigh nothing or more.
    pub(crate) fn run<I: Iterator<Item = (Vertex, Weight)>>(
        &mut self,
        source: Vertex,
        edges: impl Fn(Vertex) -> I,
        watch: &Watch,
    ) -> Result<()> {
        watch.check()?;
        self.distances.fill(Weight::INFINITY);
        self.parents.fill(NOBODY);
        self.heap.clear();
        self.distances[source as usize] = 0.0;
        self.heap.push(0.0, source);
        let mut step = 0;
        while let Some((distance, vertex)) = self.heap.pop() {
            watch.pace(&mut step)?;
            if distance > self.distances[vertex as usize] {
                continue;
            }
            for (target, weight) in edges(vertex) {
                let longer = distance + weight;
                let known = &mut self.distances[target as usize];
                if longer < *known {
                    *known = longer;
                    self.parents[target as usize] = vertex;
                    self.heap.push(longer, target);
                }
            }
        }
        Ok(())
    }
}
