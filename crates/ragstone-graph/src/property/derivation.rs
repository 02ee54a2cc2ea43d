//! Graphs that are made of one graph, as one choice.

use super::PropertyGraph;
use super::error::ChangeError;
use super::filter::Filter;
use super::selection::Reach;
use crate::document::NodeKey;

/// What is made of a graph.
#[derive(Clone, Debug)]
pub enum Derivation {
    /// The same.
    Copy,
    /// Some of its nodes, with all edges between them.
    Induced(Vec<NodeKey>),
    /// Nodes near some, with all edges between them.
    Ego {
        /// What they are near to.
        centers: Vec<NodeKey>,
        /// How many edges away, from 0.
        radius: usize,
        /// Along which edges.
        reach: Reach,
    },
    /// Nodes and edges for which conditions hold.
    Filtered {
        /// Which nodes stay; all where `None`.
        nodes: Option<Filter>,
        /// Which of the edges between them; all where `None`.
        edges: Option<Filter>,
    },
    /// Each edge leads the other way.
    Reversed,
    /// Each edge leads both ways.
    Undirected,
    /// An edge each way in the place of each edge.
    Directed,
}

impl PropertyGraph {
    /// Makes another graph of this one. O(graph).
    ///
    /// # Errors
    /// [`ChangeError::NoNode`], and what a graph that is too large is refused for.
    pub fn derived(&self, how: &Derivation) -> Result<Self, ChangeError> {
        match how {
            Derivation::Copy => Ok(self.clone()),
            Derivation::Induced(keys) => self.induced(keys),
            Derivation::Ego { centers, radius, reach } => self.ego(centers, *radius, *reach),
            Derivation::Filtered { nodes, edges } => Ok(self.filtered(nodes.as_ref(), edges.as_ref())),
            Derivation::Reversed => Ok(self.reversed()),
            Derivation::Undirected => self.to_undirected(),
            Derivation::Directed => Ok(self.to_directed()),
        }
    }
}
