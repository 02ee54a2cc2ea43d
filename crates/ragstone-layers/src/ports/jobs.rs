//! The port of jobs, with layers.

use std::time::Duration;

use ragstone_core::job::{
    Claim, ClaimRequest, Job, JobCount, JobFilter, JobProgress, JobReceipt, JobState, NewJob, Outcome,
    Renewal, Retention,
};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::{DynJobStore, JobQueue};
use ragstone_core::{CallContext, JobId, Result};

use crate::around::Around;
use crate::call::Call;
use crate::layered::Layered;

const JOBS: &str = "jobs";

impl<A: Around> JobQueue for Layered<dyn DynJobStore, A> {
    /// Not repeated: the attachment may be large. The caller may, since the id makes it the same request.
    async fn enqueue(&self, ctx: &CallContext, new: NewJob) -> Result<JobReceipt> {
        self.around.once(Call::new(JOBS, "enqueue"), ctx, self.inner.enqueue(ctx, new)).await
    }

    /// Not repeated: a second attempt would take another job, and the first one would wait for its lease to end.
    async fn claim(&self, ctx: &CallContext, request: &ClaimRequest) -> Result<Option<Claim>> {
        let call = Call::new(JOBS, "claim").for_system();
        self.around.once(call, ctx, self.inner.claim(ctx, request)).await
    }

    async fn attachment(&self, ctx: &CallContext, claim: &Claim) -> Result<Vec<u8>> {
        let call = Call::new(JOBS, "attachment").for_system();
        self.around.repeatable(call, ctx, || self.inner.attachment(ctx, claim)).await
    }

    async fn renew(
        &self,
        ctx: &CallContext,
        claim: &Claim,
        progress: JobProgress,
        ttl: Duration,
    ) -> Result<Renewal> {
        let call = Call::new(JOBS, "renew").for_system();
        self.around.repeatable(call, ctx, || self.inner.renew(ctx, claim, progress, ttl)).await
    }

    /// Not repeated: where the first attempt arrived, the second one would find the claim gone.
    async fn finish(&self, ctx: &CallContext, claim: &Claim, outcome: Outcome) -> Result<JobState> {
        let call = Call::new(JOBS, "finish").for_system();
        self.around.once(call, ctx, self.inner.finish(ctx, claim, outcome)).await
    }

    async fn job(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        let call = Call::new(JOBS, "job").reading();
        self.around.repeatable(call, ctx, || self.inner.job(ctx, id)).await
    }

    async fn jobs(&self, ctx: &CallContext, filter: &JobFilter, page: &PageRequest) -> Result<Page<Job>> {
        let call = Call::new(JOBS, "jobs").reading();
        self.around.repeatable(call, ctx, || self.inner.jobs(ctx, filter, page)).await
    }

    async fn cancel(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        let call = Call::new(JOBS, "cancel");
        self.around.repeatable(call, ctx, || self.inner.cancel(ctx, id)).await
    }

    /// Not repeated: where the first attempt arrived, the second one would find nothing dead.
    async fn retry(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        self.around.once(Call::new(JOBS, "retry"), ctx, self.inner.retry(ctx, id)).await
    }

    async fn purge(&self, ctx: &CallContext, retention: Retention, most: u32) -> Result<u64> {
        let call = Call::new(JOBS, "purge").for_system();
        self.around.repeatable(call, ctx, || self.inner.purge(ctx, retention, most)).await
    }

    async fn counts(&self, ctx: &CallContext) -> Result<Vec<JobCount>> {
        let call = Call::new(JOBS, "counts").reading().for_system();
        self.around.repeatable(call, ctx, || self.inner.counts(ctx)).await
    }
}
