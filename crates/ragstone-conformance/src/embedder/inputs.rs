//! What may be embedded.

use ragstone_core::ErrorKind;
use ragstone_core::embedding::{InputKind, MAX_TEXT_BYTES, MAX_TEXTS};

use super::{SENTENCES, assert_same, embed, likeness, tolerance};
use crate::EmbedderFixture;
use crate::draft::tenant_context;
use crate::law::assert_refused;

/// No texts are an empty answer.
pub async fn no_texts_are_an_empty_answer(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    assert!(embed(&*embedder, &[]).await.is_empty());
    let counted = embedder.count_tokens(&tenant_context("first"), InputKind::Query, &[]).await;
    assert!(counted.expect("counts").is_empty());
}

/// An empty text, and one of blanks, have vectors as any other.
pub async fn empty_text_has_a_vector(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let dimensions = embedder.model().dimensions.get();
    for embedding in embed(&*embedder, &["", "  \n\t ", "between", ""]).await {
        assert_eq!(embedding.vector.len(), dimensions);
        assert!((likeness(&embedding.vector, &embedding.vector) - 1.0).abs() < 1e-3);
        assert!(!embedding.is_truncated);
    }
}

/// No character is refused.
pub async fn any_characters_have_a_vector(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let texts = [
        "\0\u{1}\u{feff}",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "\u{202e}abc\u{202c}",
        "e\u{301}\u{301}\u{301}",
        "一二三",
        "[MASK] [SEP] [CLS] </s>",
    ];
    let together = embed(&*embedder, &texts).await;
    for (text, embedding) in texts.iter().zip(&together) {
        let alone = &embed(&*embedder, &[text]).await[0];
        assert_same(&alone.vector, &embedding.vector, tolerance(&*embedder), text);
    }
}

/// A text that is longer than what the model looks at has a vector, and says that it was cut.
pub async fn long_text_is_cut_and_says_so(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let most = embedder.model().max_tokens;
    let long = "word ".repeat(most as usize + 50);
    let found = embed(&*embedder, &["word", &long]).await;
    assert!(!found[0].is_truncated && found[0].tokens.0 <= most);
    assert!(found[1].is_truncated, "the text was cut");
    assert!(found[1].tokens.0 > most, "tokens are those of the whole text");
}

/// Texts that differ only where they are cut off have the same vector.
pub async fn what_is_cut_off_changes_nothing(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let start = "word ".repeat(embedder.model().max_tokens as usize * 2);
    let (left, right) = (format!("{start} apple"), format!("{start} zebra crossing"));
    let found = embed(&*embedder, &[&left, &right]).await;
    assert_same(&found[0].vector, &found[1].vector, tolerance(&*embedder), "the part that is looked at");
}

/// Counting says what embedding says.
pub async fn tokens_are_counted_alike(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let long = "word ".repeat(embedder.model().max_tokens as usize + 50);
    let texts: Vec<&str> = SENTENCES.into_iter().chain(["", &long]).collect();
    let counted = embedder.count_tokens(&tenant_context("first"), InputKind::Passage, &texts).await;
    let counted = counted.expect("counts");
    let seen: Vec<_> = embed(&*embedder, &texts).await.iter().map(|found| found.tokens).collect();
    assert_eq!(counted, seen);
    assert!(counted[5] > counted[4], "a longer text has more tokens");
}

/// More texts than a call may have, or a longer one than any may be, are refused as a whole.
pub async fn too_many_or_too_long_texts_are_refused(fixture: EmbedderFixture) {
    let embedder = fixture.store();
    let ctx = tenant_context("first");
    let many = vec![""; MAX_TEXTS + 1];
    assert_refused(
        embedder.embed(&ctx, InputKind::Passage, &many).await,
        ErrorKind::TooLarge,
        "too many texts",
    );
    let long = "a".repeat(MAX_TEXT_BYTES + 1);
    let texts = ["a", long.as_str()];
    assert_refused(embedder.embed(&ctx, InputKind::Query, &texts).await, ErrorKind::TooLarge, "a long text");
    let counted = embedder.count_tokens(&ctx, InputKind::Query, &texts).await;
    assert_refused(counted, ErrorKind::TooLarge, "a long text");
}
