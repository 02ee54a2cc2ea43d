//! Changes of one job: its row is read, locked, changed by the rules of core and written back.

use ragstone_core::job::{Claim, Job, JobKey, JobRecord, lost, not_found};
use ragstone_core::{JobId, Result, TenantId, Timestamp};

use super::attachment;
use super::row::{JOB, RECORD, read_job, read_record, update};
use crate::sql::{Dialect, Row, Statement, Transaction};

/// A job with the time at which it was read, by the clock of the database.
pub(super) struct Locked {
    pub(super) record: JobRecord,
    pub(super) now: Timestamp,
}

impl Locked {
    fn read(mut row: Row) -> Result<Self> {
        let now = row.timestamp()?;
        Ok(Self { record: read_record(&mut row)?, now })
    }

    /// The job of a claim that is still valid.
    pub(super) async fn claimed(
        tx: &mut dyn Transaction,
        dialect: &'static Dialect,
        claim: &Claim,
    ) -> Result<Self> {
        let locked = Self::find(tx, dialect, claim.job.id).await?.ok_or_else(|| lost(claim))?;
        locked.record.check_held_by(claim, locked.now)?;
        Ok(locked)
    }

    /// A job of a tenant.
    pub(super) async fn own(
        tx: &mut dyn Transaction,
        dialect: &'static Dialect,
        tenant: &TenantId,
        id: JobId,
    ) -> Result<Self> {
        let found = Self::find(tx, dialect, id).await?;
        found.filter(|locked| locked.record.job.tenant == *tenant).ok_or_else(|| not_found(id))
    }

    async fn find(tx: &mut dyn Transaction, dialect: &'static Dialect, id: JobId) -> Result<Option<Self>> {
        let find = select(dialect, " WHERE id = $1", dialect.lock_rows).bind(id);
        tx.fetch(find).await?.into_iter().next().map(Self::read).transpose()
    }

    /// Jobs whose workers left them behind, a few at a time.
    pub(super) async fn abandoned(tx: &mut dyn Transaction, dialect: &'static Dialect) -> Result<Vec<Self>> {
        let which = [" WHERE state = 'running' AND expires_at <= ", dialect.now_millis, " LIMIT 64"].concat();
        let find = select(dialect, &which, dialect.lock_free_rows);
        tx.fetch(find).await?.into_iter().map(Self::read).collect()
    }

    /// Writes the job back, and drops an attachment that is of no use any more.
    pub(super) async fn store(&self, tx: &mut dyn Transaction) -> Result<()> {
        tx.execute(update(&self.record)).await?;
        if self.record.is_done_with_attachment() {
            attachment::delete(tx, self.record.job.id).await?;
        }
        Ok(())
    }
}

/// Waits until no other transaction, of any process, claims, queues by a key, or queues again.
pub(super) async fn take_turn(tx: &mut dyn Transaction, dialect: &'static Dialect) -> Result<()> {
    tx.fetch(Statement::new(dialect.lock_counter).bind("job_claims")).await.map(|_| ())
}

/// The unfinished job that does the work of the key of another one.
pub(super) async fn worker_of_key(tx: &mut dyn Transaction, like: &Job) -> Result<Option<Job>> {
    let Some(key) = like.key.as_ref().map(JobKey::as_str) else { return Ok(None) };
    let which = " WHERE tenant = $1 AND kind = $2 AND key = $3 AND state IN ('queued', 'running')";
    let find = Statement::generated(["SELECT ", JOB, " FROM jobs", which].concat())
        .bind(&like.tenant)
        .bind(like.kind.as_str())
        .bind(key);
    tx.fetch(find).await?.into_iter().next().map(|mut row| read_job(&mut row)).transpose()
}

fn select(dialect: &'static Dialect, which: &str, lock: &str) -> Statement<'static> {
    Statement::generated(
        ["SELECT ", dialect.now_millis, ", ", JOB, RECORD, " FROM jobs", which, lock].concat(),
    )
}
