//! Deadlines, cancellation and calls beside each other.

use std::time::Duration;

use ragstone_core::embedding::InputKind;
use ragstone_core::{Clock, ErrorKind, SystemClock};

use super::{SENTENCES, assert_same, embed, tolerance};
use crate::EmbedderFixture;
use crate::draft::tenant_context;
use crate::law::{abandon, assert_refused};

/// A call whose deadline has passed is refused.
pub async fn passed_deadline_is_refused(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let ctx = tenant_context("first").with_deadline(SystemClock.instant());
    let vectors = embedder.embed(&ctx, InputKind::Query, &["late"]).await;
    assert_refused(vectors, ErrorKind::DeadlineExceeded, "a late call");
    let counted = embedder.count_tokens(&ctx, InputKind::Query, &["late"]).await;
    assert_refused(counted, ErrorKind::DeadlineExceeded, "a late count");
}

/// A call that takes longer than it may ends with its deadline, and the next one is answered.
pub async fn deadline_ends_a_long_call(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let long = "word ".repeat(2_000);
    let texts = vec![long.as_str(); 256];
    let ctx = tenant_context("first").with_timeout(&SystemClock, Duration::from_millis(30));
    let start = SystemClock.instant();
    // An embedder that is fast enough may finish in time.
    if let Err(error) = embedder.embed(&ctx, InputKind::Passage, &texts).await {
        assert_eq!(error.kind(), ErrorKind::DeadlineExceeded, "{error}");
        let taken = SystemClock.instant() - start;
        assert!(taken < Duration::from_secs(10), "ended after {taken:?}");
    }
    assert_eq!(embed(&*embedder, &["next"]).await.len(), 1);
}

/// Calls that are dropped at any point leave the answers of others as they are.
pub async fn dropped_calls_disturb_nobody(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let ctx = tenant_context("first");
    let expected = embed(&*embedder, &SENTENCES).await;
    for polls in 0..12 {
        abandon(embedder.embed(&ctx, InputKind::Passage, &SENTENCES), polls).await;
        abandon(embedder.embed(&ctx, InputKind::Query, &["dropped"]), polls).await;
        let text = SENTENCES[polls as usize % 8];
        let found = &embed(&*embedder, &[text]).await[0];
        let expected = &expected[polls as usize % 8];
        assert_same(&found.vector, &expected.vector, tolerance(&*embedder), "somebody else's vector");
    }
}

/// Calls at the same time get the answers to their own texts.
pub async fn concurrent_calls_get_their_own_answers(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let expected = embed(&*embedder, &SENTENCES).await;
    let calls = (0..32).map(|number| {
        let embedder = fixture.store();
        async move { embed(&*embedder, &[SENTENCES[number % 8], SENTENCES[(number + 1) % 8]]).await }
    });
    for (number, found) in futures::future::join_all(calls).await.into_iter().enumerate() {
        for (offset, embedding) in found.iter().enumerate() {
            let expected = &expected[(number + offset) % 8];
            assert_same(&embedding.vector, &expected.vector, tolerance(&*embedder), "concurrent");
        }
    }
}

/// The same text has the same vector for every tenant.
pub async fn tenant_of_the_context_is_not_consulted(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let first = &embed(&*embedder, &["shared"]).await[0];
    let other = embedder.embed(&tenant_context("second"), InputKind::Passage, &["shared"]).await;
    assert_same(&first.vector, &other.expect("embeds")[0].vector, tolerance(&*embedder), "tenants");
}

/// What an embedder says of its model does not change.
pub async fn model_stays_the_same(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let before = embedder.model();
    embed(&*embedder, &SENTENCES).await;
    assert_eq!(embedder.model(), before);
}
