//! Named graphs.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use ragstone_api::graph::content::{CreateGraphRequest, InitialContent};
use ragstone_api::graph::{GraphEntry, GraphPage, RenameGraphRequest};
use ragstone_api::page::PageQuery;
use ragstone_core::graph::GraphKind;
use ragstone_core::{CallContext, GraphName};
use ragstone_engine::graphs::{CreateGraph, GraphContent};

use crate::config::App;
use crate::extract::{Call, JsonBody, UrlPath, UrlQuery};
use crate::failure::{Answer, Failure};

pub(crate) mod analysis;
pub(crate) mod contents;
pub(crate) mod files;

/// Lists the graphs, by name.
#[utoipa::path(
    get,
    path = "/graphs",
    operation_id = "graphs.list",
    tag = "graphs",
    params(PageQuery),
    responses((status = 200, description = "A page of graphs", body = GraphPage))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Call(ctx): Call,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<GraphPage> {
    let listing = listing(&ctx);
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.graphs(&ctx, &request).await?;
    Ok(Json(GraphPage {
        next_cursor: app.state.cursors.seal(&listing, &page),
        graphs: page.items.into_iter().map(GraphEntry::from).collect(),
    }))
}

/// Creates a graph: an empty one, what a generator makes, or what is made of other graphs.
#[utoipa::path(
    post,
    path = "/graphs",
    operation_id = "graphs.create",
    tag = "graphs",
    request_body = CreateGraphRequest,
    responses((
        status = 201,
        description = "The graph is durable",
        body = GraphEntry,
        headers(("location" = String, description = "Path of the graph"))
    ))
)]
pub(crate) async fn create(
    State(app): State<App>,
    Call(ctx): Call,
    JsonBody(request): JsonBody<CreateGraphRequest>,
) -> Result<Response, Failure> {
    let kind = request.empty_kind()?;
    let content = content(kind, request.content);
    let new = CreateGraph { name: request.name, description: request.description, content };
    Ok(created(app.state.engine.create_graph(&ctx, new).await?.into()))
}

/// Shows a graph without what it holds.
#[utoipa::path(
    get,
    path = "/graphs/{graph}",
    operation_id = "graphs.read",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    responses((status = 200, description = "The graph", body = GraphEntry))
)]
pub(crate) async fn read(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
) -> Answer<GraphEntry> {
    Ok(Json(app.state.engine.graph(&ctx, &graph).await?.into()))
}

/// Gives a graph another name.
#[utoipa::path(
    post,
    path = "/graphs/{graph}/rename",
    operation_id = "graphs.rename",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    request_body = RenameGraphRequest,
    responses((status = 200, description = "The graph by its new name", body = GraphEntry))
)]
pub(crate) async fn rename(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    JsonBody(request): JsonBody<RenameGraphRequest>,
) -> Answer<GraphEntry> {
    Ok(Json(app.state.engine.rename_graph(&ctx, &graph, &request.name).await?.into()))
}

/// Deletes a graph with all that it holds.
#[utoipa::path(
    delete,
    path = "/graphs/{graph}",
    operation_id = "graphs.delete",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
) -> Result<StatusCode, Failure> {
    app.state.engine.delete_graph(&ctx, &graph).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The answer that a graph has been created.
fn created(entry: GraphEntry) -> Response {
    let location = format!("{}/graphs/{}", crate::router::API, entry.name);
    (StatusCode::CREATED, [(LOCATION, location)], Json(entry)).into_response()
}

fn content(kind: Option<GraphKind>, content: Option<InitialContent>) -> GraphContent {
    match content {
        None => GraphContent::Empty(kind.unwrap_or(GraphKind { is_directed: false, is_multigraph: false })),
        Some(InitialContent::Generator { generator }) => GraphContent::Generated(generator),
        Some(InitialContent::Graph { graph, take }) => {
            GraphContent::Derived { from: graph, how: take.into() }
        }
        Some(InitialContent::Merge { first, second, how }) => {
            GraphContent::Merged { first, second, how: how.into() }
        }
    }
}

/// What cursors of this listing are bound to.
fn listing(ctx: &CallContext) -> String {
    format!("graphs/{}", ctx.tenant())
}
