//! k-trusses: parts of a graph in which each edge is in triangles enough.

use crate::clustering::oriented::{Oriented, rank};
use crate::error::Result;
use crate::graph::simple::Simple;
use crate::graph::{Graph, Vertex};
use crate::number;
use crate::watch::Watch;

/// The truss of each edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusses {
    /// The edges of the simple graph beneath, the lesser end first, ascending.
    pub edges: Vec<(Vertex, Vertex)>,
    /// For each edge the largest k for which it belongs to a k-truss: a largest part of the graph in which every edge is
    /// in at least k − 2 triangles. At least 2.
    pub numbers: Vec<u32>,
}

impl Trusses {
    /// The largest truss number; 0 in a graph without edges.
    pub fn greatest(&self) -> u32 {
        self.numbers.iter().copied().max().unwrap_or(0)
    }

    /// The edges of the `k`-truss, ascending.
    pub fn truss(&self, k: u32) -> Vec<(Vertex, Vertex)> {
        let pairs = self.edges.iter().zip(&self.numbers);
        pairs.filter(|&(_, &number)| number >= k).map(|(&edge, _)| edge).collect()
    }
}

/// Finds the truss number of every edge by peeling, in O(edges · √edges · log degree) time and about 36 bytes for an
/// edge. Counting triangles runs on all threads, peeling on one.
///
/// Directions, weights, loops and parallel edges mean nothing to it. Refuses what the watch cannot afford, counted in
/// entries that are looked up.
///
/// Source: Wang and Cheng, "Truss decomposition in massive networks", 2012.
pub fn trusses(graph: &Graph, watch: &Watch) -> Result<Trusses> {
    let simple = Simple::new(graph, watch)?;
    let steps = simple.offsets.windows(2).zip(graph.vertices()).map(|(bounds, vertex)| {
        let degree = bounds[1] - bounds[0];
        let row = simple.row(vertex).iter();
        row.map(|&other| u64::from(simple.degree(other).min(degree))).sum::<u64>() / 2
    });
    let bytes = simple.targets.len() as u64 * 18 + simple.offsets.len() as u64 * 12;
    watch.afford(bytes, steps.sum(), "ask for k-cores, or for the trusses of a part of the graph")?;
    let oriented = Oriented::new(&simple, watch)?;
    let arcs = oriented.targets.len();
    let supports = oriented.count(arcs, watch, |counts, triangle| {
        for arc in triangle.arcs {
            counts[arc] += 1;
        }
    })?;
    let ends = ends(&oriented);
    let numbers = Peeling {
        arc_at: arc_at(&simple, &oriented),
        supports: supports.into_iter().map(|support| u32::try_from(support).unwrap_or(u32::MAX)).collect(),
        removed: vec![false; arcs],
        queued: vec![false; arcs],
        looked_at: 0,
        simple: &simple,
        ends: &ends,
    }
    .run(watch)?;
    let mut pairs: Vec<_> = ends.into_iter().map(|(a, b)| (a.min(b), a.max(b))).zip(numbers).collect();
    pairs.sort_unstable();
    let (edges, numbers) = pairs.into_iter().unzip();
    Ok(Trusses { edges, numbers })
}

/// The ends of each arc.
fn ends(oriented: &Oriented) -> Vec<(Vertex, Vertex)> {
    let vertices = 0..oriented.offsets.len() - 1;
    let rows = vertices.map(number::vertex);
    rows.flat_map(|vertex| oriented.arcs(vertex).map(move |arc| (vertex, oriented.targets[arc]))).collect()
}

/// The arc of each entry of the simple graph.
fn arc_at(simple: &Simple<'_>, oriented: &Oriented) -> Vec<u32> {
    let mut arc_at = vec![0; simple.targets.len()];
    // Vertices are walked in order, so those before a row's next place have had theirs.
    let mut next: Vec<u32> = simple.offsets[..simple.vertex_count()].to_vec();
    let mut arc_from: Vec<u32> = oriented.offsets[..simple.vertex_count()].to_vec();
    for vertex in (0..simple.vertex_count()).map(number::vertex) {
        let row = simple.begin(vertex);
        for (index, &target) in simple.row(vertex).iter().enumerate() {
            if target < vertex {
                continue;
            }
            let mirror = next[target as usize] as usize;
            next[target as usize] += 1;
            let arc = if rank(simple, vertex) < rank(simple, target) {
                // Its arcs to lesser vertices were counted when those were walked.
                take(&mut arc_from[vertex as usize])
            } else {
                take(&mut arc_from[target as usize])
            };
            arc_at[row + index] = arc;
            arc_at[mirror] = arc;
        }
    }
    arc_at
}

