//! Leases: rows with a holder, a token and an end by the clock of the database.
//!
//! Each call is one statement, which the database runs alone on the row, so of many holders one wins. A row stays
//! when its lease ends, because the next token is greater than the one it keeps.

use std::time::Duration;

use ragstone_core::lease::{FencingToken, Lease, LeaseName, check_ttl, lost};
use ragstone_core::port::Leases;
use ragstone_core::{CallContext, HolderId, Result};

use crate::catalog::Catalog;
use crate::sql::{Database, Statement, Value};

impl<D: Database> Leases for Catalog<D> {
    async fn acquire(
        &self,
        ctx: &CallContext,
        name: &LeaseName,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<Lease>> {
        const OPERATION: &str = "catalog.acquire_lease";
        check_ttl(ttl).map_err(|error| error.with_operation(OPERATION))?;
        let now = self.dialect().now_millis;
        let take = Statement::of_parts(&[
            "INSERT INTO leases (name, holder, token, expires_at) VALUES ($1, $2, 1, ",
            now,
            " + $3) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = leases.token + 1,
                 expires_at = excluded.expires_at
             WHERE leases.holder = excluded.holder OR leases.expires_at <= ",
            now,
            " RETURNING token",
        ])
        .bind(name.as_str().to_owned())
        .bind(holder)
        .bind(millis(ttl));
        let rows = self.aside(ctx, OPERATION, take).await?;
        let token = rows.into_iter().next().map(|mut row| row.count()).transpose()?;
        Ok(token.map(|token| Lease { name: name.clone(), holder, token: FencingToken(token), ttl }))
    }

    async fn renew(&self, ctx: &CallContext, lease: &Lease, ttl: Duration) -> Result<Lease> {
        const OPERATION: &str = "catalog.renew_lease";
        check_ttl(ttl).map_err(|error| error.with_operation(OPERATION))?;
        let now = self.dialect().now_millis;
        let prolong = Statement::of_parts(&[
            "UPDATE leases SET expires_at = ",
            now,
            " + $4 WHERE name = $1 AND holder = $2 AND token = $3 AND expires_at > ",
            now,
            " RETURNING token",
        ]);
        let rows = self.aside(ctx, OPERATION, of_lease(prolong, lease).bind(millis(ttl))).await?;
        if rows.is_empty() {
            return Err(lost(lease).with_operation(OPERATION));
        }
        Ok(Lease { ttl, ..lease.clone() })
    }

    async fn release(&self, ctx: &CallContext, lease: &Lease) -> Result<()> {
        let give_back = Statement::new(
            "UPDATE leases SET expires_at = 0 WHERE name = $1 AND holder = $2 AND token = $3 RETURNING token",
        );
        self.aside(ctx, "catalog.release_lease", of_lease(give_back, lease)).await?;
        Ok(())
    }
}

/// Binds the name, the holder and the token of a lease.
fn of_lease(statement: Statement<'static>, lease: &Lease) -> Statement<'static> {
    statement.bind(lease.name.as_str().to_owned()).bind(lease.holder).bind(Value::count(lease.token.0))
}

/// Whole milliseconds; what a check has let through fits.
fn millis(ttl: Duration) -> i64 {
    i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)
}
