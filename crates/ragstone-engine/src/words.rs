//! The task that gathers the words of collections: follows the change feed and keeps every word that documents have.
//!
//! One task for each engine; of several on one catalog, the one with the lease gathers. Words are only added, so that a
//! crash at any point repeats work and loses none. The task also reads vocabularies again that have grown.

use std::sync::Arc;

use ragstone_core::change::ProjectionName;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, HolderId, Result, Sequence};
use tokio_util::sync::CancellationToken;

use self::pass::Pass;
use crate::background::Background;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::stores::Stores;
use crate::vocabulary::Vocabularies;

mod gathering;
mod known;
mod pass;

/// How far the gathering of words has come.
pub(crate) const WORDS: ProjectionName = ProjectionName::new("words");

/// Handle of the task.
#[derive(Debug)]
pub(crate) struct WordsTask(Background<Sequence>);

impl WordsTask {
    /// Starts the task on the current runtime.
    pub(crate) fn start(
        stores: Stores,
        config: &EngineConfig,
        vocabularies: Arc<Vocabularies>,
    ) -> Result<Self> {
        let stop = CancellationToken::new();
        let holder = HolderId::from_uuid(stores.ids.fresh());
        let leadership = Leadership::for_words(stores.embedding_leases.clone(), holder)?;
        let pass = Pass::new(stores, vocabularies, (stop.clone(), config.bulk()), leadership);
        let interval = config.projection_interval;
        Ok(Self(Background::start("gathering of words", stop, interval, Sequence::ZERO, pass)))
    }

    /// Says that there is something to do.
    pub(crate) fn wake(&self) {
        self.0.wake();
    }

    /// Name of the task if its last pass panicked.
    pub(crate) fn panicked(&self) -> Option<&'static str> {
        self.0.panicked()
    }

    /// Waits until the words of everything that was stored up to `sequence` are known to this engine.
    pub(crate) async fn wait(&self, ctx: &CallContext, clock: &dyn Clock, sequence: Sequence) -> Result<()> {
        let late = || {
            Error::new(ErrorKind::DeadlineExceeded, "the words were not gathered in time")
                .with_context("sequence", sequence)
        };
        self.0.wait(ctx, clock, |reached| *reached >= sequence, late).await.map(drop)
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.0.stop().await;
    }
}
