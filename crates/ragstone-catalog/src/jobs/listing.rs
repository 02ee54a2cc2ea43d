//! Pages of jobs, and forgetting old ones.

use std::fmt::Write as _;

use ragstone_core::job::{JobFilter, JobKind, Retention};
use ragstone_core::page::PageRequest;
use ragstone_core::{CallContext, JobId, Result};

use super::row::{JOB, millis};
use crate::sql::{Dialect, Statement, Transaction, Value};

/// Newest first; one more than the page holds, which says whether there are more.
pub(super) fn page<'q>(
    ctx: &'q CallContext,
    filter: &'q JobFilter,
    page: &PageRequest,
) -> Result<Statement<'q>> {
    let after = page.after_key().map(str::parse::<JobId>).transpose()?;
    let mut sql = ["SELECT ", JOB, " FROM jobs WHERE tenant = $1"].concat();
    let mut values = vec![Value::from(ctx.tenant())];
    let mut narrow = |condition: &str, value: Value<'q>| {
        values.push(value);
        let _infallible = write!(sql, " AND {condition} ${}", values.len());
    };
    if let Some(after) = after {
        narrow("id <", Value::from(after));
    }
    if let Some(state) = filter.state {
        narrow("state =", Value::from(state.name()));
    }
    if let Some(kind) = filter.kind.as_ref().map(JobKind::as_str) {
        narrow("kind =", Value::from(kind));
    }
    values.push(Value::from(page.size() + 1));
    let _infallible = write!(sql, " ORDER BY id DESC LIMIT ${}", values.len());
    Ok(Statement::generated(sql).bind_all(values))
}

/// Jobs that have been in their final state for long enough, the oldest first.
pub(super) fn old(
    dialect: &'static Dialect,
    retention: Retention,
    most: u32,
    lock: &'static str,
) -> Statement<'static> {
    let find = Statement::of_parts(&[
        "SELECT id FROM jobs WHERE finished_at IS NOT NULL
             AND finished_at <= ",
        dialect.now_millis,
        " - CASE WHEN state = 'dead' THEN $1 ELSE $2 END ORDER BY finished_at LIMIT $3",
        lock,
    ]);
    find.bind(millis(retention.dead)).bind(millis(retention.done)).bind(most)
}

pub(super) async fn purge(
    mut tx: Box<dyn Transaction>,
    dialect: &'static Dialect,
    retention: Retention,
    most: u32,
) -> Result<u64> {
    let find = old(dialect, retention, most, dialect.lock_free_rows);
    let old = tx.fetch(find).await?.into_iter().map(|mut row| row.job_id()).collect::<Result<Vec<_>>>()?;
    for batch in old.chunks(64) {
        for delete in ["DELETE FROM job_attachments WHERE job IN ", "DELETE FROM jobs WHERE id IN "] {
            let ids = batch.iter().copied().map(Value::from);
            tx.execute(Statement::with_list(delete, 1, batch.len(), "").bind_all(ids)).await?;
        }
    }
    tx.commit().await?;
    Ok(old.len() as u64)
}
