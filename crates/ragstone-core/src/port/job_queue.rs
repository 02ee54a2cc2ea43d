//! Background work that outlives the process that asked for it.

use std::future::Future;
use std::time::Duration;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::id::JobId;
use crate::job::{
    Claim, ClaimRequest, Job, JobCount, JobFilter, JobProgress, JobReceipt, JobState, NewJob, Outcome,
    Renewal, Retention,
};
use crate::page::{Page, PageRequest};

/// A queue of jobs, each done by one worker at a time.
///
/// Times are those of the queue's own clock. A job may be done twice, where a worker goes on after its claim ran out:
/// what it does must bear that. But only the newest claim can renew, finish or say how far it is.
/// `claim`, `renew`, `attachment`, `finish`, `purge` and `counts` serve workers and are exempt from tenancy.
pub trait JobQueue: Send + Sync + 'static {
    /// Stores a job with its attachment, durably and in one step.
    ///
    /// A job of the same id, or an unfinished one of the same tenant, kind and key, is the answer instead, and nothing is
    /// changed. What fails its check is refused as the check says; the id of another tenant's job is `AlreadyExists`.
    fn enqueue(&self, ctx: &CallContext, new: NewJob) -> impl Future<Output = Result<JobReceipt>> + Send;

    /// Takes the next job that may run: of the greatest priority, then the earliest time, then the smallest id.
    ///
    /// The attempt counts from here on. A job whose claim ran out is taken like one that waits; if that was its last
    /// attempt it is dead, and if it was to be cancelled it is cancelled. No more jobs of a kind or of a tenant run at a
    /// time than the request allows, however many claim. `None` where there is nothing to do. `InvalidArgument` without
    /// kinds, for a limit of 0, and for a time that leases refuse.
    fn claim(
        &self,
        ctx: &CallContext,
        request: &ClaimRequest,
    ) -> impl Future<Output = Result<Option<Claim>>> + Send;

    /// Reads the attachment of a claimed job; empty where it has none. A claim that was lost is `Conflict`.
    fn attachment(&self, ctx: &CallContext, claim: &Claim) -> impl Future<Output = Result<Vec<u8>>> + Send;

    /// Says how far the work is, and keeps the claim for `ttl` from now. A claim that was lost is `Conflict`.
    fn renew(
        &self,
        ctx: &CallContext,
        claim: &Claim,
        progress: JobProgress,
        ttl: Duration,
    ) -> impl Future<Output = Result<Renewal>> + Send;

    /// Ends an attempt, and says what the job is now.
    ///
    /// A failure is followed by another attempt after the time it names, unless it names none, the attempts are used up,
    /// or the job was to be cancelled. What repeats waits for its next run instead of succeeding or dying. The
    /// attachment of a job goes when it succeeded or was cancelled. A claim that was lost is `Conflict`.
    fn finish(
        &self,
        ctx: &CallContext,
        claim: &Claim,
        outcome: Outcome,
    ) -> impl Future<Output = Result<JobState>> + Send;

    /// Finds a job; a missing one is `NotFound`.
    fn job(&self, ctx: &CallContext, id: JobId) -> impl Future<Output = Result<Job>> + Send;

    /// Lists jobs, the greatest id first. An `after` key need not exist.
    fn jobs(
        &self,
        ctx: &CallContext,
        filter: &JobFilter,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<Job>>> + Send;

    /// Calls a job off: one that waits is cancelled at once, one that runs is when its worker heeds it.
    ///
    /// A cancelled one stays so; one that succeeded or died is `FailedPrecondition`, a missing one `NotFound`.
    fn cancel(&self, ctx: &CallContext, id: JobId) -> impl Future<Output = Result<Job>> + Send;

    /// Queues a dead job again, with all its attempts. Can be bound to a key.
    ///
    /// One in any other state is `FailedPrecondition`, as is one whose key another unfinished job has by now; a missing
    /// one is `NotFound`.
    fn retry(&self, ctx: &CallContext, id: JobId) -> impl Future<Output = Result<Job>> + Send;

    /// Forgets up to `most` jobs that have been in their final state for long enough, and says how many.
    fn purge(
        &self,
        ctx: &CallContext,
        retention: Retention,
        most: u32,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Counts the jobs of all tenants by kind, lane and state; what there is none of is left out.
    fn counts(&self, ctx: &CallContext) -> impl Future<Output = Result<Vec<JobCount>>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`JobQueue`].
    pub trait DynJobQueue for JobQueue {
        async fn enqueue<'a>(ctx: &'a CallContext, new: NewJob) -> JobReceipt;
        async fn claim<'a>(ctx: &'a CallContext, request: &'a ClaimRequest) -> Option<Claim>;
        async fn attachment<'a>(ctx: &'a CallContext, claim: &'a Claim) -> Vec<u8>;
        async fn renew<'a>(
            ctx: &'a CallContext,
            claim: &'a Claim,
            progress: JobProgress,
            ttl: Duration,
        ) -> Renewal;
        async fn finish<'a>(ctx: &'a CallContext, claim: &'a Claim, outcome: Outcome) -> JobState;
        async fn job<'a>(ctx: &'a CallContext, id: JobId) -> Job;
        async fn jobs<'a>(ctx: &'a CallContext, filter: &'a JobFilter, page: &'a PageRequest) -> Page<Job>;
        async fn cancel<'a>(ctx: &'a CallContext, id: JobId) -> Job;
        async fn retry<'a>(ctx: &'a CallContext, id: JobId) -> Job;
        async fn purge<'a>(ctx: &'a CallContext, retention: Retention, most: u32) -> u64;
        async fn counts<'a>(ctx: &'a CallContext) -> Vec<JobCount>;
    }
}
