//! Tokens of words, counted once by the tokenizer of a model and remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::embedding::{InputKind, MAX_TEXTS};
use ragstone_core::port::DynEmbedder;
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_text::chunk::measured_pieces;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

/// Words that are remembered; about 64 bytes each.
const KEPT: usize = 1 << 17;

/// Counts words by the tokenizer of a model.
pub(crate) struct WordTokens {
    embedder: Arc<dyn DynEmbedder>,
    /// Tokens that the model puts around every passage.
    around: OnceCell<u32>,
    known: Mutex<HashMap<Box<str>, u32>>,
}

impl WordTokens {
    pub(crate) fn new(embedder: Arc<dyn DynEmbedder>) -> Self {
        Self { embedder, around: OnceCell::new(), known: Mutex::default() }
    }

    /// Tokens that the model puts around every passage.
    pub(crate) async fn around(&self, ctx: &CallContext) -> Result<u32> {
        let counted = self.around.get_or_try_init(async || {
            let counted = self.embedder.count_tokens(ctx, InputKind::Passage, &[""]).await?;
            counted.first().map(|count| count.0).ok_or_else(miscounted)
        });
        counted.await.copied()
    }

    /// Tokens of each of the [`measured_pieces`] of a text; blocks a thread of the runtime that may be blocked.
    pub(crate) fn count<'t>(&self, text: &'t str) -> Result<HashMap<&'t str, u32>> {
        let mut counted: HashMap<&str, u32> = HashMap::new();
        let mut unknown: Vec<&str> = Vec::new();
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            for piece in measured_pieces(text) {
                counted.entry(piece).or_insert_with(|| {
                    known.get(piece).copied().unwrap_or_else(|| {
                        unknown.push(piece);
                        1
                    })
                });
            }
        }
        if unknown.is_empty() {
            return Ok(counted);
        }
        let tokens = Handle::current().block_on(self.ask(&unknown))?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + unknown.len() > KEPT {
            known.clear();
        }
        for (piece, tokens) in unknown.into_iter().zip(tokens) {
            counted.insert(piece, tokens);
            if known.len() < KEPT {
                known.insert(piece.into(), tokens);
            }
        }
        Ok(counted)
    }

    async fn ask(&self, pieces: &[&str]) -> Result<Vec<u32>> {
        let ctx = CallContext::system();
        let around = self.around(&ctx).await?;
        let mut tokens = Vec::with_capacity(pieces.len());
        for part in pieces.chunks(MAX_TEXTS) {
            let counted = self.embedder.count_tokens(&ctx, InputKind::Passage, part).await?;
            tokens.extend(counted.into_iter().map(|count| count.0.saturating_sub(around).max(1)));
        }
        if tokens.len() == pieces.len() { Ok(tokens) } else { Err(miscounted()) }
    }
}

fn miscounted() -> Error {
    Error::new(ErrorKind::Unexpected, "the model answered with another number of counts")
}

#[cfg(test)]
mod tests {
    use ragstone_core::SystemClock;
    use ragstone_core::embedding::Dimensions;
    use ragstone_core::memory::HashingModel;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn words_are_counted_as_the_model_counts_them() {
        let clock = Arc::new(SystemClock);
        let embedder: Arc<dyn DynEmbedder> =
            Arc::new(HashingModel::new(clock, Dimensions::try_new(8).expect("in range"), 64));
        let words = Arc::new(WordTokens::new(Arc::clone(&embedder)));
        let text = "one bee and one wasp";
        for _ in 0..2 {
            let words = Arc::clone(&words);
            let counted = tokio::task::spawn_blocking(move || {
                let counted = words.count(text)?;
                Ok::<u32, Error>(text.split(' ').filter_map(|word| counted.get(word)).sum())
            });
            let sum = counted.await.expect("joins").expect("counts");
            let ctx = CallContext::system();
            let whole = embedder.count_tokens(&ctx, InputKind::Passage, &[text]).await.expect("counts");
            let around = words_around(&*embedder, &ctx).await;
            assert_eq!(sum + around, whole.first().expect("one").0);
        }
    }

    async fn words_around(embedder: &dyn DynEmbedder, ctx: &CallContext) -> u32 {
        embedder.count_tokens(ctx, InputKind::Passage, &[""]).await.expect("counts").first().expect("one").0
    }
}
