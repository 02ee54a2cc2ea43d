//! Documents, their texts and their passages.

use axum::Json;
use axum::extract::State;
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use ragstone_api::document::{Deletion, Document, DocumentPage, Passage, TextPart};
use ragstone_api::page::PageQuery;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::request::TextRange;
use ragstone_core::{ChunkId, CollectionName, DocumentId, DocumentVersion, Error};
use serde::Deserialize;

use crate::config::App;
use crate::extract::{Call, UrlPath, UrlQuery};
use crate::failure::{Answer, Failure};

/// Lists the documents of a collection, by source.
#[utoipa::path(
    get,
    path = "/collections/{collection}/documents",
    operation_id = "documents.list",
    tag = "documents",
    params(("collection" = String, Path, description = "Name of the collection"), PageQuery),
    responses((status = 200, description = "A page of documents", body = DocumentPage))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    UrlQuery(query): UrlQuery<PageQuery>,
) -> Answer<DocumentPage> {
    let listing = format!("documents/{}/{collection}", ctx.tenant());
    let request = app.state.cursors.open(&listing, query)?;
    let page = app.state.engine.documents(&ctx, &collection, &request).await?;
    let next_cursor = app.state.cursors.seal(&listing, &page);
    let scope = ctx.principal().scope();
    let documents = page.items.into_iter().map(|document| Document::new(&collection, document, scope));
    Ok(Json(DocumentPage { documents: documents.collect(), next_cursor }))
}

/// Shows a document without its text.
#[utoipa::path(
    get,
    path = "/documents/{document}",
    operation_id = "documents.read",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document"),
        ("if-none-match" = Option<String>, Header, description = "Entity tag of the version that is known")
    ),
    responses(
        (
            status = 200,
            description = "The document",
            body = Document,
            headers(("etag" = String, description = "Entity tag of the version"))
        ),
        (status = 304, description = "The known version is current")
    )
)]
pub(crate) async fn read(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<DocumentId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let overview = app.state.engine.document(&ctx, id).await?;
    let tag = entity_tag(overview.document.version);
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let document = Document::new(&overview.collection, overview.document, ctx.principal().scope());
    Ok(([(ETAG, tag)], Json(document)).into_response())
}

/// Deletes a document, which can be brought back for some time.
#[utoipa::path(
    delete,
    path = "/documents/{document}",
    operation_id = "documents.delete",
    tag = "documents",
    params(
        ("document" = String, Path, description = "Id of the document"),
        ("if-match" = Option<String>, Header, description = "Entity tag of the only version to delete")
    ),
    responses((status = 200, description = "Receipt of the deletion", body = Deletion))
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<DocumentId>,
    headers: HeaderMap,
) -> Answer<Deletion> {
    let expected = expected_version(&headers)?;
    let sequence = app.state.engine.delete_document(&ctx, id, expected).await?;
    reach(FailPoint::ServerAnswerReady)?;
    Ok(Json(sequence.into()))
}

/// Part of a text that is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TextQuery {
    /// First byte; 0 where left out.
    #[serde(default)]
    start: usize,
    /// Most bytes, 1 to 1,048,576; 65,536 where left out.
    #[serde(default = "default_len")]
    #[param(minimum = 1, maximum = 1_048_576)]
    max_len: usize,
}

impl TextQuery {
    pub(super) fn range(&self) -> TextRange {
        TextRange { start: self.start, max_len: self.max_len }
    }
}

fn default_len() -> usize {
    1 << 16
}

/// Reads a part of the text of a document.
#[utoipa::path(
    get,
    path = "/documents/{document}/text",
    operation_id = "documents.read_text",
    tag = "documents",
    params(("document" = String, Path, description = "Id of the document"), TextQuery),
    responses((status = 200, description = "The part, cut between lines or characters", body = TextPart))
)]
pub(crate) async fn read_text(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<DocumentId>,
    UrlQuery(query): UrlQuery<TextQuery>,
) -> Answer<TextPart> {
    let part = app.state.engine.read_text(&ctx, id, query.range()).await?;
    Ok(Json(part.into()))
}

/// Reads a passage with its citation.
#[utoipa::path(
    get,
    path = "/passages/{chunk}",
    operation_id = "passages.read",
    tag = "documents",
    params(("chunk" = String, Path, description = "Id of the passage: `chunk` of a citation")),
    responses((status = 200, description = "The passage", body = Passage))
)]
pub(crate) async fn passage(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(chunk): UrlPath<ChunkId>,
) -> Answer<Passage> {
    let passage = app.state.engine.passage(&ctx, chunk).await?;
    Ok(Json(passage.into()))
}

/// Versions only grow, so a version is a strong validator.
fn entity_tag(version: DocumentVersion) -> String {
    format!("\"{version}\"")
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let mut known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(str::trim));
    // The comparison is weak (RFC 9110 §13.1.2).
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

pub(super) fn expected_version(headers: &HeaderMap) -> Result<Option<DocumentVersion>, Error> {
    let Some(value) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    if value.as_bytes() == b"*" {
        return Ok(None);
    }
    let version =
        value.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    version.map(|version| Some(DocumentVersion(version))).ok_or_else(|| {
        Error::invalid("if-match", "must be the one entity tag of a document, or *")
            .with_help("send the `ETag` of the document as it was read")
    })
}
