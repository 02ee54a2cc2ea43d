//! Making a whole upload a job.

use ragstone_core::job::{EnqueueEffect, JobReceipt, JobRecord, NewJob};
use ragstone_core::{CallContext, JobId, Result, UploadId};

use super::row::{Locked, Owner};
use crate::jobs::{find_job, insert_job};
use crate::sql::{Dialect, Statement, Transaction};

pub(super) async fn finish(
    mut tx: Box<dyn Transaction>,
    dialect: &'static Dialect,
    ctx: CallContext,
    id: UploadId,
    new: NewJob,
) -> Result<JobReceipt> {
    let mut locked = Locked::own(&mut *tx, dialect, &Owner::of(&ctx), id).await?;
    if let Some(job) = locked.upload.job {
        return existing(tx, &ctx, job).await;
    }
    locked.upload.check_whole()?;
    let record = JobRecord::new(&ctx, new, locked.now);
    if tx.execute(insert_job(&record)).await? == 0 {
        return existing(tx, &ctx, record.job.id).await;
    }
    let copy = Statement::new(
        "INSERT INTO job_attachments (job, block, bytes) SELECT $2, block, bytes FROM upload_blocks WHERE upload = $1",
    );
    tx.execute(copy.bind(id).bind(record.job.id)).await?;
    tx.execute(Statement::new("DELETE FROM upload_blocks WHERE upload = $1").bind(id)).await?;
    locked.upload.job = Some(record.job.id);
    locked.store(&mut *tx).await?;
    tx.commit().await?;
    Ok(JobReceipt { job: record.job, effect: EnqueueEffect::Enqueued })
}

/// The receipt of a job that is there already.
async fn existing(mut tx: Box<dyn Transaction>, ctx: &CallContext, job: JobId) -> Result<JobReceipt> {
    let job = find_job(&mut *tx, ctx.tenant(), job).await?;
    tx.rollback().await?;
    Ok(JobReceipt { job, effect: EnqueueEffect::Existing })
}
