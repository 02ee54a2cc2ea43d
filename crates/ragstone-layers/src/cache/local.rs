//! L1: entries in this process, bounded by bytes and time.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::future::Cache;
use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_observability::metric;

use super::TieredCachePolicy;

/// What an entry costs beside its value, roughly.
const OVERHEAD: usize = 256;
/// Counts of what was forgotten, each for some tenants.
const EPOCHS: usize = 64;

pub(super) struct Local {
    name: &'static str,
    entries: Cache<CacheKey, CacheValue>,
    /// Raised when something is forgotten: a value that was asked for before is not kept.
    epochs: Vec<AtomicU64>,
}

/// A moment in the history of what was forgotten.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    slot: usize,
    epoch: u64,
}

impl Local {
    pub(super) fn new(policy: TieredCachePolicy) -> Self {
        let entries = Cache::builder()
            .max_capacity(policy.local_bytes)
            .weigher(|_: &CacheKey, value: &CacheValue| {
                u32::try_from(value.len() + OVERHEAD).unwrap_or(u32::MAX)
            })
            .time_to_live(policy.local_ttl)
            .support_invalidation_closures()
            .build();
        Self { name: policy.name, entries, epochs: (0..EPOCHS).map(|_| AtomicU64::new(0)).collect() }
    }

    /// Reads an entry and counts whether it was there.
    pub(super) async fn look_up(&self, key: &CacheKey) -> Option<CacheValue> {
        let found = self.peek(key).await;
        count_lookup(self.name, "l1", found.is_some());
        found
    }

    pub(super) async fn peek(&self, key: &CacheKey) -> Option<CacheValue> {
        self.entries.get(key).await
    }

    /// The moment from which on a value may be kept.
    pub(super) fn moment(&self, tenant: &str) -> Moment {
        let slot = slot_of(tenant);
        Moment { slot, epoch: self.epoch(slot).map_or(0, |epoch| epoch.load(Ordering::Acquire)) }
    }

    /// Keeps a value, unless something of its tenant was forgotten since; says whether it did.
    pub(super) async fn keep(&self, key: &CacheKey, value: &CacheValue, since: Moment) -> bool {
        if !self.is_current(since) {
            return false;
        }
        self.entries.insert(key.clone(), Arc::clone(value)).await;
        // At once, so that the bound holds after every call and not some calls later.
        self.entries.run_pending_tasks().await;
        // Something may have been forgotten in the meantime.
        if !self.is_current(since) {
            self.entries.invalidate(key).await;
            return false;
        }
        // A gauge is a floating-point number; beyond 32 bits nobody counts.
        let entries = u32::try_from(self.entries.entry_count()).unwrap_or(u32::MAX);
        metrics::gauge!(metric::CACHE_ENTRIES.name, metric::CACHE => self.name, metric::TIER => "l1")
            .set(entries);
        true
    }

    pub(super) fn forget(&self, namespace: &str, tenant: &str) {
        if let Some(epoch) = self.epoch(slot_of(tenant)) {
            epoch.fetch_add(1, Ordering::AcqRel);
        }
        let (namespace, tenant) = (namespace.to_owned(), tenant.to_owned());
        let is_meant = move |key: &CacheKey, _: &CacheValue| {
            key.namespace() == namespace && key.tenant().as_str() == tenant
        };
        if self.entries.invalidate_entries_if(is_meant).is_err() {
            // Not reached: closures are supported. Forgetting more is right all the same.
            self.entries.invalidate_all();
        }
    }

    pub(super) fn forget_everything(&self) {
        for epoch in &self.epochs {
            epoch.fetch_add(1, Ordering::AcqRel);
        }
        self.entries.invalidate_all();
        metrics::counter!(metric::CACHE_FORGOTTEN.name, metric::CACHE => self.name).increment(1);
    }

    fn is_current(&self, moment: Moment) -> bool {
        self.epoch(moment.slot).is_none_or(|epoch| epoch.load(Ordering::Acquire) == moment.epoch)
    }

    fn epoch(&self, slot: usize) -> Option<&AtomicU64> {
        self.epochs.get(slot)
    }
}

fn slot_of(tenant: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    tenant.hash(&mut hasher);
    usize::try_from(hasher.finish() % EPOCHS as u64).unwrap_or(0)
}

pub(super) fn count_lookup(cache: &'static str, tier: &'static str, is_hit: bool) {
    let outcome = if is_hit { "hit" } else { "miss" };
    metrics::counter!(
        metric::CACHE_LOOKUPS.name,
        metric::CACHE => cache, metric::TIER => tier, metric::OUTCOME => outcome,
    )
    .increment(1);
}
