//! Earlier versions: the port's methods and how they are read.

use ragstone_core::document::{Chunk, DocumentContent, WriteReceipt};
use ragstone_core::history::{DeletionKey, StoredVersion, check_limit, version_key, version_of_key};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::HistoryStore;
use ragstone_core::{
    AccessList, ByteSpan, CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, Error, ErrorKind,
    LineRange, PageRange, Reader, Result, Sequence, TenantId, Timestamp,
};

use super::access::{Readable, read_access};
use super::content::document_content;
use super::record::{self, decode, document_columns, read_document};
use super::text::whole_text;
use super::{purge, restore};
use crate::catalog::Catalog;
use crate::collections::page_of;
use crate::sql::{Connection, Database, Row, Statement, Transaction, corrupt};

impl<D: Database> HistoryStore for Catalog<D> {
    async fn versions(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let operation = "catalog.versions";
        let (tenant, reader, page) = (ctx.tenant().clone(), ctx.principal().reader(), page.clone());
        page.after_key().map(version_of_key).transpose().map_err(|error| error.with_operation(operation))?;
        self.snapshot(ctx, operation, move |tx| versions(tx, tenant, reader, document, page)).await
    }

    async fn version_content(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
    ) -> Result<DocumentContent> {
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        self.snapshot(ctx, "catalog.version_content", move |tx| {
            version_content(tx, tenant, reader, document, version)
        })
        .await
    }

    async fn deleted_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let operation = "catalog.deleted_documents";
        let after = page.after_key().map(DeletionKey::parse).transpose();
        let after = after.map_err(|error| error.with_operation(operation))?;
        self.require_collection(ctx, operation, collection).await?;
        let statement = deleted(collection, &ctx.principal().reader(), after, page.size() + 1);
        let rows = self.read(ctx, operation, statement).await?;
        page_of(rows, page, read_kept, |version| {
            DeletionKey::new(version.ended_at.unwrap_or(Timestamp::from_millis(0)), version.document.id)
                .to_string()
        })
    }

    async fn restore_version(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
        expected: Option<DocumentVersion>,
    ) -> Result<WriteReceipt> {
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        let wanted = restore::Wanted { document, version, expected, kept_versions: self.kept_versions() };
        let operation = "catalog.restore_version";
        let receipts =
            self.write_bound(ctx, operation, move |tx| restore::restore(tx, tenant, reader, wanted)).await?;
        let receipt = receipts.into_iter().next();
        receipt.ok_or_else(|| corrupt("a write has no receipt").with_operation(operation))
    }

    async fn purge_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let operation = "catalog.purge_document";
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        let sequence = self
            .write_bound(ctx, operation, move |tx| {
                purge::purge_document(tx, tenant, reader, document, expected)
            })
            .await?;
        self.scrub().await.map_err(|error| error.with_operation(operation))?;
        Ok(sequence)
    }

    async fn forget_versions(&self, ctx: &CallContext, ended_before: Timestamp, limit: u32) -> Result<u32> {
        let operation = "catalog.forget_versions";
        let limit = check_limit(limit).map_err(|error| error.with_operation(operation))?;
        let forget = Statement::new(
            "DELETE FROM kept_versions WHERE (id, version) IN
                 (SELECT id, version FROM kept_versions WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)
             RETURNING version",
        )
        .bind(ended_before)
        .bind(limit);
        let rows = self.aside(ctx, operation, forget).await?;
        Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
    }
}

// ---- Reading ----

/// Who may read the newest version of a document, current or kept; `None` where there is none, or the reader may not.
pub(super) async fn newest(
    tx: &mut (impl Connection + ?Sized),
    tenant: &TenantId,
    reader: &Reader,
    document: DocumentId,
) -> Result<Option<AccessList>> {
    let find = Statement::new(
        "SELECT n.allowed, n.denied FROM (
             SELECT version, collection, allowed, denied FROM documents WHERE id = $1 AND deleted = 0
             UNION ALL
             SELECT version, collection, allowed, denied FROM kept_versions WHERE id = $1) AS n
         JOIN collections k ON k.id = n.collection
         WHERE k.tenant = $2 AND k.deleted_sequence IS NULL ORDER BY n.version DESC LIMIT 1",
    )
    .bind(document)
    .bind(tenant);
    let Some(mut row) = tx.fetch(find).await?.into_iter().next() else { return Ok(None) };
    Ok(Some(read_access(&mut row)?).filter(|access| access.admits(reader)))
}

async fn versions(
    mut tx: Box<dyn Transaction>,
    tenant: TenantId,
    reader: Reader,
    document: DocumentId,
    page: PageRequest,
) -> Result<Page<StoredVersion>> {
    newest(&mut *tx, &tenant, &reader, document).await?.ok_or_else(|| record::not_found(document))?;
    let before = page.after_key().map(version_of_key).transpose()?;
    let mut rows = Vec::new();
    let current = record::document(document, &tenant, &reader);
    for mut row in tx.fetch(current).await? {
        let document = read_document(&mut row)?;
        if before.is_none_or(|before| document.version < before) {
            rows.push(StoredVersion { document, ended_at: None });
        }
    }
    let readable = Readable::by(&reader);
    let kept = [
        SELECT_KEPT,
        "WHERE d.id = $1 AND d.version < $2",
        &readable.and(4),
        " ORDER BY d.version DESC LIMIT $3",
    ];
    let kept = Statement::generated(kept.concat())
        .bind(document)
        .bind(before.map_or(i64::MAX, |before| i64::from(before.0)))
        .bind(page.size() + 1)
        .bind_all(readable.values());
    for mut row in tx.fetch(kept).await? {
        rows.push(read_kept(&mut row)?);
    }
    tx.rollback().await?;
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| has_more).map(|last| version_key(last.document.version));
    Ok(Page { items: rows, next })
}

