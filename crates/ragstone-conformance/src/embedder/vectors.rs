//! What vectors are.

use super::{SENTENCES, assert_same, embed, likeness, tolerance};
use crate::EmbedderFixture;

/// Every vector has the dimensions that the model claims, and length 1.
pub async fn vectors_have_the_models_dimensions_and_length_one(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let dimensions = embedder.model().dimensions.get();
    for (embedding, text) in embed(&*embedder, &SENTENCES).await.iter().zip(SENTENCES) {
        assert_eq!(embedding.vector.len(), dimensions, "{text}");
        let length = likeness(&embedding.vector, &embedding.vector).sqrt();
        assert!((length - 1.0).abs() <= 1e-4, "the vector of {text} has length {length}");
    }
}

/// A text that is embedded again has the same vector.
pub async fn same_text_has_the_same_vector_later(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let first = embed(&*embedder, &SENTENCES).await;
    let again = embed(&*embedder, &SENTENCES).await;
    for ((first, again), text) in first.iter().zip(&again).zip(SENTENCES) {
        assert_same(&first.vector, &again.vector, tolerance(&*embedder), text);
    }
}

/// What a text is next to does not change its vector.
pub async fn batch_and_single_agree(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let together = embed(&*embedder, &SENTENCES).await;
    for (text, batched) in SENTENCES.iter().zip(&together) {
        let alone = &embed(&*embedder, &[text]).await[0];
        assert_same(&batched.vector, &alone.vector, tolerance(&*embedder), text);
        assert_eq!((batched.tokens, batched.is_truncated), (alone.tokens, alone.is_truncated), "{text}");
    }
}

/// Whatever an embedder sorts by inside, answers are in the order of the texts.
pub async fn answers_come_in_the_order_of_the_texts(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let forward = embed(&*embedder, &SENTENCES).await;
    let mut turned = SENTENCES;
    turned.reverse();
    let backward = embed(&*embedder, &turned).await;
    for (forward, backward) in forward.iter().zip(backward.iter().rev()) {
        assert_same(&forward.vector, &backward.vector, tolerance(&*embedder), "order");
    }
    let many: Vec<&str> = SENTENCES.iter().copied().cycle().take(100).collect();
    for (place, embedding) in embed(&*embedder, &many).await.iter().enumerate() {
        assert_same(&embedding.vector, &forward[place % 8].vector, tolerance(&*embedder), "order of many");
    }
}

/// Texts with words in common are nearer than texts without.
pub async fn likeness_is_nearness(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let texts = ["a red apple on the table", "the red apple lies on a table", "prime numbers and their gaps"];
    let found = embed(&*embedder, &texts).await;
    let near = likeness(&found[0].vector, &found[1].vector);
    let far = likeness(&found[0].vector, &found[2].vector);
    assert!(near > far + 0.05, "near {near}, far {far}");
}
