//! Models on a shelf: hashed words, each with a size of its own, that can be paused, counted and lost.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::{Dimensions, Embedding, EmbeddingModel, InputKind, Precision, TokenCount};
use ragstone_core::generation::ModelReference;
use ragstone_core::memory::HashingModel;
use ragstone_core::port::{BoxFuture, DynEmbedder, Embedder};
use ragstone_core::{CallContext, Digest, Error, ErrorKind, Result};
use ragstone_engine::ModelSource;
use tokio::sync::watch;

/// One model.
pub(super) struct Model {
    name: &'static str,
    inner: HashingModel,
    passages: AtomicUsize,
    /// Passages after which it waits.
    most: watch::Sender<usize>,
}

impl Model {
    fn new(name: &'static str, dimensions: usize) -> Arc<Self> {
        let dimensions = Dimensions::try_new(dimensions).expect("in range");
        let inner = HashingModel::new(Arc::new(SystemClock), dimensions, 256);
        Arc::new(Self { name, inner, passages: AtomicUsize::new(0), most: watch::Sender::new(usize::MAX) })
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Key of the vectors that the engine has it make.
    pub(super) fn digest(&self) -> Digest {
        let model = Embedder::model(&self.inner).fingerprint.digest();
        Digest::of(format!("{model}/context=2").as_bytes())
    }

    /// Key of the vectors that earlier versions had it make.
    pub(super) fn former_digest(&self) -> Digest {
        Embedder::model(&self.inner).fingerprint.digest()
    }

    /// A passage with words of the model's own behind it, as many as it is great, so that no two models agree on it.
    fn marked(&self, passage: &str) -> String {
        let size = Embedder::model(&self.inner).dimensions.get() / 32;
        [passage, &" mark".repeat(size)].concat()
    }

    /// Passages that were embedded.
    pub(super) fn passages(&self) -> usize {
        self.passages.load(Ordering::SeqCst)
    }

    /// Waits, once so many passages are embedded, until it may go on.
    pub(super) fn pause_after(&self, passages: usize) {
        self.most.send_replace(passages);
    }

    pub(super) fn go_on(&self) {
        self.most.send_replace(usize::MAX);
    }

    /// What the model says of a query and what it sees of a passage.
    pub(super) async fn cosine(&self, query: &str, seen: &str) -> f32 {
        let ctx = CallContext::system();
        let seen = &self.marked(seen);
        let embedded = Embedder::embed(&self.inner, &ctx, InputKind::Query, &[query, seen]).await;
        let embedded = embedded.expect("embeds");
        embedded[0].vector.iter().zip(&embedded[1].vector).map(|(left, right)| left * right).sum()
    }
}

impl Embedder for Model {
    fn model(&self) -> EmbeddingModel {
        Embedder::model(&self.inner)
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        if kind == InputKind::Passage {
            let mut most = self.most.subscribe();
            let _ = most.wait_for(|most| self.passages() + texts.len() <= *most).await;
            self.passages.fetch_add(texts.len(), Ordering::SeqCst);
            // Others have a turn.
            tokio::task::yield_now().await;
        }
        let marked: Vec<String> = texts.iter().map(|text| self.marked(text)).collect();
        let marked: Vec<&str> = marked.iter().map(String::as_str).collect();
        let seen = if kind == InputKind::Passage { &marked } else { texts };
        Embedder::embed(&self.inner, ctx, kind, seen).await
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

/// Models by name, and which of them is configured.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    models: Arc<Mutex<BTreeMap<&'static str, Arc<Model>>>>,
    configured: &'static str,
}

impl Shelf {
    /// A shelf with models of these names, of different sizes.
    pub(super) fn with<const N: usize>(names: [&'static str; N]) -> (Arc<Self>, [Arc<Model>; N]) {
        let mut size = 64;
        let models = names.map(|name| {
            size += 32;
            Model::new(name, size)
        });
        let shelf = Self::default();
        let mut held = shelf.models.lock().expect("no panic");
        held.extend(models.iter().map(|model| (model.name, Arc::clone(model))));
        drop(held);
        (Arc::new(shelf), models)
    }

    /// The same models, one of which the configuration names.
    pub(super) fn configured(&self, name: &str) -> Self {
        let models = self.models.lock().expect("no panic");
        let configured = models.get(name).expect("is on the shelf").name;
        Self { models: Arc::clone(&self.models), configured }
    }

    pub(super) fn open_configured(&self) -> Option<Arc<dyn DynEmbedder>> {
        let models = self.models.lock().expect("no panic");
        models.get(self.configured).map(|model| Arc::clone(model) as Arc<dyn DynEmbedder>)
    }

    /// Takes a model away.
    pub(super) fn lose(&self, name: &str) {
        self.models.lock().expect("no panic").remove(name);
    }
}

impl ModelSource for Shelf {
    fn configured(&self) -> Option<ModelReference> {
        ModelReference::try_new(self.configured, Precision::F32).ok()
    }

    fn open<'a>(&'a self, reference: &'a ModelReference) -> BoxFuture<'a, Result<Arc<dyn DynEmbedder>>> {
        let found = self.models.lock().expect("no panic").get(reference.name()).cloned();
        Box::pin(async move {
            let missing = || Error::new(ErrorKind::NotFound, "there is no such model");
            found.map(|model| model as Arc<dyn DynEmbedder>).ok_or_else(missing)
        })
    }
}
