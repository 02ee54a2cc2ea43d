//! Pools of connections, and what keeps a connection in a pool sound.

use std::io;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _, PgPool, Postgres as Driver};

use super::config::PostgresConfig;
use super::endpoint::Endpoint;
use super::identity::Recognition;

/// How long a connection may lie idle before it has to prove that its other end is there.
const TRUSTED: Duration = Duration::from_secs(1);
/// How long it may take to prove it.
const PROOF: Duration = Duration::from_secs(2);
/// How long a connection that comes back may take to become ready: a call that was dropped may still run on it.
const SETTLING: Duration = Duration::from_secs(10);

/// Makes a pool that opens connections as they are needed, and keeps none that leads to another catalog.
pub(super) fn pool(config: &PostgresConfig, endpoint: &Endpoint, recognition: &Recognition) -> PgPool {
    let most = config.most_connections();
    let recognition = recognition.clone();
    options(config)
        .max_connections(most)
        .after_connect(move |connection, _| {
            let recognition = recognition.clone();
            async move { recognition.check(connection).await }.boxed()
        })
        .connect_lazy_with(config.connect_options(endpoint))
}

/// Settings that every pool shares.
pub(super) fn options(config: &PostgresConfig) -> PoolOptions<Driver> {
    PoolOptions::new()
        .acquire_timeout(config.acquire_timeout())
        .idle_timeout(Duration::from_mins(10))
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .before_acquire(prove)
        .after_release(settle)
}

/// Asks a connection that lay idle for a while for a sign of life.
fn prove(connection: &mut PgConnection, meta: PoolConnectionMetadata) -> BoxFuture<'_, sqlx::Result<bool>> {
    async move {
        if meta.idle_for < TRUSTED {
            return Ok(true);
        }
        Ok(matches!(tokio::time::timeout(PROOF, connection.ping()).await, Ok(Ok(()))))
    }
    .boxed()
}

/// Makes sure that a connection which comes back is outside of a transaction.
///
/// Transactions end in tasks of their own, so this is a second wall: it also stands when a task was lost, and when
/// a dropped `begin` got through to the server without the driver's knowing (sqlx 0.9.0 forgets it). `BEGIN` is a
/// mere warning inside a transaction, and an error in one that has failed, which is then rolled back.
fn settle(connection: &mut PgConnection, _: PoolConnectionMetadata) -> BoxFuture<'_, sqlx::Result<bool>> {
    async move {
        let settling = async {
            match connection.execute(sqlx::raw_sql("BEGIN; ROLLBACK")).await {
                Err(sqlx::Error::Database(_)) => connection.execute(sqlx::raw_sql("ROLLBACK")).await,
                settled => settled,
            }
        };
        let settled = tokio::time::timeout(SETTLING, settling).await;
        settled.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(true)
    }
    .boxed()
}
