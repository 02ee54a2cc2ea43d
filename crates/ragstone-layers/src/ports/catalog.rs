//! The ports of the catalog with layers.

use ragstone_core::change::{Change, ProjectedCollection, ProjectionMark, ProjectionName};
use ragstone_core::collection::{Collection, CollectionStatistics, NewCollection};
use ragstone_core::document::{
    ContentBatch, Document, DocumentContent, DocumentDraft, Passage, SourceState, WriteReceipt,
};
use ragstone_core::duplicate::SignedDocument;
use ragstone_core::embedded::{EmbeddedCount, EmbeddedDocument, EmbeddedScope};
use ragstone_core::generation::Generations;
use ragstone_core::history::StoredVersion;
use ragstone_core::index::DenseVector;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::{
    ChangeFeed, CollectionStore, DocumentStore, DuplicateStore, DynCatalog, EmbeddingStore, HistoryStore,
    SavedSearchStore, WordStore,
};
use ragstone_core::saved_search::{NewSavedSearch, SaveReceipt, SavedSearchEntry, StoredSearch};
use ragstone_core::stamp::StampedDocument;
use ragstone_core::word::Word;
use ragstone_core::{
    ByteSpan, CallContext, ChunkId, CollectionId, CollectionName, Digest, DocumentId, DocumentVersion,
    Result, SavedSearchName, Sequence, Timestamp,
};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const COLLECTIONS: &str = "collection-store";
const DOCUMENTS: &str = "document-store";
const HISTORY: &str = "history-store";
const DUPLICATES: &str = "duplicate-store";
const EMBEDDINGS: &str = "embedding-store";
const WORDS: &str = "word-store";
const SAVED_SEARCHES: &str = "saved-search-store";
const CHANGES: &str = "change-feed";

impl<A: Around> CollectionStore for Layered<dyn DynCatalog, A> {
    /// Not repeated: a second attempt would find the collection of the first.
    async fn create_collection(&self, ctx: &CallContext, new: NewCollection) -> Result<Collection> {
        let call = Call::new(COLLECTIONS, "create_collection");
        self.around.once(call, ctx, self.inner.create_collection(ctx, new)).await
    }

    async fn collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Collection> {
        let call = Call::new(COLLECTIONS, "collection").reading();
        self.around.repeatable(call, ctx, || self.inner.collection(ctx, name)).await
    }

    async fn collections(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<Collection>> {
        let call = Call::new(COLLECTIONS, "collections").reading();
        self.around.repeatable(call, ctx, || self.inner.collections(ctx, page)).await
    }

    /// Not repeated: a second attempt would miss the collection, or delete a new one of its name.
    async fn delete_collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Sequence> {
        let call = Call::new(COLLECTIONS, "delete_collection");
        self.around.once(call, ctx, self.inner.delete_collection(ctx, name)).await
    }

    /// Not repeated: a second attempt would find the generations of the first.
    async fn set_generations(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        expected: Option<Generations>,
        new: Generations,
    ) -> Result<Sequence> {
        let call = Call::new(COLLECTIONS, "set_generations");
        self.around.once(call, ctx, self.inner.set_generations(ctx, collection, expected, new)).await
    }

    async fn statistics(&self, ctx: &CallContext, collection: CollectionId) -> Result<CollectionStatistics> {
        let call = Call::new(COLLECTIONS, "statistics").reading();
        self.around.repeatable(call, ctx, || self.inner.statistics(ctx, collection)).await
    }

    async fn metadata_keys(&self, ctx: &CallContext, collection: CollectionId) -> Result<Vec<String>> {
        let call = Call::new(COLLECTIONS, "metadata_keys").reading();
        self.around.repeatable(call, ctx, || self.inner.metadata_keys(ctx, collection)).await
    }
}

impl<A: Around> DocumentStore for Layered<dyn DynCatalog, A> {
    /// Not repeated here: idempotent, but the drafts are large, and an adapter waits out a busy store itself.
    async fn put_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        drafts: Vec<DocumentDraft>,
    ) -> Result<Vec<WriteReceipt>> {
        let call = Call::new(DOCUMENTS, "put_documents");
        let operation = self.inner.put_documents(ctx, collection, drafts);
        self.around.once(call, ctx, operation).await
    }

    async fn document(&self, ctx: &CallContext, document: DocumentId) -> Result<Document> {
        let call = Call::new(DOCUMENTS, "document").reading();
        self.around.repeatable(call, ctx, || self.inner.document(ctx, document)).await
    }

