//! Counting tokens of the vocabularies of hosted models.

use std::fmt;

use ragstone_core::embedding::TokenCount;
use ragstone_core::port::TokenCounter;
use ragstone_core::{CallContext, Error, ErrorKind, Result};

/// A vocabulary of byte pairs, and the rules by which it cuts a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vocabulary {
    /// `cl100k_base`: 100,256 tokens.
    Cl100k,
    /// `o200k_base`: 199,998 tokens.
    O200k,
}

impl Vocabulary {
    fn tokenizer(self) -> &'static bpe_openai::Tokenizer {
        match self {
            Self::Cl100k => bpe_openai::cl100k_base(),
            Self::O200k => bpe_openai::o200k_base(),
        }
    }
}

/// Counts the tokens of a text by a vocabulary.
///
/// What looks like a special token, such as `<|endoftext|>`, is counted as the text that it is.
/// The vocabulary is a part of the program and is unpacked at the first count, which takes longer for it; later
/// counts take time in proportion to the text, whatever is in it. Both happen on a thread for blocking work of
/// the tokio runtime.
#[derive(Clone, Copy)]
pub struct VocabularyCounter(Vocabulary);

impl VocabularyCounter {
    /// Counts by `vocabulary`.
    pub const fn new(vocabulary: Vocabulary) -> Self {
        Self(vocabulary)
    }
}

impl fmt::Debug for VocabularyCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VocabularyCounter").field(&self.0).finish()
    }
}

impl TokenCounter for VocabularyCounter {
    async fn count(&self, _: &CallContext, text: &str) -> Result<TokenCount> {
        let (vocabulary, text) = (self.0, text.to_owned());
        let counting = tokio::task::spawn_blocking(move || vocabulary.tokenizer().count(&*text));
        let count = counting.await.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "the tokens could not be counted").with_source(source)
        })?;
        Ok(TokenCount(u32::try_from(count).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(vocabulary: Vocabulary, text: &str) -> u32 {
        VocabularyCounter::new(vocabulary).count(&CallContext::system(), text).await.expect("counts").0
    }

    /// The counts that OpenAI's cookbook prints (*How to count tokens with tiktoken*).
    #[tokio::test]
    async fn counts_are_those_of_the_original() {
        for (text, cl100k, o200k) in [
            ("", 0, 0),
            ("tiktoken is great!", 6, 6),
            ("antidisestablishmentarianism", 6, 6),
            ("2 + 2 = 4", 7, 7),
            ("お誕生日おめでとう", 9, 8),
        ] {
            assert_eq!(count(Vocabulary::Cl100k, text).await, cl100k, "{text}");
            assert_eq!(count(Vocabulary::O200k, text).await, o200k, "{text}");
        }
    }

    #[tokio::test]
    async fn hostile_texts_are_counted_in_time() {
        for text in [
            "a".repeat(1 << 16),
            " ".repeat(1 << 16),
            "<|endoftext|>".repeat(1 << 12),
            "\u{301}".repeat(1 << 14),
        ] {
            for vocabulary in [Vocabulary::Cl100k, Vocabulary::O200k] {
                assert!(count(vocabulary, &text).await > 0);
            }
        }
    }
}
