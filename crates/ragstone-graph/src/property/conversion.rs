//! Graphs as documents and as snapshots, and from documents.

use super::change::Change;
use super::error::ChangeError;
use super::{EdgeSlot, PropertyGraph};
use crate::document::{DocumentEdge, DocumentError, DocumentNode, GraphDocument, KeyRef, Weighting};
use crate::graph::{Graph, Weight};
use crate::number;

impl PropertyGraph {
    /// The graph of a document. O(nodes + edges).
    ///
    /// # Errors
    /// What [`Change::Replace`] is refused for.
    pub fn from_document(document: GraphDocument) -> Result<Self, ChangeError> {
        let mut graph = Self::new(document.direction, document.multigraph);
        let resolved = graph.resolve(&Change::Replace(document))?;
        graph.perform(resolved.delta);
        Ok(graph)
    }

    /// The document of the same nodes and edges in the same order. O(nodes + edges), about 1 µs each.
    pub fn to_document(&self) -> GraphDocument {
        let node = |(vertex, key): (u32, KeyRef<'_>)| DocumentNode {
            key: key.to_key(),
            attributes: self.node_columns.row(vertex),
        };
        let edge = |(slot, (source, target)): (EdgeSlot, _)| DocumentEdge {
            source,
            target,
            key: self.edges.key(slot).map(KeyRef::to_key),
            attributes: self.edge_columns.row(slot),
        };
        GraphDocument {
            direction: self.direction(),
            multigraph: self.is_multigraph(),
            attributes: self.attributes.clone(),
            nodes: (0..).zip(self.nodes.list().iter()).map(node).collect(),
            edges: (0..).zip(self.edges.iter()).map(edge).collect(),
        }
    }

    /// The snapshot of the same nodes and edges; node `i` is vertex `i`, parallel edges stay. O(nodes + edges).
    ///
    /// # Errors
    /// [`DocumentError::Weight`] for an edge whose weight is no number, or is not there and has to be.
    pub fn to_graph(&self, weighting: Weighting<'_>) -> Result<Graph, DocumentError> {
        let Weighting::Attribute { name, missing } = weighting else {
            let edges: Vec<_> = self.edges.iter().collect();
            return Ok(Graph::from_edges(self.direction(), self.node_count(), &edges)?);
        };
        let weights = self.weights(name, missing)?;
        let edges = self.edges.iter().zip(weights);
        let edges: Vec<_> = edges.map(|((source, target), weight)| (source, target, weight)).collect();
        Ok(Graph::from_weighted_edges(self.direction(), self.node_count(), &edges)?)
    }

    /// A weight for each edge.
    fn weights(&self, name: &str, missing: Option<Weight>) -> Result<Vec<Weight>, DocumentError> {
        let count = self.edge_count();
        let column = self.edge_columns.get(name);
        if let Some(weights) = column.and_then(|column| column.floats(count)) {
            return Ok(weights.to_vec());
        }
        let mut weights = vec![missing.unwrap_or(Weight::NAN); count];
        for (edge, cell) in column.into_iter().flat_map(super::column::Column::iter) {
            if let Some(weight) = weights.get_mut(edge as usize) {
                *weight = cell.as_f64().unwrap_or(Weight::NAN);
            }
        }
        match weights.iter().position(|weight| !weight.is_finite()) {
            None => Ok(weights),
            Some(edge) => {
                let (source, target) = self.edges.ends(number::vertex(edge)).unwrap_or_default();
                let (source_key, target_key) = (self.key_at(source), self.key_at(target));
                Err(DocumentError::Weight { edge, source_key, target_key, attribute: name.to_owned() })
            }
        }
    }
}
