//! L2: entries that processes share. Every failure is a miss.
//!
//! The entries of a tenant in a namespace belong to an era, whose name is an entry itself and part of their keys.
//! A new era makes all of them unreachable; they then end with their time.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_core::port::DynCache;
use ragstone_core::{CallContext, IdSource, Result, TenantId};
use ragstone_observability::metric;
use tokio::time::timeout;

use super::TieredCachePolicy;
use super::local::count_lookup;

/// How long an era is believed without asking, in case the news of another one was lost.
const BELIEF: Duration = Duration::from_secs(1);
/// Eras that are remembered.
const MOST_ERAS: u64 = 10_000;
/// Namespace of the names of eras.
const ERA: &str = "era";

pub(super) struct Shared {
    policy: TieredCachePolicy,
    cache: Arc<dyn DynCache>,
    ids: Arc<dyn IdSource>,
    eras: Cache<CacheKey, CacheValue>,
}

/// Where an entry lies in the present era.
pub(super) struct Place<'a> {
    shared: &'a Shared,
    key: CacheKey,
}

impl Shared {
    pub(super) fn new(policy: TieredCachePolicy, cache: Arc<dyn DynCache>, ids: Arc<dyn IdSource>) -> Self {
        let eras = Cache::builder().max_capacity(MOST_ERAS).time_to_live(BELIEF).build();
        Self { policy, cache, ids, eras }
    }

    /// Finds where an entry lies; `None` where L2 cannot be asked.
    pub(super) async fn place<'a>(&'a self, ctx: &CallContext, key: &CacheKey) -> Option<Place<'a>> {
        let era_key = era_key(key.namespace(), key.tenant());
        let era = if let Some(era) = self.eras.get(&era_key).await {
            era
        } else {
            let era = self.attempt(self.cache.get(ctx, &era_key)).await?.unwrap_or_default();
            self.eras.insert(era_key, Arc::clone(&era)).await;
            era
        };
        let key = CacheKey::new(key.namespace(), key.tenant().clone(), &[key.digest().as_bytes(), &era]);
        Some(Place { shared: self, key })
    }

    /// Begins a new era, which outlives all entries of the former one.
    pub(super) async fn forget(
        &self,
        ctx: &CallContext,
        namespace: &'static str,
        tenant: &TenantId,
    ) -> Result<()> {
        let era: CacheValue = self.ids.fresh().as_bytes()[..].into();
        let key = era_key(namespace, tenant);
        let lasts = self.policy.shared_ttl * 2 + BELIEF;
        let began = self.cache.put(ctx, &key, era, lasts.min(ragstone_core::cache::MAX_CACHE_TTL)).await;
        self.eras.invalidate(&key).await;
        began
    }

    /// Asks for the present eras again.
    pub(super) async fn forget_eras(&self) {
        self.eras.invalidate_all();
        self.eras.run_pending_tasks().await;
    }

    /// Waits for a call for as long as the policy says; a failure is counted and `None`.
    async fn attempt<T>(&self, call: impl Future<Output = Result<T>>) -> Option<T> {
        let outcome = timeout(self.policy.shared_timeout, call).await;
        match outcome {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) => {
                tracing::debug!(cache = self.policy.name, %error, "the shared tier of a cache failed");
                self.count_failure();
                None
            }
            Err(_) => {
                tracing::debug!(cache = self.policy.name, "the shared tier of a cache took too long");
                self.count_failure();
                None
            }
        }
    }

    fn count_failure(&self) {
        let name = self.policy.name;
        metrics::counter!(metric::CACHE_FAILURES.name, metric::CACHE => name, metric::TIER => "l2")
            .increment(1);
    }
}

impl Place<'_> {
    pub(super) async fn get(&self, ctx: &CallContext) -> Option<CacheValue> {
        let found = self.shared.attempt(self.shared.cache.get(ctx, &self.key)).await.flatten();
        count_lookup(self.shared.policy.name, "l2", found.is_some());
        found
    }

    pub(super) async fn put(&self, ctx: &CallContext, value: &CacheValue) {
        let ttl = self.shared.policy.shared_ttl;
        let put = self.shared.cache.put(ctx, &self.key, Arc::clone(value), ttl);
        self.shared.attempt(put).await;
    }
}

fn era_key(namespace: &str, tenant: &TenantId) -> CacheKey {
    CacheKey::new(ERA, tenant.clone(), &[namespace.as_bytes()])
}
