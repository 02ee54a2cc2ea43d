//! Keys of requests that may be repeated, with what came of them.

use std::future::Future;
use std::time::Duration;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::{HolderId, KeyedRequestId};
use crate::idempotency::{KeptAnswer, KeyClaim, KeyPolicy, KeyState, KeyedRequest};

/// Keys of requests, each done by one process at a time and answered once.
///
/// A key belongs to `ctx.tenant()`, the name of `ctx.principal()`, and the operation. Times are those of the store's own
/// clock. What a write did under a claim is kept by the write itself, in its transaction: see *Bound writes* of the
/// [module](crate::port). So a request whose process vanished before it kept the answer can be taken up by another one
/// without being done twice. `renew_request`, `finish_request`, `release_request` and `purge` are exempt from tenancy: a claim names its request.
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Looks a key up, and takes the request up where nobody does it and it was not answered.
    ///
    /// `id` names the request if it is new; the same holder may ask again and has the same claim. A key that another
    /// request was sent with is `FailedPrecondition`; where the tenant has as many keys or bytes as the policy allows, a
    /// new one is `RateLimited`; what fails its check is refused as the check says. A key whose retention is over is as if it
    /// had never been. Costs one read where the request is under way or was answered.
    fn begin_request(
        &self,
        ctx: &CallContext,
        request: &KeyedRequest,
        id: KeyedRequestId,
        holder: HolderId,
        policy: &KeyPolicy,
    ) -> impl Future<Output = Result<KeyState>> + Send;

    /// Keeps a claim for `hold` from now. A claim that was lost is `Conflict`.
    fn renew_request(
        &self,
        ctx: &CallContext,
        claim: &KeyClaim,
        hold: Duration,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Keeps the answer of a request, durably; `None` says that it was done, and that the answer was too long.
    ///
    /// Repeating it under the same claim changes nothing. A claim that was lost is `Conflict`.
    fn finish_request(
        &self,
        ctx: &CallContext,
        claim: &KeyClaim,
        answer: Option<KeptAnswer>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Gives a request back that is not to be answered from here: it failed, or its process stops.
    ///
    /// Where no write was bound to it, the key is forgotten. A claim that was lost is fine.
    fn release_request(&self, ctx: &CallContext, claim: &KeyClaim)
    -> impl Future<Output = Result<()>> + Send;

    /// Forgets up to `most` keys whose retention is over and whose requests nobody does, and says how many.
    fn forget_requests(&self, ctx: &CallContext, most: u32) -> impl Future<Output = Result<u64>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`IdempotencyStore`].
    pub trait DynIdempotencyStore for IdempotencyStore {
        async fn begin_request<'a>(
            ctx: &'a CallContext,
            request: &'a KeyedRequest,
            id: KeyedRequestId,
            holder: HolderId,
            policy: &'a KeyPolicy,
        ) -> KeyState;
        async fn renew_request<'a>(ctx: &'a CallContext, claim: &'a KeyClaim, hold: Duration) -> ();
        async fn finish_request<'a>(ctx: &'a CallContext, claim: &'a KeyClaim, answer: Option<KeptAnswer>) -> ();
        async fn release_request<'a>(ctx: &'a CallContext, claim: &'a KeyClaim) -> ();
        async fn forget_requests<'a>(ctx: &'a CallContext, most: u32) -> u64;
    }
}
