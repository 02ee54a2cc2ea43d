//! Documents of the in-memory catalog: the port and its reads; how a write makes versions is in `versions`.

use std::sync::Arc;

use super::MemoryCatalog;
use super::catalog::{CatalogState, StoredDocument, is_behind, page_of};
use super::history::Keep;
use super::versions::check_batch;
use crate::context::CallContext;
use crate::document::{
    ContentBatch, Document, DocumentContent, DocumentDraft, Passage, SourceState, WriteReceipt,
    check_contents,
};
use crate::error::{Error, Result};
use crate::id::{ChunkId, CollectionId, DocumentId, DocumentVersion, Sequence};
use crate::page::{Page, PageRequest};
use crate::port::DocumentStore;
use crate::span::ByteSpan;
use crate::stamp::{StampedDocument, check_stamps};

impl DocumentStore for MemoryCatalog {
    async fn put_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        drafts: Vec<DocumentDraft>,
    ) -> Result<Vec<WriteReceipt>> {
        check_batch(&drafts)?;
        let now = self.now();
        let keep = Keep { versions: self.kept_versions(), now };
        self.keys().bind(ctx, || {
            let mut state = self.state();
            state.live(ctx, collection)?;
            for draft in &drafts {
                state.check_overwrite(ctx, collection, draft)?;
            }
            drafts.into_iter().map(|draft| state.put(ctx, collection, draft, keep)).collect()
        })
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
        let keep = Keep { versions: self.kept_versions(), now: self.now() };
        self.keys().bind(ctx, || self.state().delete(ctx, document, expected, keep))
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
        Ok(state.stored(ctx, document)?.content())
    }

    async fn document_contents(
        &self,
        ctx: &CallContext,
        documents: &[DocumentId],
        most_bytes: u64,
    ) -> Result<ContentBatch> {
        check_contents(documents)?;
        let state = self.state();
        let mut batch = ContentBatch { contents: Vec::new(), answered: documents.len() };
        let mut bytes: u64 = 0;
        for (answered, id) in documents.iter().enumerate() {
            let Ok(stored) = state.stored(ctx, *id) else { continue };
            bytes = bytes.saturating_add(stored.document.text_len);
            if bytes > most_bytes && !batch.contents.is_empty() {
                return Ok(ContentBatch { answered, ..batch });
            }
            batch.contents.push(stored.content());
        }
        Ok(batch)
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

    async fn note_stamps(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        stamped: Vec<StampedDocument>,
    ) -> Result<()> {
        check_stamps(&stamped)?;
        let mut state = self.state();
        state.live(ctx, collection)?;
        for StampedDocument { document, content_digest, stamp } in stamped {
            if state.stored(ctx, document).is_err() {
                continue;
            }
            let stored = state.documents.get_mut(&document);
            if let Some(stored) = stored.filter(|stored| {
                stored.document.collection == collection && stored.document.content_digest == content_digest
            }) {
                stored.stamp = Some(stamp);
            }
        }
        Ok(())
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
    pub(super) fn content(&self) -> DocumentContent {
        DocumentContent {
            document: Document::clone(&self.document),
            text: self.text.clone(),
            chunks: self.chunks.clone(),
        }
    }

    fn source_state(&self) -> SourceState {
        SourceState {
            document: self.document.id,
            source: self.document.source.clone(),
            content_digest: self.document.content_digest,
            recipe: self.recipe.clone(),
            stamp: self.stamp.clone(),
        }
    }
}
