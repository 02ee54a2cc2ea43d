//! The embedder's task: follows the change feed and gives every passage its vector.
//!
//! One task for each engine with a model. It reads documents as they are now, embeds the texts that no document of the
//! collection has a vector for, and stores the vectors, which makes the document a change again: so the projector
//! sees it once more, with vectors. A crash at any point repeats work and loses none.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{CallContext, Clock, Error, ErrorKind, HolderId, Result, Sequence};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::pass::Pass;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::semantics::Semantics;
use crate::stores::Stores;

mod batch;
mod pass;

/// Handle of the task.
#[derive(Debug)]
pub(crate) struct EmbeddingTask {
    wake: Arc<Notify>,
    stop: CancellationToken,
    reached: watch::Receiver<Sequence>,
    task: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl EmbeddingTask {
    /// Starts the task on the current runtime; `projector` is woken when there are new vectors.
    pub(crate) fn start(
        stores: Stores,
        config: &EngineConfig,
        semantics: Arc<Semantics>,
        projector: Arc<Notify>,
    ) -> Result<Self> {
        let (wake, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        let holder = HolderId::from_uuid(stores.ids.fresh());
        let leadership = Leadership::for_embedding(stores.embedding_leases.clone(), holder)?;
        let (publish, reached) = watch::channel(Sequence::ZERO);
        let run = Run {
            publish,
            pass: Pass::new(stores, semantics, projector, stop.clone(), leadership),
            wake: Arc::clone(&wake),
            stop: stop.clone(),
            interval: config.projection_interval,
        };
        #[expect(clippy::disallowed_methods, reason = "the handle owns the task and `stop` joins it")]
        let task = std::sync::Mutex::new(Some(tokio::spawn(run.follow())));
        Ok(Self { wake, stop, reached, task })
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until every passage that was stored up to `sequence` has its vector in the catalog.
    pub(crate) async fn wait(&self, ctx: &CallContext, clock: &dyn Clock, sequence: Sequence) -> Result<()> {
        self.wake();
        let mut reached = self.reached.clone();
        let reached = reached.wait_for(|reached| *reached >= sequence);
        let outcome = match ctx.remaining(clock)? {
            Some(left) => tokio::time::timeout(left, reached).await.map_err(|_| {
                Error::new(ErrorKind::DeadlineExceeded, "the passages were not embedded in time")
                    .with_context("sequence", sequence)
            })?,
            None => reached.await,
        };
        outcome.map(drop).map_err(|_| Error::new(ErrorKind::Unavailable, "the engine is stopping"))
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the embedding of passages ended badly");
        }
    }
}

impl Drop for EmbeddingTask {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What the task owns.
struct Run {
    pass: Pass,
    wake: Arc<Notify>,
    stop: CancellationToken,
    interval: Duration,
    publish: watch::Sender<Sequence>,
}

impl Run {
    /// Makes a pass at start, whenever woken, and once in each interval.
    async fn follow(mut self) {
        while !self.stop.is_cancelled() {
            if let Some(reached) = self.pass.run().await {
                self.publish.send_replace(reached);
            }
            let interval = Instant::now() + self.interval;
            let next = self.pass.next().map_or(interval, |next| next.min(interval));
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
        self.pass.resign(&CallContext::system()).await;
    }
}
