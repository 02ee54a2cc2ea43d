//! The rows of documents and chunks.

use ragstone_core::document::{Chunk, Document};
use ragstone_core::{
    ByteSpan, DocumentId, Error, ErrorKind, LineRange, PageRange, Reader, Result, SourceUri, TenantId,
};
use serde::de::DeserializeOwned;

use super::access::{Readable, read_access};
use crate::sql::{Row, Statement, Value, corrupt, filled};

/// Columns for [`read_document`], of the table alias `d`. A macro, because constants cannot be concatenated.
macro_rules! document_columns {
    () => {
        "d.id, d.collection, d.source, d.title, d.format, d.version, d.content_digest, d.is_verbatim,
         d.text_len, d.chunk_count, d.tags, d.metadata, d.allowed, d.denied, d.language, d.created_at,
         d.updated_at, d.sequence"
    };
}
pub(super) use document_columns;

/// Columns for [`read_chunk`], of the table alias `c`.
macro_rules! chunk_columns {
    () => {
        "c.id, c.ordinal, c.start_byte, c.end_byte, c.first_line, c.last_line, c.headings, c.terms, c.first_page,
         c.last_page"
    };
}
pub(super) use chunk_columns;

/// The statement that finds live documents of a tenant that a reader may read.
pub(super) fn documents<'q>(
    documents: &[DocumentId],
    tenant: &'q TenantId,
    reader: &Reader,
) -> Statement<'q> {
    const SELECT: &str = concat!(
        "SELECT ",
        document_columns!(),
        " FROM documents d JOIN collections k ON k.id = d.collection
         WHERE d.deleted = 0 AND k.tenant = $1 AND k.deleted_sequence IS NULL AND d.id IN "
    );
    let ids = filled(documents.iter().copied().map(Value::from).collect());
    let readable = Readable::by(reader);
    Statement::generated_list(SELECT, 2, ids.len(), &readable.and(2 + ids.len()))
        .bind(tenant)
        .bind_all(ids)
        .bind_all(readable.values())
}

/// The same for one document.
pub(super) fn document<'q>(document: DocumentId, tenant: &'q TenantId, reader: &Reader) -> Statement<'q> {
    documents(&[document], tenant, reader)
}

pub(super) fn read_document(row: &mut Row) -> Result<Document> {
    Ok(Document {
        id: row.document_id()?,
        collection: row.collection_id()?,
        source: read_source(row)?,
        title: row.text()?,
        format: row.text()?,
        version: row.version()?,
        content_digest: row.digest()?,
        is_verbatim: row.flag()?,
        text_len: row.count()?,
        chunk_count: row.small_count()?,
        tags: decode(&row.text()?)?,
        metadata: decode(&row.text()?)?,
        access: read_access(row)?,
        language: Some(row.text()?).filter(|language| !language.is_empty()),
        created_at: row.timestamp()?,
        updated_at: row.timestamp()?,
        sequence: row.sequence()?,
    })
}

pub(super) fn read_chunk(row: &mut Row) -> Result<Chunk> {
    let id = row.chunk_id()?;
    let ordinal = row.small_count()?;
    let span = ByteSpan::try_new(row.length()?, row.length()?);
    let lines = LineRange::try_new(row.small_count()?, row.small_count()?);
    Ok(Chunk {
        id,
        ordinal,
        span: span.ok_or_else(|| corrupt("a chunk ends before it starts"))?,
        lines: lines.ok_or_else(|| corrupt("a chunk has impossible lines"))?,
        headings: decode(&row.text()?)?,
        terms: row.small_count()?,
        // No page is 0 in both.
        pages: PageRange::try_new(row.small_count()?, row.small_count()?),
    })
}

pub(super) fn read_source(row: &mut Row) -> Result<SourceUri> {
    SourceUri::try_new(row.text()?).map_err(|_| corrupt("a document holds a source that is not allowed"))
}

pub(crate) fn decode<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json)
        .map_err(|cause| corrupt("an attribute is not the JSON it was").with_source(cause))
}

pub(super) fn not_found(document: DocumentId) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such document").with_context("document", document)
}
