//! All cycles that meet no vertex twice, with caps.

use std::ops::ControlFlow;

use crate::component::{blocks, strong};
use crate::enumeration::Enumeration;
use crate::error::{GraphError, Result};
use crate::graph::{Direction, Graph, Vertex};
use crate::meter::Meter;
use crate::path::bound;
use crate::watch::Watch;

/// Which simple cycles to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimpleCyclesOptions {
    /// The most edges that a cycle may have; as many as there are vertices if `None`.
    pub max_length: Option<u32>,
    /// The most cycles to list, at least 1.
    pub max_count: usize,
}

impl Default for SimpleCyclesOptions {
    fn default() -> Self {
        Self { max_length: None, max_count: 1000 }
    }
}

/// Cycles that meet no vertex twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleCycles {
    /// The vertices of each cycle in order, from the least. Which cycle comes first is fixed, and says nothing.
    pub cycles: Vec<Vec<Vertex>>,
    /// Whether there are more, not longer than was asked for.
    pub is_cut: bool,
}

/// Lists the cycles that meet no vertex twice.
///
/// Weights are not looked at; cycles over the same vertices in the same order are one. A loop is a cycle of one vertex. In an
/// undirected graph a cycle is listed in one of its two directions, and parallel edges between two vertices are one cycle.
/// O((vertices + entries) × (cycles + 1)) time without a cap on the length, on one thread; 30 bytes a vertex and 20 an
/// entry. Errors: [`OutOfRange`](GraphError::OutOfRange) for a count of none; [`TooExpensive`](GraphError::TooExpensive)
/// once more steps were taken than the watch allows.
///
/// Johnson: Finding all the elementary circuits of a directed graph, SIAM J. Comput. 1975; with a cap on the length Gupta,
/// Suzumura: Finding all bounded-length simple cycles in a directed graph, 2021.
pub fn simple_cycles(graph: &Graph, options: SimpleCyclesOptions, watch: &Watch) -> Result<SimpleCycles> {
    if options.max_count == 0 {
        return Err(GraphError::OutOfRange {
            option: "max_count",
            found: "0".to_owned(),
            expected: "ask for at least one cycle",
        });
    }
    let mut list = List { cycles: Vec::new(), options, is_cut: false };
    let mut steps = Meter::new(watch, "ask for shorter cycles or for fewer");
    let is_over = list.short(graph, &mut steps)?.is_break();
    let mut parts = if is_over { Vec::new() } else { Part::split(graph, |vertex| vertex, watch)? };
    while let Some(Part { graph, names }) = parts.pop() {
        steps.add((graph.vertex_count() + graph.entry_count()) as u64)?;
        let bound = bound(&graph, options.max_length);
        let mut enumeration = Enumeration::new(&graph, 0, bound, watch)?;
        let found = |path: &[Vertex]| list.add(&graph, &names, path);
        if enumeration.run(0, &mut steps, found)?.is_break() {
            break;
        }
        parts.extend(Part::without_first(&graph, &names, watch)?);
    }
    Ok(SimpleCycles { cycles: list.cycles, is_cut: list.is_cut })
}

struct List {
    cycles: Vec<Vec<Vertex>>,
    options: SimpleCyclesOptions,
    is_cut: bool,
}

impl List {
    fn push(&mut self, cycle: Vec<Vertex>) -> ControlFlow<()> {
        if self.cycles.len() == self.options.max_count {
            self.is_cut = true;
            return ControlFlow::Break(());
        }
        self.cycles.push(cycle);
        ControlFlow::Continue(())
    }

    /// Adds loops, and the pairs of an undirected graph, which the search does not see.
    fn short(&mut self, graph: &Graph, steps: &mut Meter<'_>) -> Result<ControlFlow<()>> {
        let longest = self.options.max_length.unwrap_or(u32::MAX);
        for vertex in graph.vertices() {
            for same in graph.neighbors(vertex).chunk_by(|one, other| one == other) {
                steps.add(1)?;
                let target = same[0];
                let is_pair = !graph.is_directed() && vertex < target && same.len() > 1;
                let cycle = match target {
                    _ if target == vertex && longest >= 1 => vec![vertex],
                    _ if is_pair && longest >= 2 => vec![vertex, target],
                    _ => continue,
                };
                if self.push(cycle).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Adds a cycle that was found in a part; without direction the one of two whose second vertex is less than its last.
    fn add(&mut self, graph: &Graph, names: &[Vertex], path: &[Vertex]) -> ControlFlow<()> {
        if !graph.is_directed() && (path.len() < 3 || path[1] > path[path.len() - 1]) {
            return ControlFlow::Continue(());
        }
        self.push(path.iter().map(|&vertex| names[vertex as usize]).collect())
    }
}

/// A part of the graph in which each vertex is on a cycle, without loops and parallel edges.
struct Part {
    graph: Graph,
    /// What the vertices are called in the whole graph, ascending.
    names: Vec<Vertex>,
}

impl Part {
    /// The parts of what remains when the first vertex is gone.
    fn without_first(graph: &Graph, names: &[Vertex], watch: &Watch) -> Result<Vec<Self>> {
        let rest: Vec<Vertex> = graph.vertices().skip(1).collect();
        let part = Self::induced(graph, &rest, |vertex| names[vertex as usize])?;
        Self::split(&part.graph, |vertex| part.names[vertex as usize], watch)
    }

    /// The strongly connected components of a directed graph, the blocks of an undirected one.
    fn split(graph: &Graph, name: impl Fn(Vertex) -> Vertex, watch: &Watch) -> Result<Vec<Self>> {
        if graph.is_directed() {
            let members = strong(graph, watch)?.members();
            let large = members.iter().filter(|members| members.len() > 1);
            large.map(|members| Self::induced(graph, members, &name)).collect()
        } else {
            let blocks = blocks(graph, watch)?;
            let large = blocks.members().filter(|members| members.len() > 2);
            large.map(|members| Self::induced(graph, members, &name)).collect()
        }
    }

    /// The part between `members`, which are ascending.
    fn induced(graph: &Graph, members: &[Vertex], name: impl Fn(Vertex) -> Vertex) -> Result<Self> {
        let mut edges = Vec::new();
        for (place, &member) in (0..).zip(members) {
            let mut last = None;
            for &target in graph.neighbors(member) {
                let is_new = last.replace(target) != Some(target) && target != member;
                let is_first = graph.is_directed() || member < target;
                if let (true, Ok(other)) = (is_new && is_first, members.binary_search(&target)) {
                    edges.push((place, Vertex::try_from(other).unwrap_or(Vertex::MAX)));
                }
            }
        }
        let direction = if graph.is_directed() { Direction::Directed } else { Direction::Undirected };
        let graph = Graph::from_edges(direction, members.len(), &edges)?;
        Ok(Self { graph, names: members.iter().map(|&member| name(member)).collect() })
    }
}
