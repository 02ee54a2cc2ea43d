//! Taking the next job.

use std::fmt::Write as _;

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::job::{Claim, ClaimRequest};
use ragstone_core::{JobId, Result, TenantId};

use super::change::{Locked, take_turn};
use crate::sql::{Dialect, Statement, Transaction, Value};

/// Whether there may be something to claim or to recover; costs no transaction.
pub(super) fn look(dialect: &'static Dialect, request: &ClaimRequest) -> Statement<'static> {
    let now = dialect.now_millis;
    Statement::of_parts(&[
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' AND lane = $1 AND run_at <= ",
        now,
        ") OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND expires_at <= ",
        now,
        ")",
    ])
    .bind(request.lane.name())
}

/// Claims take turns, so that limits hold across processes; jobs that are being changed are left out meanwhile.
pub(super) async fn claim(
    mut tx: Box<dyn Transaction>,
    dialect: &'static Dialect,
    request: ClaimRequest,
) -> Result<Option<Claim>> {
    take_turn(&mut *tx, dialect).await?;
    for mut abandoned in Locked::abandoned(&mut *tx, dialect).await? {
        abandoned.record.recover(abandoned.now);
        abandoned.store(&mut *tx).await?;
    }
    let claim = match next(&mut *tx, dialect, &request).await? {
        Some((tenant, id)) => {
            let mut locked = Locked::own(&mut *tx, dialect, &tenant, id).await?;
            let claim = locked.record.claim(&request, locked.now);
            locked.store(&mut *tx).await?;
            reach(FailPoint::CatalogJobClaimCommit)?;
            Some(claim)
        }
        None => None,
    };
    tx.commit().await?;
    if claim.is_some() {
        reach(FailPoint::CatalogJobClaimed)?;
    }
    Ok(claim)
}

async fn next(
    tx: &mut dyn Transaction,
    dialect: &'static Dialect,
    request: &ClaimRequest,
) -> Result<Option<(TenantId, JobId)>> {
    let rows = tx.fetch(next_statement(dialect, request)).await?;
    let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
    let tenant = TenantId::try_new(row.text()?)?;
    Ok(Some((tenant, row.job_id()?)))
}

fn next_statement(dialect: &'static Dialect, request: &ClaimRequest) -> Statement<'static> {
    let mut kinds = String::new();
    let mut values = vec![Value::from(request.lane.name()), Value::from(request.most_per_tenant)];
    for (kind, most) in &request.kinds {
        let place = values.len() + 1;
        let joint = if kinds.is_empty() { "" } else { " OR " };
        let _infallible = write!(
            kinds,
            "{joint}(kind = ${place} AND (SELECT count(*) FROM jobs other
                 WHERE other.state = 'running' AND other.kind = ${place}) < ${})",
            place + 1
        );
        values.extend([Value::from(kind.as_str().to_owned()), Value::from(*most)]);
    }
    let sql = [
        "SELECT tenant, id FROM jobs WHERE state = 'queued' AND lane = $1 AND run_at <= ",
        dialect.now_millis,
        " AND (SELECT count(*) FROM jobs other
               WHERE other.state = 'running' AND other.tenant = jobs.tenant) < $2
           AND (",
        &kinds,
        ") ORDER BY priority DESC, run_at, id LIMIT 1",
        dialect.lock_free_rows,
    ];
    Statement::generated(sql.concat()).bind_all(values)
}