async fn version_content(
    mut tx: Box<dyn Transaction>,
    tenant: TenantId,
    reader: Reader,
    document: DocumentId,
    version: DocumentVersion,
) -> Result<DocumentContent> {
    let is_there = newest(&mut *tx, &tenant, &reader, document).await?.is_some();
    let current =
        if is_there { tx.fetch(record::document(document, &tenant, &reader)).await? } else { Vec::new() };
    for mut row in current {
        if read_document(&mut row)?.version == version {
            return document_content(tx, tenant, reader, document).await;
        }
    }
    let kept = if is_there { kept_content(&mut *tx, &reader, document, version).await? } else { None };
    tx.rollback().await?;
    Ok(kept.ok_or_else(|| version_not_found(document, version))?.content)
}

/// An earlier version with what a draft needs.
pub(super) struct Kept {
    pub(super) content: DocumentContent,
    pub(super) recipe: String,
}

/// Reads a version that is kept and that the reader may read.
pub(super) async fn kept_content(
    tx: &mut (impl Connection + ?Sized),
    reader: &Reader,
    document: DocumentId,
    version: DocumentVersion,
) -> Result<Option<Kept>> {
    let find = Statement::generated([SELECT_KEPT, "WHERE d.id = $1 AND d.version = $2"].concat())
        .bind(document)
        .bind(version);
    let Some(mut row) = tx.fetch(find).await?.into_iter().next() else { return Ok(None) };
    let found = read_document(&mut row)?;
    if !found.access.admits(reader) {
        return Ok(None);
    }
    let (_ended_at, recipe) = (row.timestamp()?, row.text()?);
    let blocks =
        Statement::new("SELECT bytes FROM kept_texts WHERE document = $1 AND version = $2 ORDER BY block");
    let mut bytes = Vec::new();
    for mut row in tx.fetch(blocks.bind(document).bind(version)).await? {
        bytes.append(&mut row.bytes()?);
    }
    let len = usize::try_from(found.text_len).map_err(|_| corrupt("a text is longer than memory"))?;
    let text = whole_text(bytes, len)?;
    let chunks = Statement::new(
        "SELECT ordinal, start_byte, end_byte, first_line, last_line, headings, terms, first_page, last_page
         FROM kept_chunks WHERE document = $1 AND version = $2 ORDER BY ordinal",
    );
    let rows = tx.fetch(chunks.bind(document).bind(version)).await?;
    let chunks = rows.into_iter().map(|row| read_chunk(row, document, version)).collect::<Result<_>>()?;
    Ok(Some(Kept { content: DocumentContent { document: found, text, chunks }, recipe }))
}

// ---- Statements and rows ----

/// Rows for [`read_kept`]; the recipe stands last.
const SELECT_KEPT: &str =
    concat!("SELECT ", document_columns!(), ", d.ended_at, d.recipe FROM kept_versions d ");

fn deleted(
    collection: CollectionId,
    reader: &Reader,
    after: Option<DeletionKey>,
    limit: u32,
) -> Statement<'static> {
    let readable = Readable::by(reader);
    let parts = [
        SELECT_KEPT,
        "WHERE d.collection = $1 AND d.of_deleted = 1
             AND (d.ended_at < $2 OR (d.ended_at = $2 AND d.id > $3))",
        &readable.and(5),
        " ORDER BY d.ended_at DESC, d.id LIMIT $4",
    ];
    let latest = DeletionKey::new(Timestamp::from_millis(i64::MAX), DocumentId::from_uuid(uuid::Uuid::nil()));
    let after = after.unwrap_or(latest);
    Statement::generated(parts.concat())
        .bind(collection)
        .bind(after.ended_at())
        .bind(after.document())
        .bind(limit)
        .bind_all(readable.values())
}

fn read_kept(row: &mut Row) -> Result<StoredVersion> {
    let document = read_document(row)?;
    Ok(StoredVersion { document, ended_at: Some(row.timestamp()?) })
}

fn read_chunk(mut row: Row, document: DocumentId, version: DocumentVersion) -> Result<Chunk> {
    let ordinal = row.small_count()?;
    let span = ByteSpan::try_new(row.length()?, row.length()?);
    let span = span.ok_or_else(|| corrupt("a chunk ends before it starts"))?;
    let lines = LineRange::try_new(row.small_count()?, row.small_count()?);
    Ok(Chunk {
        id: ChunkId::derive(document, version, span),
        ordinal,
        span,
        lines: lines.ok_or_else(|| corrupt("a chunk has impossible lines"))?,
        headings: decode(&row.text()?)?,
        terms: row.small_count()?,
        pages: PageRange::try_new(row.small_count()?, row.small_count()?),
    })
}

pub(super) fn version_not_found(document: DocumentId, version: DocumentVersion) -> Error {
    Error::new(ErrorKind::NotFound, "the version is not kept")
        .with_context("document", document)
        .with_context("version", version)
}
