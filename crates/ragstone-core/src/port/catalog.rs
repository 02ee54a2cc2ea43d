//! The system of record, split by capability: collections, documents, change feed.

use std::future::Future;

use super::{
    DynDuplicateStore, DynEmbeddingStore, DynGraphStore, DynHistoryStore, DynIdempotencyStore,
    DynSavedSearchStore, DynWordStore, dyn_twin,
};
use crate::change::{Change, ProjectedCollection, ProjectionMark, ProjectionName};
use crate::collection::{Collection, CollectionStatistics, NewCollection};
use crate::context::CallContext;
use crate::document::{
    ContentBatch, Document, DocumentContent, DocumentDraft, Passage, SourceState, WriteReceipt,
};
use crate::error::Result;
use crate::generation::Generations;
use crate::id::{ChunkId, CollectionId, CollectionName, DocumentId, DocumentVersion, Sequence};
use crate::page::{Page, PageRequest};
use crate::span::ByteSpan;
use crate::stamp::StampedDocument;

/// Collections of a tenant.
///
/// Counts and keys are over the documents that `ctx.principal()` may read ([`AccessList`](crate::AccessList)).
pub trait CollectionStore: Send + Sync + 'static {
    /// Creates a collection, durably. Can be bound to a key.
    ///
    /// A live collection of that name is `AlreadyExists`; the name of a deleted one is free.
    fn create_collection(
        &self,
        ctx: &CallContext,
        new: NewCollection,
    ) -> impl Future<Output = Result<Collection>> + Send;

    /// Finds a collection by name; a missing one is `NotFound`.
    fn collection(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
    ) -> impl Future<Output = Result<Collection>> + Send;

    /// Lists collections by name. An `after` key need not exist.
    fn collections(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<Collection>>> + Send;

    /// Deletes a collection with all its documents, durably; a missing one is `NotFound`. Can be bound to a key.
    ///
    /// It is invisible at once; projections drop it after they have seen the returned sequence.
    fn delete_collection(
        &self,
        ctx: &CallContext,
        name: &CollectionName,
    ) -> impl Future<Output = Result<Sequence>> + Send;

    /// Writes down the generations of a collection in place of the `expected` ones, durably.
    ///
    /// Where others are stored, nothing is written: `Conflict`. A missing collection is `NotFound`; generations that
    /// fail their check are `InvalidArgument`. The collection gets a new place in the change feed, at the returned
    /// sequence, so that every process looks again; its documents do not.
    fn set_generations(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        expected: Option<Generations>,
        new: Generations,
    ) -> impl Future<Output = Result<Sequence>> + Send;

    /// Counts what the caller may read in a collection; a missing one is `NotFound`.
    ///
    /// Costs a scan of the documents with an access list, for a caller whom they can be kept from, and else none.
    fn statistics(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> impl Future<Output = Result<CollectionStatistics>> + Send;

    /// Lists, in order, the metadata keys that documents of a collection have ever had.
    ///
    /// To a caller whom access lists can keep from documents it lists those that documents without one have ever had,
    /// and those of the others that the caller may read now, which costs a scan of these.
    fn metadata_keys(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> impl Future<Output = Result<Vec<String>>> + Send;
}

/// Documents of a tenant, with their texts and chunks.
///
/// A document that its access list keeps from `ctx.principal()` is to every method as if it did not exist, but for
/// [`put_documents`](Self::put_documents) in its place.
pub trait DocumentStore: Send + Sync + 'static {
    /// Stores documents in one transaction, durably, and answers with one receipt each, in order. Can be bound to a key.
    ///
    /// The same source twice in one batch is `InvalidArgument`. A draft that equals the stored version in
    /// content digest, recipe, title, tags, metadata and access list writes nothing. A missing collection is `NotFound`.
    /// A document that the caller may not read is not replaced: `PermissionDenied`.
    /// On an error nothing of the batch is stored, except that after `DeadlineExceeded`, `Cancelled` or `Unavailable`,
    /// or a dropped future, it may be stored as a whole; storing it again is safe. An empty batch is fine.
    fn put_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        drafts: Vec<DocumentDraft>,
    ) -> impl Future<Output = Result<Vec<WriteReceipt>>> + Send;

    /// Finds a document; a missing one is `NotFound`.
    fn document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
    ) -> impl Future<Output = Result<Document>> + Send;

    /// Lists the documents of a collection by source.
    fn documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<Document>>> + Send;

    /// Deletes a document, durably; a missing one is `NotFound`. Can be bound to a key.
    ///
    /// Its version is kept as an earlier one ([`HistoryStore`](super::HistoryStore)), from which it can be restored.
    /// With `expected`, a document that is at another version stays and the answer is `Conflict`.
    fn delete_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> impl Future<Output = Result<Sequence>> + Send;

    /// Reads a part of the extracted text of the current version.
    ///
    /// A span that leaves the text or cuts a character is `InvalidArgument`.
    fn document_text(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        span: ByteSpan,
    ) -> impl Future<Output = Result<String>> + Send;

    /// Reads a document with its text and chunks, as one consistent version; a missing one is `NotFound`.
    fn document_content(
        &self,
        ctx: &CallContext,
        document: DocumentId,
    ) -> impl Future<Output = Result<DocumentContent>> + Send;

    /// Reads documents with their texts and chunks, all as of one moment, in the order asked.
    ///
    /// Answers only the first ones, as many as have at most `most_bytes` of text together, and at least one; missing ones
    /// are left out. More than [`MAX_CONTENTS`](crate::document::MAX_CONTENTS) are `InvalidArgument`.
    fn document_contents(
        &self,
        ctx: &CallContext,
        documents: &[DocumentId],
        most_bytes: u64,
    ) -> impl Future<Output = Result<ContentBatch>> + Send;

    /// Reads chunks of current versions with their texts, in the order asked; missing ones are left out.
    fn passages(
        &self,
        ctx: &CallContext,
        chunks: &[ChunkId],
    ) -> impl Future<Output = Result<Vec<Passage>>> + Send;

    /// Lists, by source, what an incremental ingest compares, for sources that start with `prefix`.
    fn source_states(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        prefix: &str,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<SourceState>>> + Send;

    /// Notes what sources showed before they were read and found to hold what is stored, durably, in one transaction.
    ///
    /// No version is made. A document that is gone or holds other content by now is left alone. More than
    /// [`MAX_STAMPS`](crate::stamp::MAX_STAMPS) are `InvalidArgument`, a missing collection is `NotFound`.
    fn note_stamps(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        stamped: Vec<StampedDocument>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// The feed that projections follow. Serves the process itself: not limited to one tenant, nor by access lists.
pub trait ChangeFeed: Send + Sync + 'static {
    /// The greatest sequence that was ever acknowledged.
    fn head(&self, ctx: &CallContext) -> impl Future<Output = Result<Sequence>> + Send;

    /// Lists every collection, deleted ones included until they are purged, with its mark for `projection`.
    fn projected_collections(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
    ) -> impl Future<Output = Result<Vec<ProjectedCollection>>> + Send;

    /// Tells of some collections what [`projected_collections`](Self::projected_collections) tells of all, in the
    /// order asked; missing ones are left out.
    ///
    /// Everything that was acknowledged before the call is told.
    fn projected(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collections: &[CollectionId],
    ) -> impl Future<Output = Result<Vec<ProjectedCollection>>> + Send;

    /// Lists at most `limit` changes of a collection behind `after`, in order.
    ///
    /// A change that was visible once stays visible, possibly at a greater sequence, until it is pruned;
    /// no change ever appears at or before a sequence that a reader has already passed.
    fn changes(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        after: Sequence,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<Change>>> + Send;

    /// Moves the mark of a projection. Within one generation the watermark never moves back.
    ///
    /// Deletions that every projection has passed may be pruned from the feed.
    fn mark(
        &self,
        ctx: &CallContext,
        projection: ProjectionName,
        collection: CollectionId,
        mark: ProjectionMark,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Forgets a deleted collection for good; a live one is `FailedPrecondition`, a missing one is fine.
    fn purge_collection(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> impl Future<Output = Result<()>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`CollectionStore`].
    pub trait DynCollectionStore for CollectionStore {
        async fn create_collection<'a>(ctx: &'a CallContext, new: NewCollection) -> Collection;
        async fn collection<'a>(ctx: &'a CallContext, name: &'a CollectionName) -> Collection;
        async fn collections<'a>(ctx: &'a CallContext, page: &'a PageRequest) -> Page<Collection>;
        async fn delete_collection<'a>(ctx: &'a CallContext, name: &'a CollectionName) -> Sequence;
        async fn set_generations<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            expected: Option<Generations>,
            new: Generations,
        ) -> Sequence;
        async fn statistics<'a>(ctx: &'a CallContext, collection: CollectionId) -> CollectionStatistics;
        async fn metadata_keys<'a>(ctx: &'a CallContext, collection: CollectionId) -> Vec<String>;
    }
}

