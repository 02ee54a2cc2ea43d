//! Earlier versions of documents, and deleted documents.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use ragstone_api::document::{Deletion, TextPart};
use ragstone_api::history::{RestoreRequest, VersionDiff, VersionPage};
use ragstone_api::ingest::WriteReceipt;
use ragstone_api::page::PageQuery;
use ragstone_core::{CollectionName, DocumentId, DocumentVersion};
use serde::Deserialize;

use super::documents::{TextQuery, expected_version};
use crate::config::App;
use crate::extract::{Call, JsonBody, UrlPair, UrlPath, UrlQuery};
use crate::failure::Answer;

/// Lists the versions of a document that are kept, the newest first; of a deleted document too.
#[utoipa::path(
    get,
    path = "/documents/{document}/versions",
    operation_id = "documents.list_versions",
    tag = "documents",
    params(("document" = String, Path, description = "Id of the document"), PageQuery),
    responses((status = 200, description = "A page of versions", body = VersionPage))
)]
pub(crate) async fn versions(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<DocumentId>,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<VersionPage> {
    let listing = format!("versions/{}/{id}", ctx.tenant());
    let request = app.state.cursors.open(&listing, query)?;
    let (collection, page) = app.state.engine.document_versions(&ctx, id, &request).await?;
    let next_cursor = app.state.cursors.seal(&listing, &page);
    Ok(Json(VersionPage::new(&collection, page, ctx.principal().scope(), next_cursor)))
}

/// Reads a part of the text of a version of a document.
#[utoipa::path(
    get,
    path = "/documents/{document}/versions/{version}/text",
    operation_id = "documents.read_version",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document"),
        ("version" = u32, Path, description = "Version, from 1"),
        TextQuery
    ),
    responses((status = 200, description = "The part, cut between lines or characters", body = TextPart))
)]
pub(crate) async fn read_text(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPair(id, version): UrlPair<DocumentId, DocumentVersion>,
    UrlQuery(query): UrlQuery<TextQuery>,
) -> Answer<TextPart> {
    let part = app.state.engine.read_version(&ctx, id, version, query.range()).await?;
    Ok(Json(part.into()))
}

/// What a version is compared with.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffQuery {
    /// The other version; the newest one where left out.
    #[serde(default)]
    to: Option<u32>,
}

/// Says what changed between two versions of a document.
#[utoipa::path(
    get,
    path = "/documents/{document}/versions/{version}/diff",
    operation_id = "documents.diff",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document"),
        ("version" = u32, Path, description = "Version that is compared, from 1"),
        DiffQuery
    ),
    responses((status = 200, description = "What changed", body = VersionDiff))
)]
pub(crate) async fn diff(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPair(id, version): UrlPair<DocumentId, DocumentVersion>,
    UrlQuery(query): UrlQuery<DiffQuery>,
) -> Answer<VersionDiff> {
    let diff = app.state.engine.diff_versions(&ctx, id, version, query.to.map(DocumentVersion)).await?;
    Ok(Json(diff.into()))
}

/// Brings back an earlier version of a document as a new version, or a deleted document.
///
/// Who may read the document stays as it is.
#[utoipa::path(
    post,
    path = "/documents/{document}/restore",
    operation_id = "documents.restore",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document"),
        ("if-match" = Option<String>, Header, description = "Entity tag of the only version to replace")
    ),
    request_body = RestoreRequest,
    responses((status = 200, description = "Receipt of the version that is now current", body = WriteReceipt))
)]
pub(crate) async fn restore(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<DocumentId>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<RestoreRequest>,
) -> Answer<WriteReceipt> {
    let expected = expected_version(&headers)?;
    let receipt = app.state.engine.restore_version(&ctx, id, request.version(), expected).await?;
    Ok(Json(receipt.into()))
}

/// Deletes a document for good, with all its versions; also one that is deleted already.
#[utoipa::path(
    post,
    path = "/documents/{document}/purge",
    operation_id = "documents.purge",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document"),
        ("if-match" = Option<String>, Header, description = "Entity tag of the only version to purge")
    ),
    responses((status = 200, description = "Receipt of the deletion", body = Deletion))
)]
pub(crate) async fn purge(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<DocumentId>,
    headers: HeaderMap,
) -> Answer<Deletion> {
    let expected = expected_version(&headers)?;
    let sequence = app.state.engine.purge_document(&ctx, id, expected).await?;
    Ok(Json(sequence.into()))
}

/// Lists the deleted documents of a collection that can be brought back, the last deleted first.
#[utoipa::path(
    get,
    path = "/collections/{collection}/deleted-documents",
    operation_id = "documents.list_deleted",
    tag = "documents",
    params(("collection" = String, Path, description = "Name of the collection"), PageQuery),
    responses((status = 200, description = "A page of deleted documents in their last version", body = VersionPage))
)]
pub(crate) async fn deleted(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<VersionPage> {
    let listing = format!("deleted-documents/{}/{collection}", ctx.tenant());
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.deleted_documents(&ctx, &collection, &request).await?;
    let next_cursor = app.state.cursors.seal(&listing, &page);
    Ok(Json(VersionPage::new(&collection, page, ctx.principal().scope(), next_cursor)))
}
