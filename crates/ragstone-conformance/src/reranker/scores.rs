//! What scores are, and what may be scored.

use ragstone_core::ErrorKind;
use ragstone_core::embedding::{MAX_TEXT_BYTES, MAX_TEXTS};

use super::{PASSAGES, assert_same, rerank};
use crate::RerankerFixture;
use crate::draft::tenant_context;
use crate::law::assert_refused;

const QUERY: &str = "What is the capital of Germany?";

/// Every passage has a score that is a number.
pub async fn there_is_a_finite_score_for_each_passage(fixture: RerankerFixture) {
    let reranker = fixture.store();
    for judged in rerank(&*reranker, QUERY, &PASSAGES).await {
        assert!(judged.score.is_finite() && !judged.is_truncated, "{judged:?}");
    }
}

/// A passage has the same score alone and among others, now and later.
pub async fn score_does_not_depend_on_other_passages(fixture: RerankerFixture) {
    let reranker = fixture.store();
    let together = rerank(&*reranker, QUERY, &PASSAGES).await;
    for (passage, judged) in PASSAGES.iter().zip(&together) {
        assert_same(rerank(&*reranker, QUERY, &[passage]).await[0].score, judged.score);
    }
}

/// Scores are in the order of the passages, whatever their lengths.
pub async fn scores_come_in_the_order_of_the_passages(fixture: RerankerFixture) {
    let reranker = fixture.store();
    let forward = rerank(&*reranker, QUERY, &PASSAGES).await;
    let many: Vec<&str> = PASSAGES.iter().rev().copied().cycle().take(60).collect();
    for (place, judged) in rerank(&*reranker, QUERY, &many).await.iter().enumerate() {
        assert_same(judged.score, forward[3 - place % 4].score);
    }
    assert!(forward.windows(2).any(|pair| (pair[0].score - pair[1].score).abs() > 1e-3), "passages differ");
}

/// No passages are an empty answer.
pub async fn no_passages_are_an_empty_answer(fixture: RerankerFixture) {
    assert!(rerank(&*fixture.store(), QUERY, &[]).await.is_empty());
}

/// An empty query and an empty passage have scores.
pub async fn empty_query_and_passage_have_scores(fixture: RerankerFixture) {
    let reranker = fixture.store();
    assert!(rerank(&*reranker, "", &PASSAGES).await.iter().all(|judged| judged.score.is_finite()));
    assert!(rerank(&*reranker, QUERY, &["", " "]).await.iter().all(|judged| judged.score.is_finite()));
}

/// A passage that is too long is cut at its end, says so, and what is cut off changes nothing.
pub async fn long_passage_is_cut_and_says_so(fixture: RerankerFixture) {
    let reranker = fixture.store();
    let start = "word ".repeat(reranker.model().max_tokens as usize * 2);
    let (left, right) = (format!("{start} apple"), format!("{start} zebra crossing"));
    let judged = rerank(&*reranker, QUERY, &[&left, &right, "short"]).await;
    assert!(judged[0].is_truncated && judged[1].is_truncated && !judged[2].is_truncated);
    assert_same(judged[0].score, judged[1].score);
}

/// A query that leaves no room for a passage is cut too.
pub async fn long_query_has_scores(fixture: RerankerFixture) {
    let reranker = fixture.store();
    let query = "word ".repeat(reranker.model().max_tokens as usize + 50);
    let judged = rerank(&*reranker, &query, &PASSAGES).await;
    assert!(judged.iter().all(|judged| judged.score.is_finite() && judged.is_truncated));
}

/// More passages than a call may have, or a longer text than any may be, are refused as a whole.
pub async fn too_many_or_too_long_passages_are_refused(fixture: RerankerFixture) {
    let reranker = fixture.store();
    let ctx = tenant_context("first");
    let many = vec![""; MAX_TEXTS + 1];
    assert_refused(reranker.rerank(&ctx, QUERY, &many).await, ErrorKind::TooLarge, "too many passages");
    let long = "a".repeat(MAX_TEXT_BYTES + 1);
    assert_refused(reranker.rerank(&ctx, QUERY, &[&long]).await, ErrorKind::TooLarge, "a long passage");
    assert_refused(reranker.rerank(&ctx, &long, &PASSAGES).await, ErrorKind::TooLarge, "a long query");
}
