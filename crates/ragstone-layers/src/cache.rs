//! A cache in two tiers in front of a source: L1 in this process, L2 shared by all.
//!
//! ```text
//! L1 (bytes and time bounded) → L2 (any `DynCache`) → the source, once for each key at a time
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::cache::{CacheKey, CacheValue, MAX_CACHE_TTL};
use ragstone_core::invalidation::Topic;
use ragstone_core::port::{BoxFuture, DynCache, DynInvalidations, Loaded, ReadThrough};
use ragstone_core::{CallContext, Error, ErrorKind, IdSource, Result, TenantId};
use tokio::time::{Instant, timeout_at};

use self::flight::{Flights, Turn};
use self::follower::Follower;
use self::local::Local;
use self::shared::Shared;

mod flight;
mod follower;
mod local;
mod shared;

/// How much a cache keeps, for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TieredCachePolicy {
    name: &'static str,
    local_bytes: u64,
    local_ttl: Duration,
    shared_ttl: Duration,
    shared_timeout: Duration,
}

impl TieredCachePolicy {
    /// Least bytes of L1: 1 MiB, or none at all.
    pub const MIN_LOCAL_BYTES: u64 = 1 << 20;

    /// A policy of 64 MiB and 1 minute in L1, 5 minutes in L2, which is waited for 100 ms at most.
    ///
    /// The name becomes a label of metrics and the topic of invalidations; other processes know the cache by it.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            local_bytes: 64 << 20,
            local_ttl: Duration::from_mins(1),
            shared_ttl: Duration::from_mins(5),
            shared_timeout: Duration::from_millis(100),
        }
    }

    /// Holds at most so many bytes in L1: none, or at least [`Self::MIN_LOCAL_BYTES`].
    pub fn with_local_bytes(mut self, bytes: u64) -> Result<Self> {
        if bytes != 0 && bytes < Self::MIN_LOCAL_BYTES {
            return Err(Error::invalid("local_bytes", "must be 0 or at least 1 MiB"));
        }
        self.local_bytes = bytes;
        Ok(self)
    }

    /// Keeps entries so long in L1 and in L2: from 1 ms to 30 days each.
    pub fn with_ttl(mut self, local: Duration, shared: Duration) -> Result<Self> {
        let allowed = Duration::from_millis(1)..=MAX_CACHE_TTL / 2;
        if !allowed.contains(&local) || !allowed.contains(&shared) {
            return Err(Error::invalid("ttl", "must be from 1 ms to 15 days"));
        }
        (self.local_ttl, self.shared_ttl) = (local, shared);
        Ok(self)
    }

    /// Waits so long for one call of L2, after which it counts as a miss: from 1 ms to 10 s.
    pub fn with_shared_timeout(mut self, timeout: Duration) -> Result<Self> {
        if !(Duration::from_millis(1)..=Duration::from_secs(10)).contains(&timeout) {
            return Err(Error::invalid("shared_timeout", "must be from 1 ms to 10 s"));
        }
        self.shared_timeout = timeout;
        Ok(self)
    }
}

/// A cache in two tiers in front of a source.
///
/// See [`ReadThrough`] for its laws. A failing or slow L2 is a miss and never an error.
/// Without invalidations, and while they are out of reach, an entry that another process forgot stays in L1 for
/// `local_ttl` at most; a gap in the invalidations drops all of L1.
pub struct TieredCache {
    tiers: Arc<Tiers>,
    invalidations: Option<Arc<dyn DynInvalidations>>,
    /// Ends when the cache is dropped.
    _follower: Option<Follower>,
}

/// What the follower of invalidations shares with the callers.
struct Tiers {
    policy: TieredCachePolicy,
    local: Local,
    shared: Option<Shared>,
    flights: Flights,
}

impl TieredCache {
    /// Builds a cache of this process alone.
    pub fn new(policy: TieredCachePolicy) -> Self {
        Self::over(policy, None, None)
    }

    /// Builds a cache with an L2; `ids` tells apart what was put before something was forgotten and after.
    pub fn with_shared(policy: TieredCachePolicy, cache: Arc<dyn DynCache>, ids: Arc<dyn IdSource>) -> Self {
        Self::over(policy, Some(Shared::new(policy, cache, ids)), None)
    }

    /// Builds a cache with an L2 whose processes tell each other what to forget.
    ///
    /// Spawns a task on the current tokio runtime that listens until the cache is dropped, and subscribes again
    /// for as long as that takes.
    pub fn with_invalidations(
        policy: TieredCachePolicy,
        cache: Arc<dyn DynCache>,
        ids: Arc<dyn IdSource>,
        invalidations: Arc<dyn DynInvalidations>,
    ) -> Self {
        Self::over(policy, Some(Shared::new(policy, cache, ids)), Some(invalidations))
    }

