//! A cache that processes share.

use std::future::Future;
use std::time::Duration;

use super::dyn_twin;
use crate::cache::{CacheKey, CacheValue};
use crate::context::CallContext;
use crate::error::Result;

/// Keeps bytes for a time, and may forget them at any moment.
///
/// Keys carry their tenant; `ctx.tenant()` is not consulted. Nothing may depend on an entry being there: whoever
/// asks decides that a failure is a miss.
pub trait Cache: Send + Sync + 'static {
    /// Reads an entry; `None` where it is missing, expired or forgotten.
    ///
    /// What is found was put under exactly this key, whole, and not removed or put over since.
    fn get(
        &self,
        ctx: &CallContext,
        key: &CacheKey,
    ) -> impl Future<Output = Result<Option<CacheValue>>> + Send;

    /// Writes an entry over whatever was there; it is gone once `ttl` has passed.
    ///
    /// A `ttl` below 1 ms or above [`MAX_CACHE_TTL`](crate::cache::MAX_CACHE_TTL) is `InvalidArgument`, a value
    /// above [`MAX_CACHE_VALUE`](crate::cache::MAX_CACHE_VALUE) is `TooLarge`; the old entry then stays.
    fn put(
        &self,
        ctx: &CallContext,
        key: &CacheKey,
        value: CacheValue,
        ttl: Duration,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Removes an entry; a missing one is fine.
    fn remove(&self, ctx: &CallContext, key: &CacheKey) -> impl Future<Output = Result<()>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`Cache`].
    pub trait DynCache for Cache {
        async fn get<'a>(ctx: &'a CallContext, key: &'a CacheKey) -> Option<CacheValue>;
        async fn put<'a>(ctx: &'a CallContext, key: &'a CacheKey, value: CacheValue, ttl: Duration) -> ();
        async fn remove<'a>(ctx: &'a CallContext, key: &'a CacheKey) -> ();
    }
}
