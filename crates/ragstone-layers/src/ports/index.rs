//! The chunk index with layers.

use ragstone_core::index::{
    FacetCounts, FacetQuery, IndexCapability, IndexHit, IndexOperation, IndexQuery, IndexSchema, IndexState,
    IndexTarget,
};
use ragstone_core::port::{ChunkIndex, DynChunkIndex};
use ragstone_core::{CallContext, Filter, GenerationId, Reader, Result, Sequence};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const PORT: &str = "chunk-index";

impl<A: Around> ChunkIndex for Layered<dyn DynChunkIndex, A> {
    fn capability(&self) -> IndexCapability {
        self.inner.capability()
    }

    async fn state(&self, ctx: &CallContext, target: &IndexTarget) -> Result<Option<IndexState>> {
        let call = Call::new(PORT, "state").reading().on_tenant(&target.tenant);
        self.around.repeatable(call, ctx, || self.inner.state(ctx, target)).await
    }

    async fn create(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> Result<()> {
        let call = Call::new(PORT, "create").for_system().on_tenant(&target.tenant);
        let operation = || self.inner.create(ctx, target, generation, schema);
        self.around.repeatable(call, ctx, operation).await
    }

    /// Not repeated here: the operations are large, and the projector applies its batch again by itself.
    async fn apply(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        operations: Vec<IndexOperation>,
    ) -> Result<()> {
        let call = Call::new(PORT, "apply").for_system().on_tenant(&target.tenant);
        self.around.once(call, ctx, self.inner.apply(ctx, target, operations)).await
    }

    async fn flush(&self, ctx: &CallContext, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        let call = Call::new(PORT, "flush").for_system().on_tenant(&target.tenant);
        let operation = || self.inner.flush(ctx, target, checkpoint);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn search(&self, ctx: &CallContext, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        let call =
            Call::new(PORT, "search").reading().on_tenant(&query.target.tenant).with_limit(query.limit);
        self.around.repeatable(call, ctx, || self.inner.search(ctx, query)).await
    }

    async fn count(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> Result<u64> {
        let call = Call::new(PORT, "count").reading().on_tenant(&target.tenant);
        let operation = || self.inner.count(ctx, target, filter, reader);
        self.around.repeatable(call, ctx, operation).await
    }

    async fn facet(&self, ctx: &CallContext, query: &FacetQuery) -> Result<FacetCounts> {
        let call = Call::new(PORT, "facet").reading().on_tenant(&query.target.tenant).with_limit(query.limit);
        self.around.repeatable(call, ctx, || self.inner.facet(ctx, query)).await
    }

    async fn remove(&self, ctx: &CallContext, target: &IndexTarget) -> Result<()> {
        let call = Call::new(PORT, "remove").for_system().on_tenant(&target.tenant);
        self.around.repeatable(call, ctx, || self.inner.remove(ctx, target)).await
    }

    async fn targets(&self, ctx: &CallContext) -> Result<Vec<IndexTarget>> {
        let call = Call::new(PORT, "targets").reading().for_system();
        self.around.repeatable(call, ctx, || self.inner.targets(ctx)).await
    }

    async fn close(&self, ctx: &CallContext) -> Result<()> {
        let call = Call::new(PORT, "close").for_system();
        self.around.once(call, ctx, self.inner.close(ctx)).await
    }
}
