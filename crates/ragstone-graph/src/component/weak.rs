//! Weakly connected components by joining trees, most edges of the largest one unread.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

use crate::component::Components;
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// Vertices that are one task.
const TASK: usize = 4096;
/// Neighbours of each vertex that are read before the largest component is guessed.
const FIRST: usize = 2;
/// Vertices that are asked for their component to guess the largest.
const ASKED: usize = 1024;

/// Finds the components that hang together when every edge is taken both ways.
///
/// O(vertices + entries) time, with a factor that hardly grows, on all threads; 8 bytes a vertex. On an undirected graph
/// most vertices of the largest component read only two of their edges.
///
/// Sutton, Ben-Nun, Barak: Optimizing parallel graph connectivity computation via subgraph sampling, IPDPS 2018.
pub fn weak(graph: &Graph, watch: &Watch) -> Result<Components> {
    let forest = Forest::new(graph.vertex_count());
    let count = graph.vertex_count();
    each(count, watch, |vertex| {
        for &target in graph.neighbors(vertex).iter().take(FIRST) {
            forest.join(vertex, target);
        }
    })?;
    each(count, watch, |vertex| forest.shorten(vertex))?;
    // An edge that leads only one way is in one row: the rows of the largest component cannot be left unread.
    let largest = if graph.is_directed() { None } else { forest.most_common() };
    each(count, watch, |vertex| {
        let targets = graph.neighbors(vertex);
        if targets.len() > FIRST && Some(forest.parent(vertex)) != largest {
            targets[FIRST..].iter().for_each(|&target| forest.join(vertex, target));
        }
    })?;
    each(count, watch, |vertex| forest.shorten(vertex))?;
    let parents = forest.parents.into_iter().map(AtomicU32::into_inner).collect();
    Ok(Components::from_representatives(parents))
}

/// Visits all vertices, on all threads, in tasks.
fn each(vertices: usize, watch: &Watch, visit: impl Fn(Vertex) + Sync) -> Result<()> {
    (0..vertices.div_ceil(TASK)).into_par_iter().try_for_each(|task| {
        watch.check()?;
        range(task * TASK, ((task + 1) * TASK).min(vertices)).for_each(&visit);
        Ok::<_, GraphError>(())
    })
}

fn range(first: usize, last: usize) -> std::ops::Range<Vertex> {
    let vertex = |index| Vertex::try_from(index).unwrap_or(Vertex::MAX);
    vertex(first)..vertex(last)
}

/// Trees whose roots are their least vertices; parents are never greater than their children.
struct Forest {
    parents: Vec<AtomicU32>,
}

impl Forest {
    fn new(vertices: usize) -> Self {
        Self { parents: range(0, vertices).map(AtomicU32::new).collect() }
    }

    #[inline]
    fn parent(&self, vertex: Vertex) -> Vertex {
        self.parents[vertex as usize].load(Relaxed)
    }

    /// Hangs the greater of two roots under the other. Another thread may hang it elsewhere meanwhile; then it is tried
    /// again from there, so the roots that remain do not depend on the order.
    fn join(&self, one: Vertex, other: Vertex) {
        let (mut one, mut other) = (self.parent(one), self.parent(other));
        while one != other {
            let (high, low) = (one.max(other), one.min(other));
            let parent = self.parent(high);
            let hang = || self.parents[high as usize].compare_exchange(high, low, Relaxed, Relaxed);
            if parent == low || (parent == high && hang().is_ok()) {
                return;
            }
            one = self.parent(self.parent(high));
            other = self.parent(low);
        }
    }

    /// Hangs a vertex directly under its root.
    fn shorten(&self, vertex: Vertex) {
        let mut root = self.parent(vertex);
        while self.parent(root) != root {
            root = self.parent(root);
        }
        self.parents[vertex as usize].store(root, Relaxed);
    }

    /// The root that most of some vertices have, evenly spread.
    fn most_common(&self) -> Option<Vertex> {
        let step = (self.parents.len() / ASKED).max(1);
        let mut roots: Vec<Vertex> =
            self.parents.iter().step_by(step).map(|parent| parent.load(Relaxed)).collect();
        roots.sort_unstable();
        roots.chunk_by(|one, other| one == other).max_by_key(|same| same.len()).map(|same| same[0])
    }
}
