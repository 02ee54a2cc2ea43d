//! Graphs as files.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use ragstone_api::graph::GraphEntry;
use ragstone_core::GraphName;
use ragstone_engine::graphs::{GraphFileOptions, graph_format};
use ragstone_graph::Direction;
use ragstone_graph::format::{
    EdgeField, KeyReading, KeyWriting, NodeNaming, ReadOptions, ValueWriting, WriteOptions,
};
use serde::Deserialize;

use super::analysis::VERSION;
use crate::config::App;
use crate::extract::{Call, RawBody, UrlPath, UrlQuery};
use crate::failure::Failure;

/// How a file is read.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportQuery {
    /// Format: `csv`, `tsv`, `edge-list`, `adjacency-list`, `node-link`, `graphml`, `gexf`, `gml`, `pajek`, `dot`,
    /// `matrix-market` or `bibtex`.
    format: String,
    /// Whether edges lead one way, in formats that do not tell it (edge and adjacency lists).
    #[serde(default)]
    #[param(required = false)]
    directed: bool,
    /// Whether names are always texts; else those that are written as whole numbers are numbers where the format does not tell.
    #[serde(default)]
    #[param(required = false)]
    text_keys: bool,
    /// Whether nodes of GML and Pajek are named by their numbers; else by their labels.
    #[serde(default)]
    #[param(required = false)]
    name_by_id: bool,
    /// What the graph is about; at most 1,024 bytes.
    #[serde(default)]
    #[param(required = false)]
    description: String,
}

/// How a file is written.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// Format: `csv`, `tsv`, `edge-list`, `adjacency-list`, `node-link`, `graphml`, `gexf`, `gml`, `pajek`, `dot`,
    /// `matrix-market` or `bibtex`.
    format: String,
    /// Whether keys and values that would not come back as they are become text; else they are refused.
    #[serde(default)]
    #[param(required = false)]
    stringify: bool,
    /// Whether nodes are named by their places, so that their names are lost.
    #[serde(default)]
    #[param(required = false)]
    number_nodes: bool,
    /// Whether node-link JSON calls its edges `links`, as D3 and NetworkX before 3.4 do.
    #[serde(default)]
    #[param(required = false)]
    links: bool,
}

/// Makes a graph of a file. It can be seen as a whole or not at all.
///
/// What is wrong with the file is told with its line and column.
#[utoipa::path(
    put,
    path = "/graphs/{graph}/file",
    operation_id = "graphs.import",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph, which must not exist"), ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((
        status = 201,
        description = "The graph is durable",
        body = GraphEntry,
        headers(("location" = String, description = "Path of the graph"))
    ))
)]
pub(crate) async fn import(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    UrlQuery(query): UrlQuery<ImportQuery>,
    RawBody(file): RawBody,
) -> Result<Response, Failure> {
    let options = GraphFileOptions { format: graph_format(&query.format)?, read: query.options() };
    let name = (graph, query.description);
    let entry = app.state.engine.import_graph(&ctx, name, file, options).await?;
    Ok(super::created(entry.into()))
}

/// Writes a graph as a file.
#[utoipa::path(
    get,
    path = "/graphs/{graph}/file",
    operation_id = "graphs.export",
    tag = "graphs",
    params(("graph" = String, Path, description = "Name of the graph"), ExportQuery),
    responses((
        status = 200,
        description = "The file, with the media type of its format",
        content_type = "application/octet-stream",
        body = Vec<u8>,
        headers(("ragstone-graph-version" = u64, description = "Version of the graph that it holds"))
    ))
)]
pub(crate) async fn export(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(graph): UrlPath<GraphName>,
    UrlQuery(query): UrlQuery<ExportQuery>,
) -> Result<Response, Failure> {
    let format = graph_format(&query.format)?;
    let (version, file) = app.state.engine.export_graph(&ctx, &graph, (format, query.options())).await?;
    let extension = format.extensions().first().copied().unwrap_or("txt");
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{graph}.{extension}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (CONTENT_DISPOSITION, disposition),
        (VERSION, HeaderValue::from(version.0)),
    ];
    Ok((headers, Bytes::from(file)).into_response())
}

impl ImportQuery {
    fn options(&self) -> ReadOptions {
        ReadOptions {
            direction: if self.directed { Direction::Directed } else { Direction::Undirected },
            keys: if self.text_keys { KeyReading::Text } else { KeyReading::Detect },
            names: if self.name_by_id { NodeNaming::Id } else { NodeNaming::Label },
            ..ReadOptions::default()
        }
    }
}

impl ExportQuery {
    fn options(&self) -> WriteOptions {
        let keys = match (self.number_nodes, self.stringify) {
            (true, _) => KeyWriting::Numbered,
            (false, true) => KeyWriting::Stringified,
            (false, false) => KeyWriting::Exact,
        };
        WriteOptions {
            keys,
            values: if self.stringify { ValueWriting::Stringified } else { ValueWriting::Exact },
            names: NodeNaming::Label,
            edge_field: if self.links { EdgeField::Links } else { EdgeField::Edges },
        }
    }
}
