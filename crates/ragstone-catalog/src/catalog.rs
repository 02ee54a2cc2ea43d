//! The catalog over any database: how a call reads, how it writes, and how it ends.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::history::{DEFAULT_KEPT_VERSIONS, check_kept_versions};
use ragstone_core::idempotency::BoundAnswer;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};
use tokio::sync::OwnedSemaphorePermit;

use crate::horizon::Horizon;
use crate::migration::migrate;
use crate::pool::PoolStatus;
use crate::sql::{Access, Connection as _, Database, Dialect, Freshness, Row, Statement, Transaction};
use crate::transaction::{TransactionTasks, WriteTransaction};

/// The system of record on a database `D`.
///
/// Implements [`CollectionStore`](ragstone_core::port::CollectionStore),
/// [`DocumentStore`](ragstone_core::port::DocumentStore), [`HistoryStore`](ragstone_core::port::HistoryStore),
/// [`DuplicateStore`](ragstone_core::port::DuplicateStore),
/// [`EmbeddingStore`](ragstone_core::port::EmbeddingStore), [`WordStore`](ragstone_core::port::WordStore),
/// [`SavedSearchStore`](ragstone_core::port::SavedSearchStore), [`GraphStore`](ragstone_core::port::GraphStore),
/// [`IdempotencyStore`](ragstone_core::port::IdempotencyStore), [`ChangeFeed`](ragstone_core::port::ChangeFeed),
/// [`JobQueue`](ragstone_core::port::JobQueue), [`UploadStore`](ragstone_core::port::UploadStore) and
/// [`Leases`](ragstone_core::port::Leases).
/// Every call is cancel-safe: a write that has begun ends by itself when its caller leaves.
/// A call answers `DeadlineExceeded` when its context's deadline passes first; a write may then still happen.
#[derive(Debug)]
pub struct Catalog<D: Database> {
    database: Arc<D>,
    clock: Arc<dyn Clock>,
    horizon: Arc<Horizon>,
    tasks: TransactionTasks,
    kept_versions: u32,
}

impl<D: Database> Catalog<D> {
    /// Puts a catalog on a database; at most `readers` snapshots are read at a time.
    pub(crate) fn new(database: D, clock: Arc<dyn Clock>, queue_timeout: Duration, readers: u32) -> Self {
        Self {
            database: Arc::new(database),
            clock,
            horizon: Arc::default(),
            tasks: TransactionTasks::new(queue_timeout, readers),
            kept_versions: DEFAULT_KEPT_VERSIONS,
        }
    }

    /// Keeps so many earlier versions of each document, 0 to [`MAX_KEPT_VERSIONS`](ragstone_core::history::MAX_KEPT_VERSIONS).
    ///
    /// Those that are there already and are too many go when their document is next written.
    pub fn with_kept_versions(mut self, versions: u32) -> Result<Self> {
        self.kept_versions = check_kept_versions(versions)?;
        Ok(self)
    }

    pub(crate) fn kept_versions(&self) -> u32 {
        self.kept_versions
    }

    /// Brings the schema up to date; where that fails the database is closed.
    pub(crate) async fn migrated(self) -> Result<Self> {
        let database = Arc::clone(&self.database);
        let outcome = self.tasks.run(async move { migrate(&*database).await }).await;
        if let Err(error) = outcome {
            self.close().await;
            return Err(error);
        }
        Ok(self)
    }

