//! What an analysis asks of the graph that it is about.

use std::sync::Arc;

use serde_json::Value;

use crate::analysis::AnalysisError;
use crate::document::{DocumentError, GraphDocument, KeyRef, NodeKey, Weighting};
use crate::graph::{Graph, Vertex};

/// A graph with names and attributes, as an analysis sees it.
///
/// # Laws
/// All answers are about one state of the graph: every snapshot has the same vertices, [`vertex`](Self::vertex) and
/// [`key`](Self::key) are each other's inverse, and a column has one value for each vertex.
pub trait Subject: Sync {
    /// The snapshot with the weights that an attribute of the edges gives, 1 for an edge without it, or without weights.
    ///
    /// # Errors
    /// [`AnalysisError::NoWeight`] if there are edges and none has the attribute, [`AnalysisError::Document`] for a weight that is no finite number.
    fn graph(&self, weight: Option<&str>) -> Result<Arc<Graph>, AnalysisError>;

    /// The vertex of a name.
    fn vertex(&self, key: KeyRef<'_>) -> Option<Vertex>;

    /// The name of a vertex.
    fn key(&self, vertex: Vertex) -> Option<NodeKey>;

    /// The values of an attribute for all vertices in order, `Null` where a node has none.
    fn column(&self, attribute: &str) -> Vec<Value>;
}

/// Each snapshot is built anew in O(nodes + edges), and a name is looked for in O(nodes).
impl Subject for GraphDocument {
    fn graph(&self, weight: Option<&str>) -> Result<Arc<Graph>, AnalysisError> {
        if let Some(name) = weight
            && !self.edges.is_empty()
            && self.edges.iter().all(|edge| edge.attributes.get(name).is_none())
        {
            return Err(AnalysisError::NoWeight { attribute: name.to_owned() });
        }
        let weighting =
            weight.map_or(Weighting::Unweighted, |name| Weighting::Attribute { name, missing: Some(1.0) });
        match self.to_graph(weighting) {
            Ok(graph) => Ok(Arc::new(graph)),
            Err(DocumentError::Graph(cause)) => Err(AnalysisError::from(cause)),
            Err(error) => Err(error.into()),
        }
    }

    fn vertex(&self, key: KeyRef<'_>) -> Option<Vertex> {
        let place = self.nodes.iter().position(|node| node.key.borrow() == key)?;
        Vertex::try_from(place).ok()
    }

    fn key(&self, vertex: Vertex) -> Option<NodeKey> {
        self.nodes.get(vertex as usize).map(|node| node.key.clone())
    }

    fn column(&self, attribute: &str) -> Vec<Value> {
        let value = |value: Option<&Value>| value.cloned().unwrap_or_default();
        self.nodes.iter().map(|node| value(node.attributes.get(attribute))).collect()
    }
}

/// The same graph with each edge leading both ways, as [`Graph::to_undirected`] makes it: for algorithms that do not
/// take directed graphs, and for questions to which directions mean nothing.
#[derive(Clone, Copy)]
pub struct Undirected<'a>(pub &'a dyn Subject);

impl std::fmt::Debug for Undirected<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Undirected")
    }
}

impl Subject for Undirected<'_> {
    fn graph(&self, weight: Option<&str>) -> Result<Arc<Graph>, AnalysisError> {
        let graph = self.0.graph(weight)?;
        Ok(if graph.is_directed() { Arc::new(graph.to_undirected()) } else { graph })
    }

    fn vertex(&self, key: KeyRef<'_>) -> Option<Vertex> {
        self.0.vertex(key)
    }

    fn key(&self, vertex: Vertex) -> Option<NodeKey> {
        self.0.key(vertex)
    }

    fn column(&self, attribute: &str) -> Vec<Value> {
        self.0.column(attribute)
    }
}
