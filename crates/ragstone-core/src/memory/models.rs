//! Models without a model: vectors and scores from hashes of words.

use std::sync::Arc;

use crate::clock::Clock;
use crate::context::CallContext;
use crate::embedding::{
    Dimensions, Embedding, EmbeddingModel, InputKind, ModelFingerprint, Pooling, Precision, Relevance,
    RerankModel, TokenCount, check_texts, normalise,
};
use crate::error::Result;
use crate::id::Digest;
use crate::port::{Embedder, Reranker};

/// An embedder and reranker of hashed words: texts that share words are near each other.
///
/// A token is a run of letters and digits, in lower case; each adds to a few numbers of the vector that its hash
/// chooses.
#[derive(Debug)]
pub struct HashingModel {
    clock: Arc<dyn Clock>,
    dimensions: Dimensions,
    max_tokens: u32,
}

impl HashingModel {
    /// Builds a model; it looks at no more than `max_tokens` words.
    pub fn new(clock: Arc<dyn Clock>, dimensions: Dimensions, max_tokens: u32) -> Self {
        Self { clock, dimensions, max_tokens: max_tokens.max(1) }
    }

    fn fingerprint(&self, pooling: Pooling) -> ModelFingerprint {
        let content = format!("hashed words v1, {} numbers, {} words", self.dimensions, self.max_tokens);
        ModelFingerprint::new("hashing", Digest::of(content.as_bytes()), Precision::F32, pooling)
    }

    fn embedding(&self, text: &str) -> Result<Embedding> {
        let words = words(text);
        let most = usize::try_from(self.max_tokens).unwrap_or(usize::MAX);
        let mut vector = vec![0.0; self.dimensions.get()];
        // A bias, so that a text without words has a direction, and no word cancels another to nothing.
        add(&mut vector, "", 0.01);
        for word in words.iter().take(most) {
            add(&mut vector, word, 1.0);
        }
        normalise(&mut vector)?;
        let tokens = TokenCount(u32::try_from(words.len()).unwrap_or(u32::MAX));
        Ok(Embedding { vector, tokens, is_truncated: words.len() > most })
    }
}

impl Embedder for HashingModel {
    fn model(&self) -> EmbeddingModel {
        EmbeddingModel {
            fingerprint: self.fingerprint(Pooling::Mean),
            dimensions: self.dimensions,
            max_tokens: self.max_tokens,
            is_counting_exact: true,
        }
    }

    async fn embed(&self, ctx: &CallContext, _kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        check_texts(texts)?;
        ctx.remaining(&*self.clock)?;
        texts.iter().map(|text| self.embedding(text)).collect()
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        _kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        check_texts(texts)?;
        ctx.remaining(&*self.clock)?;
        let count = |text: &&str| TokenCount(u32::try_from(words(text).len()).unwrap_or(u32::MAX));
        Ok(texts.iter().map(count).collect())
    }
}

impl Reranker for HashingModel {
    fn model(&self) -> RerankModel {
        RerankModel { fingerprint: self.fingerprint(Pooling::None), max_tokens: self.max_tokens }
    }

    async fn rerank(&self, ctx: &CallContext, query: &str, passages: &[&str]) -> Result<Vec<Relevance>> {
        check_texts(&[query])?;
        check_texts(passages)?;
        ctx.remaining(&*self.clock)?;
        let wanted = self.embedding(query)?;
        let judge = |passage: &&str| {
            let found = self.embedding(passage)?;
            let pairs = wanted.vector.iter().zip(&found.vector);
            let score = pairs.map(|(left, right)| left * right).sum();
            let is_truncated = wanted.is_truncated || found.is_truncated;
            Ok(Relevance { score, is_truncated })
        };
        passages.iter().map(judge).collect()
    }
}

fn words(text: &str) -> Vec<String> {
    let pieces = text.split(|character: char| !character.is_alphanumeric());
    pieces.filter(|piece| !piece.is_empty()).map(str::to_lowercase).collect()
}

/// Adds a word at four places of the vector, with a sign each.
fn add(vector: &mut [f32], word: &str, weight: f32) {
    let digest = blake3::hash(word.as_bytes());
    for (place, sign) in digest.as_bytes().chunks_exact(8).zip([1.0, -1.0, 1.0, -1.0]) {
        let place = place.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let length = vector.len() as u64;
        let index = usize::try_from(place % length).unwrap_or_default();
        if let Some(number) = vector.get_mut(index) {
            *number += weight * sign;
        }
    }
}
