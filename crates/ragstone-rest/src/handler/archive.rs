//! Collections as they are carried from one instance to another, in parts.

use axum::Json;
use axum::extract::State;
use ragstone_api::archive::{ArchivePage, ArchivedDocument, ImportReceipt, ImportRequest};
use ragstone_api::ingest::WriteReceipt;
use ragstone_api::page::PageQuery;
use ragstone_core::archive::{self, MAX_ARCHIVED};
use ragstone_core::{CollectionName, Error};

use crate::config::App;
use crate::extract::{Call, JsonBody, UrlPath, UrlQuery};
use crate::failure::Answer;

/// Reads a part of a collection with texts, passages and vectors, at most 100 documents by source.
#[utoipa::path(
    get,
    path = "/collections/{collection}/archive",
    operation_id = "collections.export",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection"), PageQuery),
    responses((status = 200, description = "A part of the collection", body = ArchivePage))
)]
pub(crate) async fn export(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<ArchivePage> {
    let query = PageQuery { page_size: query.page_size.or(Some(MAX_ARCHIVED)), ..query };
    let listing = format!("archive/{}/{collection}", ctx.tenant());
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.export_documents(&ctx, &collection, &request).await?;
    let next_cursor = app.state.cursors.seal(&listing, &page);
    let documents = page.items.into_iter().map(ArchivedDocument::from);
    Ok(Json(ArchivePage { documents: documents.collect(), next_cursor }))
}

/// Stores documents that were read from a collection of this or another instance, 1 to 100 at a time.
///
/// What is there already in the same version stays as it is.
#[utoipa::path(
    put,
    path = "/collections/{collection}/archive",
    operation_id = "collections.import",
    tag = "collections",
    params(("collection" = String, Path, description = "Name of the collection, which exists")),
    request_body = ImportRequest,
    responses((status = 200, description = "A receipt for each document", body = ImportReceipt))
)]
pub(crate) async fn import(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    JsonBody(request): JsonBody<ImportRequest>,
) -> Answer<ImportReceipt> {
    let documents = request.documents.into_iter().map(archive::ArchivedDocument::try_from);
    let documents = documents.collect::<Result<_, Error>>()?;
    let receipts = app.state.engine.import_documents(&ctx, &collection, documents).await?;
    Ok(Json(ImportReceipt { documents: receipts.into_iter().map(WriteReceipt::from).collect() }))
}
