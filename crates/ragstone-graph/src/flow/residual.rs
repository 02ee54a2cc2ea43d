//! The residual network: each edge is an arc and its twin, each with what it can still carry.

use crate::flow::Capacity;
use crate::graph::{Graph, Vertex, Weight};
use crate::number;

/// In the place of an arc: the edge is a loop.
const NO_ARC: u32 = u32::MAX;

/// Arcs in compressed sparse rows: `heads[firsts[v]..firsts[v + 1]]` are the ends of the arcs from `v`.
#[derive(Debug)]
pub(crate) struct Residual {
    pub(crate) firsts: Vec<u32>,
    pub(crate) heads: Vec<Vertex>,
    pub(crate) left: Vec<Weight>,
    pub(crate) twins: Vec<u32>,
    /// The arc of each edge in the order of [`Graph::edges`].
    arcs: Vec<u32>,
}

impl Residual {
    /// Bytes that the network of a graph takes.
    pub(crate) fn bytes(graph: &Graph) -> u64 {
        number::wide(graph.vertex_count()) * 16 + number::wide(graph.edge_count()) * 44
    }

    pub(crate) fn new(graph: &Graph, capacity: Capacity) -> Self {
        let mut firsts = vec![0u32; graph.vertex_count() + 1];
        for edge in graph.edges().filter(|edge| edge.source != edge.target) {
            firsts[edge.source as usize] += 1;
            firsts[edge.target as usize] += 1;
        }
        let mut sum = 0;
        for first in &mut firsts {
            sum += std::mem::replace(first, sum);
        }
        let mut places = firsts.clone();
        let mut residual = Self {
            firsts,
            heads: vec![0; sum as usize],
            left: vec![0.0; sum as usize],
            twins: vec![0; sum as usize],
            arcs: Vec::with_capacity(graph.edge_count()),
        };
        let way_back = |carries| if graph.is_directed() { 0.0 } else { carries };
        for edge in graph.edges() {
            if edge.source == edge.target {
                residual.arcs.push(NO_ARC);
                continue;
            }
            let carries = capacity.of(edge.weight);
            let (arc, twin) = (take(&mut places, edge.source), take(&mut places, edge.target));
            residual.put(arc, edge.target, carries, twin);
            residual.put(twin, edge.source, way_back(carries), arc);
            residual.arcs.push(arc);
        }
        residual
    }

    #[inline]
    pub(crate) fn arcs(&self, vertex: Vertex) -> std::ops::Range<u32> {
        self.firsts[vertex as usize]..self.firsts[vertex as usize + 1]
    }

    #[inline]
    pub(crate) fn head(&self, arc: u32) -> Vertex {
        self.heads[arc as usize]
    }

    #[inline]
    pub(crate) fn tail(&self, arc: u32) -> Vertex {
        self.heads[self.twins[arc as usize] as usize]
    }

    #[inline]
    pub(crate) fn push(&mut self, arc: u32, amount: Weight) {
        self.left[arc as usize] -= amount;
        let twin = self.twins[arc as usize];
        self.left[twin as usize] += amount;
    }

    /// What flows along each edge, against the edge where it is negative.
    pub(crate) fn flows(&self, graph: &Graph, capacity: Capacity) -> Vec<Weight> {
        let flow = |(edge, &arc): (crate::graph::Edge, &u32)| match arc {
            NO_ARC => 0.0,
            arc => capacity.of(edge.weight) - self.left[arc as usize],
        };
        graph.edges().zip(&self.arcs).map(flow).collect()
    }

    fn put(&mut self, arc: u32, head: Vertex, carries: Weight, twin: u32) {
        self.heads[arc as usize] = head;
        self.left[arc as usize] = carries;
        self.twins[arc as usize] = twin;
    }
}

fn take(places: &mut [u32], vertex: Vertex) -> u32 {
    let place = &mut places[vertex as usize];
    *place += 1;
    *place - 1
}
