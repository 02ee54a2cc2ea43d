//! A keyed request as a row.

use ragstone_core::idempotency::{Given, KeptAnswer, KeyClaim, KeyRecord, lost};
use ragstone_core::lease::FencingToken;
use ragstone_core::{KeyedRequestId, Result, Timestamp};

use super::effect;
use crate::sql::{Connection, Dialect, Row, Statement, Value, corrupt};

/// Everything of a request, in the order of [`read_record`].
const RECORD: &str =
    "request, fingerprint, token, holder, held_until, effect, answered, head, body, expires_at";
/// The same without the answer, which is not looked at where there is a claim.
const UNANSWERED: &str =
    "request, fingerprint, token, holder, held_until, effect, answered, '', NULL, expires_at";

const OPEN: i64 = 0;
const KEPT: i64 = 1;
const TOO_LONG: i64 = 2;

/// A request with the time at which it was read, by the clock of the database.
pub(super) struct Locked {
    pub(super) record: KeyRecord,
    pub(super) now: Timestamp,
}

impl Locked {
    pub(super) fn read(mut row: Row) -> Result<Self> {
        let now = row.timestamp()?;
        Ok(Self { record: read_record(&mut row)?, now })
    }

    /// The request of a claim, whether or not the claim is still valid, without its answer.
    pub(super) async fn find(
        tx: &mut (impl Connection + ?Sized),
        dialect: &'static Dialect,
        claim: &KeyClaim,
    ) -> Result<Option<Self>> {
        let find = select(dialect, UNANSWERED, " WHERE request = $1", dialect.lock_rows).bind(claim.request);
        tx.fetch(find).await?.into_iter().next().map(Self::read).transpose()
    }

    /// The request of a claim that is still valid.
    pub(super) async fn claimed(
        tx: &mut (impl Connection + ?Sized),
        dialect: &'static Dialect,
        claim: &KeyClaim,
    ) -> Result<Self> {
        let locked = Self::find(tx, dialect, claim).await?.ok_or_else(|| lost(claim))?;
        locked.record.check_held_by(claim, locked.now)?;
        Ok(locked)
    }
}

/// The request of a key.
pub(super) fn select_by_key(dialect: &'static Dialect, lock: &'static str) -> Statement<'static> {
    let which = " WHERE tenant = $1 AND principal = $2 AND operation = $3 AND key = $4";
    select(dialect, RECORD, which, lock)
}

fn select(
    dialect: &'static Dialect,
    columns: &'static str,
    which: &'static str,
    lock: &'static str,
) -> Statement<'static> {
    Statement::of_parts(&["SELECT ", dialect.now_millis, ", ", columns, " FROM keyed_requests", which, lock])
}

fn read_record(row: &mut Row) -> Result<KeyRecord> {
    let (request, fingerprint) = (row.request_id()?, row.digest()?);
    let token = FencingToken(row.count()?);
    let claimed = row.optional_holder()?.zip(row.optional_timestamp()?);
    let effect = row.optional_text()?.as_deref().map(effect::read).transpose()?;
    let (answered, head, body) = (row.integer()?, row.optional_text()?, row.optional_bytes()?);
    let answer = match answered {
        OPEN => None,
        KEPT => {
            let (head, body) = (head.unwrap_or_default(), body.unwrap_or_default());
            Some(Given(Some(KeptAnswer { head, body })))
        }
        TOO_LONG => Some(Given(None)),
        _ => return Err(corrupt("a keyed request holds an unknown state")),
    };
    Ok(KeyRecord { request, fingerprint, token, held: claimed, effect, answer, expires_at: row.timestamp()? })
}

/// Stores all of a request that ever changes. An answer that was given before stays as it is.
pub(super) fn update(record: &KeyRecord) -> Statement<'_> {
    let (holder, held_until) = record.held.unzip();
    let (answered, answer) = answer_columns(record);
    Statement::new(
        "UPDATE keyed_requests SET token = $2, holder = $3, held_until = $4,
             effect = CASE WHEN $5 = 0 THEN effect END,
             head = CASE WHEN answered = 0 THEN $6 ELSE head END,
             body = CASE WHEN answered = 0 THEN $7 ELSE body END,
             answer_len = CASE WHEN answered = 0 THEN $8 ELSE answer_len END,
             answered = CASE WHEN answered = 0 THEN $5 ELSE answered END
         WHERE request = $1",
    )
    .bind(record.request)
    .bind(Value::count(record.token.0))
    .bind(holder)
    .bind(held_until)
    .bind(answered)
    .bind(answer.map(|answer| answer.head.as_str()))
    .bind(answer.map_or(Value::Null, |answer| Value::from(answer.body.as_slice())))
    .bind(Value::length(answer.map_or(0, KeptAnswer::len)))
}

fn answer_columns(record: &KeyRecord) -> (i64, Option<&KeptAnswer>) {
    match &record.answer {
        None => (OPEN, None),
        Some(Given(Some(answer))) => (KEPT, Some(answer)),
        Some(Given(None)) => (TOO_LONG, None),
    }
}

/// Keeps what a write did.
pub(super) fn keep_effect(request: KeyedRequestId, effect: String) -> Statement<'static> {
    Statement::new("UPDATE keyed_requests SET effect = $2 WHERE request = $1").bind(request).bind(effect)
}
