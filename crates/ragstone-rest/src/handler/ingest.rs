//! Ingest of texts and files.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ragstone_api::ingest::{Effect, IngestPathsRequest, IngestReport, IngestTextRequest, WriteReceipt};
use ragstone_core::CollectionName;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_engine::NoProgress;

use crate::config::App;
use crate::extract::{Call, JsonBody, UnboundedCall, UrlPath};
use crate::failure::{Answer, Failure};

/// Stores a text as a document, or a new version of it.
#[utoipa::path(
    put,
    path = "/collections/{collection}/documents",
    operation_id = "documents.put",
    tag = "ingest",
    params(("collection" = String, Path, description = "Name of the collection")),
    request_body = IngestTextRequest,
    responses(
        (status = 200, description = "A new version was stored, or nothing had changed", body = WriteReceipt),
        (status = 201, description = "The document is new", body = WriteReceipt)
    )
)]
pub(crate) async fn put(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    JsonBody(request): JsonBody<IngestTextRequest>,
) -> Result<(StatusCode, Json<WriteReceipt>), Failure> {
    let text = request.into_text(collection)?;
    let receipt = WriteReceipt::from(app.state.engine.ingest_text(&ctx, text).await?);
    reach(FailPoint::ServerAnswerReady)?;
    let status = match receipt.effect {
        Effect::Created => StatusCode::CREATED,
        Effect::Updated | Effect::Unchanged => StatusCode::OK,
    };
    Ok((status, Json(receipt)))
}

/// Brings a collection in line with files and folders of the server's machine.
///
/// Files that cannot be ingested are listed in the report and do not stop the others.
#[utoipa::path(
    post,
    path = "/collections/{collection}/ingest",
    operation_id = "ingest.paths",
    tag = "ingest",
    params(("collection" = String, Path, description = "Name of the collection")),
    request_body = IngestPathsRequest,
    responses((status = 200, description = "What was done", body = IngestReport))
)]
pub(crate) async fn paths(
    State(app): State<App>,
    UnboundedCall(ctx): UnboundedCall,
    UrlPath(collection): UrlPath<CollectionName>,
    JsonBody(request): JsonBody<IngestPathsRequest>,
) -> Answer<IngestReport> {
    let paths = request.into_paths(collection)?;
    let report = app.state.engine.ingest_paths(&ctx, paths, &NoProgress).await?;
    Ok(Json(report.into()))
}
