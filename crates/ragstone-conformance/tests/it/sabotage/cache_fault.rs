//! A cache with one fault.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_core::clock::Clock;
use ragstone_core::memory::MemoryCache;
use ragstone_core::port::Cache;
use ragstone_core::{CallContext, Result, TenantId};

/// What the cache does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CacheFault {
    MixesTenants,
    IgnoresTime,
    KeepsRemoved,
    MixesAnswers,
}

/// The reference cache behind the fault.
#[derive(Debug)]
pub(super) struct FaultyCache {
    inner: MemoryCache,
    fault: Option<CacheFault>,
    /// Answers on their way, as on a connection that everybody reads from.
    answers: Mutex<VecDeque<Option<CacheValue>>>,
}

impl FaultyCache {
    pub(super) fn new(clock: Arc<dyn Clock>, fault: Option<CacheFault>) -> Self {
        Self { inner: MemoryCache::new(clock), fault, answers: Mutex::default() }
    }

    fn has(&self, fault: CacheFault) -> bool {
        self.fault == Some(fault)
    }

    fn key(&self, key: &CacheKey) -> CacheKey {
        if self.has(CacheFault::MixesTenants) {
            return CacheKey::new(key.namespace(), TenantId::default(), &[key.digest().as_bytes()]);
        }
        key.clone()
    }
}

impl Cache for FaultyCache {
    async fn get(&self, ctx: &CallContext, key: &CacheKey) -> Result<Option<CacheValue>> {
        let answer = self.inner.get(ctx, &self.key(key)).await?;
        if !self.has(CacheFault::MixesAnswers) {
            return Ok(answer);
        }
        self.answers.lock().expect("is whole").push_back(answer);
        tokio::task::yield_now().await;
        Ok(self.answers.lock().expect("is whole").pop_front().flatten())
    }

    async fn put(&self, ctx: &CallContext, key: &CacheKey, value: CacheValue, ttl: Duration) -> Result<()> {
        let ttl = if self.has(CacheFault::IgnoresTime) { Duration::from_hours(1) } else { ttl };
        self.inner.put(ctx, &self.key(key), value, ttl).await
    }

    async fn remove(&self, ctx: &CallContext, key: &CacheKey) -> Result<()> {
        if self.has(CacheFault::KeepsRemoved) {
            return Ok(());
        }
        self.inner.remove(ctx, &self.key(key)).await
    }
}
