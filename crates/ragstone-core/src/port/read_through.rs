//! A cache in front of something that takes longer.

use std::future::Future;

use super::{BoxFuture, dyn_twin};
use crate::cache::{CacheKey, CacheValue};
use crate::context::CallContext;
use crate::error::Result;
use crate::id::TenantId;

/// What a source answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// May be given to whoever asks for the same key later.
    Keep(CacheValue),
    /// Is for those who ask now, such as an answer with a part missing.
    Use(CacheValue),
}

/// Answers from what it keeps, and asks a source for the rest.
///
/// Keys carry their tenant, and everything that an answer depends on: the same key means the same answer, for as
/// long as it is kept. `ctx.tenant()` is not consulted.
pub trait ReadThrough: Send + Sync + 'static {
    /// Answers with what is kept under `key`, or else with what `source` answers.
    ///
    /// Of many calls with one key at the same time, one polls its source and the others wait for that; where it is
    /// dropped, another one takes over, and where it fails, each of the others asks its own source. A failure is
    /// never kept. Whatever fails in the cache itself is a miss. A call whose deadline passes while it waits is
    /// `DeadlineExceeded`; all other errors are the source's.
    fn read_through<'a>(
        &'a self,
        ctx: &'a CallContext,
        key: &'a CacheKey,
        source: BoxFuture<'a, Result<Loaded>>,
    ) -> impl Future<Output = Result<CacheValue>> + Send + 'a;

    /// Forgets all entries of a tenant in a namespace, in this process and then in the others.
    ///
    /// What other processes share may stay until its time is over. After an error, other processes may not have
    /// heard of it.
    fn forget<'a>(
        &'a self,
        ctx: &'a CallContext,
        namespace: &'static str,
        tenant: &'a TenantId,
    ) -> impl Future<Output = Result<()>> + Send + 'a;
}

dyn_twin! {
    /// Object-safe twin of [`ReadThrough`].
    pub trait DynReadThrough for ReadThrough {
        async fn read_through<'a>(
            ctx: &'a CallContext,
            key: &'a CacheKey,
            source: BoxFuture<'a, Result<Loaded>>,
        ) -> CacheValue;
        async fn forget<'a>(ctx: &'a CallContext, namespace: &'static str, tenant: &'a TenantId) -> ();
    }
}
