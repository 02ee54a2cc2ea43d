//! A caller of a queue that expects success.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::id::HolderId;
use ragstone_core::job::{
    Claim, ClaimRequest, EnqueueEffect, Job, JobFailure, JobKey, JobKind, JobState, Lane, NewJob, Outcome,
};
use ragstone_core::port::DynJobQueue;
use ragstone_core::{CallContext, ErrorKind, JobId};
use uuid::Uuid;

use crate::JobFixture;
use crate::draft::tenant_context;

/// Far longer than a law takes.
pub(super) const LONG: Duration = Duration::from_mins(10);
/// A time that is waited for.
pub(super) const SHORT: Duration = Duration::from_millis(300);
/// Long enough for `SHORT` to be over.
pub(super) const AFTER: Duration = Duration::from_millis(600);

/// One worker, who also asks for jobs; every method panics where the call fails.
#[derive(Clone)]
pub(super) struct Queue {
    pub(super) jobs: Arc<dyn DynJobQueue>,
    pub(super) ctx: CallContext,
    pub(super) holder: HolderId,
}

pub(super) fn id(number: u128) -> JobId {
    JobId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn kind(name: &str) -> JobKind {
    JobKind::try_new(name).expect("is a kind")
}

pub(super) fn key(name: &str) -> JobKey {
    JobKey::try_new(name).expect("is a key")
}

/// A job of the kind `work`.
pub(super) fn job(number: u128) -> NewJob {
    NewJob::new(id(number), kind("work"), format!("payload {number}"))
}

pub(super) fn failure() -> JobFailure {
    JobFailure { kind: ErrorKind::Unavailable, reason: "the backend is away".to_owned() }
}

pub(super) fn failed(retry_after: Option<Duration>) -> Outcome {
    Outcome::Failed { failure: failure(), retry_after }
}

pub(super) fn succeeded(result: &str) -> Outcome {
    Outcome::Succeeded { result: result.to_owned() }
}

impl Queue {
    pub(super) fn new(fixture: &JobFixture) -> Self {
        Self::of_holder(fixture, 1)
    }

    pub(super) fn of_holder(fixture: &JobFixture, number: u128) -> Self {
        let holder = HolderId::from_uuid(Uuid::from_u128(number));
        Self { jobs: fixture.store(), ctx: tenant_context("first"), holder }
    }

    pub(super) fn as_tenant(&self, tenant: &str) -> Self {
        Self { ctx: tenant_context(tenant), ..self.clone() }
    }

    pub(super) async fn enqueue(&self, new: NewJob) -> Job {
        let receipt = self.jobs.enqueue(&self.ctx, new).await.expect("enqueues");
        assert_eq!(receipt.effect, EnqueueEffect::Enqueued);
        receipt.job
    }

    /// Whatever may run of the kind `work`.
    pub(super) fn request(&self) -> ClaimRequest {
        ClaimRequest {
            lane: Lane::Urgent,
            kinds: [(kind("work"), 1000)].into(),
            most_per_tenant: 1000,
            holder: self.holder,
            ttl: LONG,
        }
    }

    pub(super) async fn try_claim_with(&self, request: &ClaimRequest) -> Option<Claim> {
        let claim = self.jobs.claim(&self.ctx, request).await.expect("answers")?;
        assert_eq!((claim.job.state, claim.holder), (JobState::Running, request.holder));
        Some(claim)
    }

    pub(super) async fn try_claim(&self) -> Option<Claim> {
        self.try_claim_with(&self.request()).await
    }

    pub(super) async fn claim(&self) -> Claim {
        self.try_claim().await.expect("a job may run")
    }

    pub(super) async fn claim_for(&self, ttl: Duration) -> Claim {
        self.try_claim_with(&ClaimRequest { ttl, ..self.request() }).await.expect("a job may run")
    }

    pub(super) async fn finish(&self, claim: &Claim, outcome: Outcome) -> JobState {
        self.jobs.finish(&self.ctx, claim, outcome).await.expect("finishes")
    }

    pub(super) async fn job(&self, number: u128) -> Job {
        self.jobs.job(&self.ctx, id(number)).await.expect("finds the job")
    }

    pub(super) async fn state(&self, number: u128) -> JobState {
        self.job(number).await.state
    }

    /// Queues a job and lets it die.
    pub(super) async fn dead(&self, new: NewJob) -> Job {
        let job = self.enqueue(new).await;
        let claim = self.claim().await;
        assert_eq!(claim.job.id, job.id);
        assert_eq!(self.finish(&claim, failed(None)).await, JobState::Dead);
        self.jobs.job(&self.ctx, job.id).await.expect("finds the job")
    }
}
