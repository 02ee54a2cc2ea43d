//! A graph with names and attributes, as files hold it, and its way to a snapshot and back.

mod attributes;
mod key;

use std::collections::HashSet;

pub use self::attributes::Attributes;
pub use self::key::{KeyRef, NodeKey};
use crate::error::GraphError;
use crate::graph::{Direction, Graph, Vertex, Weight};

/// A graph with names and attributes in memory. Node `i` is vertex `i` of the snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphDocument {
    /// Whether edges lead one way.
    pub direction: Direction,
    /// Whether edges may be parallel.
    pub multigraph: bool,
    /// Attributes of the graph itself.
    pub attributes: Attributes,
    /// Nodes with distinct keys.
    pub nodes: Vec<DocumentNode>,
    /// Edges between places in `nodes`.
    pub edges: Vec<DocumentEdge>,
}

/// A node with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentNode {
    /// Its name.
    pub key: NodeKey,
    /// Its attributes.
    pub attributes: Attributes,
}

/// An edge between two places in the list of nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentEdge {
    /// Where it begins.
    pub source: Vertex,
    /// Where it ends.
    pub target: Vertex,
    /// What tells it from those parallel to it.
    pub key: Option<NodeKey>,
    /// Its attributes.
    pub attributes: Attributes,
}

/// Where the weights of a snapshot come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weighting<'a> {
    /// Edges have none.
    Unweighted,
    /// An attribute of the edges, which is a finite number wherever it is there.
    Attribute {
        /// Its name.
        name: &'a str,
        /// What an edge without it weighs; `None` refuses such an edge.
        missing: Option<Weight>,
    },
}

/// Why a document is none, or no snapshot.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// Two nodes of one name.
    #[error("nodes have distinct keys, and {key} is there twice: rename one")]
    DuplicateNode {
        /// The name.
        key: NodeKey,
    },
    /// An edge to a place that is none.
    #[error("edge {edge} leads to place {place} of {count} nodes: add the node or remove the edge")]
    NoNode {
        /// Which edge.
        edge: usize,
        /// The place that it names.
        place: Vertex,
        /// How many nodes there are.
        count: usize,
    },
    /// Parallel edges where the document says that there are none.
    #[error(
        "edges from {source_key} to {target_key} are parallel: make the graph a multigraph or remove one"
    )]
    ParallelEdges {
        /// Where they begin.
        source_key: NodeKey,
        /// Where they end.
        target_key: NodeKey,
    },
    /// A weight that is not there or no finite number.
    #[error(
        "edge {edge}, from {source_key} to {target_key}, has no finite number as {attribute}: mend it, or choose another attribute"
    )]
    Weight {
        /// Which edge.
        edge: usize,
        /// Where it begins.
        source_key: NodeKey,
        /// Where it ends.
        target_key: NodeKey,
        /// Name of the attribute.
        attribute: String,
    },
    /// What the snapshot refuses.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl GraphDocument {
    /// A graph of nothing.
    pub fn new(direction: Direction) -> Self {
        Self {
            direction,
            multigraph: false,
            attributes: Attributes::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// Names the vertices of a snapshot by their numbers, and puts weights, where there are some, into `weight`.
    /// O(vertices + edges).
    pub fn from_graph(graph: &Graph, weight: &str) -> Self {
        let nodes = graph.vertices().map(|vertex| DocumentNode {
            key: NodeKey::Integer(vertex.into()),
            attributes: Attributes::new(),
        });
        let name = std::sync::Arc::<str>::from(weight);
        let edges = graph.edges().map(|edge| {
            let mut attributes = Attributes::new();
            if graph.is_weighted() {
                attributes.insert(name.clone(), edge.weight);
            }
            DocumentEdge { source: edge.source, target: edge.target, key: None, attributes }
        });
        let mut document =
            Self { nodes: nodes.collect(), edges: edges.collect(), ..Self::new(graph.direction()) };
        document.multigraph = document.parallel_edge().is_some();
        document
    }

    /// Looks at all that the fields promise each other: distinct keys, edges between nodes, no parallel edges unless it
    /// is a multigraph. O(nodes + edges log edges).
    pub fn validate(&self) -> Result<(), DocumentError> {
        let mut keys = HashSet::with_capacity(self.nodes.len());
        if let Some(node) = self.nodes.iter().find(|node| !keys.insert(node.key.borrow())) {
            return Err(DocumentError::DuplicateNode { key: node.key.clone() });
        }
        self.check_ends()?;
        match self.parallel_edge() {
            Some((source, target)) if !self.multigraph => Err(DocumentError::ParallelEdges {
                source_key: self.key_at(source),
                target_key: self.key_at(target),
            }),
            _ => Ok(()),
        }
    }

    /// The snapshot of the same nodes and edges. O(nodes + edges).
    pub fn to_graph(&self, weighting: Weighting<'_>) -> Result<Graph, DocumentError> {
        self.check_ends()?;
        let Weighting::Attribute { name, missing } = weighting else {
            let edges: Vec<_> = self.edges.iter().map(|edge| (edge.source, edge.target)).collect();
            return Ok(Graph::from_edges(self.direction, self.nodes.len(), &edges)?);
        };
        let weight = |(index, edge): (usize, &DocumentEdge)| {
            let weight = match edge.attributes.get(name) {
                Some(value) => value.as_f64(),
                None => missing,
            };
            let weight = weight.filter(|weight| weight.is_finite()).ok_or_else(|| DocumentError::Weight {
                edge: index,
                source_key: self.key_at(edge.source),
                target_key: self.key_at(edge.target),
                attribute: name.to_owned(),
            })?;
            Ok((edge.source, edge.target, weight))
        };
        let edges: Vec<_> =
            self.edges.iter().enumerate().map(weight).collect::<Result<_, DocumentError>>()?;
        Ok(Graph::from_weighted_edges(self.direction, self.nodes.len(), &edges)?)
    }

    /// The same graph without keys of edges, for a format that holds none.
    #[must_use]
    pub fn without_edge_keys(mut self) -> Self {
        for edge in &mut self.edges {
            edge.key = None;
        }
        self
    }

    /// Refuses edges to places that are none.
    pub(crate) fn check_ends(&self) -> Result<(), DocumentError> {
        let count = self.nodes.len();
        for (edge, ends) in self.edges.iter().enumerate() {
            let place = ends.source.max(ends.target);
            if place as usize >= count {
                return Err(DocumentError::NoNode { edge, place, count });
            }
        }
        Ok(())
    }

    /// Ends of two edges that are parallel.
    pub(crate) fn parallel_edge(&self) -> Option<(Vertex, Vertex)> {
        let ends = |edge: &DocumentEdge| match self.direction {
            Direction::Directed => (edge.source, edge.target),
            Direction::Undirected => (edge.source.min(edge.target), edge.source.max(edge.target)),
        };
        let mut pairs: Vec<_> = self.edges.iter().map(ends).collect();
        pairs.sort_unstable();
        pairs.windows(2).find(|two| two[0] == two[1]).map(|two| two[0])
    }

    /// The name of a place; of one that is none its number.
    pub(crate) fn key_at(&self, place: Vertex) -> NodeKey {
        self.nodes.get(place as usize).map_or(NodeKey::Integer(place.into()), |node| node.key.clone())
    }
}

#[cfg(test)]
mod tests;
