//! PostgreSQL: one pool to the primary, at will one to a replica, and one connection that listens.

use std::sync::{Arc, OnceLock};

use futures::FutureExt as _;
use ragstone_core::port::BoxFuture;
use ragstone_core::{CallContext, Clock, Result};
use sqlx::{AssertSqlSafe, Postgres as Driver};

use self::begin::Phrases;
pub use self::config::{Pooler, PostgresConfig};
use self::connection::{PostgresTransaction, Style, fetch, within};
pub use self::identity::CatalogId;
use self::identity::Recognition;
pub(crate) use self::identity::stranger;
use self::listener::Listener;
use self::replica::Replica;
pub use self::wakeups::Wakeups;
use crate::catalog::Catalog;
use crate::error::from_postgres;
use crate::pool::{MeasuredPool, PoolStatus, Waiting};
use crate::sql::{Access, Database, Dialect, Freshness, Row, Statement, Transaction, corrupt};

mod begin;
mod config;
mod connection;
mod dialect;
mod endpoint;
mod identity;
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
    recognition: Recognition,
    phrases: Phrases,
    /// The same, bound to one catalog: through a pooler a connection says nothing of the next transaction.
    bound: OnceLock<Phrases>,
    style: Style,
    most: u32,
}

impl Catalog<Postgres> {
    /// Opens the catalog in the database that the configuration names, and migrates it.
    ///
    /// Several processes may start together on an empty or an older database: one migrates, the others wait for it.
    /// A server that cannot be reached is `Unavailable`. `FailedPrecondition` is what has to be put right first: a
    /// refused login, a database that is missing, that is not in UTF-8, that another application or a newer version
    /// wrote, that holds another catalog than [expected](PostgresConfig::with_identity), a server that is too old
    /// (before 13) or a standby, an `sslmode` that the server cannot meet.
    ///
    /// From then on only the catalog that was opened will do: where the address leads to another one, or to an empty
    /// database, every call is `Unavailable` until it leads back.
    /// Needs a tokio runtime, here and later.
    pub async fn open(config: PostgresConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        Self::opening(config, clock).await.map_err(|error| error.with_operation("catalog.open"))
    }

    /// Boxed, and so compiled in this crate.
    fn opening(config: PostgresConfig, clock: Arc<dyn Clock>) -> BoxFuture<'static, Result<Self>> {
        Box::pin(async move {
            let recognition = Recognition::new(config.identity());
            inspection::inspect(&config, &recognition).await?;
            let database = Postgres::new(&config, recognition);
            let catalog = Self::new(database, clock, config.queue_timeout(), config.most_connections());
            let catalog = catalog.migrated().await?;
            catalog.recognise(&config).await?;
            Ok(catalog)
        })
    }

    /// Tells of commits, also those of other processes; `Unsupported` through a pooler.
    ///
    /// The first call opens a connection of its own, which all wakeups of the catalog share and which comes back by
    /// itself after it was lost.
    pub fn wakeups(&self) -> Result<Wakeups> {
        self.database().listener.wakeups().map_err(|error| error.with_operation("catalog.wakeups"))
    }

    /// Which catalog it is.
    pub fn identity(&self) -> Result<CatalogId> {
        self.database().recognition.expected().ok_or_else(|| corrupt("the catalog has no id"))
    }

    /// Learns which catalog it is, and mints its id where it has none.
    async fn recognise(&self, config: &PostgresConfig) -> Result<()> {
        let ctx = CallContext::system();
        let mut rows = self.read(&ctx, "catalog.open", Statement::new(identity::READ)).await?;
        if rows.is_empty() {
            self.aside(&ctx, "catalog.open", Statement::new(identity::MINT)).await?;
            rows = self.read(&ctx, "catalog.open", Statement::new(identity::READ)).await?;
        }
        let mut row = rows.pop().ok_or_else(|| corrupt("the catalog has no id"))?;
        let id = CatalogId::of(row.integer()?);
        let database = self.database();
        database.recognition.expect(id);
        if config.pooler() == Pooler::Transaction {
            database.bound.get_or_init(|| Phrases::bound_to(config, id));
        }
        Ok(())
    }
}

impl Postgres {
    /// Opens no connection yet.
    fn new(config: &PostgresConfig, recognition: Recognition) -> Self {
        Self {
            primary: MeasuredPool::new("primary", pool::pool(config, config.server(), &recognition)),
            replica: config.replica().map(|endpoint| Replica::new(config, endpoint, &recognition)),
            listener: Listener::new(config),
            recognition,
            bound: OnceLock::new(),
            phrases: Phrases::new(config),
            style: config.style(),
            most: config.most_connections(),
        }
    }

    fn phrases(&self) -> &Phrases {
        self.bound.get().unwrap_or(&self.phrases)
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
            match tokio::time::timeout(self.style.patience, Box::pin(self.recognition.watch(begun))).await {
                Ok(Ok(Ok(inner))) => return Ok(PostgresTransaction::new(inner, style)),
                Ok(Ok(Err(error))) if left > 0 && is_stale(&error) => left -= 1,
                Ok(Ok(Err(error))) => return Err(from_postgres(error)),
                Ok(Err(stranger)) => return Err(stranger),
                Err(_) => return within(std::time::Duration::ZERO, std::future::pending()).await,
            }
        }
    }

    async fn read_primary(&self, statement: Statement<'_>) -> Result<Vec<Row>> {
        let waiting = self.primary.queue();
        let Some(phrase) = &self.phrases().read else {
            let connection = Box::pin(self.recognition.watch(self.primary.acquire(waiting))).await?;
            let mut connection = connection.map_err(from_postgres)?;
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
                Access::Snapshot => (&self.phrases().snapshot, self.style),
                Access::Write | Access::Aside => (&self.phrases().write, self.style),
                Access::Migrate => {
                    (&self.phrases().migrate, Style { patience: begin::MIGRATION, ..self.style })
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
