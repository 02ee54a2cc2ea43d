//! Models: what turns texts into vectors, and what judges how well passages answer a query.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::embedding::{Embedding, EmbeddingModel, InputKind, Relevance, RerankModel, TokenCount};
use crate::error::Result;

/// Turns texts into vectors whose dot product says how near their meanings are.
///
/// `ctx.tenant()` is not consulted. Nothing of a text is kept, logged or put into an error.
pub trait Embedder: Send + Sync + 'static {
    /// The model; the same for the life of the embedder.
    fn model(&self) -> EmbeddingModel;

    /// Embeds texts.
    ///
    /// - **Order.** The answer has one embedding for each text, in their order.
    /// - **Length.** Each vector has the model's dimensions and length 1 (to 1e-4).
    /// - **Independence.** A text has the same vector alone and among any others, now and later, to 1e-5 in each
    ///   number; a model behind a server may be less exact, to 1e-3.
    /// - **Empty input.** No texts are an empty answer; an empty text has a vector as any other.
    /// - **Long input.** What goes beyond the model's most tokens is cut off, and the embedding says so. More than
    ///   [`MAX_TEXTS`](crate::embedding::MAX_TEXTS) texts, or a text of more than
    ///   [`MAX_TEXT_BYTES`](crate::embedding::MAX_TEXT_BYTES) bytes, are `TooLarge`.
    /// - **Time.** A call whose deadline has passed is `DeadlineExceeded`, and one whose deadline passes ends soon
    ///   after.
    /// - **Cancellation.** What has not begun when the future is dropped never begins.
    /// - **Failure.** All texts are embedded, or none.
    fn embed(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> impl Future<Output = Result<Vec<Embedding>>> + Send;

    /// Counts the tokens of texts as [`Embedder::embed`] does, with what the model puts around a text of `kind`.
    ///
    /// The limits, times and orders are those of [`Embedder::embed`]. No model is run.
    fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> impl Future<Output = Result<Vec<TokenCount>>> + Send;
}

/// Judges how well passages answer a query, one pair at a time.
///
/// `ctx.tenant()` is not consulted. Nothing of a text is kept, logged or put into an error.
pub trait Reranker: Send + Sync + 'static {
    /// The model; the same for the life of the reranker.
    fn model(&self) -> RerankModel;

    /// Scores passages.
    ///
    /// - **Order.** The answer has one finite score for each passage, in their order; greater is better.
    /// - **Independence.** A passage has the same score alone and among any others, to 1e-4.
    /// - **Empty input.** No passages are an empty answer; an empty query and an empty passage have scores.
    /// - **Long input.** The passage gives way: what goes beyond the model's most tokens is cut off its end, and the
    ///   answer says so. The limits of [`Embedder::embed`] hold.
    /// - Time, cancellation and failure are as for [`Embedder::embed`].
    fn rerank(
        &self,
        ctx: &CallContext,
        query: &str,
        passages: &[&str],
    ) -> impl Future<Output = Result<Vec<Relevance>>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`Embedder`].
    pub trait DynEmbedder for Embedder {
        fn model() -> EmbeddingModel;
        async fn embed<'a>(ctx: &'a CallContext, kind: InputKind, texts: &'a [&'a str]) -> Vec<Embedding>;
        async fn count_tokens<'a>(ctx: &'a CallContext, kind: InputKind, texts: &'a [&'a str]) -> Vec<TokenCount>;
    }
}

dyn_twin! {
    /// Object-safe twin of [`Reranker`].
    pub trait DynReranker for Reranker {
        fn model() -> RerankModel;
        async fn rerank<'a>(ctx: &'a CallContext, query: &'a str, passages: &'a [&'a str]) -> Vec<Relevance>;
    }
}
