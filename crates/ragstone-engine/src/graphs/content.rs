//! What a graph holds from the start: nothing, what a generator makes, or something of other graphs.

use std::sync::Arc;

use ragstone_core::graph::{GraphKind, NewContent};
use ragstone_core::{CallContext, GraphName, Result};
use ragstone_graph::GraphDocument;
use ragstone_graph::generation::Generate;
use ragstone_graph::property::{ChangeError, Derivation, Merge, PropertyGraph};

use super::change::{count, snapshot};
use super::error;
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
    /// Makes what a graph is to hold, with its kind.
    pub(super) async fn make_content(
        &self,
        ctx: &CallContext,
        content: GraphContent,
    ) -> Result<(GraphKind, NewContent)> {
        let graph = self.make(ctx, content).await?;
        let kind = GraphKind { is_directed: graph.is_directed(), is_multigraph: graph.is_multigraph() };
        let (nodes, edges) = (count(graph.node_count()), count(graph.edge_count()));
        let parts = snapshot(Arc::new(graph)).await?;
        Ok((kind, NewContent { parts, nodes, edges }))
    }

    async fn make(&self, ctx: &CallContext, content: GraphContent) -> Result<PropertyGraph> {
        match content {
            GraphContent::Empty(kind) => Ok(super::log::empty(kind)),
            GraphContent::Generated(request) => self.generate(ctx, request).await,
            GraphContent::Derived { from, how } => {
                let view = self.graph_view(ctx, &from).await?;
                self.making(ctx, move || view.graph.derived(&how)).await
            }
            GraphContent::Merged { first, second, how } => {
                let first = self.graph_view(ctx, &first).await?;
                let second = self.graph_view(ctx, &second).await?;
                self.making(ctx, move || first.graph.merged(&second.graph, how)).await
            }
            GraphContent::Document(document) => {
                self.making(ctx, move || PropertyGraph::from_document(document)).await
            }
        }
    }

    async fn generate(&self, ctx: &CallContext, request: Generate) -> Result<PropertyGraph> {
        let work = move |watch: &ragstone_graph::Watch| {
            let graph = request.run(watch).map_err(error::of_analysis)?;
            let document = GraphDocument::from_graph(&graph, "weight");
            PropertyGraph::from_document(document).map_err(error::of_change)
        };
        self.compute(ctx, work).await
    }

    /// Makes a graph on the threads of graphs.
    async fn making(
        &self,
        ctx: &CallContext,
        make: impl FnOnce() -> Result<PropertyGraph, ChangeError> + Send + 'static,
    ) -> Result<PropertyGraph> {
        let work = move |_: &ragstone_graph::Watch| make().map_err(error::of_change);
        self.compute(ctx, work).await
    }
}
