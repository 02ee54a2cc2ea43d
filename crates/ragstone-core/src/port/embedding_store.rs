//! Vectors of documents' texts, kept so that no text is embedded twice.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::embedded::{EmbeddedDocument, EmbeddedScope};
use crate::error::Result;
use crate::id::{Digest, Sequence};
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
    /// see it again. A document that is missing, or at another version, is left alone: `None`.
    /// The same document twice is `InvalidArgument`. On an error nothing is stored, except as a whole after
    /// `DeadlineExceeded`, `Cancelled`, `Unavailable` or a dropped future; storing it again is safe.
    fn put_embeddings(
        &self,
        ctx: &CallContext,
        model: &Digest,
        documents: Vec<EmbeddedDocument>,
    ) -> impl Future<Output = Result<Vec<Option<Sequence>>>> + Send;
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
    }
}
