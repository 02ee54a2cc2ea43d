//! SQLite: one writing connection and a few reading ones on one file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt as _;
use ragstone_core::port::BoxFuture;
use ragstone_core::{Clock, ErrorKind, Result};
use sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Pool, SqlSafeStr as _, Sqlite as Driver};

pub use self::config::SqliteConfig;
use self::connection::SqliteTransaction;
use self::log::WriteLog;
use crate::catalog::Catalog;
use crate::error::from_sqlite;
use crate::pool::{MeasuredPool, PoolStatus, Waiting};
use crate::sql::{Access, Database, Dialect, Freshness, Row, Statement, Transaction};

mod config;
mod connection;
mod dialect;
mod foreign;
mod log;

/// The catalog in one SQLite file.
pub type SqliteCatalog = Catalog<Sqlite>;

/// The database behind a [`SqliteCatalog`].
///
/// The file is in WAL mode with `synchronous=FULL`: a commit returns after the log was synced, and readers
/// never wait for the writer. Memory-mapped reads stay off, because a failing disk would then kill the process
/// instead of failing a call. Checkpoints run as SQLite arranges them, at the end of a commit that finds
/// 4,000 pages in the log. The log that a start finds, or a failed write leaves, is written back and begun anew before
/// anything else is written (`WriteLog`).
#[derive(Debug)]
pub struct Sqlite {
    writer: MeasuredPool<Driver>,
    readers: MeasuredPool<Driver>,
    log: WriteLog,
}

impl Catalog<Sqlite> {
    /// Opens or creates the catalog in the file `path`, whose folder exists, and migrates it.
    ///
    /// A file of a newer version or of another application is `FailedPrecondition`; one that is no database is
    /// `Corrupt`; one that cannot be opened or written is `Unavailable`. Needs a tokio runtime, here and later.
    /// One process at a time should open a catalog: a second one works, but the two wait for each other.
    pub async fn open(path: impl AsRef<Path>, config: SqliteConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        Self::opening(path.as_ref().to_path_buf(), config, clock)
            .await
            .map_err(|error| error.with_operation("catalog.open"))
    }

    /// Boxed, and so compiled in this crate.
    fn opening(
        path: PathBuf,
        config: SqliteConfig,
        clock: Arc<dyn Clock>,
    ) -> BoxFuture<'static, Result<Self>> {
        Box::pin(async move {
            let database = Sqlite::open(&path, &config).await?;
            Self::new(database, clock, config.queue_timeout(), config.readers()).migrated().await
        })
    }
}

impl Sqlite {
    async fn open(path: &Path, config: &SqliteConfig) -> Result<Self> {
        refuse_foreign(path).await?;
        let options = connect_options(path, config);
        let writer = pool_options(config)
            .max_connections(1)
            .connect_with(options.clone().create_if_missing(true).pragma("secure_delete", "ON"))
            .await
            .map_err(from_sqlite)?;
        let log = WriteLog::default();
        settle_early(&log, &writer).await?;
        let readers = pool_options(config)
            .max_connections(config.readers())
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(from_sqlite)?;
        Ok(Self {
            writer: MeasuredPool::new("writer", writer),
            readers: MeasuredPool::new("readers", readers),
            log,
        })
    }

    fn pool(&self, access: Access) -> &MeasuredPool<Driver> {
        match access {
            Access::Snapshot => &self.readers,
            Access::Write | Access::Aside | Access::Migrate => &self.writer,
        }
    }
}

/// Settles the log while nobody reads it. Where that cannot be now, such as on a full disk, the first write tries again.
async fn settle_early(log: &WriteLog, writer: &Pool<Driver>) -> Result<()> {
    let mut connection = writer.acquire().await.map_err(from_sqlite)?;
    match log.settle(&mut connection).await {
        Err(error) if matches!(error.kind(), ErrorKind::ReadOnly | ErrorKind::Unavailable) => Ok(()),
        outcome => outcome,
    }
}

/// Looks at a file that exists before anything is written to it.
async fn refuse_foreign(path: &Path) -> Result<()> {
    if !tokio::fs::try_exists(path).await.unwrap_or(false) {
        return Ok(());
    }
    let options = SqliteConnectOptions::new().filename(path).disable_statement_logging();
    let mut connection = options.connect().await.map_err(from_sqlite)?;
    foreign::refuse(&mut connection).await?;
    connection.close().await.map_err(from_sqlite)
}