    async fn documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Document>> {
        let call = Call::new(DOCUMENTS, "documents").reading();
        let operation = || self.inner.documents(ctx, collection, page);
        self.around.repeatable(call, ctx, operation).await
    }

    /// Not repeated: a second attempt would miss the document.
    async fn delete_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let call = Call::new(DOCUMENTS, "delete_document");
        let operation = self.inner.delete_document(ctx, document, expected);
        self.around.once(call, ctx, operation).await
    }

    async fn document_text(&self, ctx: &CallContext, document: DocumentId, span: ByteSpan) -> Result<String> {
        let call = Call::new(DOCUMENTS, "document_text").reading();
        let operation = || self.inner.document_text(ctx, document, span);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn document_content(&self, ctx: &CallContext, document: DocumentId) -> Result<DocumentContent> {
        let call = Call::new(DOCUMENTS, "document_content").reading();
        let operation = || self.inner.document_content(ctx, document);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn document_contents(
        &self,
        ctx: &CallContext,
        documents: &[DocumentId],
        most_bytes: u64,
    ) -> Result<ContentBatch> {
        let call = Call::new(DOCUMENTS, "document_contents").reading();
        let operation = || self.inner.document_contents(ctx, documents, most_bytes);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn passages(&self, ctx: &CallContext, chunks: &[ChunkId]) -> Result<Vec<Passage>> {
        let call = Call::new(DOCUMENTS, "passages").reading();
        self.around.repeatable(call, ctx, || self.inner.passages(ctx, chunks)).await
    }

    async fn source_states(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        prefix: &str,
        page: &PageRequest,
    ) -> Result<Page<SourceState>> {
        let call = Call::new(DOCUMENTS, "source_states").reading();
        let operation = || self.inner.source_states(ctx, collection, prefix, page);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn note_stamps(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        stamped: Vec<StampedDocument>,
    ) -> Result<()> {
        let operation = || self.inner.note_stamps(ctx, collection, stamped.clone());
        self.around.repeatable(Call::new(DOCUMENTS, "note_stamps"), ctx, operation).await
    }
}

impl<A: Around> DuplicateStore for Layered<dyn DynCatalog, A> {
    async fn signatures(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> Result<Vec<SignedDocument>> {
        let call = Call::new(DUPLICATES, "signatures").reading();
        let operation = || self.inner.signatures(ctx, collection, documents);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn signed_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<SignedDocument>> {
        let call = Call::new(DUPLICATES, "signed_documents").reading();
        let operation = || self.inner.signed_documents(ctx, collection, page);
        self.around.repeatable(call, ctx, operation).await
    }
}

impl<A: Around> EmbeddingStore for Layered<dyn DynCatalog, A> {
    async fn embeddings(
        &self,
        ctx: &CallContext,
        scope: EmbeddedScope,
        model: &Digest,
        texts: &[Digest],
    ) -> Result<Vec<Option<DenseVector>>> {
        let call = Call::new(EMBEDDINGS, "embeddings").reading();
        let operation = || self.inner.embeddings(ctx, scope, model, texts);
        self.around.repeatable(call, ctx, operation).await
    }

    /// Not repeated here: the batches are large, and who embeds looks again by itself.
    async fn put_embeddings(
        &self,
        ctx: &CallContext,
        model: &Digest,
        documents: Vec<EmbeddedDocument>,
    ) -> Result<Vec<Option<Sequence>>> {
        let call = Call::new(EMBEDDINGS, "put_embeddings");
        self.around.once(call, ctx, self.inner.put_embeddings(ctx, model, documents)).await
    }

    async fn count_embeddings(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        model: &Digest,
    ) -> Result<EmbeddedCount> {
        let call = Call::new(EMBEDDINGS, "count_embeddings").reading();
        self.around.repeatable(call, ctx, || self.inner.count_embeddings(ctx, collection, model)).await
    }

    async fn forget_unused_embeddings(&self, ctx: &CallContext, collection: CollectionId) -> Result<bool> {
        let call = Call::new(EMBEDDINGS, "forget_unused_embeddings");
        self.around.repeatable(call, ctx, || self.inner.forget_unused_embeddings(ctx, collection)).await
    }
}

impl<A: Around> WordStore for Layered<dyn DynCatalog, A> {
    /// Not repeated here: who gathers words reads the documents again by itself.
    async fn add_words(&self, ctx: &CallContext, collection: CollectionId, words: Vec<Word>) -> Result<()> {
        let call = Call::new(WORDS, "add_words");
        self.around.once(call, ctx, self.inner.add_words(ctx, collection, words)).await
    }

    async fn forget_words(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        let call = Call::new(WORDS, "forget_words");
        self.around.repeatable(call, ctx, || self.inner.forget_words(ctx, collection)).await
    }

    async fn words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Word>> {
        let call = Call::new(WORDS, "words").reading();
        self.around.repeatable(call, ctx, || self.inner.words(ctx, collection, page)).await
    }
}

impl<A: Around> HistoryStore for Layered<dyn DynCatalog, A> {
    async fn versions(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let call = Call::new(HISTORY, "versions").reading();
        self.around.repeatable(call, ctx, || self.inner.versions(ctx, document, page)).await
    }

    async fn version_content(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
    ) -> Result<DocumentContent> {
        let call = Call::new(HISTORY, "version_content").reading();
        self.around.repeatable(call, ctx, || self.inner.version_content(ctx, document, version)).await
    }

    async fn deleted_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let call = Call::new(HISTORY, "deleted_documents").reading();
        self.around.repeatable(call, ctx, || self.inner.deleted_documents(ctx, collection, page)).await
    }

    /// Not repeated: a second attempt would find another version than was expected.
    async fn restore_version(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
        expected: Option<DocumentVersion>,
    ) -> Result<WriteReceipt> {
        let call = Call::new(HISTORY, "restore_version");
        let operation = self.inner.restore_version(ctx, document, version, expected);
        self.around.once(call, ctx, operation).await
    }

    /// Not repeated: a second attempt would miss the document.
    async fn purge_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let call = Call::new(HISTORY, "purge_document");
        self.around.once(call, ctx, self.inner.purge_document(ctx, document, expected)).await
    }

    async fn forget_versions(&self, ctx: &CallContext, ended_before: Timestamp, limit: u32) -> Result<u32> {
        let call = Call::new(HISTORY, "forget_versions").for_system();
        self.around.repeatable(call, ctx, || self.inner.forget_versions(ctx, ended_before, limit)).await
    }
}

impl<A: Around> SavedSearchStore for Layered<dyn DynCatalog, A> {
    /// Not repeated: a second attempt would find the search of the first, and say that it replaced one.
    async fn save_search(&self, ctx: &CallContext, new: NewSavedSearch) -> Result<SaveReceipt> {
        let call = Call::new(SAVED_SEARCHES, "save_search");
        self.around.once(call, ctx, self.inner.save_search(ctx, new)).await
    }

    async fn saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<StoredSearch> {
        let call = Call::new(SAVED_SEARCHES, "saved_search").reading();
        self.around.repeatable(call, ctx, || self.inner.saved_search(ctx, name)).await
    }

    async fn saved_searches(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<SavedSearchEntry>> {
        let call = Call::new(SAVED_SEARCHES, "saved_searches").reading();
        self.around.repeatable(call, ctx, || self.inner.saved_searches(ctx, page)).await
    }

    /// Not repeated: a second attempt would miss the search, or delete a new one of its name.
    async fn delete_saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<()> {
        let call = Call::new(SAVED_SEARCHES, "delete_saved_search");
        self.around.once(call, ctx, self.inner.delete_saved_search(ctx, name)).await
    }
}

impl<A: Around> ChangeFeed for Layered<dyn DynCatalog, A> {
    async fn head(&self, ctx: &CallContext) -> Result<Sequence> {
        let call = Call::new(CHANGES, "head").reading();
        self.around.repeatable(call, ctx, || self.inner.head(ctx)).await
    }

    async fn projected_collections(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
    ) -> Result<Vec<ProjectedCollection>> {
        let call = Call::new(CHANGES, "projected_collections").reading().for_system();
        let operation = || self.inner.projected_collections(ctx, projection);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn projected(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collections: &[CollectionId],
    ) -> Result<Vec<ProjectedCollection>> {
        let call = Call::new(CHANGES, "projected").reading();
        let operation = || self.inner.projected(ctx, projection, collections);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn changes(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        after: Sequence,
        limit: u32,
    ) -> Result<Vec<Change>> {
        let call = Call::new(CHANGES, "changes").reading().for_system();
        let operation = || self.inner.changes(ctx, collection, after, limit);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn mark(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collection: CollectionId,
        mark: ProjectionMark,
    ) -> Result<()> {
        let call = Call::new(CHANGES, "mark").for_system();
        let operation = || self.inner.mark(ctx, projection, collection, mark);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn purge_collection(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        let call = Call::new(CHANGES, "purge_collection").for_system();
        let operation = || self.inner.purge_collection(ctx, collection);
        self.around.repeatable(call, ctx, operation).await
    }
}
