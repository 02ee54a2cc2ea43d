//! The shortest path between two vertices with an estimate of what is left.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex, Weight};
use crate::path::dijkstra::weigh;
use crate::path::heap::Heap;
use crate::path::{NOBODY, Path, trace};
use crate::watch::Watch;

/// Finds a shortest path from `source` to `target`; `None` if none leads there.
///
/// `heuristic` says of a vertex how long its way to the target is at least; infinity says that none leads there. Where it
/// says too much the path may not be the shortest; zero everywhere makes this Dijkstra's search with an early end. It is
/// asked each time a vertex is reached by a shorter way. O((vertices + entries) log vertices) time on one thread if an edge
/// never shortens the estimate by more than its weight; 20 bytes a vertex. Errors: [`NoVertex`](GraphError::NoVertex);
/// [`NegativeWeight`](GraphError::NegativeWeight) wherever the edge is; [`OutOfRange`](GraphError::OutOfRange) if the
/// heuristic says no number.
///
/// Hart, Nilsson, Raphael: A formal basis for the heuristic determination of minimum cost paths, IEEE TSSC 1968.
pub fn a_star(
    graph: &Graph,
    source: Vertex,
    target: Vertex,
    heuristic: impl Fn(Vertex) -> Weight,
    watch: &Watch,
) -> Result<Option<Path>> {
    graph.vertex(source)?;
    graph.vertex(target)?;
    weigh(graph, "ask for Bellman–Ford")?;
    let count = graph.vertex_count();
    let mut distances = vec![Weight::INFINITY; count];
    let mut parents = vec![NOBODY; count];
    // What each vertex was last put into the heap with; another key there is out of date.
    let mut keys = vec![Weight::INFINITY; count];
    let mut heap = Heap::default();
    let mut step = 0;
    distances[source as usize] = 0.0;
    keys[source as usize] = estimate(&heuristic, source)?;
    heap.push(keys[source as usize], source);
    while let Some((key, vertex)) = heap.pop() {
        watch.pace(&mut step)?;
        if vertex == target {
            return Ok(Some(Path { vertices: trace(&parents, target), length: distances[target as usize] }));
        }
        if key.to_bits() != (keys[vertex as usize] + 0.0).to_bits() {
            continue;
        }
        let distance = distances[vertex as usize];
        for (next, weight) in graph.entries(vertex) {
            let longer = distance + weight;
            let place = next as usize;
            if longer >= distances[place] {
                continue;
            }
            distances[place] = longer;
            parents[place] = vertex;
            keys[place] = longer + estimate(&heuristic, next)?;
            if keys[place] < Weight::INFINITY {
                heap.push(keys[place], next);
            }
        }
    }
    Ok(None)
}

fn estimate(heuristic: &impl Fn(Vertex) -> Weight, vertex: Vertex) -> Result<Weight> {
    let length = heuristic(vertex);
    if length.is_nan() {
        return Err(GraphError::OutOfRange {
            option: "heuristic",
            found: format!("{length} for vertex {vertex}"),
            expected: "a length of the rest of the way is a number, and at most what it is",
        });
    }
    Ok(length)
}
