//! Deadlines, cancellation and calls beside each other.

use ragstone_core::{Clock, ErrorKind, SystemClock};

use super::{PASSAGES, assert_same, rerank};
use crate::RerankerFixture;
use crate::draft::tenant_context;
use crate::law::{abandon, assert_refused};

/// A call whose deadline has passed is refused.
pub async fn passed_deadline_is_refused(fixture: RerankerFixture) {
    let ctx = tenant_context("first").with_deadline(SystemClock.instant());
    let judged = fixture.store().rerank(&ctx, "late", &PASSAGES).await;
    assert_refused(judged, ErrorKind::DeadlineExceeded, "a late call");
}

/// Calls that are dropped at any point leave the answers of others as they are.
pub async fn dropped_calls_disturb_nobody(fixture: RerankerFixture) {
    let reranker = fixture.store();
    let ctx = tenant_context("first");
    let expected = rerank(&*reranker, "capital", &PASSAGES).await;
    for polls in 0..12 {
        abandon(reranker.rerank(&ctx, "dropped", &PASSAGES), polls).await;
        let place = polls as usize % 4;
        let found = rerank(&*reranker, "capital", &[PASSAGES[place]]).await;
        assert_same(found[0].score, expected[place].score);
    }
}

/// Calls at the same time get the answers to their own queries.
pub async fn concurrent_calls_get_their_own_answers(fixture: RerankerFixture) {
    const QUERIES: [&str; 3] = ["capital of France", "bread", "profits of a company"];
    let reranker = fixture.store();
    let mut expected = Vec::new();
    for query in QUERIES {
        expected.push(rerank(&*reranker, query, &PASSAGES).await);
    }
    let calls = (0..12).map(|number: usize| {
        let reranker = fixture.store();
        async move { rerank(&*reranker, QUERIES[number % 3], &PASSAGES).await }
    });
    for (number, found) in futures::future::join_all(calls).await.into_iter().enumerate() {
        for (found, expected) in found.iter().zip(&expected[number % 3]) {
            assert_same(found.score, expected.score);
        }
    }
}
