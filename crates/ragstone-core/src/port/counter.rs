//! Counters that processes share, for rates and quotas.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::counter::{CounterDecision, CounterKey, CounterLimit};
use crate::error::Result;

/// Counts hits within sliding windows.
///
/// Keys say whom they count; `ctx.tenant()` is not consulted. One key is always used with one limit: after its
/// limit has changed, a counter may be wrong for the length of the longer window.
pub trait Counters: Send + Sync + 'static {
    /// Counts `hits` at `key` if they are within `limit`, in one atomic step.
    ///
    /// Within any window at most `limit.hits()` hits are allowed. A hit makes room again at the latest one
    /// [`step`](CounterLimit::step) after the window has passed over it. Hits that are denied are not counted;
    /// some of them are never allowed without the others. No hits at all are allowed and only read the counter.
    /// More hits than the limit are `InvalidArgument`. After an error, or when the future is dropped, the hits
    /// may have been counted.
    fn record(
        &self,
        ctx: &CallContext,
        key: &CounterKey,
        limit: CounterLimit,
        hits: u32,
    ) -> impl Future<Output = Result<CounterDecision>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`Counters`].
    pub trait DynCounters for Counters {
        async fn record<'a>(
            ctx: &'a CallContext,
            key: &'a CounterKey,
            limit: CounterLimit,
            hits: u32,
        ) -> CounterDecision;
    }
}