dyn_twin! {
    /// Object-safe twin of [`DocumentStore`].
    pub trait DynDocumentStore for DocumentStore {
        async fn put_documents<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            drafts: Vec<DocumentDraft>,
        ) -> Vec<WriteReceipt>;
        async fn document<'a>(ctx: &'a CallContext, document: DocumentId) -> Document;
        async fn documents<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            page: &'a PageRequest,
        ) -> Page<Document>;
        async fn delete_document<'a>(
            ctx: &'a CallContext,
            document: DocumentId,
            expected: Option<DocumentVersion>,
        ) -> Sequence;
        async fn document_text<'a>(ctx: &'a CallContext, document: DocumentId, span: ByteSpan) -> String;
        async fn document_content<'a>(ctx: &'a CallContext, document: DocumentId) -> DocumentContent;
        async fn document_contents<'a>(
            ctx: &'a CallContext,
            documents: &'a [DocumentId],
            most_bytes: u64,
        ) -> ContentBatch;
        async fn passages<'a>(ctx: &'a CallContext, chunks: &'a [ChunkId]) -> Vec<Passage>;
        async fn source_states<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            prefix: &'a str,
            page: &'a PageRequest,
        ) -> Page<SourceState>;
        async fn note_stamps<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            stamped: Vec<StampedDocument>,
        ) -> ();
    }
}

