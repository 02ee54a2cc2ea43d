//! Biconnected components with the vertices and edges that alone hold them together.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::path::NOBODY;
use crate::watch::Watch;

const NEW: u32 = u32::MAX;

/// Biconnected components of an undirected graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    ends: Vec<usize>,
    vertices: Vec<Vertex>,
    articulation_points: Vec<Vertex>,
    bridges: Vec<(Vertex, Vertex)>,
}

impl Blocks {
    /// How many blocks there are. A vertex without neighbours is in none.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The vertices of each block, ascending.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &[Vertex]> + '_ {
        (0..self.count()).map(|block| {
            let begin = if block == 0 { 0 } else { self.ends[block - 1] };
            &self.vertices[begin..self.ends[block]]
        })
    }

    /// Vertices without which their component falls apart, ascending.
    pub fn articulation_points(&self) -> &[Vertex] {
        &self.articulation_points
    }

    /// Edges without which their component falls apart, the lesser end first, ascending. An edge beside a parallel one
    /// is none.
    pub fn bridges(&self) -> &[(Vertex, Vertex)] {
        &self.bridges
    }
}

/// Finds the largest sets of vertices that hang together whichever one of them is missing, the vertices where they
/// touch, and the edges that are no part of any cycle.
///
/// Two ends of a bridge are a block. Loops are not looked at. O(vertices + entries) time on one thread, 20 bytes a vertex
/// beside the answer, no recursion. Errors: [`WrongKind`](GraphError::WrongKind) on a directed graph.
///
/// Hopcroft, Tarjan: Efficient algorithms for graph manipulation, CACM 1973.
pub fn blocks(graph: &Graph, watch: &Watch) -> Result<Blocks> {
    if graph.is_directed() {
        return Err(GraphError::WrongKind {
            algorithm: "the search for biconnected components",
            expected: "undirected",
            remedy: "take each edge both ways first",
        });
    }
    let count = graph.vertex_count();
    let mut search = Search {
        numbers: vec![NEW; count],
        lows: vec![NEW; count],
        is_point: vec![false; count],
        path: Vec::new(),
        open: Vec::new(),
        visited: 0,
        found: Blocks { ends: vec![], vertices: vec![], articulation_points: vec![], bridges: vec![] },
    };
    let mut step = 0;
    for root in graph.vertices() {
        watch.pace(&mut step)?;
        if search.numbers[root as usize] == NEW {
            search.run(graph, root, watch, &mut step)?;
        }
    }
    let Search { mut found, is_point, .. } = search;
    found.articulation_points = graph.vertices().filter(|&vertex| is_point[vertex as usize]).collect();
    found.bridges.sort_unstable();
    Ok(found)
}

/// A vertex on the way from the root.
struct Step {
    vertex: Vertex,
    parent: Vertex,
    /// How many of its edges were read.
    read: u32,
    /// Whether the edge to the parent was met: a second one leads back for good.
    has_met_parent: bool,
    /// Blocks that were closed below it.
    closed: u32,
}

struct Search {
    numbers: Vec<u32>,
    lows: Vec<u32>,
    is_point: Vec<bool>,
    path: Vec<Step>,
    /// Vertices whose block is not closed.
    open: Vec<Vertex>,
    visited: u32,
    found: Blocks,
}

impl Search {
    fn run(&mut self, graph: &Graph, root: Vertex, watch: &Watch, pace: &mut u32) -> Result<()> {
        self.enter(root, NOBODY);
        while let Some(step) = self.path.last_mut() {
            watch.pace(pace)?;
            let vertex = step.vertex;
            let mut low = self.lows[vertex as usize];
            let mut child = None;
            for &target in &graph.neighbors(vertex)[step.read as usize..] {
                step.read += 1;
                if target == step.parent && !step.has_met_parent {
                    step.has_met_parent = true;
                    continue;
                }
                match self.numbers[target as usize] {
                    NEW => {
                        child = Some(target);
                        break;
                    }
                    number => low = low.min(number),
                }
            }
            self.lows[vertex as usize] = low;
            match child {
                Some(child) => self.enter(child, vertex),
                None => self.leave(),
            }
        }
        self.open.clear();
        Ok(())
    }

    fn enter(&mut self, vertex: Vertex, parent: Vertex) {
        self.numbers[vertex as usize] = self.visited;
        self.lows[vertex as usize] = self.visited;
        self.visited += 1;
        self.open.push(vertex);
        self.path.push(Step { vertex, parent, read: 0, has_met_parent: false, closed: 0 });
    }

    fn leave(&mut self) {
        let Some(Step { vertex, closed, .. }) = self.path.pop() else { return };
        let Some(parent) = self.path.last_mut() else {
            self.is_point[vertex as usize] = closed > 1;
            return;
        };
        self.is_point[vertex as usize] = closed > 0;
        let (low, number) = (self.lows[vertex as usize], self.numbers[parent.vertex as usize]);
        let of_parent = &mut self.lows[parent.vertex as usize];
        *of_parent = low.min(*of_parent);
        if low < number {
            return;
        }
        parent.closed += 1;
        let ends = (vertex.min(parent.vertex), vertex.max(parent.vertex));
        if low > number {
            self.found.bridges.push(ends);
        }
        let begin = self.found.vertices.len();
        self.found.vertices.push(parent.vertex);
        while let Some(member) = self.open.pop() {
            self.found.vertices.push(member);
            if member == vertex {
                break;
            }
        }
        self.found.vertices[begin..].sort_unstable();
        self.found.ends.push(self.found.vertices.len());
    }
}
