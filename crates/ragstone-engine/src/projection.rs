//! The projector: follows the change feed and keeps the chunk index equal to the catalog.
//!
//! One task per engine. Each pass visits every collection that is behind, applies its changes in order, flushes,
//! and only then moves the watermark; a crash at any point repeats work and loses none.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::ProjectionName;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, HolderId, Result, Sequence};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use self::collection::target;
use self::doubts::Doubts;
use self::pass::{Pass, Reached};
use self::rebuilding::Rebuilding;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::semantics::Semantics;
use crate::stores::Stores;

mod collection;
mod content;
mod doubts;
mod pass;
mod rebuilding;

/// The name in the catalog of a chunk index that no other process has, or that all processes share.
pub const CHUNK_INDEX: ProjectionName = ProjectionName::new("chunk-index");

/// Handle of the projector's task.
pub(crate) struct Projector {
    wake: Arc<Notify>,
    stop: CancellationToken,
    reached: watch::Receiver<Reached>,
    rebuilding: Rebuilding,
    doubts: Doubts,
    task: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Projector {
    /// Starts the task on the current runtime; it begins with a first pass.
    pub(crate) fn start(
        stores: Stores,
        config: &EngineConfig,
        semantics: Option<Arc<Semantics>>,
    ) -> Result<Self> {
        let wake = Arc::new(Notify::new());
        let stop = CancellationToken::new();
        let (publish, reached) = watch::channel(Reached::default());
        let (rebuilding, doubts) = (Rebuilding::default(), Doubts::default());
        let holder = HolderId::from_uuid(stores.ids.fresh());
        let leadership = Leadership::for_projection(stores.leases.clone(), holder)?;
        let shared = (rebuilding.clone(), doubts.clone());
        let run = Run {
            pass: Pass::new(stores, config, semantics, stop.clone(), shared, leadership),
            wake: Arc::clone(&wake),
            stop: stop.clone(),
            interval: config.projection_interval,
            publish,
        };
        #[expect(clippy::disallowed_methods, reason = "the handle owns the task and `stop` joins it")]
        let task = std::sync::Mutex::new(Some(tokio::spawn(run.follow())));
        Ok(Self { wake, stop, reached, rebuilding, doubts, task })
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// What wakes the task.
    pub(crate) fn wakeup(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Everything up to here can be found.
    pub(crate) fn indexed(&self) -> Sequence {
        let Reached { indexed, failing } = *self.reached.borrow();
        failing.map_or(indexed, |failing| failing.min(indexed))
    }

    /// Collections whose index is still being filled.
    pub(crate) fn rebuilding(&self) -> &Rebuilding {
        &self.rebuilding
    }

    /// Collections whose index is to be looked at in the next pass, whatever was known of it.
    pub(crate) fn doubts(&self) -> &Doubts {
        &self.doubts
    }

    /// Waits until everything up to `sequence` can be found.
    pub(crate) async fn wait(&self, ctx: &CallContext, clock: &dyn Clock, sequence: Sequence) -> Result<()> {
        self.wake();
        let mut reached = self.reached.clone();
        let reached = reached.wait_for(|reached| reached.indexed >= sequence);
        let outcome = match ctx.remaining(clock)? {
            Some(left) => tokio::time::timeout(left, reached).await.map_err(|_| too_late(sequence))?,
            None => reached.await,
        };
        let reached = *outcome.map_err(|_| Error::new(ErrorKind::Unavailable, "the engine is stopping"))?;
        match reached.failing {
            Some(failing) if failing < sequence => Err(cannot_follow(sequence)),
            _ => Ok(()),
        }
    }

    /// Tells when more can be found.
    pub(crate) fn follow(&self) -> Following {
        let reached = self.reached.clone();
        let last = reached.borrow().indexed;
        Following { reached, last }
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

/// Tells when more can be found than before.
pub(crate) struct Following {
    reached: watch::Receiver<Reached>,
    last: Sequence,
}

impl Following {
    /// Waits until more can be found than when it was last asked; `false` when the projector has ended.
    pub(crate) async fn moved(&mut self) -> bool {
        let last = self.last;
        match self.reached.wait_for(|reached| reached.indexed > last).await {
            Ok(reached) => {
                self.last = reached.indexed;
                true
            }
            Err(_) => false,
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

fn cannot_follow(sequence: Sequence) -> Error {
    Error::new(ErrorKind::Unavailable, "the index of a collection cannot be brought up to date")
        .with_context("sequence", sequence)
        .with_help("the log of the server says why; the index is tried again by itself")
}

/// What the task owns.
struct Run {
    pass: Pass,
    wake: Arc<Notify>,
    stop: CancellationToken,
    interval: Duration,
    publish: watch::Sender<Reached>,
}

impl Run {
    /// Makes a pass at start, whenever woken, once in each interval, and when a pass asks for the next one.
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
        self.pass.leadership.resign(&CallContext::system()).await;
    }
}
