//! Documents of the in-memory catalog: the port and its reads; how a write makes versions is in `versions`.

use std::sync::Arc;

use super::MemoryCatalog;
use super::catalog::{CatalogState, StoredDocument, is_behind, page_of};
use super::versions::check_batch;
use crate::context::CallContext;
use crate::document::{Document, DocumentContent, DocumentDraft, Passage, SourceState, WriteReceipt};
use crate::error::{Error, Result};
use crate::id::{ChunkId, CollectionId, DocumentId, DocumentVersion, Sequence};
use crate::page::{Page, PageRequest};
use crate::port::DocumentStore;
use crate::span::ByteSpan;

impl DocumentStore for MemoryCatalog {
    async fn put_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        drafts: Vec<DocumentDraft>,
    ) -> Result<Vec<WriteReceipt>> {
        check_batch(&drafts)?;
        let now = self.now();
        let mut state = self.state();
        state.live(ctx, collection)?;
        for draft in &drafts {
            state.check_overwrite(ctx, collection, draft)?;
        }
        drafts.into_iter().map(|draft| state.put(ctx, collection, draft, now)).collect()
    }

    async fn document(&self, ctx: &CallContext, document: DocumentId) -> Result<Document> {
        let state = self.state();
        let stored = state.stored(ctx, document)?;
        Ok(Document::clone(&stored.document))
    }

    async fn documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Document>> {
        let state = self.state();
        let listed = state.list(ctx, collection, "", page)?;
        Ok(listed.map(|stored| Document::clone(&stored.document)))
    }

    async fn delete_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        self.state().delete(ctx, document, expected)
    }

    async fn document_text(&self, ctx: &CallContext, document: DocumentId, span: ByteSpan) -> Result<String> {
        let state = self.state();
        let text = span.slice(&state.stored(ctx, document)?.text).ok_or_else(|| {
            Error::invalid("span", "must cover whole characters of the text").with_context("span", span)
        })?;
        Ok(text.to_owned())
    }

    async fn document_content(&self, ctx: &CallContext, document: DocumentId) -> Result<DocumentContent> {
        let state = self.state();
        let stored = state.stored(ctx, document)?;
        Ok(DocumentContent {
            document: Document::clone(&stored.document),
            text: stored.text.clone(),
            chunks: stored.chunks.clone(),
        })
    }

    async fn passages(&self, ctx: &CallContext, chunks: &[ChunkId]) -> Result<Vec<Passage>> {
        let state = self.state();
        Ok(chunks.iter().filter_map(|id| state.passage(ctx, *id)).collect())
    }

    async fn source_states(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        prefix: &str,
        page: &PageRequest,
    ) -> Result<Page<SourceState>> {
        let state = self.state();
        let listed = state.list(ctx, collection, prefix, page)?;
        Ok(listed.map(StoredDocument::source_state))
    }
}

impl CatalogState {
    fn list(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        prefix: &str,
        page: &PageRequest,
    ) -> Result<Page<&StoredDocument>> {
        let reader = ctx.principal().reader();
        let items = self
            .live(ctx, collection)?
            .sources
            .iter()
            .filter(|(source, _)| source.as_str().starts_with(prefix) && is_behind(page, source.as_str()))
            .filter_map(|(_, id)| self.documents.get(id))
            .filter(|stored| stored.document.access.admits(&reader));
        Ok(page_of(items, page, |stored| stored.document.source.to_string()))
    }

    fn passage(&self, ctx: &CallContext, id: ChunkId) -> Option<Passage> {
        let (document, ordinal) = self.chunks.get(&id)?;
        let stored = self.stored(ctx, *document).ok()?;
        let chunk = stored.chunks.get(*ordinal)?;
        Some(Passage {
            document: Arc::clone(&stored.document),
            chunk: chunk.clone(),
            text: chunk.span.slice(&stored.text)?.to_owned(),
        })
    }
}

impl StoredDocument {
    fn source_state(&self) -> SourceState {
        SourceState {
            document: self.document.id,
            source: self.document.source.clone(),
            content_digest: self.document.content_digest,
            recipe: self.recipe.clone(),
        }
    }
}
