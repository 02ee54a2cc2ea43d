//! Keys of requests that may be repeated, and the writes that are bound to them.
//!
//! Keys have nothing to do with sequences. What becomes of a request is core's to say ([`KeyRecord`]). A write that is bound
//! reads the row of its request at its begin, locks it, and keeps what it did there before it commits: so a request is
//! taken up again either before the write or after it, and then sees what it did.

use std::time::Duration;

use ragstone_core::idempotency::{KeptAnswer, KeyClaim, KeyPolicy, KeyState, KeyedRequest, lost};
use ragstone_core::lease::check_ttl;
use ragstone_core::port::IdempotencyStore;
use ragstone_core::{CallContext, HolderId, KeyedRequestId, Result};

use self::begin::{Place, begin};
use self::row::{Locked, update};
use crate::catalog::Catalog;
use crate::sql::{Database, Statement, Transaction, Value};

mod begin;
mod bound;
mod effect;
mod row;

pub(crate) use self::bound::{earlier, keep};

impl<D: Database> IdempotencyStore for Catalog<D> {
    async fn begin_request(
        &self,
        ctx: &CallContext,
        request: &KeyedRequest,
        id: KeyedRequestId,
        holder: HolderId,
        policy: &KeyPolicy,
    ) -> Result<KeyState> {
        const OPERATION: &str = "catalog.begin_request";
        request.check().and_then(|()| policy.check()).map_err(|error| error.with_operation(OPERATION))?;
        let dialect = self.dialect();
        let place = Place::of(ctx, request);
        let known = self.read(ctx, OPERATION, place.find(dialect, "")).await?.into_iter().next();
        if let Some(state) =
            begin::seen(known, request, holder).map_err(|error| error.with_operation(OPERATION))?
        {
            return Ok(state);
        }
        let (request, policy) = (request.clone(), *policy);
        self.beside(ctx, OPERATION, move |tx| begin(tx, dialect, place, request, id, holder, policy)).await
    }

    async fn renew_request(&self, ctx: &CallContext, claim: &KeyClaim, hold: Duration) -> Result<()> {
        const OPERATION: &str = "catalog.renew_request";
        check_ttl(hold).map_err(|error| error.with_operation(OPERATION))?;
        let (dialect, claim) = (self.dialect(), claim.clone());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let mut locked = Locked::claimed(&mut *tx, dialect, &claim).await?;
            locked.record.renew(hold, locked.now);
            tx.execute(update(&locked.record)).await?;
            tx.commit().await
        };
        self.beside(ctx, OPERATION, body).await
    }

    async fn finish_request(
        &self,
        ctx: &CallContext,
        claim: &KeyClaim,
        answer: Option<KeptAnswer>,
    ) -> Result<()> {
        const OPERATION: &str = "catalog.finish_request";
        answer.as_ref().map_or(Ok(()), KeptAnswer::check).map_err(|error| error.with_operation(OPERATION))?;
        let (dialect, claim) = (self.dialect(), claim.clone());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let mut locked = Locked::find(&mut *tx, dialect, &claim).await?.ok_or_else(|| lost(&claim))?;
            locked.record.finish(&claim, answer, locked.now)?;
            tx.execute(update(&locked.record)).await?;
            tx.commit().await
        };
        self.beside(ctx, OPERATION, body).await
    }

    async fn release_request(&self, ctx: &CallContext, claim: &KeyClaim) -> Result<()> {
        let (dialect, claim) = (self.dialect(), claim.clone());
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let Some(mut locked) = Locked::find(&mut *tx, dialect, &claim).await? else {
                return tx.rollback().await;
            };
            let statement = if locked.record.release(&claim) {
                Statement::new("DELETE FROM keyed_requests WHERE request = $1").bind(claim.request)
            } else {
                update(&locked.record)
            };
            tx.execute(statement).await?;
            tx.commit().await
        };
        self.beside(ctx, "catalog.release_request", body).await
    }

    async fn forget_requests(&self, ctx: &CallContext, most: u32) -> Result<u64> {
        const OPERATION: &str = "catalog.forget_requests";
        let dialect = self.dialect();
        if self.read(ctx, OPERATION, expired(dialect.now_millis, "", 1)).await?.is_empty() {
            return Ok(0);
        }
        let body = move |mut tx: Box<dyn Transaction>| async move {
            let find = expired(dialect.now_millis, dialect.lock_free_rows, most);
            let requests = tx.fetch(find).await?.into_iter().map(|mut row| row.request_id());
            let requests = requests.collect::<Result<Vec<_>>>()?;
            for batch in requests.chunks(64) {
                let ids = batch.iter().copied().map(Value::from);
                let delete = "DELETE FROM keyed_requests WHERE request IN ";
                tx.execute(Statement::with_list(delete, 1, batch.len(), "").bind_all(ids)).await?;
            }
            tx.commit().await?;
            Ok(requests.len() as u64)
        };
        self.beside(ctx, OPERATION, body).await
    }
}

/// Requests whose time is over and that nobody does, the oldest first.
fn expired(now: &'static str, lock: &'static str, most: u32) -> Statement<'static> {
    Statement::of_parts(&[
        "SELECT request FROM keyed_requests WHERE expires_at <= ",
        now,
        " AND (held_until IS NULL OR held_until <= ",
        now,
        ") ORDER BY expires_at LIMIT $1",
        lock,
    ])
    .bind(most)
}
