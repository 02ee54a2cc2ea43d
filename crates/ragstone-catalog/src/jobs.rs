//! The queue of jobs.
//!
//! Jobs have nothing to do with sequences; their changes take turns beside those of documents. What a job may become is
//! core's to say ([`JobRecord`]): a change reads the row, locks it, and writes it back.

use std::time::Duration;

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::job::{
    Claim, ClaimRequest, Job, JobCount, JobFilter, JobKind, JobProgress, JobReceipt, JobRecord, JobState,
    Lane, NewJob, Outcome, Renewal, Retention, done_elsewhere, not_found,
};
use ragstone_core::lease::check_ttl;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::port::JobQueue;
use ragstone_core::{CallContext, JobId, Result, TenantId};

use self::change::{Locked, take_turn, worker_of_key};
pub(crate) use self::row::insert as insert_job;
use self::row::{JOB, read_job};
use crate::catalog::Catalog;
use crate::collections::page_of;
use crate::keys;
use crate::sql::{Database, Row, Statement, Transaction, corrupt};

mod attachment;
mod change;
mod claim;
mod enqueue;
mod listing;
mod row;

impl<D: Database> JobQueue for Catalog<D> {
    async fn enqueue(&self, ctx: &CallContext, new: NewJob) -> Result<JobReceipt> {
        const OPERATION: &str = "catalog.enqueue_job";
        new.check().map_err(|error| error.with_operation(OPERATION))?;
        let (dialect, caller) = (self.dialect(), ctx.clone());
        self.beside(ctx, OPERATION, move |tx| enqueue::enqueue(tx, dialect, caller, new)).await
    }

    async fn claim(&self, ctx: &CallContext, request: &ClaimRequest) -> Result<Option<Claim>> {
        const OPERATION: &str = "catalog.claim_job";
        request.check().map_err(|error| error.with_operation(OPERATION))?;
        let dialect = self.dialect();
        if self.read(ctx, OPERATION, claim::look(dialect, request)).await?.is_empty() {
            return Ok(None);
        }
        let request = request.clone();
        self.beside(ctx, OPERATION, move |tx| claim::claim(tx, dialect, request)).await
    }

