//! One attempt: the work, the heartbeat beside it, and the end of both.

use std::time::Duration;

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::job::{Claim, JobState, Outcome};
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_observability::metric::{self, KIND, OUTCOME};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::outcome::of_failure;
use super::progress::Progress;
use super::work::perform;
use crate::config::JobsConfig;
use crate::engine::Engine;
use crate::panics::caught;

/// Least time between two reports of progress.
const TELLING: Duration = Duration::from_secs(1);
/// Attempts at telling the queue how the work ended.
const TELLINGS: u32 = 5;

/// What ended an attempt first.
enum End {
    Work(Result<String>),
    CalledOff,
    Lost,
    Stopped,
    TooLong,
}

/// Does the work of a claim, keeps the claim meanwhile, and tells the queue how it ended.
pub(super) async fn run(engine: Engine, claim: Claim, stop: CancellationToken) {
    let config = engine.config().jobs;
    let progress = Progress::default();
    let start = Instant::now();
    let end = tokio::select! {
        biased;
        outcome = caught(perform(&engine, &claim, &progress)) => End::Work(outcome),
        end = keep(&engine, &claim, &progress, &config) => end,
        () = tokio::time::sleep(config.longest_run) => End::TooLong,
        () = stop.cancelled() => End::Stopped,
    };
    if !matches!(end, End::Lost) {
        // Who looks next sees what was done, not what was told last.
        let _ = renew(&engine, &claim, &progress, config.lease).await;
    }
    let state = tell(&engine, &claim, end).await;
    let kind = claim.job.kind.to_string();
    metrics::histogram!(metric::JOB_DURATION.name, KIND => kind.clone()).record(start.elapsed());
    metrics::counter!(metric::JOB_ATTEMPTS.name, KIND => kind, OUTCOME => state).increment(1);
}

/// Renews the claim until it is lost or the job is called off, and sooner where there is progress to tell.
async fn keep(engine: &Engine, claim: &Claim, progress: &Progress, config: &JobsConfig) -> End {
    let mut renewed = Instant::now();
    let mut told = progress.now();
    loop {
        tokio::time::sleep(TELLING.min(config.lease / 4)).await;
        let begun = Instant::now();
        if progress.now() == told && renewed.elapsed() < config.lease / 4 {
            continue;
        }
        told = progress.now();
        match renew(engine, claim, progress, config.lease).await {
            Ok(true) => return End::CalledOff,
            Ok(false) => renewed = begun,
            Err(error) if error.kind() == ErrorKind::Conflict => return End::Lost,
            Err(error) if renewed.elapsed() < config.lease => {
                tracing::debug!(%error, job.id = %claim.job.id, "a claim could not be renewed");
            }
            Err(_) => return End::Lost,
        }
    }
}

/// Whether the job was called off.
async fn renew(engine: &Engine, claim: &Claim, progress: &Progress, lease: Duration) -> Result<bool> {
    let (ctx, jobs) = (engine.own_call(), &engine.shared.stores.jobs);
    Ok(caught(jobs.renew(&ctx, claim, progress.now(), lease)).await?.is_cancel_requested)
}

/// Tells the queue, and says for the books how the attempt ended.
async fn tell(engine: &Engine, claim: &Claim, end: End) -> &'static str {
    let outcome = match end {
        End::Work(Ok(result)) => Outcome::Succeeded { result },
        End::Work(Err(error)) => {
            tracing::info!(%error, job.id = %claim.job.id, "a job failed");
            of_failure(&claim.job, &error)
        }
        End::CalledOff => Outcome::Cancelled,
        End::Stopped => Outcome::Released,
        End::TooLong => of_failure(&claim.job, &too_long()),
        End::Lost => {
            tracing::warn!(job.id = %claim.job.id, "the claim of a job was lost; another worker has it");
            return "lost";
        }
    };
    match finish(engine, claim, outcome).await {
        Ok(state) => state.name(),
        Err(error) => {
            tracing::warn!(%error, job.id = %claim.job.id, "the end of a job could not be told");
            "lost"
        }
    }
}

/// A call that failed may have arrived: then the claim is gone, and the job says how it ended.
async fn finish(engine: &Engine, claim: &Claim, outcome: Outcome) -> Result<JobState> {
    let jobs = &engine.shared.stores.jobs;
    let mut attempt = 1;
    loop {
        match caught(tell_once(engine, claim, &outcome)).await {
            Err(error) if error.kind() != ErrorKind::Conflict && attempt < TELLINGS => {
                tokio::time::sleep(Duration::from_millis(200) * attempt).await;
                attempt += 1;
            }
            Err(error) if error.kind() == ErrorKind::Conflict && attempt > 1 => {
                let ctx = CallContext::new(ragstone_core::Principal::system_of(claim.job.tenant.clone()));
                return Ok(jobs.job(&ctx, claim.job.id).await?.state);
            }
            finished => return finished,
        }
    }
}

async fn tell_once(engine: &Engine, claim: &Claim, outcome: &Outcome) -> Result<JobState> {
    let state = engine.shared.stores.jobs.finish(&engine.own_call(), claim, outcome.clone()).await?;
    reach(FailPoint::EngineJobFinished)?;
    Ok(state)
}

fn too_long() -> Error {
    Error::new(ErrorKind::DeadlineExceeded, "the job ran longer than it may")
        .with_help("raise `jobs.longest_run_minutes`, or ask for less at a time")
}
