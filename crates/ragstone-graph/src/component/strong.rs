//! Strongly connected components by one depth-first search.

use crate::component::Components;
use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// No number yet.
const NEW: u32 = u32::MAX;

/// Finds the components within which every vertex is reached from every other; those of an undirected graph are its
/// [weak](super::weak) ones.
///
/// O(vertices + entries) time on one thread, 24 bytes a vertex, no recursion.
///
/// Tarjan: Depth-first search and linear graph algorithms, SIAM J. Comput. 1972; with one number a vertex as by Pearce:
/// A space-efficient algorithm for finding strongly connected components, IPL 2016.
pub fn strong(graph: &Graph, watch: &Watch) -> Result<Components> {
    if !graph.is_directed() {
        return super::weak(graph, watch);
    }
    let mut search = Search {
        lows: vec![NEW; graph.vertex_count()],
        representatives: vec![NEW; graph.vertex_count()],
        open: Vec::new(),
        path: Vec::new(),
        visited: 0,
    };
    let mut step = 0;
    for root in graph.vertices() {
        watch.pace(&mut step)?;
        if search.lows[root as usize] == NEW {
            search.run(graph, root, watch, &mut step)?;
        }
    }
    Ok(Components::from_representatives(search.representatives))
}

struct Search {
    /// The least number that is known to be reached through vertices whose component is still open.
    lows: Vec<u32>,
    representatives: Vec<Vertex>,
    /// Vertices that were left and whose component is still open.
    open: Vec<Vertex>,
    /// The way to the vertex at hand: vertex, how many of its edges were read, its number.
    path: Vec<(Vertex, u32, u32)>,
    visited: u32,
}

impl Search {
    fn run(&mut self, graph: &Graph, root: Vertex, watch: &Watch, step: &mut u32) -> Result<()> {
        self.enter(root);
        while let Some(&mut (vertex, ref mut read, number)) = self.path.last_mut() {
            watch.pace(step)?;
            let targets = &graph.neighbors(vertex)[*read as usize..];
            let mut low = self.lows[vertex as usize];
            let mut child = None;
            for &target in targets {
                *read += 1;
                let of_target = self.lows[target as usize];
                if of_target == NEW {
                    child = Some(target);
                    break;
                }
                if self.representatives[target as usize] == NEW {
                    low = low.min(of_target);
                }
            }
            self.lows[vertex as usize] = low;
            match child {
                Some(child) => self.enter(child),
                None => self.leave(vertex, low, number),
            }
        }
        Ok(())
    }

    fn enter(&mut self, vertex: Vertex) {
        self.lows[vertex as usize] = self.visited;
        self.path.push((vertex, 0, self.visited));
        self.visited += 1;
    }

    fn leave(&mut self, vertex: Vertex, low: u32, number: u32) {
        self.path.pop();
        if let Some(&(parent, ..)) = self.path.last() {
            let of_parent = &mut self.lows[parent as usize];
            *of_parent = low.min(*of_parent);
        }
        if low < number {
            self.open.push(vertex);
            return;
        }
        // The numbers of all that were entered after `vertex` are greater, and so are their lows.
        self.representatives[vertex as usize] = vertex;
        while let Some(&member) = self.open.last().filter(|&&member| self.lows[member as usize] >= number) {
            self.representatives[member as usize] = vertex;
            self.open.pop();
        }
    }
}
