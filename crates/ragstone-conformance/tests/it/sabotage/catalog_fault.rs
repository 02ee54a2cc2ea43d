//! A catalog with one fault.

use std::sync::Arc;

use ragstone_conformance::draft::{DraftBuilder, tenant_context};
use ragstone_core::change::{Change, ChangeKind, ProjectedCollection, ProjectionMark, ProjectionName};
use ragstone_core::collection::{Collection, CollectionStatistics, NewCollection};
use ragstone_core::document::{
    ContentBatch, Document, DocumentContent, DocumentDraft, Passage, SourceState, WriteReceipt,
};
use ragstone_core::duplicate::SignedDocument;
use ragstone_core::embedded::{EmbeddedCount, EmbeddedDocument, EmbeddedScope};
use ragstone_core::generation::Generations;
use ragstone_core::history::StoredVersion;
use ragstone_core::index::DenseVector;
use ragstone_core::memory::MemoryCatalog;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::{
    ChangeFeed, CollectionStore, DocumentStore, DuplicateStore, EmbeddingStore, HistoryStore,
    SavedSearchStore, WordStore,
};
use ragstone_core::saved_search::{NewSavedSearch, SaveReceipt, SavedSearchEntry, StoredSearch};
use ragstone_core::stamp::StampedDocument;
use ragstone_core::word::Word;
use ragstone_core::{
    AccessList, ByteSpan, CallContext, ChunkId, Clock, CollectionId, CollectionName, Digest, DocumentId,
    DocumentVersion, Principal, Result, SavedSearchName, Sequence, SystemClock, Timestamp,
};

/// What the catalog does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CatalogFault {
    IgnoresTenant,
    SplitsBatches,
    IgnoresExpectedVersion,
    ForgetsDeletions,
    EndsListingsEarly,
    ReadsPrefixAsPattern,
    ReadsWithoutBounds,
    StampsOtherContent,
    HidesNewestChange,
    IgnoresVersionOfVectors,
    MixesModels,
    IgnoresReader,
    CountsWhatIsHidden,
    ListsHiddenKeys,
    ReplacesWhatIsHidden,
    IgnoresAccessOfDrafts,
    ForgetsThatWordsWereOpen,
    IgnoresExpectedGenerations,
    ForgetsVectorsInUse,
    CountsOtherModels,
    CreatesSearchesAgain,
    ShowsVersionsThatWereOpen,
    RestoresWhoMayRead,
    LeavesVersionsBehind,
    ForgetsTooMuch,
    LosesSignatures,
    ForgetsBoundWrites,
    TakesAnyRequestForTheSame,
    MixesCallers,
    TakesUpWhatIsUnderWay,
    KeepsLateAnswers,
    ForgetsAnswersEarly,
    NeverForgetsKeys,
    IgnoresRoom,
    AppendsToAnyVersion,
    LosesMarks,
    SkipsBlocks,
    NeverCompacts,
}

/// The reference catalog behind the fault.
#[derive(Debug)]
pub(super) struct FaultyCatalog {
    pub(super) inner: MemoryCatalog,
    fault: Option<CatalogFault>,
}

impl FaultyCatalog {
    pub(super) fn new(fault: Option<CatalogFault>) -> Self {
        Self::with_clock(Arc::new(SystemClock), fault)
    }

    pub(super) fn with_clock(clock: Arc<dyn Clock>, fault: Option<CatalogFault>) -> Self {
        Self { inner: MemoryCatalog::new(clock), fault }
    }

    pub(super) fn has(&self, fault: CatalogFault) -> bool {
        self.fault == Some(fault)
    }

    fn model(&self, model: &Digest) -> Digest {
        if self.has(CatalogFault::MixesModels) { Digest::of(b"any") } else { *model }
    }

    pub(super) fn ctx(&self, ctx: &CallContext) -> CallContext {
        if self.has(CatalogFault::IgnoresTenant) {
            return tenant_context("first");
        }
        if self.has(CatalogFault::ForgetsBoundWrites) {
            return CallContext::new(ctx.principal().clone());
        }
        ctx.clone()
    }