    #[cfg(any(test, feature = "postgres"))]
    pub(crate) fn database(&self) -> &D {
        &self.database
    }

    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.database.dialect()
    }

    /// How far this process knows the catalog to be.
    pub(crate) fn horizon(&self) -> &Horizon {
        &self.horizon
    }

    /// Refuses new calls, waits for the transactions that run, and closes the database.
    ///
    /// Later calls are `Unavailable`. Closing again is fine. A dropped future may be followed by another `close`.
    pub async fn close(&self) {
        self.tasks.close().await;
        self.database.close().await;
    }

    /// Writes what is there already, durably, and so finds out whether writes are taken.
    ///
    /// `ReadOnly` while the disk is full or fails. Costs a sync.
    pub async fn check_writable(&self, ctx: &CallContext) -> Result<()> {
        self.write(ctx, "catalog.check_writable", |mut tx| async move {
            tx.execute(Statement::new("UPDATE counters SET value = value WHERE name = 'sequence'")).await?;
            tx.commit().await
        })
        .await
    }

    /// How each pool of connections is used now; the one for writes comes first.
    pub fn pool_statuses(&self) -> Vec<PoolStatus> {
        self.database.pools()
    }

    /// Runs one statement that reads.
    pub(crate) async fn read(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>> {
        self.in_time(ctx, operation, self.database.read(statement, Freshness::Latest)).await
    }

    /// Runs one statement that may miss what other processes wrote just now, but nothing that this one has written
    /// or seen.
    pub(crate) async fn read_lagging(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>> {
        let freshness = Freshness::AtLeast(self.horizon.sequence());
        self.in_time(ctx, operation, self.database.read(statement, freshness)).await
    }

    /// Runs several statements that read one state of the database.
    pub(crate) async fn snapshot<T, F>(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        body: impl FnOnce(Box<dyn Transaction>) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.transaction(ctx, operation, (Access::Snapshot, self.tasks.reader_turn()), body).await
    }

    /// Runs one statement that writes rows which have nothing to do with sequences.
    pub(crate) async fn aside(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        statement: Statement<'static>,
    ) -> Result<Vec<Row>> {
        let body = |mut tx: Box<dyn Transaction>| async move {
            let rows = tx.fetch(statement).await?;
            tx.commit().await?;
            Ok(rows)
        };
        self.beside(ctx, operation, body).await
    }

    /// Runs a transaction that writes rows which have nothing to do with sequences; `body` commits it.
    pub(crate) async fn beside<T, F>(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        body: impl FnOnce(Box<dyn Transaction>) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.transaction(ctx, operation, (Access::Aside, self.tasks.side_turn()), body).await
    }

    /// Runs a transaction that writes; `body` commits it.
    pub(crate) async fn write<T, F>(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        body: impl FnOnce(WriteTransaction) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let database = Arc::clone(&self.database);
        let clock = Arc::clone(&self.clock);
        let horizon = Arc::clone(&self.horizon);
        let work = async {
            let waiting = database.queue(Access::Write);
            let turn = self.tasks.writer_turn().await?;
            let transaction = async move {
                let result = async {
                    let begun = WriteTransaction::begin(&*database, waiting, horizon, clock.now());
                    body(begun.await?).await
                };
                let result = result.await;
                drop(turn);
                result
            };
            self.tasks.run(transaction).await
        };
        self.in_time(ctx, operation, work).await
    }

    /// Overwrites what deleted rows have left behind, when no other task writes.
    pub(crate) async fn scrub(&self) -> Result<()> {
        let database = Arc::clone(&self.database);
        let turn = self.tasks.writer_turn().await?;
        let scrubbing = async move {
            let scrubbed = database.scrub().await;
            drop(turn);
            scrubbed
        };
        self.tasks.run(scrubbing).await
    }

    /// Runs a transaction that writes and that the caller may have bound to a keyed request; `body` ends it with its
    /// answer.
    pub(crate) async fn write_bound<T, F>(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        body: impl FnOnce(WriteTransaction) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: BoundAnswer + Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let Some(claim) = ctx.bound_claim().cloned() else { return self.write(ctx, operation, body).await };
        let bound = move |mut tx: WriteTransaction| async move {
            if let Some(earlier) = tx.bind(claim).await? {
                tx.abandon().await?;
                return Ok(earlier);
            }
            body(tx).await
        };
        self.write(ctx, operation, bound).await
    }

    /// Runs a transaction when its turn has come, in a task of its own.
    async fn transaction<T, F>(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        (access, turn): (Access, impl Future<Output = Result<OwnedSemaphorePermit>> + Send),
        body: impl FnOnce(Box<dyn Transaction>) -> F + Send + 'static,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let database = Arc::clone(&self.database);
        let work = async {
            let waiting = database.queue(access);
            let turn = turn.await?;
            let transaction = async move {
                let result = async { body(database.begin(access, waiting).await?).await }.await;
                drop(turn);
                result
            };
            self.tasks.run(transaction).await
        };
        self.in_time(ctx, operation, work).await
    }

    /// Waits until the deadline and names the operation in errors.
    async fn in_time<T>(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        work: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let work = async {
            let Some(left) = ctx.remaining(&*self.clock)? else {
                return work.await;
            };
            tokio::time::timeout(left, work).await.unwrap_or_else(|_| {
                Err(Error::new(
                    ErrorKind::DeadlineExceeded,
                    "the deadline passed before the catalog answered",
                ))
            })
        };
        work.await.map_err(|error| error.with_operation(operation))
    }
}
