//! Many at once, and callers who leave.

use std::time::Duration;

use ragstone_core::document::WriteEffect;
use ragstone_core::id::DocumentVersion;
use ragstone_core::idempotency::{KeyPolicy, KeyState};
use tokio::task::JoinSet;

use super::driver::{Doer, LONG, SHORT, answer, policy, request};
use crate::draft::{DraftBuilder, new_collection};
use crate::law::abandon;
use crate::{KeyFixture, Verdict};

/// Of many that ask at once one does the request.
pub async fn one_of_many_claims(fixture: KeyFixture) {
    let mut doers = JoinSet::new();
    for number in 0..24 {
        let doer = Doer::numbered(&fixture, number);
        doers.spawn(async move { doer.begin(&request("a", "a")).await });
    }
    let states = doers.join_all().await;
    let claimed = states.iter().filter(|state| matches!(state, KeyState::Claimed(_))).count();
    assert_eq!(claimed, 1);
    assert_eq!(states.iter().filter(|state| **state == KeyState::UnderWay).count(), 23);
}

/// Whenever a caller leaves, whoever takes the request up makes one version of it.
pub async fn dropped_write_is_made_once(fixture: KeyFixture) {
    let doer = Doer::new(&fixture);
    let birds = doer.catalog.create_collection(&doer.ctx, new_collection("birds")).await.expect("creates").id;
    for polls in 0..24 {
        let (key, source) = (format!("key-{polls}"), format!("text:{polls}"));
        let draft = || vec![DraftBuilder::new(&source).with_text("terns").build()];
        let claim = doer.claim_with(&key, &KeyPolicy { hold: SHORT, ..policy() }).await;
        abandon(doer.catalog.put_documents(&doer.bound(&claim), birds, draft()), polls).await;
        let other = Doer::numbered(&fixture, 2);
        let taken = loop {
            match other.begin(&request(&key, "a")).await {
                KeyState::Claimed(claim) => break claim,
                _ => fixture.pass(Duration::from_millis(100)).await,
            }
        };
        let receipts =
            other.catalog.put_documents(&other.bound(&taken), birds, draft()).await.expect("stores");
        assert_eq!((receipts[0].effect, receipts[0].version), (WriteEffect::Created, DocumentVersion(1)));
    }
}

/// Requests outlive the process that took them up: answered, under way, and with what they wrote.
pub async fn requests_survive_reopening(mut fixture: KeyFixture) -> Verdict {
    if !fixture.can_reopen() {
        return Verdict::NotApplicable("the store keeps nothing");
    }
    let (written, open) = {
        let doer = Doer::new(&fixture);
        let answered = doer.claim("a").await;
        doer.finish(&answered, Some(answer(b"kept"))).await;
        let written = doer.claim("b").await;
        let created = doer.catalog.create_collection(&doer.bound(&written), new_collection("birds")).await;
        ((written, created.expect("creates")), doer.claim("c").await)
    };
    fixture.reopen().await;
    let doer = Doer::new(&fixture);
    assert_eq!(doer.begin(&request("a", "a")).await, KeyState::Answered(Some(answer(b"kept"))));
    let (claim, collection) = written;
    let again = doer.catalog.create_collection(&doer.bound(&claim), new_collection("birds")).await;
    assert_eq!(again.expect("answers"), collection);
    let other = Doer::numbered(&fixture, 2);
    assert_eq!(other.begin(&request("c", "a")).await, KeyState::UnderWay);
    doer.catalog.renew_request(&doer.ctx, &open, LONG).await.expect("renews");
    Verdict::Held
}
