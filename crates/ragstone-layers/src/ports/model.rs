//! The ports of models, with layers.

use ragstone_core::embedding::{Embedding, EmbeddingModel, InputKind, Relevance, RerankModel, TokenCount};
use ragstone_core::port::{DynEmbedder, DynReranker, Embedder, Reranker};
use ragstone_core::{CallContext, Result};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const EMBEDDER: &str = "embedder";
const RERANKER: &str = "reranker";

/// All may be repeated: a text has the same vector each time.
impl<A: Around> Embedder for Layered<dyn DynEmbedder, A> {
    fn model(&self) -> EmbeddingModel {
        self.inner.model()
    }

    /// A query is timed as a read; a batch of passages may take as long as a write.
    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        let call = match kind {
            InputKind::Query => Call::new(EMBEDDER, "embed-query").reading(),
            InputKind::Passage => Call::new(EMBEDDER, "embed-passages"),
        };
        self.around.repeatable(call, ctx, || self.inner.embed(ctx, kind, texts)).await
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        let call = Call::new(EMBEDDER, "count-tokens");
        self.around.repeatable(call, ctx, || self.inner.count_tokens(ctx, kind, texts)).await
    }
}

impl<A: Around> Reranker for Layered<dyn DynReranker, A> {
    fn model(&self) -> RerankModel {
        self.inner.model()
    }

    /// Not timed as a read: a hundred long passages take a while on a processor.
    async fn rerank(&self, ctx: &CallContext, query: &str, passages: &[&str]) -> Result<Vec<Relevance>> {
        let call = Call::new(RERANKER, "rerank");
        self.around.repeatable(call, ctx, || self.inner.rerank(ctx, query, passages)).await
    }
}
