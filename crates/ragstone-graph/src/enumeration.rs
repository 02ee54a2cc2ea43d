//! Listing paths that meet no vertex twice without walking into the same dead end again and again.

use std::ops::ControlFlow;

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::watch::Watch;

/// A depth-first search for all ways from `start` to `goal` with at most `bound` edges, which may be the same vertex.
///
/// Gupta, Suzumura: Finding all bounded-length simple cycles in a directed graph, 2021; without a bound it is the
/// blocking of Johnson: Finding all the elementary circuits of a directed graph, SIAM J. Comput. 1975.
pub(crate) struct Enumeration<'a> {
    graph: &'a Graph,
    goal: Vertex,
    bound: u32,
    /// Least number of edges from each vertex to the goal.
    rest: Vec<u32>,
    /// A vertex may be entered by a way with fewer edges than this.
    locks: Vec<u32>,
    /// For each vertex those that led nowhere and may lead to the goal once it is open again.
    waiting: Vec<Vec<Vertex>>,
    /// Whether a vertex is in the lists of all its neighbours.
    is_waiting: Vec<bool>,
    is_on_path: Vec<bool>,
    path: Vec<Vertex>,
    stack: Vec<Step>,
}

struct Step {
    /// How many entries of the vertex's row were read.
    read: u32,
    has_succeeded: bool,
}

/// `goal` cannot be reached.
const NEVER: u32 = u32::MAX;

impl<'a> Enumeration<'a> {
    /// Prepares in O(vertices + entries) time; `bound` is less than 2³² − 2.
    pub(crate) fn new(graph: &'a Graph, goal: Vertex, bound: u32, watch: &Watch) -> Result<Self> {
        let rest = hops_to(graph, goal, bound, watch)?;
        let locks = rest.iter().map(|&rest| limit(bound, rest)).collect();
        let count = graph.vertex_count();
        Ok(Self {
            graph,
            goal,
            bound,
            rest,
            locks,
            waiting: vec![Vec::new(); count],
            is_waiting: vec![false; count],
            is_on_path: vec![false; count],
            path: Vec::new(),
            stack: Vec::new(),
        })
    }

    /// Shows `found` each path from `start`, the goal not included, until it breaks off. Each step over an edge is counted
    /// and shown to the watch's budget.
    pub(crate) fn run(
        &mut self,
        start: Vertex,
        steps: &mut Meter<'_>,
        mut found: impl FnMut(&[Vertex]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        self.enter(start);
        while let (Some(&vertex), Some(step)) = (self.path.last(), self.stack.last_mut()) {
            let row = self.graph.neighbors(vertex);
            let depth = depth(&self.path);
            let mut child = None;
            while let Some(&target) = row.get(step.read as usize) {
                step.read += 1;
                steps.add(1)?;
                // A parallel edge tells the same vertices again.
                if step.read > 1 && row[step.read as usize - 2] == target {
                    continue;
                }
                if target == self.goal {
                    if depth <= self.bound {
                        step.has_succeeded = true;
                        if found(&self.path).is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                    }
                } else if depth < self.locks[target as usize] && !self.is_on_path[target as usize] {
                    child = Some(target);
                    break;
                }
            }
            match child {
                Some(child) => self.enter(child),
                None => self.leave(steps)?,
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn enter(&mut self, vertex: Vertex) {
        self.path.push(vertex);
        self.stack.push(Step { read: 0, has_succeeded: false });
        self.is_on_path[vertex as usize] = true;
        self.locks[vertex as usize] = depth(&self.path);
    }

    fn leave(&mut self, steps: &mut Meter<'_>) -> Result<()> {
        let (Some(vertex), Some(step)) = (self.path.pop(), self.stack.pop()) else { return Ok(()) };
        self.is_on_path[vertex as usize] = false;
        if !step.has_succeeded {
            if std::mem::replace(&mut self.is_waiting[vertex as usize], true) {
                return Ok(());
            }
            for &target in self.graph.neighbors(vertex) {
                steps.add(1)?;
                if target != self.goal {
                    self.waiting[target as usize].push(vertex);
                }
            }
            return Ok(());
        }
        if let Some(before) = self.stack.last_mut() {
            before.has_succeeded = true;
        }
        let mut open = vec![(self.rest[vertex as usize], vertex)];
        while let Some((rest, vertex)) = open.pop() {
            steps.add(1)?;
            let limit = limit(self.bound, rest);
            if self.locks[vertex as usize] >= limit {
                continue;
            }
            self.locks[vertex as usize] = limit;
            for &other in &self.waiting[vertex as usize] {
                if !self.is_on_path[other as usize] {
                    open.push((self.rest[other as usize].max(rest + 1), other));
                }
            }
        }
        Ok(())
    }
}

/// A way with fewer edges than this may enter a vertex with `rest` edges to the goal.
fn limit(bound: u32, rest: u32) -> u32 {
    if rest > bound { 0 } else { bound - rest + 1 }
}

/// Edges of a path and one more.
fn depth(path: &[Vertex]) -> u32 {
    u32::try_from(path.len()).unwrap_or(u32::MAX)
}

/// Least number of edges to the goal, where that is at most `bound`.
fn hops_to(graph: &Graph, goal: Vertex, bound: u32, watch: &Watch) -> Result<Vec<u32>> {
    let mut hops = vec![NEVER; graph.vertex_count()];
    hops[goal as usize] = 0;
    let mut frontier = vec![goal];
    let mut step = 0;
    for level in 1..=bound {
        let mut next = Vec::new();
        for &source in frontier.iter().flat_map(|&vertex| graph.sources(vertex)) {
            watch.pace(&mut step)?;
            if hops[source as usize] == NEVER {
                hops[source as usize] = level;
                next.push(source);
            }
        }
        if next.is_empty() {
            break;
        }
        frontier = next;
    }
    Ok(hops)
}
