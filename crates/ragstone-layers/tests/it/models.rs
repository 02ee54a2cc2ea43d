//! The ports of models obey their laws behind the standard layers too, and what fails once is asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ragstone_conformance::{EmbedderFixture, RerankerFixture};
use ragstone_core::embedding::{Dimensions, Embedding, EmbeddingModel, InputKind, TokenCount};
use ragstone_core::memory::HashingModel;
use ragstone_core::port::{DynEmbedder, DynReranker, Embedder};
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result, SystemClock};
use ragstone_layers::{BackendHealth, BackendPolicy, StackPolicy, standard_embedder, standard_reranker};

fn policy() -> StackPolicy {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let health = BackendHealth::new(Arc::clone(&clock));
    let policy = BackendPolicy::for_requests().expect("valid");
    let backend = health.register("embedder", policy).expect("a new name");
    StackPolicy::for_requests(clock, backend).expect("valid")
}

fn model() -> HashingModel {
    HashingModel::new(Arc::new(SystemClock), Dimensions::try_new(256).expect("is a length"), 64)
}

mod embedder {
    use super::*;

    fn layered() -> EmbedderFixture {
        let inner: Arc<dyn DynEmbedder> = Arc::new(model());
        EmbedderFixture::new(standard_embedder(inner, &policy()))
    }

    ragstone_conformance::embedder_suite!("layers around memory", async { layered() });
}

mod reranker {
    use super::*;

    fn layered() -> RerankerFixture {
        let inner: Arc<dyn DynReranker> = Arc::new(model());
        RerankerFixture::new(standard_reranker(inner, &policy()))
    }

    ragstone_conformance::reranker_suite!("layers around memory", async { layered() });
}

/// Fails its first call as a server that starts.
#[derive(Debug)]
struct FirstCallFails {
    inner: HashingModel,
    calls: AtomicU32,
}

impl Embedder for FirstCallFails {
    fn model(&self) -> EmbeddingModel {
        Embedder::model(&self.inner)
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        if self.calls.fetch_add(1, Ordering::SeqCst) == 0 {
            return Err(Error::new(ErrorKind::Unavailable, "the server starts"));
        }
        Embedder::embed(&self.inner, ctx, kind, texts).await
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        Embedder::count_tokens(&self.inner, ctx, kind, texts).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_once_is_asked_again() {
    let inner = Arc::new(FirstCallFails { inner: model(), calls: AtomicU32::new(0) });
    let layered = standard_embedder(inner.clone(), &policy());
    let found = layered.embed(&CallContext::system(), InputKind::Query, &["again"]).await;
    assert_eq!(found.expect("embeds").len(), 1);
    assert_eq!(inner.calls.load(Ordering::SeqCst), 2);
}
