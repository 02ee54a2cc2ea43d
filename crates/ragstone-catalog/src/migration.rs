//! The embedded schema and its history.
//!
//! A migration that was released never changes; a new one is added. Each runs in its own transaction.

use ragstone_core::{Error, ErrorKind, Result};
use sqlx::migrate::Migrator;
use sqlx::{Row, SqliteConnection, SqlitePool};

use crate::error::{from_migrate, from_sqlx};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

/// `PRAGMA application_id` of a catalog: the letters `RGST`. The first migration sets it.
const APPLICATION_ID: i64 = 0x5247_5354;

/// Brings an SQLite file to the newest schema; one of a newer version is [`ErrorKind::FailedPrecondition`].
///
/// Takes the pool, not a connection: the migrator's future over a borrowed connection is not `Send`.
pub(crate) async fn migrate_sqlite(pool: &SqlitePool) -> Result<()> {
    SQLITE.run(pool).await.map_err(from_migrate)
}

/// Refuses the file of another application with [`ErrorKind::FailedPrecondition`].
///
/// To be asked on a connection without settings, because turning on the WAL already writes to the file.
pub(crate) async fn refuse_foreign_file(connection: &mut SqliteConnection) -> Result<()> {
    let found = sqlx::query(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)",
    )
    .fetch_one(connection)
    .await
    .map_err(from_sqlx)?;
    let application: i64 = found.try_get(0).map_err(from_sqlx)?;
    let objects: i64 = found.try_get(1).map_err(from_sqlx)?;
    if application == APPLICATION_ID || (application == 0 && objects == 0) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the file belongs to another application")
        .with_help("choose another path for the catalog"))
}
