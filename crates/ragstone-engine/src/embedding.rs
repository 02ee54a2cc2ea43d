//! The embedder's tasks: they follow the change feed and give every passage its vector.
//!
//! Two for each engine that has a model, or can open one. The first gives vectors of the models that answer, the second
//! of those that are to answer later, in parts, so that neither keeps the other waiting. They read documents as they
//! are now, embed the texts that no document of the collection has a vector for, and store the vectors, which makes the
//! document a change again: so the projector sees it once more, with vectors. A crash at any point repeats work and
//! loses none.

use std::sync::Arc;

use ragstone_core::{CallContext, Clock, Error, ErrorKind, HolderId, Result, Sequence};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::build::Build;
use self::live::Live;
use self::pass::Pass;
use crate::background::Background;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::models::Models;
use crate::stores::Stores;
use crate::troubles::Troubles;

mod batch;
mod build;
mod following;
mod live;
mod pass;

/// Handle of the tasks.
#[derive(Debug)]
pub(crate) struct EmbeddingTask {
    live: Background<Sequence>,
    build: Background<Sequence>,
}

impl EmbeddingTask {
    /// Starts the tasks on the current runtime; `projector` is woken when there are new vectors.
    pub(crate) fn start(
        stores: &Stores,
        config: &EngineConfig,
        models: &Arc<Models>,
        projector: &Arc<Notify>,
        troubles: &Troubles,
    ) -> Result<Self> {
        let holder = HolderId::from_uuid(stores.ids.fresh());
        let pass = |stop: &CancellationToken, leadership| {
            let (models, projector) = (Arc::clone(models), Arc::clone(projector));
            Pass::new(stores.clone(), models, projector, stop.clone(), leadership, troubles.clone())
        };
        let (leases, interval) = (&stores.embedding_leases, config.projection_interval);
        let (stop, wake) = (CancellationToken::new(), Arc::new(Notify::new()));
        let building = pass(&stop, Leadership::for_building(leases.clone(), holder)?);
        let build = Build::new(building, Arc::clone(&wake));
        let build = Background::start("building of vectors", stop, interval, Sequence::ZERO, build);
        let stop = CancellationToken::new();
        let pass = pass(&stop, Leadership::for_embedding(leases.clone(), holder)?);
        let live = Live { pass, builder: build.wakeup() };
        let since = (interval, Sequence::ZERO);
        let live = Background::start_woken_by(wake, "embedding of passages", stop, since, live);
        Ok(Self { live, build })
    }

    /// Says that there is something to embed.
    pub(crate) fn wake(&self) {
        self.live.wake();
    }

    /// Says that there is something to build, too.
    pub(crate) fn wake_all(&self) {
        self.live.wake();
        self.build.wake();
    }

    /// Names of the tasks whose last pass panicked.
    pub(crate) fn panicked(&self) -> impl Iterator<Item = &'static str> {
        self.live.panicked().into_iter().chain(self.build.panicked())
    }

    /// Change up to which every passage has its vector in the catalog.
    pub(crate) fn embedded(&self) -> Sequence {
        *self.live.reached().borrow()
    }

    /// Waits until every passage that was stored up to `sequence` has its vector in the catalog.
    pub(crate) async fn wait(&self, ctx: &CallContext, clock: &dyn Clock, sequence: Sequence) -> Result<()> {
        let late = || {
            Error::new(ErrorKind::DeadlineExceeded, "the passages were not embedded in time")
                .with_context("sequence", sequence)
        };
        self.live.wait(ctx, clock, |reached| *reached >= sequence, late).await.map(drop)
    }

    /// Ends the tasks after their current batches and waits for them.
    pub(crate) async fn stop(&self) {
        tokio::join!(self.live.stop(), self.build.stop());
    }
}
