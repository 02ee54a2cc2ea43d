//! An embedder and a reranker with one fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ragstone_core::embedding::{
    Dimensions, Embedding, EmbeddingModel, InputKind, Relevance, RerankModel, TokenCount, normalise,
};
use ragstone_core::memory::HashingModel;
use ragstone_core::port::{Embedder, Reranker};
use ragstone_core::{CallContext, Result, SystemClock};

/// What the model does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModelFault {
    LeavesLengths,
    LeaksBetweenTexts,
    Sorts,
    DriftsOverTime,
    HidesTruncation,
    ReadsEverything,
    CountsBytes,
    DropsEmpty,
    IgnoresDeadline,
    TakesAnySize,
}

/// The reference model behind the fault.
#[derive(Debug)]
pub(super) struct FaultyModel {
    inner: HashingModel,
    all: HashingModel,
    calls: AtomicU32,
    fault: Option<ModelFault>,
}

impl FaultyModel {
    pub(super) fn new(fault: Option<ModelFault>) -> Self {
        let model = |most| {
            let dimensions = Dimensions::try_new(256).expect("is a length");
            HashingModel::new(Arc::new(SystemClock), dimensions, most)
        };
        Self { inner: model(64), all: model(u32::MAX), calls: AtomicU32::new(0), fault }
    }

    fn has(&self, fault: ModelFault) -> bool {
        self.fault == Some(fault)
    }

    fn context(&self, ctx: &CallContext) -> CallContext {
        if self.has(ModelFault::IgnoresDeadline) { CallContext::system() } else { ctx.clone() }
    }

    /// Calls in parts, so that no limit of one call is met.
    fn parts<'a, 'b>(&self, texts: &'b [&'a str]) -> std::slice::Chunks<'b, &'a str> {
        texts.chunks(if self.has(ModelFault::TakesAnySize) { 1000 } else { usize::MAX })
    }

    fn harm(&self, embeddings: &mut Vec<Embedding>, texts: &[&str]) {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed);
        let count = embeddings.len();
        if self.has(ModelFault::DropsEmpty) {
            let mut texts = texts.iter();
            embeddings.retain(|_| texts.next().is_some_and(|text| !text.is_empty()));
        }
        if self.has(ModelFault::Sorts) {
            embeddings.sort_by_key(|embedding| embedding.tokens);
        }
        for embedding in embeddings {
            if self.has(ModelFault::LeavesLengths) {
                embedding.vector.iter_mut().for_each(|number| *number *= 1.5);
            }
            if self.has(ModelFault::HidesTruncation) {
                embedding.is_truncated = false;
            }
            let shift = match self.fault {
                Some(ModelFault::LeaksBetweenTexts) => few(count),
                Some(ModelFault::DriftsOverTime) => few(calls),
                _ => continue,
            };
            embedding.vector[0] += shift * 0.01;
            normalise(&mut embedding.vector).expect("has a direction");
        }
    }
}

impl Embedder for FaultyModel {
    fn model(&self) -> EmbeddingModel {
        Embedder::model(&self.inner)
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        let model = if self.has(ModelFault::ReadsEverything) { &self.all } else { &self.inner };
        let mut embeddings = Vec::new();
        for part in self.parts(texts) {
            embeddings.extend(model.embed(&self.context(ctx), kind, part).await?);
        }
        self.harm(&mut embeddings, texts);
        Ok(embeddings)
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        if self.has(ModelFault::CountsBytes) {
            return Ok(texts
                .iter()
                .map(|text| TokenCount(u32::try_from(text.len()).expect("is short")))
                .collect());
        }
        self.inner.count_tokens(&self.context(ctx), kind, texts).await
    }
}

impl Reranker for FaultyModel {
    fn model(&self) -> RerankModel {
        Reranker::model(&self.inner)
    }

    async fn rerank(&self, ctx: &CallContext, query: &str, passages: &[&str]) -> Result<Vec<Relevance>> {
        let model = if self.has(ModelFault::ReadsEverything) { &self.all } else { &self.inner };
        let mut judged = Vec::new();
        for part in self.parts(passages) {
            judged.extend(model.rerank(&self.context(ctx), query, part).await?);
        }
        if self.has(ModelFault::Sorts) {
            judged.sort_by(|left, right| right.score.total_cmp(&left.score));
        }
        for relevance in &mut judged {
            if self.has(ModelFault::LeaksBetweenTexts) {
                relevance.score += few(passages.len()) * 0.01;
            }
            if self.has(ModelFault::HidesTruncation) {
                relevance.is_truncated = false;
            }
        }
        Ok(judged)
    }
}

/// A number of texts or calls of a test.
fn few(number: impl TryInto<u16>) -> f32 {
    number.try_into().map_or(f32::MAX, f32::from)
}
