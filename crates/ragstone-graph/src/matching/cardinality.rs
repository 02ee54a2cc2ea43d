//! Matching of most pairs in any graph, with the vertices that prove it.

use crate::error::Result;
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::matching::{Matching, NONE};
use crate::meter::Meter;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "match the components one by one";

/// A matching of as many pairs as there can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardinalityMatching {
    /// The pairs.
    pub matching: Matching,
    /// Vertices without which the graph falls into so many parts of odd size that no matching has more pairs: vertices
    /// without a mate are as many as those parts, less the vertices of the barrier (the Tutte–Berge formula). Ascending.
    pub barrier: Vec<Vertex>,
}

/// Finds as many pairs as there can be in any graph.
///
/// Edges are read both ways; loops, parallel edges and weights mean nothing.
/// O(V E α(V)), near O(E) where most vertices find a mate at once; on one thread.
/// J. Edmonds, Paths, trees, and flowers, 1965; H. Gabow, An efficient implementation of Edmonds' algorithm, 1976.
pub fn cardinality_matching(graph: &Graph, watch: &Watch) -> Result<CardinalityMatching> {
    watch.afford(number::wide(graph.vertex_count()) * 25, number::wide(graph.entry_count()), REMEDY)?;
    let graph = simple(graph, watch)?;
    let mut meter = Meter::new(watch, REMEDY);
    let mut search = Search::new(&graph);
    search.begin(&mut meter)?;
    for root in graph.vertices() {
        if search.mates[root as usize] == NONE && search.labels[root as usize] == Label::None {
            search.grow(root, &mut meter)?;
        }
    }
    let barrier = graph.vertices().filter(|&vertex| search.labels[vertex as usize] == Label::Inner).collect();
    Ok(CardinalityMatching { matching: Matching { mates: search.mates }, barrier })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    None,
    /// An even number of edges from the root, or in a blossom that is.
    Outer,
    /// An odd number of edges from the root.
    Inner,
}

struct Search<'a> {
    graph: &'a Graph,
    mates: Vec<Vertex>,
    labels: Vec<Label>,
    /// The vertex before on an alternating way from the root.
    links: Vec<Vertex>,
    /// Parents in the sets of vertices that a blossom joins; roots are bases.
    bases: Vec<Vertex>,
    marks: Vec<u32>,
    mark: u32,
    /// Outer vertices in the order in which they were reached.
    queue: Vec<Vertex>,
    /// Vertices that the search has labelled.
    touched: Vec<Vertex>,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph) -> Self {
        let count = graph.vertex_count();
        Self {
            graph,
            mates: vec![NONE; count],
            labels: vec![Label::None; count],
            links: vec![NONE; count],
            bases: graph.vertices().collect(),
            marks: vec![0; count],
            mark: 0,
            queue: Vec::new(),
            touched: Vec::new(),
        }
    }

    fn pair(&mut self, one: Vertex, other: Vertex) {
        self.mates[one as usize] = other;
        self.mates[other as usize] = one;
    }

    /// Pairs vertices that have a single free neighbour first, others in the order of their degrees, with the free
    /// neighbour that has the fewest choices.
    fn begin(&mut self, meter: &mut Meter<'_>) -> Result<()> {
        let mut free: Vec<usize> =
            self.graph.vertices().map(|vertex| self.graph.neighbors(vertex).len()).collect();
        let mut order: Vec<Vertex> = self.graph.vertices().collect();
        order.sort_by_key(|&vertex| free[vertex as usize]);
        let mut urgent = Vec::new();
        for vertex in order {
            urgent.push(vertex);
            while let Some(vertex) = urgent.pop() {
                meter.add(1 + number::wide(self.graph.neighbors(vertex).len()))?;
                if self.mates[vertex as usize] != NONE {
                    continue;
                }
                let others = self.graph.neighbors(vertex).iter().copied();
                let choices = others.filter(|&other| self.mates[other as usize] == NONE);
                let Some(other) = choices.min_by_key(|&other| free[other as usize]) else {
                    continue;
                };
                self.pair(vertex, other);
                for end in [vertex, other] {
                    meter.add(number::wide(self.graph.neighbors(end).len()))?;
                    for &near in self.graph.neighbors(end) {
                        free[near as usize] -= 1;
                        if free[near as usize] == 1 && self.mates[near as usize] == NONE {
                            urgent.push(near);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Looks for an alternating way from a free vertex to another. If there is none, what was labelled stays so: no later
    /// way leads through it.
    fn grow(&mut self, root: Vertex, meter: &mut Meter<'_>) -> Result<()> {
        self.queue.clear();
        self.touched.clear();
        self.reach(root);
        let mut next = 0;
        while let Some(&vertex) = self.queue.get(next) {
            next += 1;
            meter.add(1 + number::wide(self.graph.neighbors(vertex).len()))?;
            for &other in self.graph.neighbors(vertex) {
                match self.labels[other as usize] {
                    Label::Inner => {}
                    Label::None => {
                        self.labels[other as usize] = Label::Inner;
                        self.links[other as usize] = vertex;
                        self.touched.push(other);
                        let mate = self.mates[other as usize];
                        if mate == NONE {
                            self.augment(other);
                            return Ok(());
                        }
                        self.reach(mate);
                    }
                    Label::Outer => {
                        if self.base(vertex) != self.base(other) {
                            let base = self.meeting(vertex, other);
                            self.blossom(vertex, other, base);
                            self.blossom(other, vertex, base);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn reach(&mut self, vertex: Vertex) {
        self.labels[vertex as usize] = Label::Outer;
        self.queue.push(vertex);
        self.touched.push(vertex);
    }

    fn base(&mut self, mut vertex: Vertex) -> Vertex {
        while self.bases[vertex as usize] != vertex {
            let above = self.bases[vertex as usize];
            self.bases[vertex as usize] = self.bases[above as usize];
            vertex = above;
        }
        vertex
    }

    /// The base in which the ways from two outer vertices to the root meet.
    fn meeting(&mut self, one: Vertex, other: Vertex) -> Vertex {
        self.mark += 1;
        let (mut one, mut other) = (self.base(one), self.base(other));
        loop {
            if one != NONE {
                if self.marks[one as usize] == self.mark {
                    return one;
                }
                self.marks[one as usize] = self.mark;
                let mate = self.mates[one as usize];
                one = if mate == NONE { NONE } else { self.base(self.links[mate as usize]) };
            }
            std::mem::swap(&mut one, &mut other);
        }
    }

    /// Joins the way from `vertex` down to `base` into one outer blossom, whose other side begins at `other`.
    fn blossom(&mut self, mut vertex: Vertex, mut other: Vertex, base: Vertex) {
        while self.base(vertex) != base {
            self.links[vertex as usize] = other;
            other = self.mates[vertex as usize];
            if self.labels[other as usize] == Label::Inner {
                self.labels[other as usize] = Label::Outer;
                self.queue.push(other);
            }
            for joined in [vertex, other] {
                if self.bases[joined as usize] == joined {
                    self.bases[joined as usize] = base;
                }
            }
            vertex = self.links[other as usize];
        }
    }

    /// Swaps pairs along the way to the free vertex `end`, and forgets the search.
    fn augment(&mut self, mut end: Vertex) {
        while end != NONE {
            let before = self.links[end as usize];
            let next = self.mates[before as usize];
            self.pair(end, before);
            end = next;
        }
        for &vertex in &self.touched {
            self.labels[vertex as usize] = Label::None;
            self.links[vertex as usize] = NONE;
            self.bases[vertex as usize] = vertex;
        }
    }
}
