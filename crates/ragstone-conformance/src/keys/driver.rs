//! A caller of keyed requests that expects success.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::idempotency::{IdempotencyKey, KeptAnswer, KeyClaim, KeyPolicy, KeyState, KeyedRequest};
use ragstone_core::port::{DynCatalog, DynJobQueue};
use ragstone_core::{CallContext, Digest, HolderId, KeyedRequestId, Result};
use uuid::Uuid;

use crate::KeyFixture;
use crate::draft::tenant_context;

/// Far longer than a law takes.
pub(super) const LONG: Duration = Duration::from_mins(10);
/// A time that is waited for.
pub(super) const SHORT: Duration = Duration::from_millis(300);
/// Long enough for `SHORT` to be over.
pub(super) const AFTER: Duration = Duration::from_millis(600);

/// One process that does keyed requests; every method panics where the call fails.
#[derive(Clone)]
pub(super) struct Doer {
    pub(super) catalog: Arc<dyn DynCatalog>,
    pub(super) jobs: Arc<dyn DynJobQueue>,
    pub(super) ctx: CallContext,
    pub(super) holder: HolderId,
}

/// A request for the operation `put` that asks for `what`.
pub(super) fn request(key: &str, what: &str) -> KeyedRequest {
    KeyedRequest {
        operation: "put".to_owned(),
        key: IdempotencyKey::try_new(key).expect("is a key"),
        fingerprint: Digest::of(what.as_bytes()),
    }
}

pub(super) fn policy() -> KeyPolicy {
    KeyPolicy { hold: LONG, retention: LONG, most_keys: 1000, most_bytes: 1 << 20 }
}

pub(super) fn answer(body: &[u8]) -> KeptAnswer {
    KeptAnswer { head: "200 Ä".to_owned(), body: body.to_vec() }
}

impl Doer {
    pub(super) fn new(fixture: &KeyFixture) -> Self {
        Self::numbered(fixture, 1)
    }

    pub(super) fn numbered(fixture: &KeyFixture, number: u128) -> Self {
        let stores = fixture.store();
        Self {
            catalog: Arc::clone(&stores.catalog),
            jobs: Arc::clone(&stores.jobs),
            ctx: tenant_context("first"),
            holder: HolderId::from_uuid(Uuid::from_u128(number)),
        }
    }

    pub(super) fn with_context(&self, ctx: CallContext) -> Self {
        Self { ctx, ..self.clone() }
    }

    pub(super) async fn try_begin(&self, request: &KeyedRequest, policy: &KeyPolicy) -> Result<KeyState> {
        let id = KeyedRequestId::from_uuid(crate::draft::fresh_generation_id().as_uuid());
        self.catalog.begin_request(&self.ctx, request, id, self.holder, policy).await
    }

    pub(super) async fn begin(&self, request: &KeyedRequest) -> KeyState {
        self.try_begin(request, &policy()).await.expect("answers")
    }

    pub(super) async fn claim(&self, key: &str) -> KeyClaim {
        self.claim_with(key, &policy()).await
    }

    pub(super) async fn claim_with(&self, key: &str, policy: &KeyPolicy) -> KeyClaim {
        match self.try_begin(&request(key, "a"), policy).await.expect("answers") {
            KeyState::Claimed(claim) => {
                assert_eq!(claim.holder, self.holder);
                claim
            }
            state => unreachable!("the request of {key} can be taken up, and not {state:?}"),
        }
    }

    pub(super) async fn finish(&self, claim: &KeyClaim, answer: Option<KeptAnswer>) {
        self.catalog.finish_request(&self.ctx, claim, answer).await.expect("keeps the answer");
    }

    /// Gives the request back and takes it up again, as if its process had vanished.
    pub(super) async fn take_up_again(&self, key: &str, claim: &KeyClaim) -> KeyClaim {
        self.catalog.release_request(&self.ctx, claim).await.expect("gives it back");
        let again = self.claim(key).await;
        assert_eq!(again.request, claim.request, "it is the same request");
        assert!(again.token > claim.token, "it was taken up again");
        again
    }

    /// The context of the write that the request stands for.
    pub(super) fn bound(&self, claim: &KeyClaim) -> CallContext {
        self.ctx.clone().with_claim(claim.clone()).bound()
    }
}
