//! Vectors of documents' texts, kept so that no text is embedded twice.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::embedded::{EmbeddedCount, EmbeddedDocument, EmbeddedScope};
use crate::error::Result;
use crate::id::{CollectionId, Digest, Sequence};
use crate::index::DenseVector;

/// Vectors that models gave the texts of a tenant's documents.
///
/// A model is named by the digest of its fingerprint. Vectors live as long as their document; those of a version that
/// was replaced are kept until others of the same model take their place, so that an unchanged text is found again.
/// Serves the process itself: not limited by access lists.
pub trait EmbeddingStore: Send + Sync + 'static {
    /// Reads the vectors that a model gave texts, in the order asked; `None` where none is kept.
    ///
    /// A missing document or collection has none.
    fn embeddings(
        &self,
        ctx: &CallContext,
        scope: EmbeddedScope,
        model: &Digest,
        texts: &[Digest],
    ) -> impl Future<Output = Result<Vec<Option<DenseVector>>>> + Send;

    /// Puts the vectors of documents in place of those of the same model, in one transaction, durably.
    ///
    /// Each document gets a new place in the change feed, which is answered in the order given, so that projections
    /// see it again. A document that is missing, or at another version, is left alone: `None`. So is one of a collection
    /// with generations none of which has the model, so that nothing comes back after it was forgotten.
    /// The same document twice is `InvalidArgument`. On an error nothing is stored, except as a whole after
    /// `DeadlineExceeded`, `Cancelled`, `Unavailable` or a dropped future; storing it again is safe.
    fn put_embeddings(
        &self,
        ctx: &CallContext,
        model: &Digest,
        documents: Vec<EmbeddedDocument>,
    ) -> impl Future<Output = Result<Vec<Option<Sequence>>>> + Send;

    /// Counts what a model gave the texts of a collection; a missing collection has none.
    ///
    /// Costs a scan of these vectors' keys.
    fn count_embeddings(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        model: &Digest,
    ) -> impl Future<Output = Result<EmbeddedCount>> + Send;

    /// Drops some vectors of models that none of the collection's generations has; says whether none is left.
    ///
    /// Then the generations are no longer untidy. Which models those are is looked up in the same transaction, so that
    /// vectors of a generation that was made meanwhile stay. A collection without generations, or a missing one, keeps
    /// all it has, and nothing is left to do. Calling again goes on; a document is no change by it.
    fn forget_unused_embeddings(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> impl Future<Output = Result<bool>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`EmbeddingStore`].
    pub trait DynEmbeddingStore for EmbeddingStore {
        async fn embeddings<'a>(
            ctx: &'a CallContext,
            scope: EmbeddedScope,
            model: &'a Digest,
            texts: &'a [Digest],
        ) -> Vec<Option<DenseVector>>;
        async fn put_embeddings<'a>(
            ctx: &'a CallContext,
            model: &'a Digest,
            documents: Vec<EmbeddedDocument>,
        ) -> Vec<Option<Sequence>>;
        async fn count_embeddings<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            model: &'a Digest,
        ) -> EmbeddedCount;
        async fn forget_unused_embeddings<'a>(ctx: &'a CallContext, collection: CollectionId) -> bool;
    }
}