    fn over(
        policy: TieredCachePolicy,
        shared: Option<Shared>,
        invalidations: Option<Arc<dyn DynInvalidations>>,
    ) -> Self {
        let tiers =
            Arc::new(Tiers { policy, local: Local::new(policy), shared, flights: Flights::default() });
        let follower = invalidations
            .as_ref()
            .map(|invalidations| Follower::start(Arc::clone(&tiers), Arc::clone(invalidations)));
        Self { tiers, invalidations, _follower: follower }
    }
}

impl ReadThrough for TieredCache {
    async fn read_through<'a>(
        &'a self,
        ctx: &'a CallContext,
        key: &'a CacheKey,
        source: BoxFuture<'a, Result<Loaded>>,
    ) -> Result<CacheValue> {
        if let Some(value) = self.tiers.local.look_up(key).await {
            return Ok(value);
        }
        let seat = self.tiers.flights.board(key);
        let mut turn = in_time(ctx, seat.turn()).await?;
        match &*turn {
            Turn::Landed(value) => return Ok(Arc::clone(value)),
            Turn::Failed => {
                drop(turn);
                return source.await.map(value_of);
            }
            Turn::Open => {}
        }
        let outcome = self.tiers.load(ctx, key, source).await;
        *turn = outcome.as_ref().map_or(Turn::Failed, |value| Turn::Landed(Arc::clone(value)));
        seat.land();
        outcome
    }

    async fn forget<'a>(
        &'a self,
        ctx: &'a CallContext,
        namespace: &'static str,
        tenant: &'a TenantId,
    ) -> Result<()> {
        self.tiers.forget_here(namespace, tenant.as_str()).await;
        let began = match &self.tiers.shared {
            Some(shared) => shared.forget(ctx, namespace, tenant).await,
            None => Ok(()),
        };
        let said = match &self.invalidations {
            Some(invalidations) => {
                let payload = follower::payload(namespace, tenant);
                invalidations.publish(ctx, self.tiers.topic(), &payload).await
            }
            None => Ok(()),
        };
        began.and(said)
    }
}

impl Tiers {
    /// Asks L2 and then the source, and keeps what may be kept.
    async fn load(
        &self,
        ctx: &CallContext,
        key: &CacheKey,
        source: BoxFuture<'_, Result<Loaded>>,
    ) -> Result<CacheValue> {
        // Another flight may have landed between the look-up and the boarding.
        if let Some(value) = self.local.peek(key).await {
            return Ok(value);
        }
        let since = self.local.moment(key.tenant().as_str());
        let place = match &self.shared {
            Some(shared) => shared.place(ctx, key).await,
            None => None,
        };
        if let Some(place) = &place
            && let Some(value) = place.get(ctx).await
        {
            self.local.keep(key, &value, since).await;
            return Ok(value);
        }
        match source.await? {
            Loaded::Use(value) => Ok(value),
            Loaded::Keep(value) => {
                let is_kept = self.local.keep(key, &value, since).await;
                if let Some(place) = place.filter(|_| is_kept) {
                    place.put(ctx, &value).await;
                }
                Ok(value)
            }
        }
    }

    async fn forget_here(&self, namespace: &str, tenant: &str) {
        self.local.forget(namespace, tenant);
        if let Some(shared) = &self.shared {
            shared.forget_eras().await;
        }
    }

    async fn forget_everything(&self) {
        self.local.forget_everything();
        if let Some(shared) = &self.shared {
            shared.forget_eras().await;
        }
    }

    const fn topic(&self) -> Topic {
        Topic::new(self.policy.name)
    }
}

fn value_of(loaded: Loaded) -> CacheValue {
    match loaded {
        Loaded::Keep(value) | Loaded::Use(value) => value,
    }
}

/// Waits within the deadline of a call.
async fn in_time<T>(ctx: &CallContext, waiting: impl Future<Output = T>) -> Result<T> {
    match ctx.deadline() {
        None => Ok(waiting.await),
        Some(deadline) => timeout_at(Instant::from_std(deadline), waiting).await.map_err(|_| {
            Error::new(ErrorKind::DeadlineExceeded, "the deadline passed while another call asked the source")
        }),
    }
}

impl fmt::Debug for TieredCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TieredCache").field("policy", &self.tiers.policy).finish_non_exhaustive()
    }
}
