//! A caller of a catalog that expects success, and audits what the catalog says about itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use ragstone_core::CallContext;
use ragstone_core::change::{Change, ChangeKind};
use ragstone_core::collection::{Collection, CollectionStatistics};
use ragstone_core::document::{Document, DocumentContent, DocumentDraft, Passage, WriteReceipt};
use ragstone_core::id::{ChunkId, CollectionId, DocumentId, Sequence};
use ragstone_core::page::PageRequest;
use ragstone_core::port::DynCatalog;
use ragstone_core::stamp::SourceStamp;

use crate::draft::{new_collection, reader_context, tenant_context};
use crate::fixture::CatalogFixture;

/// Calls a catalog for one tenant; every method panics where the call fails.
#[derive(Clone)]
pub struct CatalogDriver {
    /// The catalog.
    pub catalog: Arc<dyn DynCatalog>,
    /// Context of the tenant.
    pub ctx: CallContext,
}

impl std::fmt::Debug for CatalogDriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CatalogDriver").field("ctx", &self.ctx).finish_non_exhaustive()
    }
}

impl CatalogDriver {
    /// Drives the store of a fixture for the tenant `first`.
    pub fn new(fixture: &CatalogFixture) -> Self {
        Self { catalog: fixture.store(), ctx: tenant_context("first") }
    }

    /// Drives the same store for another tenant.
    #[must_use]
    pub fn as_tenant(&self, tenant: &str) -> Self {
        Self { catalog: Arc::clone(&self.catalog), ctx: tenant_context(tenant) }
    }

    /// Drives the same store for a caller of the tenant `first` whom access lists can keep from documents.
    #[must_use]
    pub fn as_reader(&self, name: &str, groups: &[&str]) -> Self {
        Self { catalog: Arc::clone(&self.catalog), ctx: reader_context("first", name, groups) }
    }

    /// Creates a collection.
    pub async fn create(&self, name: &str) -> Collection {
        let created = self.catalog.create_collection(&self.ctx, new_collection(name)).await;
        created.expect("creates a collection")
    }

    /// Stores one document.
    pub async fn put(&self, collection: CollectionId, draft: DocumentDraft) -> WriteReceipt {
        self.put_all(collection, vec![draft]).await[0]
    }

    /// Stores documents.
    pub async fn put_all(&self, collection: CollectionId, drafts: Vec<DocumentDraft>) -> Vec<WriteReceipt> {
        let count = drafts.len();
        let receipts = self.catalog.put_documents(&self.ctx, collection, drafts).await;
        let receipts = receipts.expect("stores documents");
        assert_eq!(receipts.len(), count, "there is a receipt for each draft");
        receipts
    }

    /// Deletes a document at whatever version.
    pub async fn delete(&self, document: DocumentId) -> Sequence {
        let deleted = self.catalog.delete_document(&self.ctx, document, None).await;
        deleted.expect("deletes a document")
    }

    /// Reads a document.
    pub async fn document(&self, document: DocumentId) -> Document {
        let found = self.catalog.document(&self.ctx, document).await;
        found.expect("finds a document")
    }

    /// Reads a document with its text and chunks.
    pub async fn content(&self, document: DocumentId) -> DocumentContent {
        let found = self.catalog.document_content(&self.ctx, document).await;
        found.expect("finds a document's content")
    }

    /// Reads chunks.
    pub async fn passages(&self, chunks: &[ChunkId]) -> Vec<Passage> {
        let found = self.catalog.passages(&self.ctx, chunks).await;
        found.expect("reads passages")
    }

    /// Sizes of a collection.
    pub async fn statistics(&self, collection: CollectionId) -> CollectionStatistics {
        let counted = self.catalog.statistics(&self.ctx, collection).await;
        counted.expect("counts a collection")
    }

    /// Greatest acknowledged sequence.
    pub async fn head(&self) -> Sequence {
        self.catalog.head(&self.ctx).await.expect("knows its head")
    }

    /// All changes of a collection behind `after`.
    pub async fn changes(&self, collection: CollectionId, after: Sequence) -> Vec<Change> {
        let listed = self.catalog.changes(&self.ctx, collection, after, u32::from(u16::MAX)).await;
        listed.expect("lists changes")
    }

