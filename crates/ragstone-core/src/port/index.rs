//! The chunk index: a projection that finds chunks.

use std::future::Future;

use super::dyn_twin;
use crate::access::Reader;
use crate::context::CallContext;
use crate::error::Result;
use crate::filter::Filter;
use crate::id::{GenerationId, Sequence};
use crate::index::{
    FacetCounts, FacetQuery, IndexCapability, IndexHit, IndexOperation, IndexQuery, IndexSchema, IndexState,
    IndexTarget,
};

/// Finds chunks by weighted terms, or by dense vectors, within a filter and what the reader may read.
///
/// The index is rebuilt from the catalog at any time, so its laws are about agreement, not about keeping.
/// Targets carry their tenant; `ctx.tenant()` is not consulted, because projectors serve all tenants.
/// Nor is `ctx.principal()`: searches and counts say who reads.
pub trait ChunkIndex: Send + Sync + 'static {
    /// What this index can do beyond the laws.
    fn capability(&self) -> IndexCapability;

    /// Says what the index remembers of a target; `None` if it was never created, or in a form that the settings of
    /// this index exclude.
    ///
    /// Files that cannot be read are `Corrupt`; `create` mends that.
    fn state(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
    ) -> impl Future<Output = Result<Option<IndexState>>> + Send;

    /// Makes an empty target of a new generation at checkpoint 0, dropping what was there.
    fn create(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Applies operations in order. Applying them again gives the same state.
    ///
    /// A missing target is `NotFound`, a dense vector that the schema does not have `InvalidArgument`. Applied chunks can be found at once. On an error some operations may
    /// have been applied; the caller applies the batch again.
    fn apply(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        operations: Vec<IndexOperation>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Makes everything that was applied durable, then the checkpoint. A missing target is `NotFound`.
    ///
    /// After a crash the state is that of some flush, or that flush and any part of what was applied later.
    fn flush(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        checkpoint: Sequence,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Finds the best chunks; ties are broken by chunk id, ascending. A missing target is `NotFound`.
    ///
    /// A chunk whose access list does not [admit](crate::AccessList::admits) the reader is passed over before hits are
    /// counted against the limit.
    ///
    /// By keyword, the score of a chunk is the sum over shared terms of query weight × chunk weight ×
    /// [`inverse_document_frequency`](crate::index::inverse_document_frequency), over the chunks of the target
    /// whatever the filter and the reader. Chunks without a shared term are not found.
    ///
    /// By dense vector, it is the cosine, from -1 to 1; chunks without a dense vector are not found. A target without
    /// dense vectors is `FailedPrecondition`, a vector of another size `InvalidArgument`.
    /// [`Accuracy::Exact`](crate::index::Accuracy) finds the best; otherwise some of them may be missed, but what is
    /// found has its exact score.
    fn search(
        &self,
        ctx: &CallContext,
        query: &IndexQuery,
    ) -> impl Future<Output = Result<Vec<IndexHit>>> + Send;

    /// Counts the chunks that the reader may read exactly. A missing target is `NotFound`.
    fn count(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Counts the documents that have each value of a field, among those with a chunk that the filter admits and the
    /// reader may read; values of the most documents first, then in their order. A missing target is `NotFound`.
    ///
    /// Which values a document has, [`FacetField::values`](crate::facet::FacetField::values) says. Counts are exact,
    /// also of the values that stand at the limit; beside a writer, a document may be counted twice or not at all.
    fn facet(
        &self,
        ctx: &CallContext,
        query: &FacetQuery,
    ) -> impl Future<Output = Result<FacetCounts>> + Send;

    /// Removes a target with its files; a missing one is fine.
    fn remove(&self, ctx: &CallContext, target: &IndexTarget) -> impl Future<Output = Result<()>> + Send;

    /// Lists the targets that exist, in order.
    fn targets(&self, ctx: &CallContext) -> impl Future<Output = Result<Vec<IndexTarget>>> + Send;

    /// Ends background work and releases files. Unflushed changes may be lost; later calls are `Unavailable`.
    fn close(&self, ctx: &CallContext) -> impl Future<Output = Result<()>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`ChunkIndex`].
    pub trait DynChunkIndex for ChunkIndex {
        fn capability() -> IndexCapability;
        async fn state<'a>(ctx: &'a CallContext, target: &'a IndexTarget) -> Option<IndexState>;
        async fn create<'a>(ctx: &'a CallContext, target: &'a IndexTarget, generation: GenerationId, schema: IndexSchema) -> ();
        async fn apply<'a>(ctx: &'a CallContext, target: &'a IndexTarget, operations: Vec<IndexOperation>) -> ();
        async fn flush<'a>(ctx: &'a CallContext, target: &'a IndexTarget, checkpoint: Sequence) -> ();
        async fn search<'a>(ctx: &'a CallContext, query: &'a IndexQuery) -> Vec<IndexHit>;
        async fn count<'a>(
            ctx: &'a CallContext,
            target: &'a IndexTarget,
            filter: Option<&'a Filter>,
            reader: &'a Reader,
        ) -> u64;
        async fn facet<'a>(ctx: &'a CallContext, query: &'a FacetQuery) -> FacetCounts;
        async fn remove<'a>(ctx: &'a CallContext, target: &'a IndexTarget) -> ();
        async fn targets<'a>(ctx: &'a CallContext) -> Vec<IndexTarget>;
        async fn close<'a>(ctx: &'a CallContext) -> ();
    }
}
