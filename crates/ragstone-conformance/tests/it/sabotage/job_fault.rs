//! A queue with one fault.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ragstone_conformance::draft::tenant_context;
use ragstone_core::clock::Clock;
use ragstone_core::job::{
    Claim, ClaimRequest, Job, JobCount, JobFilter, JobProgress, JobReceipt, JobState, NewJob, Outcome,
    Renewal, Retention,
};
use ragstone_core::memory::MemoryJobs;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::JobQueue;
use ragstone_core::{CallContext, ErrorKind, JobId, Result, TenantId};

/// What the queue does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobFault {
    IgnoresLimits,
    EndsAny,
    RetriesForEver,
    NeverRetries,
    LosesAttachments,
    IgnoresKeys,
    IgnoresDelays,
    IgnoresTenant,
    ForgetsEarly,
    IgnoresCancellation,
    MixesSenders,
    TakesAnyOffset,
    LosesParts,
    FinishesWhatIsNotWhole,
    FinishesTwice,
    IgnoresRoom,
    NeverForgetsUploads,
}

/// The reference queue behind the fault.
#[derive(Debug)]
pub(super) struct FaultyJobs {
    pub(super) inner: MemoryJobs,
    fault: Option<JobFault>,
    owner: Mutex<Option<TenantId>>,
}

impl FaultyJobs {
    pub(super) fn new(clock: Arc<dyn Clock>, fault: Option<JobFault>) -> Self {
        Self { inner: MemoryJobs::new(clock), fault, owner: Mutex::default() }
    }

    pub(super) fn has(&self, fault: JobFault) -> bool {
        self.fault == Some(fault)
    }

    /// The caller, or whoever asked for a job first.
    fn caller(&self, ctx: &CallContext) -> CallContext {
        let owner = self.owner.lock().expect("is whole").clone();
        match owner.filter(|_| self.has(JobFault::IgnoresTenant)) {
            Some(owner) => tenant_context(owner.as_str()),
            None => ctx.clone(),
        }
    }
}

impl JobQueue for FaultyJobs {
    async fn enqueue(&self, ctx: &CallContext, mut new: NewJob) -> Result<JobReceipt> {
        self.owner.lock().expect("is whole").get_or_insert_with(|| ctx.tenant().clone());
        if self.has(JobFault::LosesAttachments) {
            new.attachment.truncate(1 << 20);
        }
        if self.has(JobFault::IgnoresKeys) {
            new.key = None;
        }
        if self.has(JobFault::IgnoresDelays) {
            new.delay = Duration::ZERO;
        }
        if self.has(JobFault::RetriesForEver) {
            new.max_attempts = 100;
        }
        self.inner.enqueue(ctx, new).await
    }

    async fn claim(&self, ctx: &CallContext, request: &ClaimRequest) -> Result<Option<Claim>> {
        let mut request = request.clone();
        if self.has(JobFault::IgnoresLimits) {
            request.kinds.values_mut().for_each(|most| *most = 1000);
            request.most_per_tenant = 1000;
        }
        self.inner.claim(ctx, &request).await
    }

    async fn attachment(&self, ctx: &CallContext, claim: &Claim) -> Result<Vec<u8>> {
        self.inner.attachment(ctx, claim).await
    }

    async fn renew(
        &self,
        ctx: &CallContext,
        claim: &Claim,
        progress: JobProgress,
        ttl: Duration,
    ) -> Result<Renewal> {
        let renewal = self.inner.renew(ctx, claim, progress, ttl).await?;
        let is_heard = !self.has(JobFault::IgnoresCancellation);
        Ok(Renewal { is_cancel_requested: renewal.is_cancel_requested && is_heard })
    }

    async fn finish(&self, ctx: &CallContext, claim: &Claim, outcome: Outcome) -> Result<JobState> {
        let outcome = match outcome {
            Outcome::Failed { failure, .. } if self.has(JobFault::NeverRetries) => {
                Outcome::Failed { failure, retry_after: None }
            }
            outcome => outcome,
        };
        match self.inner.finish(ctx, claim, outcome).await {
            Err(error) if error.kind() == ErrorKind::Conflict && self.has(JobFault::EndsAny) => {
                Ok(JobState::Succeeded)
            }
            finished => finished,
        }
    }

    async fn job(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        self.inner.job(&self.caller(ctx), id).await
    }

    async fn jobs(&self, ctx: &CallContext, filter: &JobFilter, page: &PageRequest) -> Result<Page<Job>> {
        self.inner.jobs(&self.caller(ctx), filter, page).await
    }

    async fn cancel(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        self.inner.cancel(&self.caller(ctx), id).await
    }

    async fn retry(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        self.inner.retry(&self.caller(ctx), id).await
    }

    async fn purge(&self, ctx: &CallContext, mut retention: Retention, most: u32) -> Result<u64> {
        if self.has(JobFault::ForgetsEarly) {
            retention.dead = Duration::ZERO;
        }
        self.inner.purge(ctx, retention, most).await
    }

    async fn counts(&self, ctx: &CallContext) -> Result<Vec<JobCount>> {
        self.inner.counts(ctx).await
    }
}
