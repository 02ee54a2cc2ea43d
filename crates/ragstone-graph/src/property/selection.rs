//! Parts of a graph as graphs of their own.

use super::edges::{EdgeList, Lookup};
use super::error::ChangeError;
use super::filter::Filter;
use super::slots::Slots;
use super::{EdgeSlot, PropertyGraph};
use crate::document::NodeKey;
use crate::graph::{Direction, Vertex};
use crate::number;

/// Which edges lead away from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those from it.
    Forward,
    /// Those to it.
    Backward,
    /// Both.
    Both,
}

impl PropertyGraph {
    /// The nodes of some names, each once, with all edges between them, in the order of this graph. O(graph).
    ///
    /// # Errors
    /// [`ChangeError::NoNode`].
    pub fn induced(&self, keys: &[NodeKey]) -> Result<Self, ChangeError> {
        let mut is_kept = vec![false; self.node_count()];
        for key in keys {
            mark(&mut is_kept, self.require(key)?);
        }
        Ok(self.subgraph(&is_kept, |_| true))
    }

    /// The nodes at most `radius` edges away from one of `centers`, with all edges between them. In an undirected graph
    /// `reach` means nothing. O(graph).
    ///
    /// # Errors
    /// [`ChangeError::NoNode`].
    pub fn ego(&self, centers: &[NodeKey], radius: usize, reach: Reach) -> Result<Self, ChangeError> {
        let mut is_kept = vec![false; self.node_count()];
        let mut front = Vec::new();
        for key in centers {
            let center = self.require(key)?;
            if mark(&mut is_kept, center) {
                front.push(center);
            }
        }
        for _ in 0..radius {
            let mut next = Vec::new();
            for node in front {
                let forward = (reach != Reach::Backward).then(|| self.edges_of(node));
                let backward = (reach != Reach::Forward).then(|| self.edges_to(node));
                for edge in forward.into_iter().flatten().chain(backward.into_iter().flatten()) {
                    let neighbor = edge.other_end(node);
                    if mark(&mut is_kept, neighbor) {
                        next.push(neighbor);
                    }
                }
            }
            front = next;
            if front.is_empty() {
                break;
            }
        }
        Ok(self.subgraph(&is_kept, |_| true))
    }

    /// The nodes for which one condition holds, and of the edges between them those for which the other does. O(graph) for
    /// each condition.
    #[must_use]
    pub fn filtered(&self, nodes: Option<&Filter>, edges: Option<&Filter>) -> Self {
        let (node_count, edge_count) = self.base();
        let is_kept = match nodes {
            Some(filter) => filter.rows(&self.node_columns, node_count),
            None => vec![true; self.node_count()],
        };
        let holds = edges.map(|filter| filter.rows(&self.edge_columns, edge_count));
        let holds = |edge: EdgeSlot| match &holds {
            Some(holds) => holds.get(edge as usize).copied().unwrap_or_default(),
            None => true,
        };
        self.subgraph(&is_kept, holds)
    }

    /// The same nodes, with each edge leading the other way; an undirected graph is as it was. O(graph).
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut graph = self.clone();
        if self.is_directed() {
            std::mem::swap(&mut graph.edges.sources, &mut graph.edges.targets);
            graph.lookup = Lookup::default();
        }
        graph
    }

    /// The same nodes, with an edge each way for each edge, one behind the other, and one for each loop. A directed graph is
    /// as it was. O(graph).
    #[must_use]
    pub fn to_directed(&self) -> Self {
        if self.is_directed() {
            return self.clone();
        }
        let mut rows = Vec::with_capacity(2 * self.edge_count());
        let mut edges = EdgeList::default();
        for (edge, (source, target)) in (0..).zip(self.edges.iter()) {
            edges.push(source, target, None);
            rows.push(edge);
            if source != target {
                edges.push(target, source, None);
                rows.push(edge);
            }
        }
        edges.keys = self.edges.keys.gather(&rows);
        let mut graph = Self::new(Direction::Directed, self.is_multigraph());
        graph.attributes = self.attributes.clone();
        graph.nodes = self.nodes.clone();
        graph.node_columns = self.node_columns.clone();
        graph.edge_columns = self.edge_columns.gather(&rows);
        graph.edges = edges;
        graph
    }

    /// The nodes that are kept, and of the edges between them those that `is_wanted`.
    pub(crate) fn subgraph(&self, is_kept: &[bool], is_wanted: impl Fn(EdgeSlot) -> bool) -> Self {
        let mut nodes = Slots::default();
        (0..).zip(is_kept).filter(|(_, is_kept)| **is_kept).for_each(|(node, _)| nodes.push(node));
        let kept = |node: Vertex| is_kept.get(node as usize).copied().unwrap_or_default();
        let ends = (0..).zip(self.edges.iter());
        let rows: Vec<EdgeSlot> = ends
            .filter(|&(edge, (source, target))| kept(source) && kept(target) && is_wanted(edge))
            .map(|(edge, _)| edge)
            .collect();
        let place = |node: Vertex| number::vertex(nodes.rank(node).unwrap_or_default());
        let mut graph = Self::new(self.direction(), self.is_multigraph());
        graph.attributes = self.attributes.clone();
        for (source, target) in rows.iter().filter_map(|&edge| self.edges.ends(edge)) {
            graph.edges.push(place(source), place(target), None);
        }
        graph.edges.keys = self.edges.keys.gather(&rows);
        graph.edge_columns = self.edge_columns.gather(&rows);
        let nodes: Vec<_> = nodes.iter().collect();
        graph.nodes = self.nodes.gather(&nodes);
        graph.node_columns = self.node_columns.gather(&nodes);
        graph
    }
}

/// Marks a node; says whether it was not before.
fn mark(is_kept: &mut [bool], node: Vertex) -> bool {
    is_kept.get_mut(node as usize).is_some_and(|is_kept| !std::mem::replace(is_kept, true))
}
