//! Looking a key up, and taking its request up.

use ragstone_core::idempotency::{KeyPolicy, KeyRecord, KeyState, KeyedRequest, too_many};
use ragstone_core::{CallContext, Error, ErrorKind, HolderId, KeyedRequestId, Result, Timestamp};

use super::row::{Locked, select_by_key, update};
use crate::sql::{Dialect, Row, Statement, Transaction, Value, corrupt};

/// Whose key it is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    tenant: String,
    principal: String,
    operation: String,
    key: String,
}

impl Place {
    pub(super) fn of(ctx: &CallContext, request: &KeyedRequest) -> Self {
        Self {
            tenant: ctx.tenant().as_str().to_owned(),
            principal: ctx.principal().name().to_owned(),
            operation: request.operation.clone(),
            key: request.key.as_str().to_owned(),
        }
    }

    fn values(&self) -> [Value<'static>; 4] {
        [&self.tenant, &self.principal, &self.operation, &self.key].map(|part| Value::from(part.clone()))
    }

    pub(super) fn find(&self, dialect: &'static Dialect, lock: &'static str) -> Statement<'static> {
        select_by_key(dialect, lock).bind_all(self.values())
    }
}

/// What a row says without a transaction; `None` where the request may be taken up.
pub(super) fn seen(row: Option<Row>, request: &KeyedRequest, holder: HolderId) -> Result<Option<KeyState>> {
    let Some(Locked { mut record, now }) = row.map(Locked::read).transpose()? else { return Ok(None) };
    let is_open = record.answer.is_none() && !record.is_held(now);
    if is_open || record.is_expired(now) {
        return Ok(None);
    }
    record.repeat(request, holder, std::time::Duration::ZERO, now).map(Some)
}

pub(super) async fn begin(
    mut tx: Box<dyn Transaction>,
    dialect: &'static Dialect,
    place: Place,
    request: KeyedRequest,
    id: KeyedRequestId,
    holder: HolderId,
    policy: KeyPolicy,
) -> Result<KeyState> {
    // Another process may come first between the two statements: then its row is there at the second look.
    for _ in 0..2 {
        let known = tx.fetch(place.find(dialect, dialect.lock_rows)).await?.into_iter().next();
        if let Some(mut locked) = known.map(Locked::read).transpose()? {
            if !locked.record.is_expired(locked.now) {
                let state = locked.record.repeat(&request, holder, policy.hold, locked.now)?;
                tx.execute(update(&locked.record)).await?;
                tx.commit().await?;
                return Ok(state);
            }
            forget(&mut *tx, locked.record.request).await?;
        }
        let now = check_room(&mut *tx, dialect, &place, &policy).await?;
        let record = KeyRecord::new(id, &request, holder, &policy, now);
        if tx.execute(insert(&place, &record)).await? > 0 {
            let claim = record.claim().ok_or_else(|| corrupt("a new request has no holder"))?;
            tx.commit().await?;
            return Ok(KeyState::Claimed(claim));
        }
    }
    tx.rollback().await?;
    Err(Error::new(ErrorKind::Unavailable, "the key changed hands just now").with_help("try again"))
}

async fn forget(tx: &mut dyn Transaction, request: KeyedRequestId) -> Result<()> {
    let delete = Statement::new("DELETE FROM keyed_requests WHERE request = $1").bind(request);
    tx.execute(delete).await.map(|_| ())
}

/// Refuses a new key where the tenant has no room; answers with the time.
async fn check_room(
    tx: &mut dyn Transaction,
    dialect: &'static Dialect,
    place: &Place,
    policy: &KeyPolicy,
) -> Result<Timestamp> {
    let now = dialect.now_millis;
    let count = Statement::of_parts(&[
        "SELECT ",
        now,
        ", count(*), CAST(coalesce(sum(answer_len), 0) AS BIGINT) FROM keyed_requests
         WHERE tenant = $1 AND expires_at > ",
        now,
    ])
    .bind(place.tenant.clone());
    let row = tx.fetch(count).await?.into_iter().next();
    let mut row = row.ok_or_else(|| corrupt("a count has no row"))?;
    let (now, keys, bytes) = (row.timestamp()?, row.count()?, row.count()?);
    if keys >= u64::from(policy.most_keys) || bytes >= policy.most_bytes {
        return Err(too_many());
    }
    Ok(now)
}

fn insert(place: &Place, record: &KeyRecord) -> Statement<'static> {
    let (holder, held_until) = record.held.unzip();
    Statement::new(
        "INSERT INTO keyed_requests
             (tenant, principal, operation, key, request, fingerprint, token, holder, held_until, answered,
              answer_len, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10) ON CONFLICT DO NOTHING",
    )
    .bind_all(place.values())
    .bind(record.request)
    .bind(Value::Bytes(record.fingerprint.as_bytes().to_vec().into()))
    .bind(Value::count(record.token.0))
    .bind(holder)
    .bind(held_until)
    .bind(record.expires_at)
}
