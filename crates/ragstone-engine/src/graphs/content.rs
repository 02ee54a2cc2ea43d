//! What a graph holds from the start: nothing, what a generator makes, or something of other graphs.

use std::sync::Arc;

use ragstone_core::graph::{GraphEntry, GraphKind, GraphVersion, NewGraph, NewPart};
use ragstone_core::{CallContext, GraphName, Result};
use ragstone_graph::GraphDocument;
use ragstone_graph::generation::Generate;
use ragstone_graph::property::{Change, ChangeError, Derivation, Merge, PropertyGraph};

use super::change::{count, snapshot};
use super::{clock_of, error, lost};
use crate::engine::Engine;

/// What a graph holds from the start.
#[derive(Clone, Debug)]
pub enum GraphContent {
    /// Nothing.
    Empty(GraphKind),
    /// What a generator makes, with nodes numbered from 0.
    Generated(Generate),
    /// What is made of another graph.
    Derived {
        /// The other graph.
        from: GraphName,
        /// What is made of it.
        how: Derivation,
    },
    /// What both of two graphs make.
    Merged {
        /// The first graph.
        first: GraphName,
        /// The second graph.
        second: GraphName,
        /// How they are merged.
        how: Merge,
    },
    /// A document, such as a file was read into.
    Document(GraphDocument),
}

impl Engine {
    /// Makes what a graph is to hold.
    pub(super) async fn make_content(
        &self,
        ctx: &CallContext,
        content: GraphContent,
    ) -> Result<PropertyGraph> {
        match content {
            GraphContent::Empty(kind) => Ok(super::log::empty(kind)),
            GraphContent::Generated(request) => self.generate(ctx, request).await,
            GraphContent::Derived { from, how } => {
                let (_, view) = self.graph_view(ctx, &from).await?;
                making(move || view.graph.derived(&how)).await
            }
            GraphContent::Merged { first, second, how } => {
                let (_, first) = self.graph_view(ctx, &first).await?;
                let (_, second) = self.graph_view(ctx, &second).await?;
                making(move || first.graph.merged(&second.graph, how)).await
            }
            GraphContent::Document(document) => making(move || PropertyGraph::from_document(document)).await,
        }
    }

    async fn generate(&self, ctx: &CallContext, request: Generate) -> Result<PropertyGraph> {
        let work = move |watch: &ragstone_graph::Watch| {
            let graph = request.run(watch).map_err(error::of_analysis)?;
            let document = GraphDocument::from_graph(&graph, "weight");
            PropertyGraph::from_document(document).map_err(error::of_change)
        };
        self.shared.graphs.pool.run(ctx, &clock_of(self), work).await
    }

    /// Creates a graph that holds something.
    ///
    /// Its parts come in one step, and with the version after that all can be seen; a graph that was not finished is at version
    /// 0, holds nothing, and is deleted here where that is possible.
    pub(super) async fn create_filled(
        &self,
        ctx: &CallContext,
        new: NewGraph,
        graph: PropertyGraph,
    ) -> Result<GraphEntry> {
        let graph = Arc::new(graph);
        let parts = snapshot(Arc::clone(&graph)).await?;
        let name = new.name.clone();
        let entry = self.catalog().create_graph(ctx, new).await?;
        let filled = self.fill(ctx, &entry, parts, graph).await;
        if filled.is_err()
            && let Err(error) = self.catalog().delete_graph(ctx, &name).await
        {
            tracing::warn!(graph.id = %entry.id, %error, "a graph stays empty that could not be filled");
        }
        filled
    }

    async fn fill(
        &self,
        ctx: &CallContext,
        entry: &GraphEntry,
        parts: Vec<Vec<u8>>,
        graph: Arc<PropertyGraph>,
    ) -> Result<GraphEntry> {
        let none = GraphVersion(0);
        self.catalog().compact_graph(ctx, entry.id, none, parts).await?;
        let (nodes, edges) = (count(graph.node_count()), count(graph.edge_count()));
        // A change of nothing, which fits the graph.
        let nothing = graph.resolve(&Change::AddNodes(Vec::new())).map_err(error::of_change)?;
        let part = NewPart { bytes: nothing.delta.encode(), nodes, edges, mark: None };
        self.catalog().append_to_graph(&ctx.bound(), entry.id, none, part).await
    }
}

/// Makes a graph on a thread that may take its time.
async fn making(
    make: impl FnOnce() -> Result<PropertyGraph, ChangeError> + Send + 'static,
) -> Result<PropertyGraph> {
    tokio::task::spawn_blocking(make).await.map_err(lost)?.map_err(error::of_change)
}
