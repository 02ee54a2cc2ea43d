//! The port of keyed requests, with layers.

use std::time::Duration;

use ragstone_core::idempotency::{KeptAnswer, KeyClaim, KeyPolicy, KeyState, KeyedRequest};
use ragstone_core::port::{DynCatalog, IdempotencyStore};
use ragstone_core::{CallContext, HolderId, KeyedRequestId, Result};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const KEYS: &str = "idempotency-store";

/// All of it may be repeated: a holder that asks again has the same claim, and an answer is kept once.
impl<A: Around> IdempotencyStore for Layered<dyn DynCatalog, A> {
    async fn begin_request(
        &self,
        ctx: &CallContext,
        request: &KeyedRequest,
        id: KeyedRequestId,
        holder: HolderId,
        policy: &KeyPolicy,
    ) -> Result<KeyState> {
        let begin = || self.inner.begin_request(ctx, request, id, holder, policy);
        self.around.repeatable(Call::new(KEYS, "begin_request"), ctx, begin).await
    }

    async fn renew_request(&self, ctx: &CallContext, claim: &KeyClaim, hold: Duration) -> Result<()> {
        let call = Call::new(KEYS, "renew_request").for_system();
        self.around.repeatable(call, ctx, || self.inner.renew_request(ctx, claim, hold)).await
    }

    async fn finish_request(
        &self,
        ctx: &CallContext,
        claim: &KeyClaim,
        answer: Option<KeptAnswer>,
    ) -> Result<()> {
        let call = Call::new(KEYS, "finish_request").for_system();
        self.around.repeatable(call, ctx, || self.inner.finish_request(ctx, claim, answer.clone())).await
    }

    async fn release_request(&self, ctx: &CallContext, claim: &KeyClaim) -> Result<()> {
        let call = Call::new(KEYS, "release_request").for_system();
        self.around.repeatable(call, ctx, || self.inner.release_request(ctx, claim)).await
    }

    async fn forget_requests(&self, ctx: &CallContext, most: u32) -> Result<u64> {
        let call = Call::new(KEYS, "forget_requests").for_system();
        self.around.repeatable(call, ctx, || self.inner.forget_requests(ctx, most)).await
    }
}
