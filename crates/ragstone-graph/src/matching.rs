//! Matchings: pairs of neighbours so that no vertex is in two pairs.

mod bipartite;
mod cardinality;
mod weight;

pub use self::bipartite::{BipartiteMatching, bipartite_matching};
pub use self::cardinality::{CardinalityMatching, cardinality_matching};
pub use self::weight::{WeightGoal, weight_matching};

use crate::graph::Vertex;

/// In the place of a vertex: none.
const NONE: Vertex = Vertex::MAX;

/// Pairs of neighbours so that no vertex is in two pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    mates: Vec<Vertex>,
}

impl Matching {
    /// The other vertex of the pair that `vertex` is in.
    pub fn mate(&self, vertex: Vertex) -> Option<Vertex> {
        self.mates.get(vertex as usize).copied().filter(|&mate| mate != NONE)
    }

    /// The pairs, each with its lesser vertex first, ascending.
    pub fn pairs(&self) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
        (0..).zip(&self.mates).filter(|&(vertex, &mate)| mate != NONE && vertex < mate).map(|(v, &m)| (v, m))
    }

    /// Number of pairs.
    pub fn size(&self) -> usize {
        self.pairs().count()
    }
}

#[cfg(test)]
mod tests;
