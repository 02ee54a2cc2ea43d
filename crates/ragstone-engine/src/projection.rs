//! The projector: follows the change feed and keeps the chunk index equal to the catalog.
//!
//! One task per engine. Each pass visits every collection that is behind, applies its changes in order, flushes,
//! and only then moves the watermark; a crash at any point repeats work and loses none.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::ProjectionName;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result, Sequence};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::collection::target;
use self::pass::Pass;
use crate::config::EngineConfig;
use crate::stores::Stores;

mod collection;
mod content;
mod pass;

/// The chunk index's name in the catalog.
pub(crate) const CHUNK_INDEX: ProjectionName = ProjectionName::new("chunk-index");

/// Handle of the projector's task.
pub(crate) struct Projector {
    wake: Arc<Notify>,
    stop: CancellationToken,
    indexed: watch::Receiver<Sequence>,
    task: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Projector {
    /// Starts the task on the current runtime; it begins with a first pass.
    pub(crate) fn start(stores: Stores, config: &EngineConfig) -> Self {
        let wake = Arc::new(Notify::new());
        let stop = CancellationToken::new();
        let (publish, indexed) = watch::channel(Sequence::ZERO);
        let run = Run {
            pass: Pass::new(stores, config.length_drift, stop.clone()),
            wake: Arc::clone(&wake),
            stop: stop.clone(),
            interval: config.projection_interval,
            publish,
        };
        #[expect(clippy::disallowed_methods, reason = "the handle owns the task and `stop` joins it")]
        let task = std::sync::Mutex::new(Some(tokio::spawn(run.follow())));
        Self { wake, stop, indexed, task }
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Everything up to here can be found.
    pub(crate) fn indexed(&self) -> Sequence {
        *self.indexed.borrow()
    }

    /// Waits until everything up to `sequence` can be found.
    pub(crate) async fn wait(&self, ctx: &CallContext, clock: &dyn Clock, sequence: Sequence) -> Result<()> {
        self.wake();
        let mut indexed = self.indexed.clone();
        let reached = indexed.wait_for(|indexed| *indexed >= sequence);
        let outcome = match ctx.remaining(clock)? {
            Some(left) => tokio::time::timeout(left, reached).await.map_err(|_| too_late(sequence))?,
            None => reached.await,
        };
        outcome.map(|_| ()).map_err(|_| Error::new(ErrorKind::Unavailable, "the engine is stopping"))
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the projector ended badly");
        }
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for Projector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Projector").field("indexed", &self.indexed()).finish_non_exhaustive()
    }
}

fn too_late(sequence: Sequence) -> Error {
    Error::new(ErrorKind::DeadlineExceeded, "the index did not catch up in time")
        .with_context("sequence", sequence)
        .with_help("ask again with more time, or without min_sequence")
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
    async fn follow(self) {
        while !self.stop.is_cancelled() {
            if let Some(indexed) = self.pass.run().await {
                self.publish.send_replace(indexed);
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(self.interval) => {}
            }
        }
    }
}
