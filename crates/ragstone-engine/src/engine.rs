//! The engine: stores, background projection, and the state they share.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ragstone_core::port::{DynCatalog, DynChunkIndex};
use ragstone_core::report::Readiness;
use ragstone_core::{CallContext, Clock, ErrorKind, Result};

use crate::config::EngineConfig;
use crate::duplicates::BandIndexes;
use crate::embedding::EmbeddingTask;
use crate::graphs::Graphs;
use crate::history::RetentionTask;
use crate::jobs::workers::Workers;
use crate::models::Models;
use crate::once::Requests;
use crate::projection::Projector;
use crate::search::popular::{Popular, Warmer};
use crate::stores::Stores;
use crate::troubles::Troubles;
use crate::vocabulary::Vocabularies;
use crate::words::WordsTask;

/// Most time for one call of a store that the engine makes of itself.
pub(crate) const CALL: Duration = Duration::from_secs(10);

/// The use cases. Cheap to clone; clones share everything.
///
/// Every method checks the scope of the caller itself and is cancel-safe: a dropped call has either not begun,
/// or finished, or stored a part that a repeated call completes.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) stores: Stores,
    pub(crate) config: EngineConfig,
    pub(crate) projector: Projector,
    pub(crate) models: Arc<Models>,
    pub(crate) troubles: Troubles,
    pub(crate) embedding: Option<EmbeddingTask>,
    pub(crate) vocabularies: Arc<Vocabularies>,
    pub(crate) words: WordsTask,
    pub(crate) bands: BandIndexes,
    pub(crate) graphs: Graphs,
    retention: RetentionTask,
    pub(crate) popular: Popular,
    pub(crate) workers: Workers,
    pub(crate) requests: Requests,
    warmer: OnceLock<Warmer>,
    readiness: AtomicU8,
}

impl Engine {
    /// Starts an engine and its projector on the current tokio runtime.
    ///
    /// Fails with `InvalidArgument` on a bad configuration, or as the catalog fails.
    pub async fn start(stores: Stores, config: EngineConfig) -> Result<Self> {
        config.check()?;
        let models = Arc::new(Models::new(stores.embedder.clone(), stores.models.clone()));
        let troubles = Troubles::default();
        let projector = Projector::start(stores.clone(), &config, Arc::clone(&models), troubles.clone())?;
        let embedding = (models.configured().is_some() || models.can_open())
            .then(|| EmbeddingTask::start(&stores, &config, &models, &projector.wakeup(), &troubles));
        let embedding = embedding.transpose()?;
        let vocabularies = Arc::new(Vocabularies::new(Arc::clone(&stores.catalog)));
        let words = WordsTask::start(stores.clone(), &config, Arc::clone(&vocabularies))?;
        let graphs = Graphs::start(&config.graphs)?;
        let retention = RetentionTask::start(&stores, &config);
        let popular = Popular::new(if stores.answers.is_some() { config.warm_queries } else { 0 });
        let requests = Requests::new(&config.keys);
        let (warmer, readiness) = (OnceLock::new(), AtomicU8::new(0));
        let shared = Arc::new(Shared {
            stores,
            config,
            projector,
            models,
            troubles,
            embedding,
            vocabularies,
            words,
            bands: BandIndexes::default(),
            graphs,
            retention,
            popular,
            workers: Workers::default(),
            requests,
            warmer,
            readiness,
        });
        if shared.popular.is_on() {
            shared.warmer.get_or_init(|| Warmer::start(&shared));
        }
        let engine = Self { shared };
        engine.ensure_default_collection().await?;
        engine.shared.workers.start(&engine.shared);
        engine.set_readiness(Readiness::Ready);
        Ok(engine)
    }

    /// Whether requests should be sent here.
    pub fn readiness(&self) -> Readiness {
        crate::status::from_level(self.shared.readiness.load(Ordering::Acquire))
    }

    /// Says to load balancers that this engine is about to stop; requests are still served.
    pub fn drain(&self) {
        self.set_readiness(Readiness::Draining);
    }

    /// Stops background work after its current batch and closes the index. Later calls may fail.
    pub async fn close(&self) -> Result<()> {
        self.drain();
        if let Some(warmer) = self.shared.warmer.get() {
            warmer.stop();
        }
        self.shared.requests.stop().await;
        self.shared.workers.stop().await;
        if let Some(embedding) = &self.shared.embedding {
            embedding.stop().await;
        }
        self.shared.graphs.stop().await;
        self.shared.words.stop().await;
        self.shared.retention.stop().await;
        self.shared.projector.stop().await;
        self.index().close(&CallContext::system()).await
    }

    /// Has the background work look for what was written.
    pub(crate) fn wake(&self) {
        self.shared.projector.wake();
        if let Some(embedding) = &self.shared.embedding {
            embedding.wake();
        }
        self.shared.words.wake();
    }

    /// Has all the background work look at what has become of the models of collections.
    pub(crate) fn wake_all(&self) {
        self.shared.projector.wake();
        if let Some(embedding) = &self.shared.embedding {
            embedding.wake_all();
        }
    }

    fn set_readiness(&self, readiness: Readiness) {
        self.shared.readiness.store(crate::status::level(readiness), Ordering::Release);
    }

    async fn ensure_default_collection(&self) -> Result<()> {
        let ctx = CallContext::system();
        let new = crate::collections::default_collection();
        match self.create_collection(&ctx, new).await {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            outcome => outcome.map(|_| ()),
        }
    }

    pub(crate) fn catalog(&self) -> &dyn DynCatalog {
        &*self.shared.stores.catalog
    }

    pub(crate) fn index(&self) -> &dyn DynChunkIndex {
        &*self.shared.stores.index
    }

    /// A context for a call of the engine's own that somebody waits for.
    pub(crate) fn own_call(&self) -> CallContext {
        CallContext::system().with_timeout(self.clock(), CALL)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.stores.clock
    }

    pub(crate) fn config(&self) -> &EngineConfig {
        &self.shared.config
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("readiness", &self.readiness()).finish_non_exhaustive()
    }
}
