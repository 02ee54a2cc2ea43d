//! The store: a pool of connections and the calls over them.

use std::fmt;
use std::sync::Arc;

use deadpool::Runtime;
use deadpool::managed::{Object, Pool};
use deadpool_redis::redis::{Cmd, ErrorKind as Cause, FromRedisValue, RedisResult, ServerErrorKind};
use ragstone_core::Result;
use ragstone_observability::metric::{BACKEND, POOL, POOL_ACQUIRE_DURATION};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::{RedisConfig, RedisTimeouts};
use crate::connector::Connector;
use crate::counters::RECORD;
use crate::error::{breaks_connection, closed, from_pool, from_redis, is_demoted};
use crate::leases::{ACQUIRE, RELEASE, RENEW};
use crate::script::{Run, Script};

/// Cache, counters, leases and invalidations over Redis. Cheap to clone; clones share everything.
///
/// Implements [`Cache`](ragstone_core::port::Cache), [`Counters`](ragstone_core::port::Counters),
/// [`Leases`](ragstone_core::port::Leases) and [`Invalidations`](ragstone_core::port::Invalidations).
/// Every call is one command or one script, and so one atomic step; times are those of Redis's own clock.
/// A dropped call may still be carried out; its answer is thrown away and never given to another call.
#[derive(Clone)]
pub struct RedisStore {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pool: Pool<Connector>,
    prefix: String,
    pub(crate) timeouts: RedisTimeouts,
    pub(crate) scripts: Scripts,
    pub(crate) stop: CancellationToken,
}

pub(crate) struct Scripts {
    pub(crate) record: Script,
    pub(crate) acquire: Script,
    pub(crate) renew: Script,
    pub(crate) release: Script,
}

/// Connections of a store at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedisPoolStatus {
    /// Most connections.
    pub most: usize,
    /// Connections that are open.
    pub open: usize,
    /// Open connections that are free.
    pub free: usize,
    /// Calls that wait for a connection.
    pub waiting: usize,
}

impl RedisStore {
    /// Builds a store; nothing connects before the first call, which needs a tokio runtime.
    ///
    /// `Unavailable` where certificates cannot be read.
    pub fn try_new(config: &RedisConfig) -> Result<Self> {
        let connector = Connector::try_new(config).map_err(from_redis)?;
        let RedisTimeouts { wait, connect, answer, .. } = config.timeouts;
        let pool = Pool::builder(connector)
            .max_size(config.pool_size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(wait))
            .create_timeout(Some(connect))
            .recycle_timeout(Some(answer))
            .build()
            .map_err(|error| crate::error::unexpected_answer().with_source(error))?;
        let scripts = Scripts {
            record: Script::new(RECORD),
            acquire: Script::new(ACQUIRE),
            renew: Script::new(RENEW),
            release: Script::new(RELEASE),
        };
        let shared = Shared {
            pool,
            prefix: config.prefix.clone(),
            timeouts: config.timeouts,
            scripts,
            stop: CancellationToken::new(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Connections at this moment.
    pub fn pool_status(&self) -> RedisPoolStatus {
        let status = self.shared.pool.status();
        RedisPoolStatus {
            most: status.max_size,
            open: status.size,
            free: status.available,
            waiting: status.waiting,
        }
    }

    /// Closes all connections and ends all subscriptions; later calls are `Unavailable`.
    pub fn close(&self) {
        self.shared.stop.cancel();
        self.shared.pool.close();
    }
}

impl Shared {
    pub(crate) fn connector(&self) -> &Connector {
        self.pool.manager()
    }

    /// Name of a key or channel. What stands in the braces decides the hash slot of a cluster.
    pub(crate) fn name(&self, kind: &str, id: impl fmt::Display) -> String {
        format!("{}:{kind}:{{{id}}}", self.prefix)
    }

    /// Runs one command.
    pub(crate) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let mut connection = self.connection().await?;
        let answer = command.query_async(&mut *connection).await;
        self.settle(connection, answer)
    }

    /// Runs a script: by its hash, and by its text where Redis does not know the hash.
    pub(crate) async fn script<T: FromRedisValue>(&self, run: &Run<'_>) -> Result<T> {
        let mut connection = self.connection().await?;
        let answer = run.by_hash().query_async(&mut *connection).await;
        let answer = match answer {
            Err(error) if error.kind() == Cause::Server(ServerErrorKind::NoScript) => {
                run.by_text().query_async(&mut *connection).await
            }
            answer => answer,
        };
        self.settle(connection, answer)
    }

    async fn connection(&self) -> Result<Object<Connector>> {
        if self.stop.is_cancelled() {
            return Err(closed());
        }
        let _waiting = Waiting(Instant::now());
        self.pool.get().await.map_err(from_pool)
    }

    /// Gives a connection back, or throws it away where it can be of no more use.
    fn settle<T>(&self, connection: Object<Connector>, answer: RedisResult<T>) -> Result<T> {
        answer.map_err(|error| {
            if breaks_connection(&error) {
                let connection = Object::take(connection);
                if error.is_connection_dropped() || is_demoted(&error) {
                    self.connector().lost(&connection);
                }
            }
            from_redis(error)
        })
    }
}

/// A call that waits for a connection. Dropped when there is one or the call gives up, it tells how long that took.
struct Waiting(Instant);

impl Drop for Waiting {
    fn drop(&mut self) {
        metrics::histogram!(POOL_ACQUIRE_DURATION.name, BACKEND => "redis", POOL => "commands")
            .record(self.0.elapsed().as_secs_f64());
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("prefix", &self.shared.prefix)
            .field("pool", &self.pool_status())
            .finish_non_exhaustive()
    }
}
