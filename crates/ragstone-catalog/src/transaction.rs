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
//! The greatest sequence is one row of `counters`. A [`WriteTransaction`] reads that row as its first statement and
//! is alone from then to its end ([`Access::Write`]): SQLite has one writer anyway, PostgreSQL locks the row. It
//! counts up in memory and writes the row back before it commits. Sequences therefore follow the order of commits,
//! without gaps: who has read up to `n` will never find a change at or before `n` later on. A counter that is raised
//! outside of the transaction (`SERIAL`, `AUTOINCREMENT`) does not have this property, since a smaller value may
//! commit after a greater one.
//!
//! # Turns
//!
//! Writers of this process take turns before they ask for a connection, so that however many wait, one connection
//! is used. Snapshots take turns for as many connections as there are, before they become tasks: a caller that
//! leaves while it waits leaves no task behind, and there are never more tasks than turns. Small writes beside the
//! sequence, which need not wait for a long one, have a few turns of their own.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::idempotency::{BoundAnswer, KeyClaim};
use ragstone_core::port::BoxFuture;
use ragstone_core::{Error, ErrorKind, Result, Retry, Sequence, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use crate::error::closed;
use crate::horizon::Horizon;
use crate::keys;
use crate::pool::Waiting;
use crate::sql::{Access, Connection, Database, Dialect, Row, Statement, Transaction, corrupt};

/// Small writes that may run at the same time.
const SIDE_TURNS: usize = 4;

/// Owner of the tasks that transactions run in.
#[derive(Debug)]
pub(crate) struct TransactionTasks {
    tracker: TaskTracker,
    writers: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    asides: Arc<Semaphore>,
    queue_timeout: Duration,
}

impl TransactionTasks {
    /// Lets one transaction write and `readers` read at a time; others wait at most `queue_timeout`.
    pub(crate) fn new(queue_timeout: Duration, readers: u32) -> Self {
        let readers = usize::try_from(readers).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self {
            tracker: TaskTracker::new(),
            writers: Arc::new(Semaphore::new(1)),
            readers: Arc::new(Semaphore::new(readers)),
            asides: Arc::new(Semaphore::new(SIDE_TURNS)),
            queue_timeout,
        }
    }

    /// Waits, first come first served, until no other task writes.
    pub(crate) async fn writer_turn(&self) -> Result<OwnedSemaphorePermit> {
        self.turn(&self.writers).await?.ok_or_else(|| {
            Error::new(ErrorKind::Unavailable, "too many writes wait for their turn")
                .with_help("try again, or write larger batches")
        })
    }

    /// Waits, first come first served, until few others make small writes.
    pub(crate) async fn side_turn(&self) -> Result<OwnedSemaphorePermit> {
        self.turn(&self.asides).await?.ok_or_else(|| {
            Error::new(ErrorKind::Unavailable, "too many small writes wait for their turn")
                .with_help("try again")
        })
    }

    /// Waits, first come first served, until a connection can be had for reading.
    pub(crate) async fn reader_turn(&self) -> Result<OwnedSemaphorePermit> {
        self.turn(&self.readers).await?.ok_or_else(|| {
            Error::new(ErrorKind::Unavailable, "too many reads wait for their turn")
                .with_help("try again, or allow the catalog more connections")
        })
    }

    /// `None` when the time in the queue is over.
    async fn turn(&self, turns: &Arc<Semaphore>) -> Result<Option<OwnedSemaphorePermit>> {
        match tokio::time::timeout(self.queue_timeout, Arc::clone(turns).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            Ok(Err(_)) => Err(closed()),
            Err(_) => Ok(None),
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
            // It was undone, or is committed; whoever may do its work again, may do so after a panic, too.
            Err(Error::new(kind, "a transaction did not reach its end")
                .with_source(lost)
                .with_retry(Retry::Backoff))
        })
    }

    /// Refuses new work and waits for what runs.
    pub(crate) async fn close(&self) {
        self.writers.close();
        self.readers.close();
        self.asides.close();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// A transaction that writes, with the sequence it hands out.
pub(crate) struct WriteTransaction {
    inner: Box<dyn Transaction>,
    dialect: &'static Dialect,
    claim: Option<KeyClaim>,
    horizon: Arc<Horizon>,
    committed: Sequence,
    head: Sequence,
    now: Timestamp,
}

impl WriteTransaction {
    /// Begins, and reads the head of the sequence as the only one who may.
    pub(crate) async fn begin(
        database: &dyn Database,
        waiting: Waiting,
        horizon: Arc<Horizon>,
        now: Timestamp,
    ) -> Result<Self> {
        let dialect = database.dialect();
        let mut inner = database.begin(Access::Write, waiting).await?;
        let committed = head_of(inner.fetch(Statement::new(dialect.lock_head)).await?)?;
        reach(FailPoint::CatalogWriteBegun)?;
        Ok(Self { inner, dialect, claim: None, horizon, committed, head: committed, now })
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
        self.committed = head_of(self.inner.fetch(head_statement()).await?)?;
        self.head = self.committed;
        Ok(())
    }

    /// Makes everything durable, the head of the sequence included.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if self.head != self.committed {
            self.inner.execute(Statement::new(self.dialect.raise_head).bind(self.head)).await?;
        }
        self.inner.commit().await?;
        self.horizon.raise(self.head);
        Ok(())
    }

    /// Binds the transaction to a keyed request, and answers with what it did before, if it did.
    pub(crate) async fn bind<T: BoundAnswer>(&mut self, claim: KeyClaim) -> Result<Option<T>> {
        let earlier = keys::earlier(&mut *self.inner, self.dialect, &claim).await?;
        self.claim = Some(claim);
        Ok(earlier)
    }

    /// Makes everything durable, together with the answer where the transaction is bound to a keyed request.
    pub(crate) async fn commit_with<T: BoundAnswer>(mut self, answer: T) -> Result<T> {
        if let Some(claim) = self.claim.take() {
            keys::keep(&mut *self.inner, &claim, &answer).await?;
        }
        self.commit().await?;
        Ok(answer)
    }

    /// Ends a transaction that turned out to have only its answer to write, and nothing where it is bound to no request.
    pub(crate) async fn end_with<T: BoundAnswer>(self, answer: T) -> Result<T> {
        if self.claim.is_some() {
            return self.commit_with(answer).await;
        }
        self.abandon().await?;
        Ok(answer)
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
