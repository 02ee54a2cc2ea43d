//! The shortest path between two vertices, searched from both.

use crate::error::Result;
use crate::graph::{Graph, Vertex, Weight};
use crate::path::dijkstra::weigh;
use crate::path::heap::Heap;
use crate::path::{NOBODY, Path, measured};
use crate::watch::Watch;

/// Finds a shortest path from `source` to `target`; `None` if none leads there.
///
/// Each edge of a graph without weights weighs 1. O((vertices + entries) log vertices) time on one thread, most often far
/// less; 24 bytes a vertex. On a directed graph the rows of [`sources`](Graph::sources) are built if they are not there.
/// Errors: [`NoVertex`](crate::GraphError::NoVertex); [`NegativeWeight`](crate::GraphError::NegativeWeight) wherever the
/// edge is.
///
/// Pohl: Bi-directional search, Machine Intelligence 1971.
pub fn bidirectional(graph: &Graph, source: Vertex, target: Vertex, watch: &Watch) -> Result<Option<Path>> {
    graph.vertex(source)?;
    graph.vertex(target)?;
    weigh(graph, "ask for Bellman–Ford")?;
    let mut ahead = Side::new(graph.vertex_count(), source);
    let mut back = Side::new(graph.vertex_count(), target);
    let mut best = Meeting { vertex: NOBODY, length: Weight::INFINITY };
    if source == target {
        best = Meeting { vertex: source, length: 0.0 };
    }
    let mut step = 0;
    while let (Some(one), Some(other)) = (ahead.heap.least(), back.heap.least()) {
        watch.pace(&mut step)?;
        if one + other >= best.length {
            break;
        }
        if one <= other {
            ahead.settle(&back, |vertex| graph.entries(vertex), &mut best);
        } else {
            back.settle(&ahead, |vertex| graph.source_entries(vertex), &mut best);
        }
    }
    if best.vertex == NOBODY {
        return Ok(None);
    }
    let mut vertices = super::trace(&ahead.parents, best.vertex);
    let rest = super::trace(&back.parents, best.vertex);
    vertices.extend(rest.iter().rev().skip(1));
    Ok(Some(measured(graph, vertices)))
}

/// Where the two searches met with the shortest way.
struct Meeting {
    vertex: Vertex,
    length: Weight,
}

struct Side {
    distances: Vec<Weight>,
    parents: Vec<Vertex>,
    heap: Heap,
}

impl Side {
    fn new(vertices: usize, source: Vertex) -> Self {
        let mut side = Self {
            distances: vec![Weight::INFINITY; vertices],
            parents: vec![NOBODY; vertices],
            heap: Heap::default(),
        };
        side.distances[source as usize] = 0.0;
        side.heap.push(0.0, source);
        side
    }

    /// Takes the nearest vertex and looks whether one of its edges meets the other side.
    fn settle<I: Iterator<Item = (Vertex, Weight)>>(
        &mut self,
        other: &Self,
        edges: impl Fn(Vertex) -> I,
        best: &mut Meeting,
    ) {
        let Some((distance, vertex)) = self.heap.pop() else { return };
        if distance > self.distances[vertex as usize] {
            return;
        }
        for (target, weight) in edges(vertex) {
            let longer = distance + weight;
            let place = target as usize;
            if longer < self.distances[place] {
                self.distances[place] = longer;
                self.parents[place] = vertex;
                self.heap.push(longer, target);
                let length = longer + other.distances[place];
                if length < best.length {
                    *best = Meeting { vertex: target, length };
                }
            }
        }
    }
}
