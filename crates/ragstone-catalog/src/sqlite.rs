//! SQLite: one writing connection and a few reading ones on one file.

use std::path::Path;
use std::sync::Arc;

use futures::FutureExt as _;
use ragstone_core::port::BoxFuture;
use ragstone_core::{Clock, Error, Result};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite as Driver};

pub use self::config::SqliteConfig;
use self::connection::SqliteTransaction;
use crate::catalog::Catalog;
use crate::error::from_sqlite;
use crate::pool::{MeasuredPool, PoolStatus, Waiting};
use crate::sql::{Access, Database, Dialect, Freshness, Row, Statement, Transaction};

mod config;
mod connection;
mod dialect;
mod foreign;

/// The catalog in one SQLite file.
pub type SqliteCatalog = Catalog<Sqlite>;

/// The database behind a [`SqliteCatalog`].
///
/// The file is in WAL mode with `synchronous=FULL`: a commit returns after the log was synced, and readers
/// never wait for the writer. Memory-mapped reads stay off, because a failing disk would then kill the process
/// instead of failing a call. Checkpoints run as SQLite arranges them, at the end of a commit that finds
/// 1,000 pages in the log.
#[derive(Debug)]
pub struct Sqlite {
    writer: MeasuredPool<Driver>,
    readers: MeasuredPool<Driver>,
}

impl Catalog<Sqlite> {
    /// Opens or creates the catalog in the file `path`, whose folder exists, and migrates it.
    ///
    /// A file of a newer version or of another application is `FailedPrecondition`; one that is no database is
    /// `Corrupt`; one that cannot be opened or written is `Unavailable`. Needs a tokio runtime, here and later.
    /// One process at a time should open a catalog: a second one works, but the two wait for each other.
    pub async fn open(path: impl AsRef<Path>, config: SqliteConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let open = async {
            let database = Sqlite::open(path.as_ref(), &config).await?;
            Self::new(database, clock, config.queue_timeout(), config.readers()).migrated().await
        };
        open.await.map_err(|error: Error| error.with_operation("catalog.open"))
    }
}

impl Sqlite {
    async fn open(path: &Path, config: &SqliteConfig) -> Result<Self> {
        refuse_foreign(path).await?;
        let options = connect_options(path, config);
        let writer = pool_options(config)
            .max_connections(1)
            .connect_with(options.clone().create_if_missing(true))
            .await
            .map_err(from_sqlite)?;
        let readers = pool_options(config)
            .max_connections(config.readers())
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(from_sqlite)?;
        Ok(Self {
            writer: MeasuredPool::new("writer", writer),
            readers: MeasuredPool::new("readers", readers),
        })
    }

    fn pool(&self, access: Access) -> &MeasuredPool<Driver> {
        match access {
            Access::Snapshot => &self.readers,
            Access::Write | Access::Aside | Access::Migrate => &self.writer,
        }
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
        .disable_statement_logging()
}

/// Connections to a file do not age, so they are neither tested nor replaced.
fn pool_options(config: &SqliteConfig) -> PoolOptions<Driver> {
    PoolOptions::new()
        .acquire_timeout(config.queue_timeout())
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
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
            let transaction = self.pool(access).begin(waiting, begin).await.map_err(from_sqlite)?;
            Ok(Box::new(SqliteTransaction::new(transaction)) as Box<dyn Transaction>)
        }
        .boxed()
    }

    fn queue(&self, access: Access) -> Waiting {
        self.pool(access).queue()
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