fn take(next: &mut u32) -> u32 {
    *next += 1;
    *next - 1
}

struct Peeling<'a> {
    simple: &'a Simple<'a>,
    ends: &'a [(Vertex, Vertex)],
    arc_at: Vec<u32>,
    supports: Vec<u32>,
    removed: Vec<bool>,
    queued: Vec<bool>,
    /// Entries since the watch was asked.
    looked_at: usize,
}

impl Peeling<'_> {
    /// Removes edges by ascending support; an edge's number is its support when it goes, and 2.
    fn run(mut self, watch: &Watch) -> Result<Vec<u32>> {
        let mut left: Vec<u32> = (0..number::vertex(self.ends.len())).collect();
        let mut queue = Vec::new();
        while let Some(level) = left.iter().map(|&arc| self.supports[arc as usize]).min() {
            queue.clear();
            queue.extend(left.iter().copied().filter(|&arc| self.supports[arc as usize] == level));
            for &arc in &queue {
                self.queued[arc as usize] = true;
            }
            let mut next = 0;
            while next < queue.len() {
                self.remove(queue[next], level, &mut queue, watch)?;
                next += 1;
            }
            left.retain(|&arc| !self.removed[arc as usize]);
            watch.progress(self.ends.len() - left.len(), self.ends.len());
        }
        self.supports.iter_mut().for_each(|support| *support += 2);
        Ok(self.supports)
    }

    fn remove(&mut self, arc: u32, level: u32, queue: &mut Vec<u32>, watch: &Watch) -> Result<()> {
        self.removed[arc as usize] = true;
        let (a, b) = self.ends[arc as usize];
        let (short, long) = if self.simple.degree(a) < self.simple.degree(b) { (a, b) } else { (b, a) };
        self.looked_at += self.simple.row(short).len();
        if self.looked_at > 4096 {
            watch.check()?;
            self.looked_at = 0;
        }
        let mut rest = self.simple.row(long);
        let mut place = self.simple.begin(long);
        for (index, &third) in self.simple.row(short).iter().enumerate() {
            let near = self.arc_at[self.simple.begin(short) + index];
            if self.removed[near as usize] {
                continue;
            }
            let skipped = rest.partition_point(|&other| other < third);
            place += skipped;
            rest = &rest[skipped..];
            if rest.first() != Some(&third) {
                continue;
            }
            let far = self.arc_at[place];
            if self.removed[far as usize] {
                continue;
            }
            self.lower(near, level, queue);
            self.lower(far, level, queue);
        }
        Ok(())
    }

    /// Takes a triangle from an edge, not below the level that is removed now.
    fn lower(&mut self, arc: u32, level: u32, queue: &mut Vec<u32>) {
        let index = arc as usize;
        if self.supports[index] > level {
            self.supports[index] -= 1;
            if self.supports[index] == level && !self.queued[index] {
                self.queued[index] = true;
                queue.push(arc);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn clique_with_a_tail_is_a_four_truss() {
        let edges = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 3), (5, 6)];
        let graph = Graph::from_edges(Direction::Undirected, 7, &edges).unwrap();
        let trusses = trusses(&graph, &Watch::unbounded()).unwrap();
        assert_eq!(trusses.numbers, [4, 4, 4, 4, 4, 4, 3, 3, 3, 2]);
        assert_eq!(trusses.edges[6..], [(3, 4), (3, 5), (4, 5), (5, 6)]);
        assert_eq!((trusses.greatest(), trusses.truss(4).len(), trusses.truss(5).len()), (4, 6, 0));
    }

    #[test]
    fn too_much_work_is_refused() {
        let graph = Graph::from_edges(Direction::Undirected, 3, &[(0, 1), (1, 2), (2, 0)]).unwrap();
        assert!(trusses(&graph, &Watch::unbounded().with_max_steps(5)).is_err());
        assert!(trusses(&graph, &Watch::unbounded().with_max_steps(6)).is_ok());
    }
}
