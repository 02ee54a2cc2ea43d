//! What a graph holds: looking at it and changing it.

use axum::Json;
use axum::extract::State;
use ragstone_api::graph::change::{ChangeGraphRequest, GraphReceipt};
use ragstone_api::graph::query::{DEFAULT_FOUND, QueryGraphRequest, QueryGraphResponse};
use ragstone_api::graph::schema::{DEFAULT_LABEL, GraphSchema};
use ragstone_core::GraphName;
use ragstone_engine::graphs::GraphChange;
use ragstone_graph::property::Page;
use serde::Deserialize;

use crate::config::App;
use crate::extract::{Call, JsonBody, UrlPath, UrlQuery};
use crate::failure::Answer;

/// Changes what a graph holds, durably.
///
/// A change has at most 8 MiB as it is stored: about a million edges without attributes. More is sent as a file.
#[utoipa::path(
    post,
    path = "/graphs/{graph}/changes",
    operation_id = "graphs.change",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    request_body = ChangeGraphRequest,
    responses((status = 200, description = "What came of it", body = GraphReceipt))
)]
pub(crate) async fn change(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    JsonBody(request): JsonBody<ChangeGraphRequest>,
) -> Answer<GraphReceipt> {
    let (change, expected) = request.into_parts();
    let change = GraphChange { change, expected };
    let receipt = app.state.engine.change_graph(&ctx, &graph, change).await?;
    Ok(Json(GraphReceipt::new(receipt.entry.into(), receipt.receipt)))
}

/// Looks at nodes, edges or the neighbours of a node.
#[utoipa::path(
    post,
    path = "/graphs/{graph}/query",
    operation_id = "graphs.query",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    request_body = QueryGraphRequest,
    responses((status = 200, description = "What was found", body = QueryGraphResponse))
)]
pub(crate) async fn query(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    JsonBody(request): JsonBody<QueryGraphRequest>,
) -> Answer<QueryGraphResponse> {
    let page = Page { offset: request.offset, limit: request.limit.unwrap_or(DEFAULT_FOUND) };
    let found = app.state.engine.query_graph(&ctx, &graph, request.find.into(), page).await?;
    Ok(Json(QueryGraphResponse::new(found.version, found.total, found.found)))
}

/// Which attributes label nodes and edges.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SchemaQuery {
    /// Attribute whose texts label nodes; `type` where left out.
    #[serde(default = "default_label")]
    #[param(required = false)]
    node_label: String,
    /// Attribute whose texts label edges; `type` where left out.
    #[serde(default = "default_label")]
    #[param(required = false)]
    edge_label: String,
}

fn default_label() -> String {
    DEFAULT_LABEL.to_owned()
}

/// Says what nodes and edges of a graph are like: labels, attributes with their kinds, counts.
#[utoipa::path(
    get,
    path = "/graphs/{graph}/schema",
    operation_id = "graphs.schema",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph"), SchemaQuery),
    responses((status = 200, description = "What nodes and edges are like", body = GraphSchema))
)]
pub(crate) async fn schema(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    UrlQuery(query): UrlQuery<SchemaQuery>,
) -> Answer<GraphSchema> {
    let labels = (query.node_label, query.edge_label);
    let found = app.state.engine.graph_schema(&ctx, &graph, labels).await?;
    Ok(Json(GraphSchema::new(found.entry.into(), found.attributes.into(), &found.summary, found.schema)))
}
