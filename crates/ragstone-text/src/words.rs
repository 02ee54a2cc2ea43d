//! Counting words.

use ragstone_core::embedding::TokenCount;
use ragstone_core::port::TokenCounter;
use ragstone_core::{CallContext, Result};
use unicode_segmentation::UnicodeSegmentation as _;

/// Counts the words of Unicode Standard Annex 29: runs between word boundaries that hold a letter or a digit.
///
/// Ideographs are words of their own. Costs one pass over the text, on the task that asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct WordCounter;

impl TokenCounter for WordCounter {
    async fn count(&self, _: &CallContext, text: &str) -> Result<TokenCount> {
        Ok(TokenCount(u32::try_from(text.unicode_words().count()).unwrap_or(u32::MAX)))
    }
}
