//! A replica that answers reads which may lag, as far as it has come far enough.

use std::sync::Mutex;
use std::time::Duration;

use ragstone_core::{Result, Sequence};
use sqlx::Postgres as Driver;
use tokio::time::Instant;

use super::config::PostgresConfig;
use super::connection::{Style, fetch};
use super::endpoint::Endpoint;
use super::identity::Recognition;
use super::pool;
use crate::error::from_postgres;
use crate::pool::{MeasuredPool, PoolStatus};
use crate::sql::{Row, Statement};
use crate::transaction::{head_of, head_statement};

/// Longest wait for a connection to the replica; the primary is there, after all.
const WAIT: Duration = Duration::from_millis(250);
/// How long a replica that failed is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// A replica of the primary. Whatever keeps it from answering, the primary answers instead.
#[derive(Debug)]
pub(super) struct Replica {
    pool: MeasuredPool<Driver>,
    style: Style,
    paused_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(super) fn new(config: &PostgresConfig, endpoint: &Endpoint, recognition: &Recognition) -> Self {
        let pool = MeasuredPool::new("replica", pool::pool(config, endpoint, recognition));
        Self { pool, style: config.style(), paused_until: Mutex::new(None) }
    }

    /// The rows, if the replica is there and has replayed everything up to `sequence`.
    ///
    /// The head is read before the rows and on the same connection, so the rows are at least as new as the head.
    pub(super) async fn read(&self, statement: Statement<'_>, sequence: Sequence) -> Option<Vec<Row>> {
        if self.is_paused() {
            return None;
        }
        let answer = self.try_read(statement, sequence).await;
        if answer.is_err() {
            self.pause();
        }
        answer.ok().flatten()
    }

    async fn try_read(&self, statement: Statement<'_>, sequence: Sequence) -> Result<Option<Vec<Row>>> {
        let Ok(connection) = tokio::time::timeout(WAIT, self.pool.acquire(self.pool.queue())).await else {
            return Err(from_postgres(sqlx::Error::PoolTimedOut));
        };
        let mut connection = connection.map_err(from_postgres)?;
        let head = head_of(fetch(&mut connection, head_statement(), self.style).await?)?;
        if head < sequence {
            return Ok(None);
        }
        fetch(&mut connection, statement, self.style).await.map(Some)
    }

    fn is_paused(&self) -> bool {
        let mut until = self.paused_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *until = until.filter(|until| *until > Instant::now());
        until.is_some()
    }

    fn pause(&self) {
        let mut until = self.paused_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *until = Some(Instant::now() + PAUSE);
    }

    pub(super) fn pool_status(&self) -> PoolStatus {
        self.pool.status()
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