/// Settings that every connection shares.
fn connect_options(path: &Path, config: &SqliteConfig) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(config.busy_timeout())
        .statement_cache_capacity(256)
        .pragma("mmap_size", "0")
        .pragma("cache_size", format!("-{}", config.cache_kib()))
        .pragma("journal_size_limit", "67108864")
        // Pages of the log after which it is written into the file: four times as many as usual, because in a bulk of
        // writes the same pages come again.
        .pragma("wal_autocheckpoint", "4000")
        .disable_statement_logging()
}

/// Connections to a file do not age, so they are neither tested nor replaced, unless a failure has spoilt one.
fn pool_options(config: &SqliteConfig) -> PoolOptions<Driver> {
    PoolOptions::new()
        .acquire_timeout(config.queue_timeout())
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(is_sound)
}

/// Whether a connection that comes back is outside of a transaction.
///
/// A failure such as a full disk makes SQLite undo a transaction by itself. The driver (sqlx 0.9.0) then goes on to
/// think that it is inside, because SQLite refuses its rollback, and begins no other one on the connection.
fn is_sound(
    connection: &mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, sqlx::Result<bool>> {
    async move {
        if connection.is_in_transaction() {
            // Behind the rollback of a transaction that was dropped.
            connection.ping().await?;
        }
        Ok(!connection.is_in_transaction())
    }
    .boxed()
}

impl Database for Sqlite {
    fn dialect(&self) -> &'static Dialect {
        &dialect::SQLITE
    }

    /// There is one file, which never lags.
    fn read<'a>(
        &'a self,
        statement: Statement<'a>,
        _freshness: Freshness,
    ) -> BoxFuture<'a, Result<Vec<Row>>> {
        async move {
            let mut connection = self.readers.acquire(self.readers.queue()).await.map_err(from_sqlite)?;
            connection::fetch(&mut connection, statement).await
        }
        .boxed()
    }

    /// A write begins with `BEGIN IMMEDIATE`, which takes SQLite's only write lock.
    fn begin(&self, access: Access, waiting: Waiting) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        let begin = match access {
            Access::Snapshot => "BEGIN",
            Access::Write | Access::Aside | Access::Migrate => "BEGIN IMMEDIATE",
        };
        async move {
            let mut connection = self.pool(access).acquire(waiting).await.map_err(from_sqlite)?;
            if access != Access::Snapshot {
                self.log.settle(&mut connection).await?;
            }
            let transaction = sqlx::Transaction::begin(connection, Some(begin.into_sql_str())).await;
            let transaction = transaction.map_err(|error| self.log.failed(from_sqlite(error)))?;
            Ok(Box::new(SqliteTransaction::new(transaction, self.log.clone())) as Box<dyn Transaction>)
        }
        .boxed()
    }

    fn queue(&self, access: Access) -> Waiting {
        self.pool(access).queue()
    }

    /// Moves the log into the file, where deleted rows were overwritten, and empties it. Where a reader stands in the way
    /// for as long as a lock is waited for, the log is overwritten later, by what is written next.
    fn scrub(&self) -> BoxFuture<'_, Result<()>> {
        async move {
            let mut connection = self.writer.acquire(self.writer.queue()).await.map_err(from_sqlite)?;
            connection::fetch(&mut connection, Statement::new("PRAGMA wal_checkpoint(TRUNCATE)"))
                .await
                .map(|_| ())
        }
        .boxed()
    }

    fn pools(&self) -> Vec<PoolStatus> {
        vec![self.writer.status(), self.readers.status()]
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            self.readers.close().await;
            self.writer.close().await;
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::SystemClock;

    use super::*;

    /// Fills the transaction until SQLite says that there is no room, as it would on a full disk.
    async fn overflow(catalog: &SqliteCatalog) -> ragstone_core::Error {
        let database = catalog.database();
        let mut tx = database.begin(Access::Write, database.queue(Access::Write)).await.expect("begins");
        tx.execute(Statement::new("PRAGMA max_page_count = 1")).await.expect("is set");
        let fill = "INSERT INTO counters (name, value) VALUES ($1, 0)";
        for number in 0..10_000 {
            let name = format!("{number}-{}", "x".repeat(1000));
            if let Err(error) = tx.execute(Statement::new(fill).bind(name.as_str())).await {
                return error;
            }
        }
        tx.commit().await.expect_err("there is no room")
    }

    #[tokio::test]
    async fn writes_go_on_after_a_full_disk() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("catalog.sqlite");
        let opening = SqliteCatalog::open(&path, SqliteConfig::default(), Arc::new(SystemClock));
        let catalog = opening.await.expect("opens");
        let error = overflow(&catalog).await;
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
        assert!(error.help().is_some_and(|help| help.contains("disk")), "{error}");
        // The limit went with the connection: there is room again.
        catalog.check_writable(&ragstone_core::CallContext::system()).await.expect("writes go on");
    }
}
