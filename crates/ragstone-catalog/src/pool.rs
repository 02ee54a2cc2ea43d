//! A pool of connections that says how it is used, and how long calls waited for a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ragstone_observability::metric::{BACKEND, POOL, POOL_ACQUIRE_DURATION};
use sqlx::pool::PoolConnection;
use sqlx::{Pool, SqlSafeStr, Transaction};
use tokio::time::Instant;

/// Connections of one pool at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStatus {
    /// Which one: `writer` and `readers` of SQLite, `primary` and `replica` of PostgreSQL.
    pub name: &'static str,
    /// Connections that are open.
    pub open: u32,
    /// Connections among them that nobody uses.
    pub idle: u32,
    /// Most connections that may be open.
    pub most: u32,
    /// Calls that wait for a connection, or for their turn to have one.
    pub waiting: u32,
}

/// A pool and the queue in front of it.
#[derive(Debug)]
pub(crate) struct MeasuredPool<D: sqlx::Database> {
    inner: Pool<D>,
    name: &'static str,
    waiting: Arc<AtomicU32>,
}

/// A call that waits for a connection. It begins when the call queues for its turn, and ends when it is dropped: the
/// connection is there, or the call has given up.
#[derive(Debug)]
pub struct Waiting {
    name: &'static str,
    since: Instant,
    queue: Arc<AtomicU32>,
}

impl<D: sqlx::Database> MeasuredPool<D> {
    pub(crate) fn new(name: &'static str, inner: Pool<D>) -> Self {
        Self { inner, name, waiting: Arc::default() }
    }

    /// Begins to wait.
    pub(crate) fn queue(&self) -> Waiting {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting { name: self.name, since: Instant::now(), queue: Arc::clone(&self.waiting) }
    }

    /// Takes a connection.
    pub(crate) async fn acquire(&self, waiting: Waiting) -> sqlx::Result<PoolConnection<D>> {
        let connection = self.inner.acquire().await;
        drop(waiting);
        connection
    }

    /// Takes a connection and begins a transaction on it: the two steps of the driver's `begin_with`, which does not
    /// say when the first ends.
    pub(crate) async fn begin(
        &self,
        waiting: Waiting,
        statement: impl SqlSafeStr,
    ) -> sqlx::Result<Transaction<'static, D>> {
        let connection = self.acquire(waiting).await?;
        Transaction::begin(connection, Some(statement.into_sql_str())).await
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let open = self.inner.size();
        let idle = u32::try_from(self.inner.num_idle()).unwrap_or(u32::MAX);
        PoolStatus {
            name: self.name,
            open,
            // The two are not read at one moment.
            idle: idle.min(open),
            most: self.inner.options().get_max_connections(),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    pub(crate) async fn close(&self) {
        self.inner.close().await;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.queue.fetch_sub(1, Ordering::Relaxed);
        metrics::histogram!(POOL_ACQUIRE_DURATION.name, BACKEND => "catalog", POOL => self.name)
            .record(self.since.elapsed().as_secs_f64());
    }
}
