//! What an adapter hands to each law: an empty store, what it lives on, and how to open it again.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use ragstone_core::port::{
    DynCache, DynCatalog, DynChunkIndex, DynCounters, DynEmbedder, DynInvalidations, DynJobQueue,
    DynJobStore, DynLeases, DynReranker,
};

/// An empty system of record.
pub type CatalogFixture = Fixture<dyn DynCatalog>;
/// An index without targets.
pub type IndexFixture = Fixture<dyn DynChunkIndex>;
/// An empty cache.
pub type CacheFixture = Fixture<dyn DynCache>;
/// Counters that nothing was recorded in.
pub type CounterFixture = Fixture<dyn DynCounters>;
/// A store in which nothing was ever leased.
pub type LeaseFixture = Fixture<dyn DynLeases>;
/// An empty queue of jobs.
pub type JobFixture = Fixture<dyn DynJobQueue>;
/// A store without keys of requests.
pub type KeyFixture = Fixture<KeyStores>;
/// A store without uploads and jobs.
pub type UploadFixture = Fixture<dyn DynJobStore>;
/// A fan-out without subscriptions.
pub type InvalidationFixture = Fixture<dyn DynInvalidations>;
/// An embedder.
pub type EmbedderFixture = Fixture<dyn DynEmbedder>;
/// A reranker.
pub type RerankerFixture = Fixture<dyn DynReranker>;

/// A store of keyed requests, seen from the writes that can be bound to them.
pub struct KeyStores {
    /// An empty system of record.
    pub catalog: Arc<dyn DynCatalog>,
    /// An empty queue that knows the keys of the catalog.
    pub jobs: Arc<dyn DynJobQueue>,
}

impl fmt::Debug for KeyStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStores").finish_non_exhaustive()
    }
}

type Reopen<P> = Box<dyn FnMut(Arc<P>) -> BoxFuture<'static, Arc<P>> + Send>;
type Pass = Box<dyn Fn(Duration) + Send + Sync>;
type Interrupt = Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// An empty store for one law, with what it lives on.
pub struct Fixture<P: ?Sized> {
    // Declared first so that the store is dropped before what it lives on.
    store: Option<Arc<P>>,
    reopen: Option<Reopen<P>>,
    pass: Option<Pass>,
    interrupt: Option<Interrupt>,
    pub(crate) backend: String,
    keep: Vec<Box<dyn Any + Send>>,
}

impl<P: ?Sized + Send + Sync + 'static> Fixture<P> {
    /// Wraps a store that is empty.
    pub fn new(store: Arc<P>) -> Self {
        Self {
            store: Some(store),
            reopen: None,
            pass: None,
            interrupt: None,
            backend: String::new(),
            keep: Vec::new(),
        }
    }

    /// Says what the store stands on, with its version, such as `PostgreSQL 15.14`, for the table of laws and adapters.
    #[must_use]
    pub fn backed_by(mut self, backend: impl Into<String>) -> Self {
        self.backend = backend.into();
        self
    }

    /// Keeps something, such as a temporary directory, until the law is done and the store dropped.
    #[must_use]
    pub fn keeping(mut self, thing: impl Any + Send) -> Self {
        self.keep.push(Box::new(thing));
        self
    }

    /// Says how to close the store that is passed in and open what it left behind.
    ///
    /// The store is the last handle of the law: dropping it releases everything.
    #[must_use]
    pub fn reopening<F>(mut self, mut reopen: impl FnMut(Arc<P>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Arc<P>> + Send + 'static,
    {
        self.reopen = Some(Box::new(move |store| Box::pin(reopen(store))));
        self
    }

    /// Says how to make the store's time pass, where it has a clock that can be moved; laws wait otherwise.
    #[must_use]
    pub fn passing(mut self, pass: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.pass = Some(Box::new(pass));
        self
    }

    /// Says how to break the connections of the store's subscriptions, which brings in the laws of gaps.
    #[must_use]
    pub fn interrupting<F>(mut self, interrupt: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.interrupt = Some(Box::new(move || Box::pin(interrupt())));
        self
    }

    /// Lets the store's time pass.
    pub async fn pass(&self, time: Duration) {
        match &self.pass {
            Some(pass) => pass(time),
            None => tokio::time::sleep(time).await,
        }
    }

    /// Whether the store has a clock of its own that [`Fixture::pass`] moves.
    pub fn has_own_clock(&self) -> bool {
        self.pass.is_some()
    }

    /// Breaks the connections of the subscriptions; answers whether that can be done.
    pub async fn interrupt(&self) -> bool {
        match &self.interrupt {
            Some(interrupt) => {
                interrupt().await;
                true
            }
            None => false,
        }
    }

    /// The store.
    pub fn store(&self) -> Arc<P> {
        Arc::clone(self.store.as_ref().expect("the store is there between two reopenings"))
    }

    /// Whether the store can be closed and opened again.
    pub fn can_reopen(&self) -> bool {
        self.reopen.is_some()
    }

    /// Closes the store and opens it again; the law must hold no other handle.
    pub async fn reopen(&mut self) {
        let reopen = self.reopen.as_mut().expect("the law asked whether it can reopen");
        let store = self.store.take().expect("the store is there between two reopenings");
        self.store = Some(reopen(store).await);
    }
}

impl<P: ?Sized> fmt::Debug for Fixture<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture")
            .field("backend", &self.backend)
            .field("can_reopen", &self.reopen.is_some())
            .field("keeps", &self.keep.len())
            .finish_non_exhaustive()
    }
}
