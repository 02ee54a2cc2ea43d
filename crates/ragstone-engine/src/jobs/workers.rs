//! The workers of one process: they take jobs as long as there is room, and keep the queue tidy.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::id::HolderId;
use ragstone_core::job::{ClaimRequest, Lane};
use ragstone_core::{CallContext, Result};
use ragstone_observability::metric::{self, KIND, LANE, STATE};
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{attempt, kinds};
use crate::config::JobsConfig;
use crate::engine::{Engine, Shared};
use crate::panics::caught;

/// Pause between two rounds of tidying.
const TIDY: Duration = Duration::from_secs(15);
/// Jobs, uploads and keys that are forgotten in one round, of each so many.
const FORGOTTEN: u32 = 1000;
/// Pause after the queue could not be asked.
const TROUBLE: Duration = Duration::from_secs(2);

/// Handle of the workers; they end when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Workers {
    /// One for each lane, so that none takes the other's.
    wakes: [Arc<Notify>; Lane::ALL.len()],
    ended: Arc<Notify>,
    stop: CancellationToken,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Workers {
    /// Starts them on the current runtime.
    pub(crate) fn start(&self, shared: &Arc<Shared>) {
        let holder = HolderId::from_uuid(shared.stores.ids.fresh());
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        for (lane, wake) in Lane::ALL.into_iter().zip(&self.wakes) {
            let config = shared.config.jobs;
            let crew = Crew {
                shared: Arc::downgrade(shared),
                lane,
                room: config.workers(lane),
                request: request(&config, lane, holder),
                wake: Arc::clone(wake),
                ended: Arc::clone(&self.ended),
                stop: self.stop.clone(),
                running: JoinSet::new(),
            };
            #[expect(clippy::disallowed_methods, reason = "the handle owns the task and `stop` joins it")]
            tasks.push(tokio::spawn(crew.follow()));
        }
        let tidying = tidy(Arc::downgrade(shared), self.stop.clone());
        #[expect(clippy::disallowed_methods, reason = "the handle owns the task and `stop` joins it")]
        tasks.push(tokio::spawn(tidying));
    }

    /// Says that there may be something to do.
    pub(crate) fn wake(&self) {
        self.wakes.iter().for_each(|wake| wake.notify_one());
    }

    /// Waits until a job of this process has ended; may miss one that ends just now.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Gives back what runs, and waits for the workers.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the workers ended badly");
            }
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn request(config: &JobsConfig, lane: Lane, holder: HolderId) -> ClaimRequest {
    ClaimRequest {
        lane,
        kinds: kinds().map(|kind| (kind, config.running_per_kind)).collect(),
        most_per_tenant: config.running_per_tenant,
        holder,
        ttl: config.lease,
    }
}

/// The workers of one lane.
struct Crew {
    shared: Weak<Shared>,
    lane: Lane,
    room: usize,
    request: ClaimRequest,
    wake: Arc<Notify>,
    ended: Arc<Notify>,
    stop: CancellationToken,
    running: JoinSet<()>,
}

impl Crew {
    /// Takes jobs whenever woken, when one has ended, and once in each interval.
    async fn follow(mut self) {
        while let Some(shared) = self.shared.upgrade() {
            if self.stop.is_cancelled() {
                break;
            }
            let interval = match caught(self.take(Engine { shared: Arc::clone(&shared) })).await {
                Ok(()) => shared.config.jobs.poll_interval,
                Err(error) => {
                    tracing::warn!(%error, lane = self.lane.name(), "the queue of jobs cannot be asked");
                    TROUBLE
                }
            };
            drop(shared);
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(interval) => {}
                Some(end) = self.running.join_next() => self.ended(end),
            }
        }
        while let Some(end) = self.running.join_next().await {
            self.ended(end);
        }
    }

    /// A worker that died leaves its job to whoever claims it when its lease has ended.
    fn ended(&self, end: Result<(), JoinError>) {
        if let Err(error) = end {
            tracing::error!(%error, lane = self.lane.name(), "a worker ended badly");
        }
        self.ended.notify_waiters();
    }

    /// Takes jobs while there is room and something to do.
    async fn take(&mut self, engine: Engine) -> Result<()> {
        while self.running.len() < self.room && !self.stop.is_cancelled() {
            let ctx = CallContext::system().with_timeout(engine.clock(), self.request.ttl / 2);
            let Some(claim) = engine.shared.stores.jobs.claim(&ctx, &self.request).await? else {
                return Ok(());
            };
            reach(FailPoint::EngineJobClaimed)?;
            self.running.spawn(attempt::run(engine.clone(), claim, self.stop.clone()));
        }
        Ok(())
    }
}

/// Forgets old jobs, uploads and keys of requests, and counts the others for the metrics.
async fn tidy(shared: Weak<Shared>, stop: CancellationToken) {
    while let Some(shared) = shared.upgrade() {
        let ctx = CallContext::system().with_timeout(&*shared.stores.clock, TIDY);
        if let Err(error) = caught(tidy_once(&ctx, &shared)).await {
            tracing::debug!(%error, "the queue of jobs could not be tidied");
        }
        drop(shared);
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
    }
}

async fn tidy_once(ctx: &CallContext, shared: &Shared) -> Result<()> {
    let jobs = &shared.stores.jobs;
    jobs.purge(ctx, shared.config.jobs.retention, FORGOTTEN).await?;
    jobs.forget_uploads(ctx, FORGOTTEN).await?;
    shared.stores.catalog.forget_requests(ctx, FORGOTTEN).await?;
    let counts = jobs.counts(ctx).await?;
    for kind in kinds() {
        for (lane, state) in Lane::ALL
            .into_iter()
            .flat_map(|lane| ragstone_core::job::JobState::ALL.into_iter().map(move |state| (lane, state)))
        {
            let of = counts.iter().find(|of| of.kind == kind && of.lane == lane && of.state == state);
            #[expect(clippy::cast_precision_loss, reason = "a gauge holds floats")]
            let count = of.map_or(0, |of| of.count) as f64;
            let (kind, lane, state) = (kind.to_string(), lane.name(), state.name());
            metrics::gauge!(metric::JOBS.name, KIND => kind, LANE => lane, STATE => state).set(count);
        }
    }
    Ok(())
}