    /// The context of somebody who may read everything, where the fault is there.
    fn raised(&self, ctx: &CallContext, fault: CatalogFault) -> CallContext {
        if self.has(fault) { tenant_context(ctx.tenant().as_str()) } else { self.ctx(ctx) }
    }
}

impl CollectionStore for FaultyCatalog {
    async fn create_collection(&self, ctx: &CallContext, new: NewCollection) -> Result<Collection> {
        self.inner.create_collection(&self.ctx(ctx), new).await
    }

    async fn collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Collection> {
        self.inner.collection(&self.ctx(ctx), name).await
    }

    async fn collections(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<Collection>> {
        self.inner.collections(&self.ctx(ctx), page).await
    }

    async fn delete_collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Sequence> {
        self.inner.delete_collection(&self.ctx(ctx), name).await
    }

    async fn set_generations(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        expected: Option<Generations>,
        new: Generations,
    ) -> Result<Sequence> {
        let ctx = &self.ctx(ctx);
        if !self.has(CatalogFault::IgnoresExpectedGenerations) {
            return self.inner.set_generations(ctx, collection, expected, new).await;
        }
        let listed = self.inner.collections(ctx, &PageRequest::try_new(100)?).await?;
        let stored = listed.items.into_iter().find(|stored| stored.id == collection);
        let stored = stored.and_then(|stored| stored.generations);
        self.inner.set_generations(ctx, collection, stored, new).await
    }

    async fn statistics(&self, ctx: &CallContext, collection: CollectionId) -> Result<CollectionStatistics> {
        self.inner.statistics(&self.raised(ctx, CatalogFault::CountsWhatIsHidden), collection).await
    }

    async fn metadata_keys(&self, ctx: &CallContext, collection: CollectionId) -> Result<Vec<String>> {
        self.inner.metadata_keys(&self.raised(ctx, CatalogFault::ListsHiddenKeys), collection).await
    }
}

impl DocumentStore for FaultyCatalog {
    async fn put_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        mut drafts: Vec<DocumentDraft>,
    ) -> Result<Vec<WriteReceipt>> {
        let ctx = &self.raised(ctx, CatalogFault::ReplacesWhatIsHidden);
        if self.has(CatalogFault::IgnoresAccessOfDrafts) {
            for draft in &mut drafts {
                draft.access = AccessList::OPEN;
            }
        }
        if !self.has(CatalogFault::SplitsBatches) {
            return self.inner.put_documents(ctx, collection, drafts).await;
        }
        let mut receipts = Vec::new();
        for draft in drafts {
            receipts.extend(self.inner.put_documents(ctx, collection, vec![draft]).await?);
            tokio::task::yield_now().await;
        }
        Ok(receipts)
    }

    async fn document(&self, ctx: &CallContext, document: DocumentId) -> Result<Document> {
        self.inner.document(&self.raised(ctx, CatalogFault::IgnoresReader), document).await
    }

    async fn documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Document>> {
        let ctx = self.raised(ctx, CatalogFault::IgnoresReader);
        let mut listed = self.inner.documents(&ctx, collection, page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }

    async fn delete_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let expected = expected.filter(|_| !self.has(CatalogFault::IgnoresExpectedVersion));
        self.inner.delete_document(&self.ctx(ctx), document, expected).await
    }

    async fn document_text(&self, ctx: &CallContext, document: DocumentId, span: ByteSpan) -> Result<String> {
        self.inner.document_text(&self.ctx(ctx), document, span).await
    }

    async fn document_content(&self, ctx: &CallContext, document: DocumentId) -> Result<DocumentContent> {
        self.inner.document_content(&self.ctx(ctx), document).await
    }

    async fn document_contents(
        &self,
        ctx: &CallContext,
        documents: &[DocumentId],
        most_bytes: u64,
    ) -> Result<ContentBatch> {
        let most_bytes = if self.has(CatalogFault::ReadsWithoutBounds) { u64::MAX } else { most_bytes };
        let ctx = self.raised(ctx, CatalogFault::IgnoresReader);
        self.inner.document_contents(&ctx, documents, most_bytes).await
    }

    async fn passages(&self, ctx: &CallContext, chunks: &[ChunkId]) -> Result<Vec<Passage>> {
        self.inner.passages(&self.raised(ctx, CatalogFault::IgnoresReader), chunks).await
    }

