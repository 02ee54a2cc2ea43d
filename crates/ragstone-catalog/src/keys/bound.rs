//! Writes that are bound to a keyed request: what they did is kept in their own transaction.

use ragstone_core::Result;
use ragstone_core::idempotency::{BoundAnswer, KeyClaim};

use super::effect;
use super::row::{Locked, keep_effect};
use crate::sql::{Connection, Dialect};

/// Locks the request of a claim, and answers with what its write did, if it was made before.
pub(crate) async fn earlier<T: BoundAnswer>(
    tx: &mut (impl Connection + ?Sized),
    dialect: &'static Dialect,
    claim: &KeyClaim,
) -> Result<Option<T>> {
    Locked::claimed(tx, dialect, claim).await?.record.effect.map(T::of_effect).transpose()
}

/// Keeps what the write of a claim did; [`earlier`] has locked its request in this transaction.
pub(crate) async fn keep<T: BoundAnswer>(
    tx: &mut (impl Connection + ?Sized),
    claim: &KeyClaim,
    answer: &T,
) -> Result<()> {
    tx.execute(keep_effect(claim.request, effect::write(&answer.to_effect())?)).await.map(|_| ())
}
