//! Dense parts of a graph: k-cores, and in `truss` k-trusses. Both see the simple graph beneath: no directions, loops
//! or parallel edges.

mod truss;

pub use self::truss::{Trusses, trusses};

use crate::error::Result;
use crate::graph::blocks::fill;
use crate::graph::simple::Simple;
use crate::graph::{Graph, Vertex};
use crate::number;
use crate::watch::Watch;

/// The core of each vertex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cores {
    /// The largest k for which the vertex belongs to a k-core: a largest part of the graph in which every vertex has
    /// at least k neighbours.
    pub numbers: Vec<u32>,
    /// The vertices in an order in which each has the fewest neighbours, or no more than its core number, among those
    /// after it.
    pub order: Vec<Vertex>,
}

impl Cores {
    /// The largest core number, 0 in a graph without edges.
    pub fn degeneracy(&self) -> u32 {
        self.numbers.iter().copied().max().unwrap_or(0)
    }

    /// The vertices of the `k`-core, ascending.
    pub fn core(&self, k: u32) -> Vec<Vertex> {
        let pairs = self.numbers.iter().enumerate();
        pairs.filter(|&(_, &core)| core >= k).map(|(vertex, _)| number::vertex(vertex)).collect()
    }
}

/// Finds the core number of every vertex by peeling, in O(vertices + entries) time and 12 bytes for a vertex.
///
/// Directions, weights, loops and parallel edges mean nothing to it.
///
/// Source: Batagelj and Zaveršnik, "An O(m) algorithm for cores decomposition of networks", 2003; buckets are gathered
/// level by level from what is left, which adds up to less than the entries, because no core number exceeds a degree.
pub fn cores(graph: &Graph, watch: &Watch) -> Result<Cores> {
    let simple = Simple::new(graph, watch)?;
    let mut degrees = vec![0; simple.vertex_count()];
    fill(&simple.offsets, &mut degrees, watch, |vertex| simple.degree(number::vertex(vertex)))?;
    let mut left: Vec<Vertex> = graph.vertices().collect();
    let mut order = Vec::with_capacity(left.len());
    let mut step = 0;
    while let Some(level) = take_least(&left, &mut order, &degrees) {
        let mut next = order.len() - level.count;
        while next < order.len() {
            for &neighbor in simple.row(order[next]) {
                let degree = &mut degrees[neighbor as usize];
                if *degree > level.degree {
                    *degree -= 1;
                    if *degree == level.degree {
                        order.push(neighbor);
                    }
                }
            }
            watch.pace(&mut step)?;
            next += 1;
        }
        watch.check()?;
        left.retain(|&vertex| degrees[vertex as usize] > level.degree);
        watch.progress(order.len(), degrees.len());
    }
    Ok(Cores { numbers: degrees, order })
}

struct Level {
    degree: u32,
    count: usize,
}

/// Puts the vertices of the least degree of those that are left at the end of the order.
fn take_least(left: &[Vertex], order: &mut Vec<Vertex>, degrees: &[u32]) -> Option<Level> {
    let degree = left.iter().map(|&vertex| degrees[vertex as usize]).min()?;
    let before = order.len();
    order.extend(left.iter().copied().filter(|&vertex| degrees[vertex as usize] == degree));
    Some(Level { degree, count: order.len() - before })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn triangle_with_a_tail_is_a_two_core() {
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)];
        let graph = Graph::from_edges(Direction::Undirected, 6, &edges).unwrap();
        let cores = cores(&graph, &Watch::unbounded()).unwrap();
        assert_eq!(cores.numbers, [2, 2, 2, 1, 1, 0]);
        assert_eq!((cores.degeneracy(), cores.core(2)), (2, vec![0, 1, 2]));
        assert_eq!(cores.order, [5, 4, 3, 0, 1, 2]);
    }

    #[test]
    fn loops_parallel_edges_and_directions_make_no_core() {
        let edges = [(0, 1), (1, 0), (0, 1), (0, 0), (0, 0)];
        let graph = Graph::from_edges(Direction::Directed, 2, &edges).unwrap();
        assert_eq!(cores(&graph, &Watch::unbounded()).unwrap().numbers, [1, 1]);
        let graph = Graph::from_edges(Direction::Undirected, 2, &edges).unwrap();
        assert_eq!(cores(&graph, &Watch::unbounded()).unwrap().numbers, [1, 1]);
    }

    #[test]
    fn graph_of_nothing_has_no_cores() {
        let graph = Graph::from_edges(Direction::Undirected, 0, &[]).unwrap();
        assert_eq!(cores(&graph, &Watch::unbounded()).unwrap().degeneracy(), 0);
    }
}
