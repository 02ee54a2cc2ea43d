//! Which catalog a database holds, so that another one is never taken for it.
//!
//! A server that was restarted on an empty disk, an address that now leads elsewhere, a database that somebody made
//! anew: each takes the same login and may even have the same tables. A row of `counters` tells them apart; it moves
//! with backups, not with exports.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use ragstone_core::{Error, ErrorKind, Result};
use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, Row as _};
use tokio::sync::watch;

/// Names a catalog among all others; minted when it is first opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogId(i64);

impl fmt::Display for CatalogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for CatalogId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = u64::from_str_radix(text, 16).ok().filter(|_| text.len() == 16);
        number
            .map(|number| Self(number.cast_signed()))
            .ok_or_else(|| Error::invalid("catalog", "must be an id of 16 hexadecimal digits"))
    }
}

/// Mints the id unless there is one.
pub(super) const MINT: &str = "INSERT INTO counters (name, value)
     VALUES ('identity', hashtextextended(CAST(gen_random_uuid() AS TEXT), 0)) ON CONFLICT (name) DO NOTHING";
pub(super) const READ: &str = "SELECT value FROM counters WHERE name = 'identity'";

impl CatalogId {
    pub(super) const fn of(value: i64) -> Self {
        Self(value)
    }

    /// A statement that divides by zero in any other catalog: what a `BEGIN` can take along.
    pub(super) fn assertion(self) -> String {
        format!("; SELECT 1 / count(*) FROM counters WHERE name = 'identity' AND value = {}", self.0)
    }
}

/// What the connections of a pool must lead to, and how often one led elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Recognition {
    expected: Arc<OnceLock<CatalogId>>,
    strangers: watch::Sender<u64>,
}

impl Recognition {
    /// Takes whatever is there, unless an id is expected.
    pub(super) fn new(expected: Option<CatalogId>) -> Self {
        let known = OnceLock::new();
        if let Some(id) = expected {
            known.get_or_init(|| id);
        }
        Self { expected: Arc::new(known), strangers: watch::Sender::new(0) }
    }

    /// From here on only this catalog will do.
    pub(super) fn expect(&self, id: CatalogId) {
        self.expected.get_or_init(|| id);
    }

    pub(super) fn expected(&self) -> Option<CatalogId> {
        self.expected.get().copied()
    }

    pub(super) async fn is_expected(&self, connection: &mut PgConnection) -> sqlx::Result<bool> {
        let Some(expected) = self.expected() else { return Ok(true) };
        Ok(found(connection).await? == Some(expected))
    }

    /// Refuses a new connection to another catalog.
    pub(super) async fn check(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        if self.is_expected(connection).await? {
            return Ok(());
        }
        self.strangers.send_modify(|count| *count += 1);
        Err(sqlx::Error::Protocol("the database holds another catalog".to_owned()))
    }

    /// Waits for something that needs a connection, but no longer than until one has led elsewhere: the pool itself
    /// would go on trying.
    pub(super) async fn watch<T>(&self, waiting: impl Future<Output = T>) -> Result<T> {
        let mut strangers = self.strangers.subscribe();
        tokio::select! {
            biased;
            done = waiting => Ok(done),
            Ok(()) = strangers.changed() => Err(stranger()),
        }
    }
}

/// The id in the database; none where there is no catalog, or one that no version with ids has opened.
async fn found(connection: &mut PgConnection) -> sqlx::Result<Option<CatalogId>> {
    // Sent as text: behind a pooler nothing may be prepared.
    let row = connection.fetch_optional(sqlx::raw_sql(READ)).await;
    match row {
        Ok(row) => row.map(|row| row.try_get(0).map(CatalogId)).transpose(),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Ok(None),
        Err(error) => Err(error),
    }
}

/// The database answers and is not the one.
pub(crate) fn stranger() -> Error {
    Error::new(ErrorKind::Unavailable, "the database holds another catalog than before, or none").with_help(
        "bring back the database that was used before; to use this one from now on, stop the server, remove \
         catalog.id from its data directory, and start it again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        for value in [0, 1, -1, i64::MIN, i64::MAX] {
            let id = CatalogId(value);
            assert_eq!(id.to_string().parse::<CatalogId>().expect("an id"), id);
        }
        for wrong in ["", "1", "not-hexadecimal!", "00000000000000000"] {
            assert_eq!(wrong.parse::<CatalogId>().expect_err("refused").kind(), ErrorKind::InvalidArgument);
        }
    }
}
