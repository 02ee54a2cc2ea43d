//! The projector: follows the change feed and keeps the chunk index equal to the catalog.
//!
//! One task per engine. Each pass visits every collection that is behind, applies its changes in order, flushes,
//! and only then moves the watermark; a crash at any point repeats work and loses none.

use std::fmt;
use std::sync::Arc;

use ragstone_core::change::ProjectionName;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, HolderId, Result, Sequence};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

pub(crate) use self::collection::target;
use self::doubts::Doubts;
use self::pass::{Pass, Reached};
pub(crate) use self::rebuilding::{BEING_REBUILT, Rebuilding};
use crate::background::Background;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::models::Models;
use crate::stores::Stores;
use crate::troubles::Troubles;

mod collection;
mod content;
mod doubts;
mod pass;
mod rebuilding;
mod standby;

pub(crate) use self::content::tenant_context;

/// The name in the catalog of a chunk index that no other process has, or that all processes share.
pub const CHUNK_INDEX: ProjectionName = ProjectionName::new("chunk-index");

/// Handle of the projector's task.
pub(crate) struct Projector {
    task: Background<Reached>,
    rebuilding: Rebuilding,
    doubts: Doubts,
}

impl Projector {
    /// Starts the task on the current runtime; it begins with a first pass.
    pub(crate) fn start(
        stores: Stores,
        config: &EngineConfig,
        models: Arc<Models>,
        troubles: Troubles,
    ) -> Result<Self> {
        let stop = CancellationToken::new();
        let (rebuilding, doubts) = (Rebuilding::default(), Doubts::default());
        let holder = HolderId::from_uuid(stores.ids.fresh());
        let leadership = Leadership::for_projection(stores.leases.clone(), holder)?;
        let shared = (rebuilding.clone(), doubts.clone());
        let pass = Pass::new(stores, config, models, stop.clone(), shared, leadership, troubles);
        let interval = config.projection_interval;
        let task = Background::start("projector", stop, interval, Reached::default(), pass);
        Ok(Self { task, rebuilding, doubts })
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.task.wake();
    }

    /// What wakes the task.
    pub(crate) fn wakeup(&self) -> Arc<Notify> {
        self.task.wakeup()
    }

    /// Name of the task if its last pass panicked.
    pub(crate) fn panicked(&self) -> Option<&'static str> {
        self.task.panicked()
    }

    /// Everything up to here can be found.
    pub(crate) fn indexed(&self) -> Sequence {
        let Reached { indexed, failing } = *self.task.reached().borrow();
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
        let is_enough = |reached: &Reached| reached.indexed >= sequence;
        let reached = self.task.wait(ctx, clock, is_enough, || too_late(sequence)).await?;
        match reached.failing {
            Some(failing) if failing < sequence => Err(cannot_follow(sequence)),
            _ => Ok(()),
        }
    }

    /// Tells when more can be found.
    pub(crate) fn follow(&self) -> Following {
        let reached = self.task.reached().clone();
        let last = reached.borrow().indexed;
        Following { reached, last }
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.task.stop().await;
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
