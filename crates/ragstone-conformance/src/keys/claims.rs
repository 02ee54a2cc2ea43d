//! What a claim allows, and until when.

use std::time::Duration;

use ragstone_core::ErrorKind::Conflict;
use ragstone_core::idempotency::{KeyPolicy, KeyState};

use super::driver::{AFTER, Doer, LONG, SHORT, answer, policy, request};
use crate::KeyFixture;
use crate::draft::new_collection;
use crate::law::assert_refused;

/// A claim that is kept up is not taken by another.
pub async fn renewed_claim_goes_on(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    let claim = doer.claim_with("a", &KeyPolicy { hold: Duration::from_secs(2), ..policy() }).await;
    doer.catalog.renew_request(&doer.ctx, &claim, LONG).await.expect("renews");
    fixture.pass(Duration::from_secs(3)).await;
    assert_eq!(other.begin(&request("a", "a")).await, KeyState::UnderWay);
    doer.finish(&claim, Some(answer(b"x"))).await;
}

/// Whoever slept past the end of a claim can neither keep an answer, nor the claim, nor give the request back.
pub async fn lost_claim_changes_nothing(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    let lost = doer.claim_with("a", &KeyPolicy { hold: SHORT, ..policy() }).await;
    fixture.pass(AFTER).await;
    let renewed = doer.catalog.renew_request(&doer.ctx, &lost, LONG).await;
    assert_refused(renewed, Conflict, "renewing a claim that ran out");
    let taken = other.claim("a").await;
    let late = doer.catalog.finish_request(&doer.ctx, &lost, Some(answer(b"late"))).await;
    assert_refused(late, Conflict, "an answer under a lost claim");
    doer.catalog.release_request(&doer.ctx, &lost).await.expect("is fine");
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::UnderWay);
    other.finish(&taken, Some(answer(b"in time"))).await;
    let late = doer.catalog.finish_request(&doer.ctx, &lost, Some(answer(b"late"))).await;
    assert_refused(late, Conflict, "an answer behind another");
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(answer(b"in time"))));
}

/// Keeping an answer twice keeps the first one.
pub async fn answer_is_kept_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    doer.finish(&claim, Some(answer(b"first"))).await;
    doer.finish(&claim, Some(answer(b"second"))).await;
    doer.catalog.release_request(&doer.ctx, &claim).await.expect("is fine");
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(answer(b"first"))));
}

/// A request that failed is as if it had never been: another one may have its key.
pub async fn released_request_is_forgotten(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    doer.catalog.release_request(&doer.ctx, &claim).await.expect("gives it back");
    assert!(matches!(doer.begin(&request("a", "b")).await, KeyState::Claimed(_)));
}

/// A request whose write was made stays what it is until it is answered.
pub async fn released_request_that_has_written_is_taken_up(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let claim = doer.claim("a").await;
    let created = doer.catalog.create_collection(&doer.bound(&claim), new_collection("birds")).await;
    created.expect("creates");
    doer.catalog.release_request(&doer.ctx, &claim).await.expect("gives it back");
    let other = doer.try_begin(&request("a", "b"), &policy()).await;
    assert_refused(other.map(drop), ragstone_core::ErrorKind::FailedPrecondition, "another request");
    assert_eq!(doer.claim("a").await.request, claim.request);
}
