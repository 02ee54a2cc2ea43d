//! How long keys are known.

use std::time::Duration;

use ragstone_core::idempotency::{KeyPolicy, KeyState};

use super::driver::{AFTER, Doer, SHORT, answer, policy, request};
use crate::KeyFixture;

/// A key is known for its retention, and free afterwards.
pub async fn key_is_free_after_its_retention(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let brief = KeyPolicy { retention: Duration::from_secs(2), ..policy() };
    let claim = doer.claim_with("a", &brief).await;
    doer.finish(&claim, Some(answer(b"x"))).await;
    fixture.pass(AFTER).await;
    assert!(matches!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(_))));
    fixture.pass(Duration::from_secs(3)).await;
    match doer.begin(&request("a", "b")).await {
        KeyState::Claimed(fresh) => assert_ne!(fresh.request, claim.request, "it is another request"),
        state => unreachable!("the key is free, and not {state:?}"),
    }
}

/// A request that takes longer than its key is kept is not begun a second time meanwhile.
pub async fn request_under_way_outlives_its_retention(fixture: KeyFixture) {
    let (doer, other) = (Doer::new(&fixture), Doer::numbered(&fixture, 2));
    let claim = doer.claim_with("a", &KeyPolicy { retention: SHORT, ..policy() }).await;
    fixture.pass(AFTER).await;
    assert_eq!(other.begin(&request("a", "a")).await, KeyState::UnderWay);
    assert_eq!(doer.catalog.forget_requests(&doer.ctx, 10).await.expect("answers"), 0);
    doer.finish(&claim, Some(answer(b"x"))).await;
}

/// Keys whose time is over are forgotten, a few at a time, and no others.
pub async fn old_requests_are_forgotten(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let brief = KeyPolicy { retention: SHORT, ..policy() };
    for key in ["a", "b", "c"] {
        let claim = doer.claim_with(key, &brief).await;
        doer.finish(&claim, Some(answer(b"x"))).await;
    }
    let kept = doer.claim("d").await;
    doer.finish(&kept, Some(answer(b"x"))).await;
    fixture.pass(AFTER).await;
    let forget = |most| doer.catalog.forget_requests(&doer.ctx, most);
    let forgotten = [forget(2).await, forget(10).await, forget(10).await];
    assert_eq!(forgotten.map(|count| count.expect("answers")), [2, 1, 0]);
    assert!(matches!(doer.begin(&request("d", "a")).await, KeyState::Answered(Some(_))));
}
