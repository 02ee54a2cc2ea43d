//! Laws of embedders.

use ragstone_core::embedding::{Embedding, InputKind};
use ragstone_core::port::DynEmbedder;

use crate::draft::tenant_context;

pub mod calls;
pub mod inputs;
pub mod vectors;

/// Names of all laws.
pub const LAWS: &[&str] = crate::embedder_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::embedder_laws! { compile_laws, (EmbedderFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! embedder_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, embedder,
            vectors {
                vectors_have_the_models_dimensions_and_length_one,
                same_text_has_the_same_vector_later,
                batch_and_single_agree,
                answers_come_in_the_order_of_the_texts,
                likeness_is_nearness,
            }
            inputs {
                no_texts_are_an_empty_answer,
                empty_text_has_a_vector,
                any_characters_have_a_vector,
                long_text_is_cut_and_says_so,
                what_is_cut_off_changes_nothing,
                tokens_are_counted_alike,
                too_many_or_too_long_texts_are_refused,
            }
            calls {
                passed_deadline_is_refused,
                deadline_ends_a_long_call,
                dropped_calls_disturb_nobody,
                concurrent_calls_get_their_own_answers,
                tenant_of_the_context_is_not_consulted,
                model_stays_the_same,
            }
        }
    };
}

/// Sentences of different lengths and subjects.
pub(crate) const SENTENCES: [&str; 8] = [
    "The cat sleeps on the warm windowsill.",
    "A kitten naps in the sun by the window.",
    "Interest rates rose by a quarter of a percent.",
    "fn main() { println!(\"hello\"); }",
    "Short.",
    "Vitamin D deficiency was associated with a higher risk of respiratory infection in a cohort of adults, and \
     supplementation lowered the number of days of illness in those who were deficient at the start of the trial.",
    "Der Zug nach München fährt um zehn Uhr ab.",
    "The train to Munich leaves at ten o'clock.",
];

/// Embeds passages as the tenant `first`.
pub(crate) async fn embed(embedder: &dyn DynEmbedder, texts: &[&str]) -> Vec<Embedding> {
    let ctx = tenant_context("first");
    let found = embedder.embed(&ctx, InputKind::Passage, texts).await.expect("embeds");
    assert_eq!(found.len(), texts.len(), "there is an embedding for each text");
    found
}

/// Dot product.
pub(crate) fn likeness(left: &[f32], right: &[f32]) -> f64 {
    left.iter().zip(right).map(|(left, right)| f64::from(*left) * f64::from(*right)).sum()
}

/// Largest difference of two numbers at the same place that the laws allow.
pub(crate) fn tolerance(embedder: &dyn DynEmbedder) -> f32 {
    match embedder.model().fingerprint.precision() {
        ragstone_core::embedding::Precision::Served => 1e-3,
        _ => 1e-5,
    }
}

/// Asserts that two vectors are the same but for rounding.
pub(crate) fn assert_same(left: &[f32], right: &[f32], tolerance: f32, what: &str) {
    assert_eq!(left.len(), right.len(), "{what}");
    let most = left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max);
    assert!(most <= tolerance, "{what}: numbers differ by {most}");
}
