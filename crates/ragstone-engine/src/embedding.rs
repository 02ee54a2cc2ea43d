//! The embedder's task: follows the change feed and gives every passage its vector.
//!
//! One task for each engine with a model. It reads documents as they are now, embeds the texts that no document of the
//! collection has a vector for, and stores the vectors, which makes the document a change again: so the projector
//! sees it once more, with vectors. A crash at any point repeats work and loses none.

use std::sync::Arc;

use ragstone_core::{CallContext, Clock, Error, ErrorKind, HolderId, Result, Sequence};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::pass::Pass;
use crate::background::Background;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::semantics::Semantics;
use crate::stores::Stores;

mod batch;
mod pass;

/// Handle of the task.
#[derive(Debug)]
pub(crate) struct EmbeddingTask(Background<Sequence>);

impl EmbeddingTask {
    /// Starts the task on the current runtime; `projector` is woken when there are new vectors.
    pub(crate) fn start(
        stores: Stores,
        config: &EngineConfig,
        semantics: Arc<Semantics>,
        projector: Arc<Notify>,
    ) -> Result<Self> {
        let stop = CancellationToken::new();
        let holder = HolderId::from_uuid(stores.ids.fresh());
        let leadership = Leadership::for_embedding(stores.embedding_leases.clone(), holder)?;
        let pass = Pass::new(stores, semantics, projector, stop.clone(), leadership);
        let interval = config.projection_interval;
        Ok(Self(Background::start("embedding of passages", stop, interval, Sequence::ZERO, pass)))
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.0.wake();
    }

    /// Waits until every passage that was stored up to `sequence` has its vector in the catalog.
    pub(crate) async fn wait(&self, ctx: &CallContext, clock: &dyn Clock, sequence: Sequence) -> Result<()> {
        let late = || {
            Error::new(ErrorKind::DeadlineExceeded, "the passages were not embedded in time")
                .with_context("sequence", sequence)
        };
        self.0.wait(ctx, clock, |reached| *reached >= sequence, late).await.map(drop)
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.0.stop().await;
    }
}
