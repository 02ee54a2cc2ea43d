//! Files of other applications.

use ragstone_core::{Error, ErrorKind, Result};
use sqlx::{Row as _, SqliteConnection};

use crate::error::from_sqlite;

/// `PRAGMA application_id` of a catalog: the letters `RGST`. The first migration sets it.
const APPLICATION_ID: i64 = 0x5247_5354;

/// Refuses the file of another application with [`ErrorKind::FailedPrecondition`].
///
/// To be asked on a connection without settings, because turning on the WAL already writes to the file.
pub(super) async fn refuse(connection: &mut SqliteConnection) -> Result<()> {
    let found = sqlx::query(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)",
    )
    .fetch_one(connection)
    .await
    .map_err(from_sqlite)?;
    let application: i64 = found.try_get(0).map_err(from_sqlite)?;
    let objects: i64 = found.try_get(1).map_err(from_sqlite)?;
    if application == APPLICATION_ID || (application == 0 && objects == 0) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the file belongs to another application")
        .with_help("choose another path for the catalog"))
}