    async fn attachment(&self, ctx: &CallContext, claim: &Claim) -> Result<Vec<u8>> {
        let (dialect, claim) = (self.dialect(), claim.clone());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            Locked::claimed(&mut *tx, dialect, &claim).await?;
            let attachment = attachment::read(&mut *tx, claim.job.id).await?;
            tx.rollback().await?;
            Ok(attachment)
        };
        self.beside(ctx, "catalog.job_attachment", body).await
    }

    async fn renew(
        &self,
        ctx: &CallContext,
        claim: &Claim,
        progress: JobProgress,
        ttl: Duration,
    ) -> Result<Renewal> {
        const OPERATION: &str = "catalog.renew_job";
        check_ttl(ttl).map_err(|error| error.with_operation(OPERATION))?;
        let change = move |locked: &mut Locked| locked.record.renew(progress, locked.now, ttl);
        let record = self.change_claimed(ctx, OPERATION, claim, change).await?;
        Ok(Renewal { is_cancel_requested: record.job.is_cancel_requested })
    }

    async fn finish(&self, ctx: &CallContext, claim: &Claim, outcome: Outcome) -> Result<JobState> {
        const OPERATION: &str = "catalog.finish_job";
        outcome.check().map_err(|error| error.with_operation(OPERATION))?;
        let change = move |locked: &mut Locked| locked.record.finish(outcome, locked.now);
        Ok(self.change_claimed(ctx, OPERATION, claim, change).await?.job.state)
    }

    async fn job(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        const OPERATION: &str = "catalog.job";
        let rows = self.read(ctx, OPERATION, by_id(ctx.tenant(), id)).await?;
        only(rows, id).map_err(|error| error.with_operation(OPERATION))
    }

    async fn jobs(&self, ctx: &CallContext, filter: &JobFilter, page: &PageRequest) -> Result<Page<Job>> {
        const OPERATION: &str = "catalog.jobs";
        let statement = listing::page(ctx, filter, page).map_err(|error| error.with_operation(OPERATION))?;
        let rows = self.read(ctx, OPERATION, statement).await?;
        page_of(rows, page, read_job, |job| job.id.to_string())
    }

    async fn cancel(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        let (dialect, tenant) = (self.dialect(), ctx.tenant().clone());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let mut locked = Locked::own(&mut *tx, dialect, &tenant, id).await?;
            locked.record.cancel(locked.now)?;
            locked.store(&mut *tx).await?;
            tx.commit().await?;
            Ok(locked.record.job)
        };
        self.beside(ctx, "catalog.cancel_job", body).await
    }

    async fn retry(&self, ctx: &CallContext, id: JobId) -> Result<Job> {
        let (dialect, tenant, claim) = (self.dialect(), ctx.tenant().clone(), ctx.bound_claim().cloned());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            take_turn(&mut *tx, dialect).await?;
            if let Some(claim) = &claim
                && let Some(job) = keys::earlier::<JobId>(&mut *tx, dialect, claim).await?
            {
                return Ok(Locked::own(&mut *tx, dialect, &tenant, job).await?.record.job);
            }
            let mut locked = Locked::own(&mut *tx, dialect, &tenant, id).await?;
            locked.record.retry(locked.now)?;
            if worker_of_key(&mut *tx, &locked.record.job).await?.is_some() {
                return Err(done_elsewhere(&locked.record.job));
            }
            locked.store(&mut *tx).await?;
            if let Some(claim) = &claim {
                keys::keep(&mut *tx, claim, &id).await?;
            }
            tx.commit().await?;
            Ok(locked.record.job)
        };
        self.beside(ctx, "catalog.retry_job", body).await
    }

    async fn purge(&self, ctx: &CallContext, retention: Retention, most: u32) -> Result<u64> {
        const OPERATION: &str = "catalog.purge_jobs";
        let dialect = self.dialect();
        if self.read(ctx, OPERATION, listing::old(dialect, retention, 1, "")).await?.is_empty() {
            return Ok(0);
        }
        self.beside(ctx, OPERATION, move |tx| listing::purge(tx, dialect, retention, most)).await
    }

    async fn counts(&self, ctx: &CallContext) -> Result<Vec<JobCount>> {
        let count = Statement::new("SELECT kind, lane, state, count(*) FROM jobs GROUP BY kind, lane, state");
        self.read(ctx, "catalog.job_counts", count).await?.into_iter().map(read_count).collect()
    }
}

/// Finds a job of a tenant.
pub(crate) async fn find_job(tx: &mut dyn Transaction, tenant: &TenantId, id: JobId) -> Result<Job> {
    only(tx.fetch(by_id(tenant, id)).await?, id)
}

fn by_id(tenant: &TenantId, id: JobId) -> Statement<'_> {
    Statement::generated(["SELECT ", JOB, " FROM jobs WHERE tenant = $1 AND id = $2"].concat())
        .bind(tenant)
        .bind(id)
}

fn only(rows: Vec<Row>, id: JobId) -> Result<Job> {
    read_job(&mut rows.into_iter().next().ok_or_else(|| not_found(id))?)
}

impl<D: Database> Catalog<D> {
    /// Changes the job of a claim that is still valid.
    async fn change_claimed(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        claim: &Claim,
        change: impl FnOnce(&mut Locked) + Send + 'static,
    ) -> Result<JobRecord> {
        let (dialect, claim) = (self.dialect(), claim.clone());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let mut locked = Locked::claimed(&mut *tx, dialect, &claim).await?;
            change(&mut locked);
            locked.store(&mut *tx).await?;
            reach(FailPoint::CatalogJobChangeCommit)?;
            tx.commit().await?;
            reach(FailPoint::CatalogJobChanged)?;
            Ok(locked.record)
        };
        self.beside(ctx, operation, body).await
    }
}

fn read_count(mut row: Row) -> Result<JobCount> {
    let unknown = || corrupt("a job holds an unknown kind, lane or state");
    Ok(JobCount {
        kind: JobKind::try_new(row.text()?).map_err(|_| unknown())?,
        lane: Lane::from_name(&row.text()?).ok_or_else(unknown)?,
        state: JobState::from_name(&row.text()?).ok_or_else(unknown)?,
        count: row.count()?,
    })
}
