//! What an adapter hands to each law: an empty store, what it lives on, and how to open it again.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures::future::BoxFuture;
use ragstone_core::port::{DynCatalog, DynChunkIndex};

/// An empty system of record.
pub type CatalogFixture = Fixture<dyn DynCatalog>;
/// An index without targets.
pub type IndexFixture = Fixture<dyn DynChunkIndex>;

type Reopen<P> = Box<dyn FnMut(Arc<P>) -> BoxFuture<'static, Arc<P>> + Send>;

/// An empty store for one law, with what it lives on.
pub struct Fixture<P: ?Sized> {
    // Declared first so that the store is dropped before what it lives on.
    store: Option<Arc<P>>,
    reopen: Option<Reopen<P>>,
    keep: Vec<Box<dyn Any + Send>>,
}

impl<P: ?Sized + Send + Sync + 'static> Fixture<P> {
    /// Wraps a store that is empty.
    pub fn new(store: Arc<P>) -> Self {
        Self { store: Some(store), reopen: None, keep: Vec::new() }
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
            .field("can_reopen", &self.reopen.is_some())
            .field("keeps", &self.keep.len())
            .finish_non_exhaustive()
    }
}
