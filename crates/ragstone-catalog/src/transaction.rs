//! Transactions that outlive their caller, and the sequence they hand out.
//!
//! # Cancellation
//!
//! The future of a call may be dropped at any await: a timeout, a hedge, a client that went away. A dropped
//! `BEGIN` or `COMMIT` can leave a pooled connection inside a transaction, which then belongs to whoever comes
//! next. So the work runs in a task of [`TransactionTasks`] that nobody drops; the caller only waits for it.
//! A caller that leaves while it queues for its turn leaves nothing behind; one that leaves later lets the
//! transaction commit or roll back on its own.
//!
//! # Sequences
//!
//! The greatest sequence is one row of `counters`. A [`WriteTransaction`] is alone from its begin to its commit
//! ([`Access::Write`]), reads that row, counts up in memory and writes the row back before it commits. Sequences
//! therefore follow the order of commits, without gaps: who has read up to `n` will never find a change at or
//! before `n` later on. A counter that is raised outside of the transaction (`SERIAL`, `AUTOINCREMENT`) does not
//! have this property, since a smaller value may commit after a greater one.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::port::BoxFuture;
use ragstone_core::{Error, ErrorKind, Result, Sequence, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use crate::error::closed;
use crate::sql::{Access, Connection, Database, Row, Statement, Transaction, corrupt};

/// Owner of the tasks that transactions run in.
#[derive(Debug)]
pub(crate) struct TransactionTasks {
    tracker: TaskTracker,
    writers: Arc<Semaphore>,
    queue_timeout: Duration,
}

impl TransactionTasks {
    pub(crate) fn new(queue_timeout: Duration) -> Self {
        Self { tracker: TaskTracker::new(), writers: Arc::new(Semaphore::new(1)), queue_timeout }
    }

    /// Waits, first come first served, until no other task writes.
    pub(crate) async fn writer_turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.writers).acquire_owned();
        match tokio::time::timeout(self.queue_timeout, turn).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(closed()),
            Err(_) => Err(Error::new(ErrorKind::Unavailable, "too many writes wait for their turn")
                .with_help("try again, or write larger batches")),
        }
    }

    /// Runs `work` to its end, whether or not the caller waits for it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        if self.tracker.is_closed() {
            return Err(closed());
        }
        self.tracker.spawn(work).await.unwrap_or_else(|lost| {
            let kind = if lost.is_cancelled() { ErrorKind::Unavailable } else { ErrorKind::Unexpected };
            Err(Error::new(kind, "a transaction did not reach its end").with_source(lost))
        })
    }

    /// Refuses new work and waits for what runs.
    pub(crate) async fn close(&self) {
        self.writers.close();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// A transaction that writes, with the sequence it hands out.
pub(crate) struct WriteTransaction {
    inner: Box<dyn Transaction>,
    committed: Sequence,
    head: Sequence,
    now: Timestamp,
}

impl WriteTransaction {
    /// Begins, and reads the head of the sequence.
    pub(crate) async fn begin(database: &dyn Database, now: Timestamp) -> Result<Self> {
        let mut inner = database.begin(Access::Write).await?;
        let committed = read_head(&mut *inner).await?;
        Ok(Self { inner, committed, head: committed, now })
    }

    /// The time that all rows of this transaction carry.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Hands out the next sequence.
    pub(crate) fn next_sequence(&mut self) -> Sequence {
        self.head = Sequence(self.head.0 + 1);
        self.head
    }

    /// Takes the sequence as statements of this transaction have left it.
    pub(crate) async fn keep_head(&mut self) -> Result<()> {
        self.committed = read_head(&mut *self.inner).await?;
        self.head = self.committed;
        Ok(())
    }

    /// Makes everything durable, the head of the sequence included.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if self.head != self.committed {
            let raise =
                Statement::new("UPDATE counters SET value = $1 WHERE name = 'sequence'").bind(self.head);
            self.inner.execute(raise).await?;
        }
        self.inner.commit().await
    }

    /// Ends a transaction that turned out to have nothing to write, without touching the disk.
    pub(crate) async fn abandon(self) -> Result<()> {
        self.inner.rollback().await
    }
}

impl Connection for WriteTransaction {
    fn execute<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<u64>> {
        self.inner.execute(statement)
    }

    fn fetch<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<Vec<Row>>> {
        self.inner.fetch(statement)
    }
}

/// The statement that reads the greatest sequence that was ever acknowledged.
pub(crate) const fn head_statement() -> Statement<'static> {
    Statement::new("SELECT value FROM counters WHERE name = 'sequence'")
}

/// Takes the greatest sequence from the rows of [`head_statement`].
pub(crate) fn head_of(rows: Vec<Row>) -> Result<Sequence> {
    rows.into_iter().next().ok_or_else(|| corrupt("the sequence counter is missing"))?.sequence()
}

async fn read_head(connection: &mut dyn Transaction) -> Result<Sequence> {
    head_of(connection.fetch(head_statement()).await?)
}
