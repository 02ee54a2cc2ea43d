//! Laws of rerankers.

use ragstone_core::embedding::Relevance;
use ragstone_core::port::DynReranker;

use crate::draft::tenant_context;

pub mod calls;
pub mod scores;

/// Names of all laws.
pub const LAWS: &[&str] = crate::reranker_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::reranker_laws! { compile_laws, (RerankerFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! reranker_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, reranker,
            scores {
                there_is_a_finite_score_for_each_passage,
                score_does_not_depend_on_other_passages,
                scores_come_in_the_order_of_the_passages,
                no_passages_are_an_empty_answer,
                empty_query_and_passage_have_scores,
                long_passage_is_cut_and_says_so,
                long_query_has_scores,
                too_many_or_too_long_passages_are_refused,
            }
            calls {
                passed_deadline_is_refused,
                dropped_calls_disturb_nobody,
                concurrent_calls_get_their_own_answers,
            }
        }
    };
}

/// Passages of different lengths.
pub(crate) const PASSAGES: [&str; 4] = [
    "Berlin is the capital of Germany and its largest city.",
    "Bread.",
    "The capital of a company is what its owners have put into it, and what it has kept of its profits over the years.",
    "Paris has been the capital of France for most of the time since the tenth century.",
];

/// Scores passages as the tenant `first`.
pub(crate) async fn rerank(reranker: &dyn DynReranker, query: &str, passages: &[&str]) -> Vec<Relevance> {
    let judged = reranker.rerank(&tenant_context("first"), query, passages).await.expect("scores");
    assert_eq!(judged.len(), passages.len(), "there is a score for each passage");
    judged
}

/// Asserts that two scores are the same but for rounding.
#[track_caller]
pub(crate) fn assert_same(left: f32, right: f32) {
    assert!((left - right).abs() <= 1e-4, "scores differ: {left} and {right}");
}
