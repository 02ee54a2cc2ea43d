//! One version of a graph, as those who read and compute see it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::graph::GraphVersion;
use ragstone_graph::analysis::{AnalysisError, Subject};
use ragstone_graph::document::{KeyRef, NodeKey, Weighting};
use ragstone_graph::property::{Column, PropertyGraph};
use ragstone_graph::{Graph, Vertex};
use serde_json::Value;

/// Weights of which a version keeps a snapshot.
const MOST_SNAPSHOTS: usize = 2;
/// What a snapshot takes for an edge at most: two entries of a vertex and a weight, or those of both directions.
const SNAPSHOT_EDGE: usize = 24;

/// A version of a graph, which stays as it is whatever is written meanwhile. Cheap to clone.
#[derive(Clone)]
pub(super) struct View {
    pub(super) version: GraphVersion,
    pub(super) graph: Arc<PropertyGraph>,
    snapshots: Snapshots,
}

/// Rows for algorithms by the attribute that weighs edges.
#[derive(Clone, Default)]
pub(super) struct Snapshots(Arc<Mutex<HashMap<Option<String>, Arc<Graph>>>>);

impl View {
    pub(super) const fn new(version: GraphVersion, graph: Arc<PropertyGraph>, snapshots: Snapshots) -> Self {
        Self { version, graph, snapshots }
    }

    /// Heap memory in bytes, about, with the snapshots that it may come to have.
    pub(super) fn memory(&self) -> usize {
        let snapshots = self.graph.edge_count().saturating_mul(MOST_SNAPSHOTS * SNAPSHOT_EDGE);
        self.graph.memory().saturating_add(snapshots)
    }
}

impl Snapshots {
    fn get(&self, weight: Option<&str>) -> Option<Arc<Graph>> {
        self.with(|kept| kept.get(&weight.map(str::to_owned)).cloned())
    }

    fn keep(&self, weight: Option<&str>, graph: &Arc<Graph>) {
        self.with(|kept| {
            if kept.len() >= MOST_SNAPSHOTS {
                kept.clear();
            }
            kept.insert(weight.map(str::to_owned), Arc::clone(graph));
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Option<String>, Arc<Graph>>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A snapshot is built once for a version and a weight. No lock is held meanwhile: a thread of a pool that waits for its
/// own kind takes up other work, which may ask for the same.
impl Subject for View {
    fn graph(&self, weight: Option<&str>) -> Result<Arc<Graph>, AnalysisError> {
        if let Some(graph) = self.snapshots.get(weight) {
            return Ok(graph);
        }
        if let Some(name) = weight
            && self.graph.edge_count() > 0
            && self.graph.edge_attribute(name).is_none()
        {
            return Err(AnalysisError::NoWeight { attribute: name.to_owned() });
        }
        let weighting =
            weight.map_or(Weighting::Unweighted, |name| Weighting::Attribute { name, missing: Some(1.0) });
        let graph = Arc::new(self.graph.to_graph(weighting)?);
        self.snapshots.keep(weight, &graph);
        Ok(graph)
    }

    fn vertex(&self, key: KeyRef<'_>) -> Option<Vertex> {
        self.graph.vertex(key)
    }

    fn key(&self, vertex: Vertex) -> Option<NodeKey> {
        self.graph.key(vertex).map(KeyRef::to_key)
    }

    fn column(&self, attribute: &str) -> Vec<Value> {
        let mut values = vec![Value::Null; self.graph.node_count()];
        let column = self.graph.node_attribute(attribute).into_iter().flat_map(Column::iter);
        for (row, cell) in column {
            if let Some(value) = usize::try_from(row).ok().and_then(|row| values.get_mut(row)) {
                *value = cell.to_value();
            }
        }
        values
    }
}
