//! The one connection that listens for commits, and the task that keeps it.

use std::sync::Mutex;
use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Result, Sequence};
use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{Executor as _, PgPool};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::config::{Pooler, PostgresConfig};
use super::dialect::CHANNEL;
use super::pool;
use super::wakeups::Wakeups;
use crate::error::closed;

/// How often a silent connection is asked whether it is still there.
const PROBE: Duration = Duration::from_secs(15);
/// How long it may take to answer.
const PROBE_LIMIT: Duration = Duration::from_secs(5);
/// Waits between attempts to connect: the first one, doubled up to the last.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Listens from the first wakeup on, until it is closed or dropped.
#[derive(Debug)]
pub(super) struct Listener {
    config: PostgresConfig,
    publish: watch::Sender<Sequence>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Listener {
    pub(super) fn new(config: &PostgresConfig) -> Self {
        Self {
            config: config.clone(),
            publish: watch::Sender::new(Sequence::ZERO),
            stop: CancellationToken::new(),
            task: Mutex::new(None),
        }
    }

    /// Subscribes; the first one starts the task.
    pub(super) fn wakeups(&self) -> Result<Wakeups> {
        if self.config.pooler() == Pooler::Transaction {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "a pooler in transaction mode passes on no notifications",
            )
            .with_help("connect to PostgreSQL directly, or rely on polling"));
        }
        if self.stop.is_cancelled() {
            return Err(closed());
        }
        let wakeups = Wakeups::new(self.publish.subscribe(), self.stop.clone());
        let mut task = self.task.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if task.is_none() {
            let run = Run {
                options: self.config.connect_options(self.config.server()),
                pool: pool::options(&self.config).max_connections(1),
                publish: self.publish.clone(),
            };
            let stop = self.stop.clone();
            let listening = async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = run.listen() => {}
                }
            };
            #[expect(clippy::disallowed_methods, reason = "the listener owns the task and `close` joins it")]
            task.replace(tokio::spawn(listening));
        }
        Ok(wakeups)
    }

    pub(super) async fn close(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(task) = task {
            let _ended = task.await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What the task owns.
struct Run {
    options: PgConnectOptions,
    pool: sqlx::pool::PoolOptions<sqlx::Postgres>,
    publish: watch::Sender<Sequence>,
}

impl Run {
    /// Connects again and again; each time that it has connected it wakes everybody, because something may have been
    /// missed meanwhile.
    async fn listen(self) {
        let (mut wait, longest) = BACKOFF;
        loop {
            let pool = self.pool.clone().connect_lazy_with(self.options.clone());
            if self.listen_once(&pool).await.is_ok() {
                wait = BACKOFF.0;
            }
            // Not awaited: the end of a connection that is gone without a word takes long.
            drop(pool);
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(longest);
        }
    }

    /// Listens on one connection until it fails; `Ok` if it has ever listened.
    async fn listen_once(&self, pool: &PgPool) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        self.wake(None);
        loop {
            match tokio::time::timeout(PROBE, listener.try_recv()).await {
                Ok(Ok(Some(notification))) => self.wake(notification.payload().parse().ok().map(Sequence)),
                Ok(Ok(None) | Err(_)) => return Ok(()),
                Err(_) => {
                    let probe = listener.execute(sqlx::raw_sql("SELECT 1"));
                    if !matches!(tokio::time::timeout(PROBE_LIMIT, probe).await, Ok(Ok(_))) {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Marks a change also where the sequence is the one known.
    fn wake(&self, sequence: Option<Sequence>) {
        self.publish.send_modify(|known| *known = sequence.unwrap_or(*known).max(*known));
    }
}
