//! PostgreSQL: one pool to the primary, at will one to a replica, and one connection that listens.

use std::sync::Arc;

use futures::FutureExt as _;
use ragstone_core::port::BoxFuture;
use ragstone_core::{Clock, Error, Result};
use sqlx::{AssertSqlSafe, Postgres as Driver};

use self::begin::Phrases;
pub use self::config::{Pooler, PostgresConfig};
use self::connection::{PostgresTransaction, Style, fetch, within};
use self::listener::Listener;
use self::replica::Replica;
pub use self::wakeups::Wakeups;
use crate::catalog::Catalog;
use crate::error::from_postgres;
use crate::pool::{MeasuredPool, PoolStatus, Waiting};
use crate::sql::{Access, Database, Dialect, Freshness, Row, Statement, Transaction};

mod begin;
mod config;
mod connection;
mod dialect;
mod endpoint;
mod inspection;
mod listener;
mod pool;
mod replica;
mod wakeups;

/// The catalog in a PostgreSQL database.
pub type PostgresCatalog = Catalog<Postgres>;

/// The database behind a [`PostgresCatalog`].
///
/// Commits are durable: where the server or the role has `synchronous_commit = off`, writing transactions turn it
/// on for themselves. Whether the server syncs to its disk at all (`fsync`) is up to its administrator.
#[derive(Debug)]
pub struct Postgres {
    primary: MeasuredPool<Driver>,
    replica: Option<Replica>,
    listener: Listener,
    phrases: Phrases,
    style: Style,
    most: u32,
}

impl Catalog<Postgres> {
    /// Opens the catalog in the database that the configuration names, and migrates it.
    ///
    /// Several processes may start together on an empty or an older database: one migrates, the others wait for it.
    /// A server that cannot be reached is `Unavailable`. `FailedPrecondition` is what has to be put right first: a
    /// refused login, a database that is missing, that is not in UTF-8, that another application or a newer version
    /// wrote, a server that is too old (before 13) or a standby, an `sslmode` that the server cannot meet.
    /// Needs a tokio runtime, here and later.
    pub async fn open(config: PostgresConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let open = async {
            inspection::inspect(&config).await?;
            let database = Postgres::new(&config);
            Self::new(database, clock, config.queue_timeout(), config.most_connections()).migrated().await
        };
        open.await.map_err(|error: Error| error.with_operation("catalog.open"))
    }

    /// Tells of commits, also those of other processes; `Unsupported` through a pooler.
    ///
    /// The first call opens a connection of its own, which all wakeups of the catalog share and which comes back by
    /// itself after it was lost.
    pub fn wakeups(&self) -> Result<Wakeups> {
        self.database().listener.wakeups().map_err(|error| error.with_operation("catalog.wakeups"))
    }
}

impl Postgres {
    /// Opens no connection yet.
    fn new(config: &PostgresConfig) -> Self {
        Self {
            primary: MeasuredPool::new("primary", pool::pool(config, config.server())),
            replica: config.replica().map(|endpoint| Replica::new(config, endpoint)),
            listener: Listener::new(config),
            phrases: Phrases::new(config),
            style: config.style(),
            most: config.most_connections(),
        }
    }

    /// Begins on a connection that answers. One whose other end went away while it was idle is found out here, where
    /// nothing has been done yet, and the next one is tried.
    async fn begin_with(
        &self,
        waiting: Waiting,
        phrase: &Arc<str>,
        style: Style,
    ) -> Result<PostgresTransaction> {
        let (mut left, mut first) = (self.most, Some(waiting));
        loop {
            let waiting = first.take().unwrap_or_else(|| self.primary.queue());
            let begun = self.primary.begin(waiting, AssertSqlSafe(Arc::clone(phrase)));
            match tokio::time::timeout(self.style.patience, begun).await {
                Ok(Ok(inner)) => return Ok(PostgresTransaction::new(inner, style)),
                Ok(Err(error)) if left > 0 && is_stale(&error) => left -= 1,
                Ok(Err(error)) => return Err(from_postgres(error)),
                Err(_) => return within(std::time::Duration::ZERO, std::future::pending()).await,
            }
        }
    }

    async fn read_primary(&self, statement: Statement<'_>) -> Result<Vec<Row>> {
        let waiting = self.primary.queue();
        let Some(phrase) = &self.phrases.read else {
            let mut connection = self.primary.acquire(waiting).await.map_err(from_postgres)?;
            return fetch(&mut connection, statement, self.style).await;
        };
        let mut transaction = Box::new(self.begin_with(waiting, phrase, self.style).await?);
        let rows = crate::sql::Connection::fetch(&mut *transaction, statement).await?;
        transaction.rollback().await?;
        Ok(rows)
    }
}

/// Whether the connection had ended before anything was asked of it: by the network, or by the server's class 57.
fn is_stale(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => {
            matches!(database.code().as_deref(), Some("57P01" | "57P02" | "57P05" | "25P03" | "08006"))
        }
        _ => false,
    }
}

impl Database for Postgres {
    fn dialect(&self) -> &'static Dialect {
        &dialect::POSTGRES
    }

    fn read<'a>(&'a self, statement: Statement<'a>, freshness: Freshness) -> BoxFuture<'a, Result<Vec<Row>>> {
        async move {
            if let (Some(replica), Freshness::AtLeast(sequence)) = (&self.replica, freshness)
                && let Some(rows) = replica.read(statement.clone(), sequence).await
            {
                return Ok(rows);
            }
            self.read_primary(statement).await
        }
        .boxed()
    }

    fn queue(&self, _: Access) -> Waiting {
        self.primary.queue()
    }

    fn pools(&self) -> Vec<PoolStatus> {
        let replica = self.replica.as_ref().map(Replica::pool_status);
        std::iter::once(self.primary.status()).chain(replica).collect()
    }

    fn begin(&self, access: Access, waiting: Waiting) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        async move {
            let (phrase, style) = match access {
                Access::Snapshot => (&self.phrases.snapshot, self.style),
                Access::Write | Access::Aside => (&self.phrases.write, self.style),
                Access::Migrate => {
                    (&self.phrases.migrate, Style { patience: begin::MIGRATION, ..self.style })
                }
            };
            let transaction = self.begin_with(waiting, phrase, style).await?;
            Ok(Box::new(transaction) as Box<dyn Transaction>)
        }
        .boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            self.listener.close().await;
            if let Some(replica) = &self.replica {
                replica.close().await;
            }
            self.primary.close().await;
        }
        .boxed()
    }
}