dyn_twin! {
    /// Object-safe twin of [`ChangeFeed`].
    pub trait DynChangeFeed for ChangeFeed {
        async fn head<'a>(ctx: &'a CallContext) -> Sequence;
        async fn projected_collections<'a>(
            ctx: &'a CallContext,
            projection: ProjectionName,
        ) -> Vec<ProjectedCollection>;
        async fn projected<'a>(
            ctx: &'a CallContext,
            projection: ProjectionName,
            collections: &'a [CollectionId],
        ) -> Vec<ProjectedCollection>;
        async fn changes<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            after: Sequence,
            limit: u32,
        ) -> Vec<Change>;
        async fn mark<'a>(
            ctx: &'a CallContext,
            projection: ProjectionName,
            collection: CollectionId,
            mark: ProjectionMark,
        ) -> ();
        async fn purge_collection<'a>(ctx: &'a CallContext, collection: CollectionId) -> ();
    }
}

/// The whole system of record behind one pointer.
pub trait DynCatalog:
    DynCollectionStore
    + DynDocumentStore
    + DynHistoryStore
    + DynDuplicateStore
    + DynEmbeddingStore
    + DynWordStore
    + DynSavedSearchStore
    + DynGraphStore
    + DynIdempotencyStore
    + DynChangeFeed
{
}

impl<C> DynCatalog for C where
    C: DynCollectionStore
        + DynDocumentStore
        + DynHistoryStore
        + DynDuplicateStore
        + DynEmbeddingStore
        + DynWordStore
        + DynSavedSearchStore
        + DynGraphStore
        + DynIdempotencyStore
        + DynChangeFeed
{
}
