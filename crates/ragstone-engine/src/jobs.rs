//! Work in the background that outlives a call and the process: ask for it, look at it, call it off, ask again.

use std::time::Duration;

use ragstone_core::job::{Job, JobFilter, JobKind, JobReceipt, JobState, NewJob};
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::report::{IngestStage, JobOverview, Readiness};
use ragstone_core::request::{IngestDocument, IngestPaths, JobOptions};
use ragstone_core::{CallContext, JobId, Result, Scope};
use ragstone_text::check_claims;

use self::form::Work;
use self::stage::Frontier;
use crate::embedding::EmbeddingTask;
use crate::engine::Engine;

mod attempt;
pub(crate) mod form;
pub(crate) mod options;
mod outcome;
mod progress;
mod stage;
pub(crate) mod watch;
mod work;
pub(crate) mod workers;

/// Pause between looks at a job that another process may have.
const LOOK: Duration = Duration::from_millis(500);

impl Engine {
    /// Asks for an ingest of files and folders in the background, on behalf of the caller.
    ///
    /// Arguments are checked as [`ingest_paths`](Self::ingest_paths) does, now and again when the job runs. While one for the
    /// same paths and collection waits or runs, that one is the answer. When this returns, the request is durable.
    pub async fn enqueue_paths(&self, ctx: &CallContext, request: IngestPaths) -> Result<JobReceipt> {
        self.enqueue_paths_with(ctx, request, JobOptions::default()).await
    }

    /// The same, in a lane and with a priority, after a time, or again and again.
    ///
    /// What repeats and what does not are different work. Options that are out of range are `InvalidArgument`; where the job that
    /// does the work has another lane or priority than asked for, it is left as it is: `AlreadyExists`.
    pub async fn enqueue_paths_with(
        &self,
        ctx: &CallContext,
        request: IngestPaths,
        options: JobOptions,
    ) -> Result<JobReceipt> {
        self.check_paths(ctx, &request).await?;
        self.enqueue(ctx, form::write(ctx, Work::Paths(request))?, options).await
    }

    /// Takes a document and ingests it in the background, on behalf of the caller.
    ///
    /// When this returns, the document is durable; what it holds is found when its job has come so far. Errors:
    /// `InvalidArgument` for a bad id or bad attributes, `NotFound` for a missing collection, `TooLarge`, and
    /// `UnsupportedMedia` for content that is not what its name or its media type says.
    pub async fn enqueue_document(&self, ctx: &CallContext, request: IngestDocument) -> Result<JobReceipt> {
        self.enqueue_document_with(ctx, request, JobOptions::default()).await
    }

    /// The same, in a lane and with a priority, or after a time. A document does not repeat: `InvalidArgument`.
    pub async fn enqueue_document_with(
        &self,
        ctx: &CallContext,
        request: IngestDocument,
        options: JobOptions,
    ) -> Result<JobReceipt> {
        self.check_document(ctx, &request).await?;
        check_claims(&request.bytes, true, request.file_name.as_deref(), request.media_type.as_deref())?;
        self.enqueue(ctx, form::write(ctx, Work::Document(request))?, options).await
    }

    /// Looks at a job, and how far what it brings has come.
    pub async fn job(&self, ctx: &CallContext, id: JobId) -> Result<JobOverview> {
        ctx.principal().require(Scope::Write)?;
        let job = self.shared.stores.jobs.job(ctx, id).await?;
        self.overview(ctx, job).await
    }

    /// Lists jobs, the newest first.
    pub async fn jobs(
        &self,
        ctx: &CallContext,
        filter: &JobFilter,
        page: &PageRequest,
    ) -> Result<Page<JobOverview>> {
        ctx.principal().require(Scope::Write)?;
        let jobs = self.shared.stores.jobs.jobs(ctx, filter, page).await?;
        let frontier = self.frontier(ctx).await?;
        Ok(jobs.map(|job| frontier.overview(job)))
    }

