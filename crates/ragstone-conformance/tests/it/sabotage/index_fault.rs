//! An index with one fault.

use ragstone_core::error::ErrorKind;
use ragstone_core::index::{
    FacetCounts, FacetQuery, IndexCapability, IndexHit, IndexOperation, IndexQuery, IndexSchema, IndexSlot,
    IndexState, IndexTarget,
};
use ragstone_core::memory::MemoryIndex;
use ragstone_core::port::ChunkIndex;
use ragstone_core::{CallContext, Filter, GenerationId, Reader, Result, Sequence, TenantId};

/// What the index does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexFault {
    IgnoresFilter,
    SkipsRemovals,
    DoublesScores,
    ReversesTies,
    FindsNothingInMissingTargets,
    MixesTenants,
    MixesSlots,
    ClaimsDurability,
    ForgetsItsSchema,
    IgnoresReader,
    HidesAfterTheLimit,
    CountsWhatIsHidden,
    CountsHiddenValues,
    CutsCounts,
    ClaimsToKnowAllValues,
}

/// The reference index behind the fault.
#[derive(Debug)]
pub(super) struct FaultyIndex {
    inner: MemoryIndex,
    fault: Option<IndexFault>,
}

impl FaultyIndex {
    pub(super) fn new(fault: Option<IndexFault>) -> Self {
        Self { inner: MemoryIndex::new(), fault }
    }

    fn has(&self, fault: IndexFault) -> bool {
        self.fault == Some(fault)
    }

    fn target(&self, target: &IndexTarget) -> IndexTarget {
        let mut target = target.clone();
        if self.has(IndexFault::MixesTenants) {
            target.tenant = TenantId::default();
        }
        if self.has(IndexFault::MixesSlots) {
            target.slot = IndexSlot::First;
        }
        target
    }
}

impl ChunkIndex for FaultyIndex {
    fn capability(&self) -> IndexCapability {
        IndexCapability { is_durable: self.has(IndexFault::ClaimsDurability) }
    }

    async fn state(&self, ctx: &CallContext, target: &IndexTarget) -> Result<Option<IndexState>> {
        let state = self.inner.state(ctx, &self.target(target)).await?;
        Ok(state.map(|state| {
            if self.has(IndexFault::ForgetsItsSchema) {
                IndexState { schema: IndexSchema::default(), ..state }
            } else {
                state
            }
        }))
    }

    async fn create(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> Result<()> {
        self.inner.create(ctx, &self.target(target), generation, schema).await
    }

    async fn apply(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        mut operations: Vec<IndexOperation>,
    ) -> Result<()> {
        if self.has(IndexFault::SkipsRemovals) {
            operations.retain(|operation| matches!(operation, IndexOperation::Replace { .. }));
        }
        self.inner.apply(ctx, &self.target(target), operations).await
    }

    async fn flush(&self, ctx: &CallContext, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        self.inner.flush(ctx, &self.target(target), checkpoint).await
    }

    async fn search(&self, ctx: &CallContext, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        let mut asked = query.clone();
        asked.target = self.target(&query.target);
        asked.filter = asked.filter.filter(|_| !self.has(IndexFault::IgnoresFilter));
        if self.has(IndexFault::ReversesTies) {
            asked.limit = usize::MAX;
        }
        if self.has(IndexFault::IgnoresReader) {
            asked.reader = Reader::Everything;
        }
        let found = self.inner.search(ctx, &asked).await;
        let mut hits = match found {
            Err(error)
                if error.kind() == ErrorKind::NotFound
                    && self.has(IndexFault::FindsNothingInMissingTargets) =>
            {
                Vec::new()
            }
            other => other?,
        };
        if self.has(IndexFault::HidesAfterTheLimit) {
            let whole = IndexQuery { reader: Reader::Everything, ..asked };
            let best = self.inner.search(ctx, &whole).await?;
            hits.retain(|hit| best.contains(hit));
        }
        if self.has(IndexFault::DoublesScores) {
            for hit in &mut hits {
                hit.score *= 2.0;
            }
        }
        if self.has(IndexFault::ReversesTies) {
            hits.reverse();
            hits.sort_by(|left, right| right.score.total_cmp(&left.score));
            hits.truncate(query.limit);
        }
        Ok(hits)
    }

    async fn count(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> Result<u64> {
        let reader = if self.has(IndexFault::CountsWhatIsHidden) { &Reader::Everything } else { reader };
        self.inner.count(ctx, &self.target(target), filter, reader).await
    }

    async fn facet(&self, ctx: &CallContext, query: &FacetQuery) -> Result<FacetCounts> {
        let mut asked = query.clone();
        asked.target = self.target(&query.target);
        asked.filter = asked.filter.filter(|_| !self.has(IndexFault::IgnoresFilter));
        if self.has(IndexFault::CountsHiddenValues) {
            asked.reader = Reader::Everything;
        }
        let mut found = self.inner.facet(ctx, &asked).await?;
        if self.has(IndexFault::CutsCounts) {
            found.counts.pop();
        }
        if self.has(IndexFault::ClaimsToKnowAllValues) {
            found.is_whole = true;
        }
        Ok(found)
    }

    async fn remove(&self, ctx: &CallContext, target: &IndexTarget) -> Result<()> {
        self.inner.remove(ctx, &self.target(target)).await
    }

    async fn targets(&self, ctx: &CallContext) -> Result<Vec<IndexTarget>> {
        self.inner.targets(ctx).await
    }

    async fn close(&self, ctx: &CallContext) -> Result<()> {
        self.inner.close(ctx).await
    }
}
