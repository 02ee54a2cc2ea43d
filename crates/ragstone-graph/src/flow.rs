//! Flows and cuts: the most that gets from one vertex to another, and the cheapest edges that part a graph.

mod global;
mod network;
mod residual;

pub use self::global::global_min_cut;
pub use self::network::{MaxFlow, max_flow};

use crate::error::{GraphError, Result};
use crate::graph::{Edge, Graph, Vertex, Weight};

/// How much an edge carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Capacity {
    /// Its weight, 1 in a graph without weights.
    #[default]
    Weights,
    /// 1, whatever it weighs; the flow is then the number of paths that share no edge.
    Units,
}

impl Capacity {
    fn of(self, weight: Weight) -> Weight {
        match self {
            Self::Weights => weight,
            Self::Units => 1.0,
        }
    }

    fn require(self, graph: &Graph) -> Result<()> {
        match graph.negative_edge() {
            Some(edge) if self == Self::Weights => Err(GraphError::NegativeWeight {
                source_vertex: edge.source,
                target: edge.target,
                weight: edge.weight,
                remedy: "capacities are at least 0, or ask for unit capacities",
            }),
            _ => Ok(()),
        }
    }
}

/// Edges that part the vertices of `side` from all others.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Sum of the capacities of `edges`.
    pub value: Weight,
    /// The vertices of one side, ascending; of a cut between two vertices, the side of the source.
    pub side: Vec<Vertex>,
    /// The edges that lead from `side` to the others, in the order of [`Graph::edges`]; none that carries nothing.
    pub edges: Vec<Edge>,
}

impl Cut {
    /// The cut around the vertices that are marked.
    fn around(graph: &Graph, is_inside: &[bool], capacity: Capacity) -> Self {
        let both_ways = !graph.is_directed();
        let leaves = |edge: &Edge| {
            let (begin, end) = (is_inside[edge.source as usize], is_inside[edge.target as usize]);
            (begin && !end) || (both_ways && end && !begin)
        };
        let edges: Vec<Edge> =
            graph.edges().filter(|edge| leaves(edge) && capacity.of(edge.weight) > 0.0).collect();
        let value = edges.iter().fold(0.0, |sum, edge| sum + capacity.of(edge.weight));
        let side = graph.vertices().filter(|&vertex| is_inside[vertex as usize]).collect();
        Self { value, side, edges }
    }
}

#[cfg(test)]
mod tests;