    /// Waits until what a job brings has come so far, or the job has ended in another way, and looks at it.
    ///
    /// Waits for `patience` at most, and no longer when the engine drains, and then says how far it is: the answer is the
    /// truth at its time, and no error.
    pub async fn wait_job(
        &self,
        ctx: &CallContext,
        id: JobId,
        until: IngestStage,
        patience: Duration,
    ) -> Result<JobOverview> {
        let reached = self.await_stage(ctx, id, until);
        match tokio::time::timeout(patience, reached).await {
            Ok(outcome) => outcome,
            Err(_) => self.job(ctx, id).await,
        }
    }

    /// Calls a job off; one that runs stops at its next step, and keeps what it has stored.
    pub async fn cancel_job(&self, ctx: &CallContext, id: JobId) -> Result<JobOverview> {
        ctx.principal().require(Scope::Write)?;
        let job = self.shared.stores.jobs.cancel(ctx, id).await?;
        self.shared.workers.wake();
        self.overview(ctx, job).await
    }

    /// Queues a dead job again, with all its attempts.
    pub async fn retry_job(&self, ctx: &CallContext, id: JobId) -> Result<JobOverview> {
        ctx.principal().require(Scope::Write)?;
        let job = self.shared.stores.jobs.retry(&ctx.bound(), id).await?;
        self.shared.workers.wake();
        self.overview(ctx, job).await
    }

    async fn enqueue(
        &self,
        ctx: &CallContext,
        draft: form::Draft,
        options: JobOptions,
    ) -> Result<JobReceipt> {
        // A keyed request that is done again after a crash asks for the same job.
        let named = ctx.claim().map(|claim| claim.request.as_uuid());
        let id = JobId::from_uuid(named.unwrap_or_else(|| self.shared.stores.ids.fresh()));
        let new = NewJob {
            lane: draft.lane,
            key: draft.key,
            attachment: draft.attachment,
            ..NewJob::new(id, draft.kind, draft.payload)
        };
        let new = options::applied(new, options)?;
        let receipt = self.shared.stores.jobs.enqueue(ctx, new).await?;
        options::check_honoured(&receipt, options)?;
        self.shared.workers.wake();
        Ok(receipt)
    }

    async fn await_stage(&self, ctx: &CallContext, id: JobId, until: IngestStage) -> Result<JobOverview> {
        let mut overview = self.job(ctx, id).await?;
        while !overview.job.state.is_final() && self.readiness() != Readiness::Draining {
            tokio::select! {
                () = self.shared.workers.ended() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            overview = self.job(ctx, id).await?;
        }
        if let Some(sequence) = stage::sequence_of(&overview.job) {
            if until >= IngestStage::KeywordSearchable {
                self.wait_indexed(ctx, sequence).await?;
            }
            if until >= IngestStage::SemanticallySearchable && self.has_model() {
                self.wait_embedded(ctx, sequence).await?;
            }
            overview = self.overview(ctx, overview.job).await?;
        }
        Ok(overview)
    }

    /// A job with its stage; how far searches see is asked for what has succeeded alone.
    async fn overview(&self, ctx: &CallContext, job: Job) -> Result<JobOverview> {
        let frontier = match job.state {
            JobState::Succeeded => self.frontier(ctx).await?,
            JobState::Queued | JobState::Running | JobState::Dead | JobState::Cancelled => {
                Frontier::default()
            }
        };
        Ok(frontier.overview(job))
    }

    /// How far searches see now. Read in this order, because storing vectors is a change that the index has to see, too.
    async fn frontier(&self, ctx: &CallContext) -> Result<Frontier> {
        // The task also runs where no model is configured, because a collection may choose one; then it embeds nothing else.
        let embedding = self.shared.embedding.as_ref().filter(|_| self.has_model());
        let embedded = embedding.map(EmbeddingTask::embedded);
        let head = self.catalog().head(ctx).await?;
        let indexed = self.shared.projector.indexed();
        Ok(Frontier { indexed, embedded: embedded.filter(|_| indexed >= head) })
    }
}

/// Kinds of jobs that this version does.
pub(crate) fn kinds() -> impl Iterator<Item = JobKind> {
    form::KINDS.into_iter().filter_map(|kind| JobKind::try_new(kind).ok())
}