    /// All documents of a collection, read in pages of `size`.
    pub async fn documents(&self, collection: CollectionId, size: u32) -> Vec<Document> {
        let mut all = Vec::new();
        let mut request = PageRequest::try_new(size).expect("is a page size");
        loop {
            let page = self.catalog.documents(&self.ctx, collection, &request).await;
            let page = page.expect("lists documents");
            assert!(page.items.len() <= size as usize, "a page is not larger than asked");
            all.extend(page.items);
            match page.next {
                Some(next) => request = request.after(next),
                None => return all,
            }
        }
    }

    /// All sources of a collection that start with `prefix`, read in pages of `size`.
    pub async fn sources(&self, collection: CollectionId, prefix: &str, size: u32) -> Vec<String> {
        let mut all = Vec::new();
        let mut request = PageRequest::try_new(size).expect("is a page size");
        loop {
            let page = self.catalog.source_states(&self.ctx, collection, prefix, &request).await;
            let page = page.expect("lists sources");
            assert!(page.items.len() <= size as usize, "a page is not larger than asked");
            all.extend(page.items.into_iter().map(|state| state.source.to_string()));
            match page.next {
                Some(next) => request = request.after(next),
                None => return all,
            }
        }
    }
}

// ---- Stamps ----

impl CatalogDriver {
    /// The stamp of the one document of a collection.
    pub async fn stamp(&self, collection: CollectionId) -> Option<SourceStamp> {
        let page = PageRequest::try_new(2).expect("is a page size");
        let page = self.catalog.source_states(&self.ctx, collection, "", &page).await.expect("lists sources");
        assert_eq!(page.items.len(), 1);
        page.items.into_iter().next().and_then(|state| state.stamp)
    }
}

// ---- Audit ----

impl CatalogDriver {
    /// Asserts that everything the catalog says about a collection agrees with everything else.
    ///
    /// Nothing may be written meanwhile. Answers with the documents.
    pub async fn audit(&self, collection: CollectionId) -> Vec<Document> {
        let documents = self.documents(collection, 100).await;
        let mut sums = CollectionStatistics::default();
        for document in &documents {
            let content = self.content(document.id).await;
            assert_eq!(content.document, *document, "listing and content agree");
            self.audit_content(&content).await;
            sums.documents += 1;
            sums.chunks += u64::from(document.chunk_count);
            sums.text_bytes += document.text_len;
            sums.terms += content.chunks.iter().map(|chunk| u64::from(chunk.terms)).sum::<u64>();
        }
        assert_eq!(self.statistics(collection).await, sums, "statistics agree with the documents");
        self.audit_feed(collection, &documents).await;
        let sources: Vec<String> = documents.iter().map(|held| held.source.to_string()).collect();
        assert_eq!(self.sources(collection, "", 100).await, sources, "sources agree with the documents");
        documents
    }

    async fn audit_content(&self, content: &DocumentContent) {
        let document = &content.document;
        assert_eq!(document.text_len, content.text.len() as u64);
        assert_eq!(document.chunk_count as usize, content.chunks.len());
        let ids: Vec<ChunkId> = content.chunks.iter().map(|chunk| chunk.id).collect();
        let passages = self.passages(&ids).await;
        assert_eq!(passages.len(), ids.len(), "every chunk of the current version is a passage");
        for ((ordinal, chunk), passage) in (0..).zip(&content.chunks).zip(passages) {
            assert_eq!(chunk.ordinal, ordinal);
            assert_eq!(chunk.id, ChunkId::derive(document.id, document.version, chunk.span));
            assert_eq!(passage.chunk, *chunk);
            assert_eq!(*passage.document, *document);
            assert_eq!(Some(passage.text.as_str()), chunk.span.slice(&content.text));
        }
    }

    async fn audit_feed(&self, collection: CollectionId, documents: &[Document]) {
        let changes = self.changes(collection, Sequence::ZERO).await;
        assert!(changes.windows(2).all(|pair| pair[0].sequence < pair[1].sequence), "the feed ascends");
        let stored: BTreeSet<_> = changes
            .iter()
            .filter(|change| change.kind == ChangeKind::Stored)
            .map(|change| (change.sequence, change.document))
            .collect();
        let expected: BTreeSet<_> =
            documents.iter().map(|document| (document.sequence, document.id)).collect();
        assert_eq!(stored, expected, "the feed holds each document at its latest sequence");
        let distinct: BTreeSet<_> = changes.iter().map(|change| change.document).collect();
        assert_eq!(distinct.len(), changes.len(), "the feed holds one change for each document");
    }
}
