//! Whether the write-ahead log can be trusted, and how it is made so again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_core::{Error, ErrorKind, Result};
use sqlx::{Row as _, SqliteConnection};

use crate::error::from_sqlite;

/// What is known of the write-ahead log.
///
/// After a sync that failed, the system may take pages for clean that never reached the disk, and a later sync that
/// succeeds says nothing of them: a commit that builds on such pages would be acknowledged and lost with the power.
/// A process that ended may have met such a failure without telling. So a log of unknown history is written back into
/// the database, with syncs that succeed, and begun anew, before anything is written behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteLog(Arc<AtomicBool>);

impl WriteLog {
    /// Notes a failure of the disk, after which the log is of unknown history.
    pub(super) fn failed(&self, error: Error) -> Error {
        if error.kind() == ErrorKind::ReadOnly {
            self.0.store(false, Ordering::Release);
        }
        error
    }

    /// Makes sure that the log is of known history; the caller is the only one who writes.
    ///
    /// Costs nothing where it is. Otherwise `Unavailable` while a long read keeps the log, or as the disk fails.
    pub(super) async fn settle(&self, connection: &mut SqliteConnection) -> Result<()> {
        if self.0.load(Ordering::Acquire) {
            return Ok(());
        }
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await;
        let is_kept: i64 = row.and_then(|row| row.try_get(0)).map_err(from_sqlite)?;
        if is_kept != 0 {
            return Err(Error::new(ErrorKind::Unavailable, "the log of the catalog is still being read")
                .with_help("try again"));
        }
        self.0.store(true, Ordering::Release);
        Ok(())
    }
}
