//! A job as a row.

use std::time::Duration;

use ragstone_core::job::{Job, JobFailure, JobKey, JobKind, JobProgress, JobRecord, JobState, Lane};
use ragstone_core::lease::FencingToken;
use ragstone_core::{Error, ErrorKind, Result, TenantId};

use crate::sql::{Row, Statement, Value, corrupt};

/// What is told of a job, in the order of [`read_job`].
pub(super) const JOB: &str = "id, tenant, kind, lane, priority, key, state, is_cancel_requested, attempts, \
     max_attempts, every, progress_done, progress_total, result, failure_kind, failure_reason, created_by, \
     created_at, run_at, started_at, finished_at";
/// What only the queue knows, behind [`JOB`], in the order of [`read_record`].
pub(super) const RECORD: &str = ", payload, token, holder, expires_at";

pub(super) fn read_job(row: &mut Row) -> Result<Job> {
    let unknown = |_: Error| corrupt("a job holds a name that is not allowed");
    Ok(Job {
        id: row.job_id()?,
        tenant: TenantId::try_new(row.text()?).map_err(unknown)?,
        kind: JobKind::try_new(row.text()?).map_err(unknown)?,
        lane: Lane::from_name(&row.text()?).ok_or_else(|| corrupt("a job holds an unknown lane"))?,
        priority: u8::try_from(row.integer()?).map_err(|_| corrupt("a job holds an unknown priority"))?,
        key: row.optional_text()?.map(JobKey::try_new).transpose().map_err(unknown)?,
        state: JobState::from_name(&row.text()?).ok_or_else(|| corrupt("a job holds an unknown state"))?,
        is_cancel_requested: row.flag()?,
        attempts: row.small_count()?,
        max_attempts: row.small_count()?,
        every: row.optional_integer()?.map(|millis| Duration::from_millis(millis.unsigned_abs())),
        progress: JobProgress { done: row.count()?, total: row.optional_integer()?.map(i64::unsigned_abs) },
        result: row.optional_text()?,
        failure: read_failure(row)?,
        created_by: row.text()?,
        created_at: row.timestamp()?,
        run_at: row.timestamp()?,
        started_at: row.optional_timestamp()?,
        finished_at: row.optional_timestamp()?,
    })
}

fn read_failure(row: &mut Row) -> Result<Option<JobFailure>> {
    let (kind, reason) = (row.optional_text()?, row.optional_text()?);
    let (Some(kind), Some(reason)) = (kind, reason) else { return Ok(None) };
    let kind =
        ErrorKind::from_reason(&kind).ok_or_else(|| corrupt("a job holds an unknown kind of failure"))?;
    Ok(Some(JobFailure { kind, reason }))
}

pub(super) fn read_record(row: &mut Row) -> Result<JobRecord> {
    let job = read_job(row)?;
    let (payload, token) = (row.text()?, FencingToken(row.count()?));
    let held = row.optional_holder()?.zip(row.optional_timestamp()?);
    Ok(JobRecord { job, payload, token, held })
}

/// Stores a new job, unless its id is in use or another one does the work of its key.
pub(crate) fn insert(record: &JobRecord) -> Statement<'_> {
    let job = &record.job;
    Statement::new(
        "INSERT INTO jobs (id, tenant, kind, lane, priority, key, payload, max_attempts, every, created_by, created_at,
             run_at, state, is_cancel_requested, attempts, progress_done, token)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'queued', 0, 0, 0, 0)
         ON CONFLICT DO NOTHING",
    )
    .bind(job.id)
    .bind(&job.tenant)
    .bind(job.kind.as_str())
    .bind(job.lane.name())
    .bind(u32::from(job.priority))
    .bind(job.key.as_ref().map(JobKey::as_str))
    .bind(record.payload.as_str())
    .bind(job.max_attempts)
    .bind(job.every.map(millis))
    .bind(job.created_by.as_str())
    .bind(job.created_at)
    .bind(job.run_at)
}

/// Stores all of a job that ever changes.
pub(super) fn update(record: &JobRecord) -> Statement<'_> {
    let job = &record.job;
    let (holder, expires_at) = record.held.unzip();
    let failure = job.failure.as_ref();
    Statement::new(
        "UPDATE jobs SET state = $2, is_cancel_requested = $3, attempts = $4, progress_done = $5,
             progress_total = $6, result = $7, failure_kind = $8, failure_reason = $9, run_at = $10,
             started_at = $11, finished_at = $12, token = $13, holder = $14, expires_at = $15
         WHERE id = $1",
    )
    .bind(job.id)
    .bind(job.state.name())
    .bind(job.is_cancel_requested)
    .bind(job.attempts)
    .bind(Value::count(job.progress.done))
    .bind(job.progress.total.map_or(Value::Null, Value::count))
    .bind(job.result.as_deref())
    .bind(failure.map(|failure| failure.kind.codes().reason))
    .bind(failure.map(|failure| failure.reason.as_str()))
    .bind(job.run_at)
    .bind(job.started_at)
    .bind(job.finished_at)
    .bind(Value::count(record.token.0))
    .bind(holder)
    .bind(expires_at)
}

/// Whole milliseconds; what a check has let through fits.
pub(super) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