    async fn source_states(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        prefix: &str,
        page: &PageRequest,
    ) -> Result<Page<SourceState>> {
        let prefix =
            if self.has(CatalogFault::ReadsPrefixAsPattern) { prefix.trim_end_matches('%') } else { prefix };
        self.inner.source_states(&self.ctx(ctx), collection, prefix, page).await
    }

    async fn note_stamps(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        mut stamped: Vec<StampedDocument>,
    ) -> Result<()> {
        if self.has(CatalogFault::StampsOtherContent) {
            for one in &mut stamped {
                one.content_digest = self.inner.document(ctx, one.document).await?.content_digest;
            }
        }
        self.inner.note_stamps(&self.ctx(ctx), collection, stamped).await
    }
}

impl EmbeddingStore for FaultyCatalog {
    async fn embeddings(
        &self,
        ctx: &CallContext,
        scope: EmbeddedScope,
        model: &Digest,
        texts: &[Digest],
    ) -> Result<Vec<Option<DenseVector>>> {
        self.inner.embeddings(&self.ctx(ctx), scope, &self.model(model), texts).await
    }

    async fn put_embeddings(
        &self,
        ctx: &CallContext,
        model: &Digest,
        mut documents: Vec<EmbeddedDocument>,
    ) -> Result<Vec<Option<Sequence>>> {
        let ctx = self.ctx(ctx);
        if self.has(CatalogFault::IgnoresVersionOfVectors) {
            for embedded in &mut documents {
                if let Ok(document) = self.inner.document(&ctx, embedded.document).await {
                    embedded.version = document.version;
                }
            }
        }
        self.inner.put_embeddings(&ctx, &self.model(model), documents).await
    }

    async fn count_embeddings(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        model: &Digest,
    ) -> Result<EmbeddedCount> {
        let counted = self.inner.count_embeddings(&self.ctx(ctx), collection, &self.model(model)).await?;
        let more = u64::from(self.has(CatalogFault::CountsOtherModels));
        Ok(EmbeddedCount { vectors: counted.vectors + more, ..counted })
    }

    async fn forget_unused_embeddings(&self, ctx: &CallContext, collection: CollectionId) -> Result<bool> {
        let ctx = self.ctx(ctx);
        if self.has(CatalogFault::ForgetsVectorsInUse) {
            let page = PageRequest::try_new(100)?;
            for document in self.inner.documents(&ctx, collection, &page).await?.items {
                let (document, version) = (document.id, document.version);
                let nothing = EmbeddedDocument { document, version, vectors: Vec::new() };
                self.inner.put_embeddings(&ctx, &Digest::of(b"m"), vec![nothing]).await?;
            }
        }
        self.inner.forget_unused_embeddings(&ctx, collection).await
    }
}

