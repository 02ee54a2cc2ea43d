//! Algorithms and pictures.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use ragstone_api::graph::analysis::{
    AnalyzeGraphRequest, AnalyzeGraphResponse, AnnotateGraphRequest, AnnotateGraphResponse, GraphAlgorithms,
};
use ragstone_core::GraphName;
use ragstone_core::graph::GraphVersion;
use ragstone_engine::graphs::GraphAnalysis;
use ragstone_graph::analysis::Analysis;
use ragstone_graph::generation::Generate;
use ragstone_graph::illustration::Illustration;

use crate::config::App;
use crate::extract::{Call, JsonBody, OptionalJsonBody, UrlPath};
use crate::failure::{Answer, Failure};

/// The version of the graph that a body is about.
pub(super) const VERSION: HeaderName = HeaderName::from_static("ragstone-graph-version");

/// Lists the algorithms and generators with what they answer, cost and take.
#[utoipa::path(
    get,
    path = "/graph-algorithms",
    operation_id = "graphs.algorithms",
    tag = "graphs",
    responses((status = 200, description = "All algorithms and generators", body = GraphAlgorithms))
)]
pub(crate) async fn algorithms(Call(ctx): Call) -> Answer<GraphAlgorithms> {
    ctx.principal().require(ragstone_core::Scope::Read)?;
    Ok(Json(GraphAlgorithms {
        algorithms: Analysis::catalogue().to_vec(),
        generators: Generate::catalogue().to_vec(),
    }))
}

/// Runs an algorithm on a graph.
#[utoipa::path(
    post,
    path = "/graphs/{graph}/analyses",
    operation_id = "graphs.analyze",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    request_body = AnalyzeGraphRequest,
    responses((status = 200, description = "What it found", body = AnalyzeGraphResponse))
)]
pub(crate) async fn analyze(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    JsonBody(request): JsonBody<AnalyzeGraphRequest>,
) -> Answer<AnalyzeGraphResponse> {
    let AnalyzeGraphRequest { analysis, selection, expected_version } = request;
    let request = GraphAnalysis { analysis, selection, expected: expected_version.map(GraphVersion) };
    let found = app.state.engine.analyze_graph(&ctx, &graph, request).await?;
    Ok(Json(AnalyzeGraphResponse { version: found.version.0, report: found.report }))
}

/// Runs an algorithm on a graph and writes its answer to the nodes, which makes the graph one version newer.
#[utoipa::path(
    post,
    path = "/graphs/{graph}/annotate",
    operation_id = "graphs.annotate",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    request_body = AnnotateGraphRequest,
    responses((status = 200, description = "What it found and wrote", body = AnnotateGraphResponse))
)]
pub(crate) async fn annotate(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    JsonBody(request): JsonBody<AnnotateGraphRequest>,
) -> Answer<AnnotateGraphResponse> {
    let AnnotateGraphRequest { analysis, attribute, selection, expected_version } = request;
    let request = GraphAnalysis { analysis, selection, expected: expected_version.map(GraphVersion) };
    let found = app.state.engine.annotate_graph(&ctx, &graph, request, attribute).await?;
    Ok(Json(AnnotateGraphResponse {
        version: found.analyzed.version.0,
        written_version: found.receipt.entry.version.0,
        updated: found.receipt.receipt.nodes.updated,
        report: found.analyzed.report,
    }))
}

/// Draws a graph.
#[utoipa::path(
    post,
    path = "/graphs/{graph}/picture",
    operation_id = "graphs.draw",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph")),
    request_body(content = Option<Illustration>, description = "How it is drawn; may be left out"),
    responses((
        status = 200,
        description = "The picture",
        content((String = "image/svg+xml"), (Vec<u8> = "image/png")),
        headers(("ragstone-graph-version" = u64, description = "Version of the graph that is shown"))
    ))
)]
pub(crate) async fn draw(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    OptionalJsonBody(request): OptionalJsonBody<Illustration>,
) -> Result<Response, Failure> {
    let drawn = app.state.engine.draw_graph(&ctx, &graph, request).await?;
    let media_type = HeaderValue::from_static(drawn.picture.media_type);
    let headers = [(CONTENT_TYPE, media_type), (VERSION, HeaderValue::from(drawn.version.0))];
    Ok((headers, drawn.picture.content).into_response())
}
