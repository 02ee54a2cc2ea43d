//! Storing a new job with its attachment.

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::job::{EnqueueEffect, Job, JobReceipt, JobRecord, NewJob, id_taken};
use ragstone_core::{CallContext, Error, ErrorKind, Result, Timestamp};

use super::attachment;
use super::change::{take_turn, worker_of_key};
use super::row::{JOB, insert, read_job};
use crate::sql::{Dialect, Statement, Transaction, corrupt};

pub(super) async fn enqueue(
    mut tx: Box<dyn Transaction>,
    dialect: &'static Dialect,
    ctx: CallContext,
    mut new: NewJob,
) -> Result<JobReceipt> {
    if new.key.is_some() {
        take_turn(&mut *tx, dialect).await?;
    }
    let attachment = std::mem::take(&mut new.attachment);
    let record = JobRecord::new(&ctx, new, now(&mut *tx, dialect).await?);
    if tx.execute(insert(&record)).await? > 0 {
        reach(FailPoint::CatalogJobRecorded)?;
        attachment::store(&mut *tx, record.job.id, &attachment).await?;
        reach(FailPoint::CatalogJobEnqueueCommit)?;
        tx.commit().await?;
        reach(FailPoint::CatalogJobEnqueued)?;
        return Ok(JobReceipt { job: record.job, effect: EnqueueEffect::Enqueued });
    }
    let existing = existing(&mut *tx, &record.job).await?;
    tx.rollback().await?;
    let job = existing.ok_or_else(|| {
        Error::new(ErrorKind::Unavailable, "the job that does this work ended just now")
            .with_help("try again")
    })?;
    Ok(JobReceipt { job, effect: EnqueueEffect::Existing })
}

async fn now(tx: &mut dyn Transaction, dialect: &'static Dialect) -> Result<Timestamp> {
    let rows = tx.fetch(Statement::of_parts(&["SELECT ", dialect.now_millis])).await?;
    rows.into_iter().next().ok_or_else(|| corrupt("the database tells no time"))?.timestamp()
}

/// The job that made a new one needless; `None` where it has ended meanwhile.
async fn existing(tx: &mut dyn Transaction, new: &Job) -> Result<Option<Job>> {
    let by_id = Statement::generated(["SELECT ", JOB, " FROM jobs WHERE id = $1"].concat()).bind(new.id);
    if let Some(mut row) = tx.fetch(by_id).await?.into_iter().next() {
        let job = read_job(&mut row)?;
        return if job.tenant == new.tenant { Ok(Some(job)) } else { Err(id_taken(new.id)) };
    }
    worker_of_key(tx, new).await
}
