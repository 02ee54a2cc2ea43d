//! Keyed requests of a catalog with one fault.

use std::time::Duration;

use ragstone_core::idempotency::{KeptAnswer, KeyClaim, KeyPolicy, KeyState, KeyedRequest};
use ragstone_core::port::IdempotencyStore;
use ragstone_core::{CallContext, Digest, ErrorKind, HolderId, KeyedRequestId, Result};

use super::catalog_fault::{CatalogFault, FaultyCatalog};
use ragstone_conformance::draft::tenant_context;

impl IdempotencyStore for FaultyCatalog {
    async fn begin_request(
        &self,
        ctx: &CallContext,
        request: &KeyedRequest,
        id: KeyedRequestId,
        holder: HolderId,
        policy: &KeyPolicy,
    ) -> Result<KeyState> {
        let (mut request, mut policy, mut ctx) = (request.clone(), *policy, ctx.clone());
        if self.has(CatalogFault::TakesAnyRequestForTheSame) {
            request.fingerprint = Digest::of(b"any");
        }
        if self.has(CatalogFault::MixesCallers) {
            ctx = tenant_context(ctx.tenant().as_str());
        }
        if self.has(CatalogFault::TakesUpWhatIsUnderWay) {
            policy.hold = Duration::from_millis(1);
        }
        if self.has(CatalogFault::ForgetsAnswersEarly) {
            policy.retention = Duration::from_millis(1);
        }
        if self.has(CatalogFault::NeverForgetsKeys) {
            policy.retention = Duration::from_hours(24);
        }
        if self.has(CatalogFault::IgnoresRoom) {
            (policy.most_keys, policy.most_bytes) = (u32::MAX, u64::MAX);
        }
        self.inner.begin_request(&ctx, &request, id, holder, &policy).await
    }

    async fn renew_request(&self, ctx: &CallContext, claim: &KeyClaim, hold: Duration) -> Result<()> {
        self.inner.renew_request(ctx, claim, hold).await
    }

    async fn finish_request(
        &self,
        ctx: &CallContext,
        claim: &KeyClaim,
        answer: Option<KeptAnswer>,
    ) -> Result<()> {
        match self.inner.finish_request(ctx, claim, answer).await {
            Err(error) if error.kind() == ErrorKind::Conflict && self.has(CatalogFault::KeepsLateAnswers) => {
                Ok(())
            }
            finished => finished,
        }
    }

    async fn release_request(&self, ctx: &CallContext, claim: &KeyClaim) -> Result<()> {
        self.inner.release_request(ctx, claim).await
    }

    async fn forget_requests(&self, ctx: &CallContext, most: u32) -> Result<u64> {
        self.inner.forget_requests(ctx, most).await
    }
}
