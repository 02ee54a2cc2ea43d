//! Shortest paths where weights may be negative.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex, Weight};
use crate::path::{NOBODY, PathTree};
use crate::watch::Watch;

/// Finds the shortest paths from `source` to every vertex over edges of any weight.
///
/// O(vertices × entries) time at worst, most often a few times the entries, on one thread; 17 bytes a vertex. A negative
/// edge of an undirected graph is a cycle, there and back. Sums are rounded: a cycle whose sum is rounded below zero counts
/// as negative. Errors: [`NoVertex`](GraphError::NoVertex); [`NegativeCycle`](GraphError::NegativeCycle) if one can be
/// reached from the source, [`negative_cycle`] names all its vertices.
///
/// Moore: The shortest path through a maze, 1959; cycles in the parents looked for as by Cherkassky, Goldberg:
/// Negative-cycle detection algorithms, Math. Prog. 1999.
pub fn bellman_ford(graph: &Graph, source: Vertex, watch: &Watch) -> Result<PathTree> {
    graph.vertex(source)?;
    let mut relaxation = Relaxation::new(graph.vertex_count(), Weight::INFINITY);
    relaxation.distances[source as usize] = 0.0;
    relaxation.frontier.push(source);
    match relaxation.run(graph, watch)? {
        Some(cycle) => Err(GraphError::NegativeCycle { vertex: cycle[0] }),
        None => Ok(PathTree { source, distances: relaxation.distances, parents: relaxation.parents }),
    }
}

/// Finds a cycle whose weights add up to less than nothing: its vertices in order, from the least; `None` if there is none.
///
/// The same search as [`bellman_ford`], from all vertices at once, at the same cost.
pub fn negative_cycle(graph: &Graph, watch: &Watch) -> Result<Option<Vec<Vertex>>> {
    if graph.negative_edge().is_none() {
        return Ok(None);
    }
    potentials(graph, watch).map(Result::err)
}

/// For each vertex the length of the shortest path that ends there, at most 0; or a negative cycle.
pub(crate) fn potentials(graph: &Graph, watch: &Watch) -> Result<Result<Vec<Weight>, Vec<Vertex>>> {
    let mut relaxation = Relaxation::new(graph.vertex_count(), 0.0);
    relaxation.frontier.extend(graph.vertices());
    Ok(match relaxation.run(graph, watch)? {
        Some(cycle) => Err(cycle),
        None => Ok(relaxation.distances),
    })
}

struct Relaxation {
    distances: Vec<Weight>,
    parents: Vec<Vertex>,
    frontier: Vec<Vertex>,
}

impl Relaxation {
    fn new(vertices: usize, distance: Weight) -> Self {
        Self { distances: vec![distance; vertices], parents: vec![NOBODY; vertices], frontier: Vec::new() }
    }

    /// Walks the edges of vertices whose distance became less until none does, or until the parents form a cycle.
    fn run(&mut self, graph: &Graph, watch: &Watch) -> Result<Option<Vec<Vertex>>> {
        let count = graph.vertex_count();
        let mut next: Vec<Vertex> = Vec::new();
        let mut is_next = vec![false; count];
        let (mut step, mut walked) = (0, 0);
        while !self.frontier.is_empty() {
            for &vertex in &self.frontier {
                watch.pace(&mut step)?;
                let distance = self.distances[vertex as usize];
                for (target, weight) in graph.entries(vertex) {
                    let place = target as usize;
                    walked += 1;
                    if distance + weight < self.distances[place] {
                        self.distances[place] = distance + weight;
                        self.parents[place] = vertex;
                        if !std::mem::replace(&mut is_next[place], true) {
                            next.push(target);
                        }
                    }
                }
            }
            // As often as the search for a cycle costs no more than what was walked since.
            if walked >= count {
                walked = 0;
                if let Some(cycle) = self.cycle(watch)? {
                    return Ok(Some(cycle));
                }
            }
            for &vertex in &next {
                is_next[vertex as usize] = false;
            }
            std::mem::swap(&mut self.frontier, &mut next);
            next.clear();
        }
        Ok(None)
    }

    /// A cycle of parents, in the order of its edges, from its least vertex.
    fn cycle(&self, watch: &Watch) -> Result<Option<Vec<Vertex>>> {
        const UNSEEN: u32 = u32::MAX;
        let mut seen_from = vec![UNSEEN; self.parents.len()];
        let mut step = 0;
        for start in (0..).take(self.parents.len()) {
            let mut vertex: Vertex = start;
            while vertex != NOBODY && seen_from[vertex as usize] == UNSEEN {
                watch.pace(&mut step)?;
                seen_from[vertex as usize] = start;
                vertex = self.parents[vertex as usize];
            }
            if vertex == NOBODY || seen_from[vertex as usize] != start {
                continue;
            }
            let next = |&vertex: &Vertex| Some(self.parents[vertex as usize]);
            let others = std::iter::successors(next(&vertex), next).take_while(|&other| other != vertex);
            let mut cycle: Vec<_> = std::iter::once(vertex).chain(others).collect();
            cycle.reverse();
            let least = cycle.iter().enumerate().min_by_key(|&(_, &vertex)| vertex);
            let shift = least.map_or(0, |(place, _)| place);
            cycle.rotate_left(shift);
            return Ok(Some(cycle));
        }
        Ok(None)
    }
}