impl DuplicateStore for FaultyCatalog {
    async fn signatures(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> Result<Vec<SignedDocument>> {
        let ctx = self.raised(ctx, CatalogFault::IgnoresReader);
        let mut signed = self.inner.signatures(&ctx, collection, documents).await?;
        if self.has(CatalogFault::LosesSignatures) {
            signed.truncate(256);
        }
        Ok(signed)
    }

    async fn signed_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<SignedDocument>> {
        let ctx = self.raised(ctx, CatalogFault::IgnoresReader);
        let mut listed = self.inner.signed_documents(&ctx, collection, page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }
}

impl WordStore for FaultyCatalog {
    async fn add_words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        mut words: Vec<Word>,
    ) -> Result<()> {
        if self.has(CatalogFault::ForgetsThatWordsWereOpen) {
            for word in &mut words {
                word.is_open = false;
            }
        }
        self.inner.add_words(&self.ctx(ctx), collection, words).await
    }

    async fn forget_words(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        self.inner.forget_words(&self.ctx(ctx), collection).await
    }

    async fn words(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<Word>> {
        let mut listed = self.inner.words(&self.ctx(ctx), collection, page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }
}

impl HistoryStore for FaultyCatalog {
    async fn versions(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let mut listed = self.inner.versions(&self.ctx(ctx), document, page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }

    async fn version_content(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
    ) -> Result<DocumentContent> {
        let system = CallContext::new(Principal::system_of(ctx.tenant().clone()));
        let is_shown = self.has(CatalogFault::ShowsVersionsThatWereOpen);
        let ctx = if is_shown { system } else { self.ctx(ctx) };
        self.inner.version_content(&ctx, document, version).await
    }

    async fn deleted_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let mut listed = self.inner.deleted_documents(&self.ctx(ctx), collection, page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }

    async fn restore_version(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
        expected: Option<DocumentVersion>,
    ) -> Result<WriteReceipt> {
        let ctx = self.ctx(ctx);
        if !self.has(CatalogFault::RestoresWhoMayRead) {
            let expected = expected.filter(|_| !self.has(CatalogFault::IgnoresExpectedVersion));
            return self.inner.restore_version(&ctx, document, version, expected).await;
        }
        let before = self.inner.version_content(&ctx, document, version).await?.document;
        let receipt = self.inner.restore_version(&ctx, document, version, expected).await?;
        let restored = self.inner.document_content(&ctx, document).await?;
        let mut draft = DraftBuilder::new(before.source.as_str()).with_text(&restored.text).build();
        draft.access = before.access;
        self.inner.put_documents(&ctx, before.collection, vec![draft]).await?;
        Ok(receipt)
    }

    async fn purge_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let ctx = self.ctx(ctx);
        if self.has(CatalogFault::LeavesVersionsBehind) {
            return self.inner.delete_document(&ctx, document, expected).await;
        }
        self.inner.purge_document(&ctx, document, expected).await
    }

    async fn forget_versions(&self, ctx: &CallContext, ended_before: Timestamp, limit: u32) -> Result<u32> {
        let is_later = self.has(CatalogFault::ForgetsTooMuch);
        let ended_before = if is_later { Timestamp::from_millis(i64::MAX) } else { ended_before };
        self.inner.forget_versions(ctx, ended_before, limit).await
    }
}

impl SavedSearchStore for FaultyCatalog {
    async fn save_search(&self, ctx: &CallContext, new: NewSavedSearch) -> Result<SaveReceipt> {
        let ctx = self.ctx(ctx);
        if self.has(CatalogFault::CreatesSearchesAgain) {
            let _absent = self.inner.delete_saved_search(&ctx, &new.name).await;
        }
        self.inner.save_search(&ctx, new).await
    }

    async fn saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<StoredSearch> {
        self.inner.saved_search(&self.ctx(ctx), name).await
    }

    async fn saved_searches(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<SavedSearchEntry>> {
        let mut listed = self.inner.saved_searches(&self.ctx(ctx), page).await?;
        if self.has(CatalogFault::EndsListingsEarly) {
            listed.next = None;
        }
        Ok(listed)
    }

    async fn delete_saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<()> {
        self.inner.delete_saved_search(&self.ctx(ctx), name).await
    }
}

impl ChangeFeed for FaultyCatalog {
    async fn head(&self, ctx: &CallContext) -> Result<Sequence> {
        self.inner.head(ctx).await
    }

    async fn projected_collections(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
    ) -> Result<Vec<ProjectedCollection>> {
        self.inner.projected_collections(ctx, projection).await
    }

    async fn projected(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collections: &[CollectionId],
    ) -> Result<Vec<ProjectedCollection>> {
        self.inner.projected(ctx, projection, collections).await
    }

    async fn changes(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        after: Sequence,
        limit: u32,
    ) -> Result<Vec<Change>> {
        let mut changes = self.inner.changes(ctx, collection, after, limit).await?;
        if self.has(CatalogFault::ForgetsDeletions) {
            changes.retain(|change| change.kind == ChangeKind::Stored);
        }
        if self.has(CatalogFault::HidesNewestChange) {
            changes.pop();
        }
        Ok(changes)
    }

    async fn mark(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collection: CollectionId,
        mark: ProjectionMark,
    ) -> Result<()> {
        self.inner.mark(ctx, projection, collection, mark).await
    }

    async fn purge_collection(&self, ctx: &CallContext, collection: CollectionId) -> Result<()> {
        self.inner.purge_collection(ctx, collection).await
    }
}
