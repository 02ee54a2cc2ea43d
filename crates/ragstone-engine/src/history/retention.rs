//! The task that forgets earlier versions when their time is over.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::history::MAX_FORGOTTEN;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, Clock, Result, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::background::{Background, Passes};
use crate::config::EngineConfig;
use crate::stores::Stores;

/// From one look to the next.
const INTERVAL: Duration = Duration::from_mins(10);
/// Time that one call to the catalog may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Handle of the task. Several processes on one catalog may each have one: what one has forgotten the others miss.
#[derive(Debug)]
pub(crate) struct RetentionTask(Background<()>);

impl RetentionTask {
    /// Starts the task on the current runtime.
    pub(crate) fn start(stores: &Stores, config: &EngineConfig) -> Self {
        let stop = CancellationToken::new();
        let retention = Retention {
            catalog: Arc::clone(&stores.catalog),
            clock: Arc::clone(&stores.clock),
            kept_for: config.history,
            stop: stop.clone(),
        };
        Self(Background::start("forgetting of earlier versions", stop, INTERVAL, (), retention))
    }

    /// Ends the task after its current batch and waits for it.
    pub(crate) async fn stop(&self) {
        self.0.stop().await;
    }
}

struct Retention {
    catalog: Arc<dyn DynCatalog>,
    clock: Arc<dyn Clock>,
    kept_for: Duration,
    stop: CancellationToken,
}

impl Retention {
    async fn forget_old(&self) -> Result<u64> {
        let kept_for = i64::try_from(self.kept_for.as_millis()).unwrap_or(i64::MAX);
        let ended_before = Timestamp::from_millis(self.clock.now().as_millis().saturating_sub(kept_for));
        let mut forgotten = 0;
        while !self.stop.is_cancelled() {
            let ctx = CallContext::system().with_timeout(&*self.clock, PATIENCE);
            let some = self.catalog.forget_versions(&ctx, ended_before, MAX_FORGOTTEN).await?;
            forgotten += u64::from(some);
            if some < MAX_FORGOTTEN {
                break;
            }
        }
        Ok(forgotten)
    }
}

impl Passes for Retention {
    type Reached = ();

    async fn run(&mut self) -> Option<()> {
        match self.forget_old().await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(versions = forgotten, "earlier versions were forgotten"),
            Err(error) => tracing::warn!(%error, "earlier versions cannot be forgotten"),
        }
        Some(())
    }

    fn next(&self) -> Option<Instant> {
        None
    }

    fn forget(&mut self) {}

    async fn resign(&self) {}
}
