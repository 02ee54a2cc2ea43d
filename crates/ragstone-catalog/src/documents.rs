//! Documents: the port's methods. How they are read, written and cut into blocks is in the modules below.

use ragstone_core::document::{
    ContentBatch, Document, DocumentContent, DocumentDraft, Passage, SourceState, WriteReceipt,
    check_contents,
};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::DocumentStore;
use ragstone_core::stamp::{StampedDocument, check_stamps};
use ragstone_core::{
    ByteSpan, CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, Result, Sequence,
};

use self::draft::PreparedDraft;
use crate::catalog::Catalog;
use crate::collections::{live_collection, not_found, page_of};
use crate::sql::Database;

pub(crate) mod access;
mod content;
mod delete;
mod draft;
mod duplicates;
mod history;
mod keeping;
mod listing;
mod passage;
mod purge;
mod put;
pub(crate) mod record;
mod restore;
mod signatures;
mod stamps;
mod text;

impl<D: Database> DocumentStore for Catalog<D> {
    async fn put_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        drafts: Vec<DocumentDraft>,
    ) -> Result<Vec<WriteReceipt>> {
        let operation = "catalog.put_documents";
        let drafts =
            PreparedDraft::prepare(collection, drafts).map_err(|error| error.with_operation(operation))?;
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        let kept_versions = self.kept_versions();
        self.write_bound(ctx, operation, move |transaction| {
            put::put_documents(transaction, tenant, reader, collection, (drafts, kept_versions))
        })
        .await
    }

    async fn document(&self, ctx: &CallContext, document: DocumentId) -> Result<Document> {
        let operation = "catalog.document";
        let statement = record::document(document, ctx.tenant(), &ctx.principal().reader());
        let rows = self.read(ctx, operation, statement).await?;
        let mut row =
            rows.into_iter().next().ok_or_else(|| record::not_found(document).with_operation(operation))?;
        record::read_document(&mut row)
    }

    async fn documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Document>> {
        let operation = "catalog.documents";
        self.require_collection(ctx, operation, collection).await?;
        let reader = ctx.principal().reader();
        let statement = listing::documents(self.dialect(), collection, &reader, page);
        let rows = self.read(ctx, operation, statement).await?;
        page_of(rows, page, record::read_document, |document| document.source.as_str().to_owned())
    }

    async fn delete_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        let kept_versions = self.kept_versions();
        self.write_bound(ctx, "catalog.delete_document", move |transaction| {
            delete::delete_document(transaction, tenant, reader, (document, expected), kept_versions)
        })
        .await
    }

    async fn document_text(&self, ctx: &CallContext, document: DocumentId, span: ByteSpan) -> Result<String> {
        let operation = "catalog.document_text";
        let statement = text::part(document, ctx.tenant(), &ctx.principal().reader(), span);
        let rows = self.read(ctx, operation, statement).await?;
        text::read_part(document, span, rows).map_err(|error| error.with_operation(operation))
    }

    async fn document_content(&self, ctx: &CallContext, document: DocumentId) -> Result<DocumentContent> {
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        self.snapshot(ctx, "catalog.document_content", move |transaction| {
            content::document_content(transaction, tenant, reader, document)
        })
        .await
    }

    async fn document_contents(
        &self,
        ctx: &CallContext,
        documents: &[DocumentId],
        most_bytes: u64,
    ) -> Result<ContentBatch> {
        let operation = "catalog.document_contents";
        check_contents(documents).map_err(|error| error.with_operation(operation))?;
        if documents.is_empty() {
            return Ok(ContentBatch::default());
        }
        let (tenant, reader) = (ctx.tenant().clone(), ctx.principal().reader());
        let documents = documents.to_vec();
        self.snapshot(ctx, operation, move |transaction| {
            content::document_contents(transaction, tenant, reader, documents, most_bytes)
        })
        .await
    }

    async fn passages(&self, ctx: &CallContext, chunks: &[ChunkId]) -> Result<Vec<Passage>> {
        let (mut found, reader) = (passage::Found::default(), ctx.principal().reader());
        for batch in passage::distinct(chunks).chunks(passage::BATCH) {
            let statement = passage::passages(batch, ctx.tenant(), &reader);
            found.add(self.read_lagging(ctx, "catalog.passages", statement).await?)?;
        }
        found.in_order_of(chunks)
    }

    async fn source_states(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        prefix: &str,
        page: &PageRequest,
    ) -> Result<Page<SourceState>> {
        let operation = "catalog.source_states";
        self.require_collection(ctx, operation, collection).await?;
        let end = listing::end_of_prefix(prefix);
        let reader = ctx.principal().reader();
        let statement =
            listing::source_states(self.dialect(), collection, &reader, prefix, end.as_deref(), page);
        let rows = self.read(ctx, operation, statement).await?;
        page_of(rows, page, listing::read_source_state, |state| state.source.as_str().to_owned())
    }

    async fn note_stamps(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        stamped: Vec<StampedDocument>,
    ) -> Result<()> {
        let operation = "catalog.note_stamps";
        check_stamps(&stamped).map_err(|error| error.with_operation(operation))?;
        self.require_collection(ctx, operation, collection).await?;
        let reader = ctx.principal().reader();
        self.write(ctx, operation, move |transaction| stamps::note(transaction, reader, collection, stamped))
            .await
    }
}

impl<D: Database> Catalog<D> {
    /// `NotFound` unless the tenant has the collection.
    pub(crate) async fn require_collection(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        collection: CollectionId,
    ) -> Result<()> {
        let rows = self.read(ctx, operation, live_collection(collection, ctx.tenant())).await?;
        if rows.is_empty() {
            return Err(not_found(collection).with_operation(operation));
        }
        Ok(())
    }
}
