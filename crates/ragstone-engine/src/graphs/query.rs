//! Looking at what a graph holds.

use ragstone_core::graph::{GraphEntry, GraphVersion};
use ragstone_core::{CallContext, Error, GraphName, Result, Scope};
use ragstone_graph::document::Attributes;
use ragstone_graph::property::{Finding, Page, Query, Schema, Summary};

use super::{blocking, error};
use crate::engine::Engine;

/// Most nodes or edges that one query shows.
pub const MAX_FOUND: usize = 1000;

/// A part of what a query found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundGraph {
    /// The version that was looked at.
    pub version: GraphVersion,
    /// How many there are in all.
    pub total: usize,
    /// Those that were asked for.
    pub found: Finding,
}

/// What nodes and edges of a graph are like.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphSchema {
    /// The graph.
    pub entry: GraphEntry,
    /// Attributes of the graph itself.
    pub attributes: Attributes,
    /// Counts.
    pub summary: Summary,
    /// Labels and attributes.
    pub schema: Schema,
}

/// Labels of which the number is told.
const MOST_LABELS: usize = 50;

impl Engine {
    /// Looks at nodes or edges of the last version of a graph, 1 to [`MAX_FOUND`] of them.
    ///
    /// A missing graph or node is `NotFound`. O(graph) with a filter, O(answer) without one.
    pub async fn query_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        query: Query,
        page: Page,
    ) -> Result<FoundGraph> {
        ctx.principal().require(Scope::Read)?;
        if !(1..=MAX_FOUND).contains(&page.limit) {
            return Err(Error::invalid("limit", format!("must be from 1 to {MAX_FOUND}")));
        }
        let view = self.graph_view(ctx, name).await?;
        let version = view.version;
        let (total, found) =
            blocking(move || view.graph.query(&query, page)).await?.map_err(error::of_change)?;
        Ok(FoundGraph { version, total, found })
    }

    /// Says what nodes and edges of a graph are like; `node_label` and `edge_label` name the attributes that label them.
    pub async fn graph_schema(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        (node_label, edge_label): (String, String),
    ) -> Result<GraphSchema> {
        ctx.principal().require(Scope::Read)?;
        let entry = self.catalog().graph(ctx, name).await?;
        let view = self.view_of(ctx, &entry).await?;
        blocking(move || {
            let graph = &view.graph;
            let schema = graph.schema(&node_label, &edge_label, MOST_LABELS);
            GraphSchema { attributes: graph.attributes().clone(), summary: graph.summary(), schema, entry }
        })
        .await
    }
}
