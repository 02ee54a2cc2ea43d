//! Looking keys up.

use std::time::Duration;

use ragstone_core::ErrorKind::{FailedPrecondition, InvalidArgument, RateLimited};
use ragstone_core::idempotency::{KeyPolicy, KeyState, KeyedRequest};
use ragstone_core::{CallContext, Principal, Scope, TenantId};

use super::driver::{AFTER, Doer, SHORT, answer, policy, request};
use crate::KeyFixture;
use crate::law::assert_refused;

/// A key that was never seen is the caller's.
pub async fn new_key_is_claimed(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let (first, second) = (doer.claim("a").await, doer.claim("b ~!").await);
    assert_ne!(first.request, second.request);
}

/// The answer is given again, byte for byte, however often it is asked for.
pub async fn answered_request_is_answered_again(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    let kept = answer(&[0, 255, 7, b'\n']);
    let claim = doer.claim("a").await;
    doer.finish(&claim, Some(kept.clone())).await;
    for doer in [&doer, &other, &doer] {
        assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(kept.clone())));
    }
}

/// A request that was done is not done again for want of its answer.
pub async fn answer_that_was_too_long_is_told(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    doer.finish(&claim, None).await;
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(None));
}

/// A key stands for one request, while that is under way and after.
pub async fn other_request_of_the_key_is_refused(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    let (request_b, policy) = (request("a", "b"), policy());
    let other = || doer.try_begin(&request_b, &policy);
    assert_refused(other().await.map(drop), FailedPrecondition, "another request under way");
    doer.finish(&claim, Some(answer(b"x"))).await;
    assert_refused(other().await.map(drop), FailedPrecondition, "another request after the answer");
    assert!(matches!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(_))));
}

/// The same key of somebody else, or for something else, is another key.
pub async fn keys_belong_to_tenant_principal_and_operation(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    doer.finish(&claim, Some(answer(b"first"))).await;
    let context = |name: &str, tenant: &str| {
        let tenant = TenantId::try_new(tenant).expect("is a tenant");
        CallContext::new(Principal::new(name, tenant, Scope::Admin))
    };
    for ctx in [context("conformance", "second"), context("somebody", "first")] {
        let other = doer.with_context(ctx).claim("a").await;
        assert_ne!(other.request, claim.request);
    }
    let other = KeyedRequest { operation: "delete".to_owned(), ..request("a", "b") };
    assert!(matches!(doer.begin(&other).await, KeyState::Claimed(_)));
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(answer(b"first"))));
}

/// A request is done by one process at a time.
pub async fn request_under_way_is_not_taken_up(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    doer.claim_with("a", &KeyPolicy { hold: Duration::from_mins(1), ..policy() }).await;
    fixture.pass(AFTER).await;
    assert_eq!(other.begin(&request("a", "a")).await, KeyState::UnderWay);
}

/// A holder that asks again, because it did not see the answer, has what it had.
pub async fn same_holder_has_the_same_claim(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    assert_eq!(doer.claim("a").await, doer.claim("a").await);
}

/// What a process left behind is the same request for whoever takes it up.
pub async fn request_of_a_vanished_holder_is_taken_up(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    let left = doer.claim_with("a", &KeyPolicy { hold: SHORT, ..policy() }).await;
    fixture.pass(AFTER).await;
    let taken = other.claim("a").await;
    assert_eq!(taken.request, left.request);
    assert!(taken.token > left.token);
}

/// A tenant has no more keys than it may have; what was known is known still, and others have room.
pub async fn tenant_has_room_for_so_many_keys(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let few = KeyPolicy { most_keys: 2, ..policy() };
    let first = doer.claim_with("a", &few).await;
    doer.claim_with("b", &few).await;
    let third = doer.try_begin(&request("c", "a"), &few).await;
    assert_refused(third.map(drop), RateLimited, "one key more than allowed");
    assert_eq!(doer.claim_with("a", &few).await, first);
    doer.with_context(crate::draft::tenant_context("second")).claim_with("c", &few).await;
    doer.catalog.release_request(&doer.ctx, &first).await.expect("gives it back");
    doer.claim_with("c", &few).await;
}

/// No new key is taken where the answers of a tenant fill its room.
pub async fn tenant_has_room_for_so_many_bytes(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let little = KeyPolicy { most_bytes: 100, ..policy() };
    let claim = doer.claim_with("a", &little).await;
    doer.finish(&claim, Some(answer(&[1; 99]))).await;
    let second = doer.try_begin(&request("b", "a"), &little).await;
    assert_refused(second.map(drop), RateLimited, "a key without room");
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(answer(&[1; 99]))));
}

/// Times, sizes and names out of range are refused.
pub async fn bad_requests_are_refused(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    for bad in [
        KeyPolicy { hold: Duration::ZERO, ..policy() },
        KeyPolicy { retention: Duration::ZERO, ..policy() },
        KeyPolicy { most_keys: 0, ..policy() },
        KeyPolicy { most_bytes: 0, ..policy() },
    ] {
        let refused = doer.try_begin(&request("a", "a"), &bad).await;
        assert_refused(refused.map(drop), InvalidArgument, "a policy out of range");
    }
    let nameless = KeyedRequest { operation: String::new(), ..request("a", "a") };
    let refused = doer.try_begin(&nameless, &policy()).await;
    assert_refused(refused.map(drop), InvalidArgument, "no operation");
}
