//! The catalog over any database: how a call reads, how it writes, and how it ends.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{CallContext, Clock, Error, ErrorKind, Result};

use crate::sql::{Access, Database, Row, Statement, Transaction};
use crate::transaction::{TransactionTasks, WriteTransaction};

/// The system of record on a database `D`.
///
/// Implements [`CollectionStore`](ragstone_core::port::CollectionStore),
/// [`DocumentStore`](ragstone_core::port::DocumentStore) and [`ChangeFeed`](ragstone_core::port::ChangeFeed).
/// Every call is cancel-safe: a write that has begun ends by itself when its caller leaves.
/// A call answers `DeadlineExceeded` when its context's deadline passes first; a write may then still happen.
#[derive(Debug)]
pub struct Catalog<D: Database> {
    database: Arc<D>,
    clock: Arc<dyn Clock>,
    tasks: TransactionTasks,
}

impl<D: Database> Catalog<D> {
    pub(crate) fn new(database: D, clock: Arc<dyn Clock>, queue_timeout: Duration) -> Self {
        Self { database: Arc::new(database), clock, tasks: TransactionTasks::new(queue_timeout) }
    }

    /// Refuses new calls, waits for the transactions that run, and closes the database.
    ///
    /// Later calls are `Unavailable`. Closing again is fine. A dropped future may be followed by another `close`.
    pub async fn close(&self) {
        self.tasks.close().await;
        self.database.close().await;
    }

    /// Runs one statement that reads.
    pub(crate) async fn read(
        &self,
        ctx: &CallContext,
        operation: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>> {
        self.in_time(ctx, operation, self.database.read(statement)).await
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
        let database = Arc::clone(&self.database);
        let work = self.tasks.run(async move { body(database.begin(Access::Snapshot).await?).await });
        self.in_time(ctx, operation, work).await
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
        let work = async {
            let turn = self.tasks.writer_turn().await?;
            let transaction = async move {
                let result =
                    async { body(WriteTransaction::begin(&*database, clock.now()).await?).await }.await;
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
