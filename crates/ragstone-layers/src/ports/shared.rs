//! The ports of what processes share, with layers.

use std::time::Duration;

use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_core::counter::{CounterDecision, CounterKey, CounterLimit};
use ragstone_core::id::HolderId;
use ragstone_core::invalidation::{Subscription, Topic};
use ragstone_core::lease::{Lease, LeaseName};
use ragstone_core::port::{
    Cache, Counters, DynCache, DynCounters, DynInvalidations, DynLeases, Invalidations, Leases,
};
use ragstone_core::{CallContext, Result};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const CACHE: &str = "cache";
const COUNTERS: &str = "counters";
const LEASES: &str = "leases";
const INVALIDATIONS: &str = "invalidations";

/// Keys carry their tenant: the guard refuses one of another tenant than the context's.
impl<A: Around> Cache for Layered<dyn DynCache, A> {
    async fn get(&self, ctx: &CallContext, key: &CacheKey) -> Result<Option<CacheValue>> {
        let call = Call::new(CACHE, "get").on_tenant(key.tenant());
        self.around.repeatable(call, ctx, || self.inner.get(ctx, key)).await
    }

    /// Not repeated: whoever puts does not wait for long.
    async fn put(&self, ctx: &CallContext, key: &CacheKey, value: CacheValue, ttl: Duration) -> Result<()> {
        let call = Call::new(CACHE, "put").on_tenant(key.tenant());
        self.around.once(call, ctx, self.inner.put(ctx, key, value, ttl)).await
    }

    async fn remove(&self, ctx: &CallContext, key: &CacheKey) -> Result<()> {
        let call = Call::new(CACHE, "remove").on_tenant(key.tenant());
        self.around.repeatable(call, ctx, || self.inner.remove(ctx, key)).await
    }
}

impl<A: Around> Counters for Layered<dyn DynCounters, A> {
    /// Not repeated: a second attempt may count the same hits again.
    async fn record(
        &self,
        ctx: &CallContext,
        key: &CounterKey,
        limit: CounterLimit,
        hits: u32,
    ) -> Result<CounterDecision> {
        let call = Call::new(COUNTERS, "record");
        self.around.once(call, ctx, self.inner.record(ctx, key, limit, hits)).await
    }
}

/// All may be repeated: a holder that takes a lease again gets it, and a lost lease stays lost.
impl<A: Around> Leases for Layered<dyn DynLeases, A> {
    async fn acquire(
        &self,
        ctx: &CallContext,
        name: &LeaseName,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<Lease>> {
        let call = Call::new(LEASES, "acquire");
        self.around.repeatable(call, ctx, || self.inner.acquire(ctx, name, holder, ttl)).await
    }

    async fn renew(&self, ctx: &CallContext, lease: &Lease, ttl: Duration) -> Result<Lease> {
        let call = Call::new(LEASES, "renew");
        self.around.repeatable(call, ctx, || self.inner.renew(ctx, lease, ttl)).await
    }

    async fn release(&self, ctx: &CallContext, lease: &Lease) -> Result<()> {
        let call = Call::new(LEASES, "release");
        self.around.repeatable(call, ctx, || self.inner.release(ctx, lease)).await
    }
}

impl<A: Around> Invalidations for Layered<dyn DynInvalidations, A> {
    /// Repeated: to hear twice that something changed does no harm.
    async fn publish(&self, ctx: &CallContext, topic: Topic, payload: &[u8]) -> Result<()> {
        let call = Call::new(INVALIDATIONS, "publish");
        self.around.repeatable(call, ctx, || self.inner.publish(ctx, topic, payload)).await
    }

    async fn subscribe(&self, ctx: &CallContext, topic: Topic) -> Result<Subscription> {
        let call = Call::new(INVALIDATIONS, "subscribe");
        self.around.repeatable(call, ctx, || self.inner.subscribe(ctx, topic)).await
    }
}
