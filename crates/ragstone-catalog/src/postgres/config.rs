//! Settings of the PostgreSQL catalog, checked where they are made.

use std::time::Duration;

use ragstone_core::{Error, Result};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

use super::connection::Style;
use super::endpoint::Endpoint;
use super::identity::CatalogId;

/// What stands between the catalog and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooler {
    /// Nothing, or something that gives each connection a session of its own.
    Session,
    /// A pooler such as PgBouncer in transaction mode, which gives each transaction any session.
    ///
    /// Nothing is then left in a session: limits are set for each transaction, no statement is prepared under a
    /// name, every read is a transaction (three round trips in place of one), and there are no
    /// [wakeups](crate::PostgresCatalog::wakeups).
    Transaction,
}

/// Settings of a [`PostgresCatalog`](crate::PostgresCatalog).
#[derive(Clone, Debug)]
pub struct PostgresConfig {
    server: Endpoint,
    replica: Option<Endpoint>,
    pooler: Pooler,
    most_connections: u32,
    connect_timeout: Duration,
    acquire_timeout: Duration,
    queue_timeout: Duration,
    statement_timeout: Duration,
    lock_timeout: Duration,
    idle_in_transaction_timeout: Duration,
    identity: Option<CatalogId>,
}

impl PostgresConfig {
    /// Takes a URL `postgres://user:password@host:port/database`, with settings for a network of one site.
    ///
    /// Of parameters it knows `sslmode` (`disable`, `prefer`, which is the default, `require`, `verify-ca`,
    /// `verify-full`), `sslrootcert`, `sslcert`, `sslkey` (paths of PEM files) and `host`, which replaces the URL's
    /// host and may be a folder of Unix sockets such as `/run/postgresql`;
    /// any other is `InvalidArgument`. Special characters are percent-encoded. Neither the environment nor
    /// `~/.pgpass` supplies what the URL leaves out, except that the driver heeds `PGOPTIONS` and `PGSSL…`.
    ///
    /// Defaults: no pooler, no replica, 10 connections, 5 s to connect, 5 s for a free connection, 30 s in the queue
    /// of writers, 30 s for a statement, 10 s for a lock, 60 s idle in a transaction.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self {
            server: Endpoint::from_url(url)?,
            replica: None,
            pooler: Pooler::Session,
            most_connections: 10,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            queue_timeout: Duration::from_secs(30),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(10),
            idle_in_transaction_timeout: Duration::from_mins(1),
            identity: None,
        })
    }

    /// Reads passages from a streaming replica while it is as far as this process knows the primary to be.
    ///
    /// Passages are what every search ends with. What this process wrote or saw is never missed; what another process
    /// wrote just now may be, unless the search waits for its sequence. Every other read, every write, and every read
    /// that the replica cannot answer, goes to the primary. Costs one round trip more for each read.
    /// The replica has a pool of its own, of the same size. Not to be had through a pooler: `InvalidArgument`.
    pub fn with_replica(mut self, url: &str) -> Result<Self> {
        self.replica = Some(Endpoint::from_url(url)?);
        self.check_replica()?;
        Ok(self)
    }

    /// Says what stands between the catalog and the server.
    pub fn with_pooler(mut self, pooler: Pooler) -> Result<Self> {
        self.pooler = pooler;
        self.check_replica()?;
        Ok(self)
    }

    fn check_replica(&self) -> Result<()> {
        if self.replica.is_some() && self.pooler == Pooler::Transaction {
            return Err(Error::invalid(
                "replica",
                "needs sessions, so no pooler in transaction mode may stand between",
            ));
        }
        Ok(())
    }

    /// Sets the most connections, 2 to 1,000. Each replica of Ragstone has as many; [`Wakeups`](crate::Wakeups) need
    /// one more.
    pub fn with_most_connections(mut self, most: u32) -> Result<Self> {
        if !(2..=1000).contains(&most) {
            return Err(Error::invalid("most_connections", "must be from 2 to 1000"));
        }
        self.most_connections = most;
        Ok(self)
    }

    /// Sets how long [`open`](crate::PostgresCatalog::open) waits for the server to answer, 1 ms to 10 min.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Result<Self> {
        self.connect_timeout = checked("connect_timeout", timeout)?;
        Ok(self)
    }

    /// Sets how long a call waits for a free or a new connection before it is `Unavailable`, 1 ms to 10 min.
    pub fn with_acquire_timeout(mut self, timeout: Duration) -> Result<Self> {
        self.acquire_timeout = checked("acquire_timeout", timeout)?;
        Ok(self)
    }

    /// Sets how long a call waits for its turn before it is `Unavailable`, 1 ms to 10 min.
    pub fn with_queue_timeout(mut self, timeout: Duration) -> Result<Self> {
        self.queue_timeout = checked("queue_timeout", timeout)?;
        Ok(self)
    }

    /// Sets how long one statement may run before it is `DeadlineExceeded`, 1 ms to 10 min.
    ///
    /// The answer is waited for a little longer; a server that is gone without a word is `Unavailable` after that.
    pub fn with_statement_timeout(mut self, timeout: Duration) -> Result<Self> {
        self.statement_timeout = checked("statement_timeout", timeout)?;
        Ok(self)
    }

    /// Sets how long a statement waits for a lock, such as that of the writers of all processes, before it is
    /// `Unavailable`, 1 ms to 10 min.
    pub fn with_lock_timeout(mut self, timeout: Duration) -> Result<Self> {
        self.lock_timeout = checked("lock_timeout", timeout)?;
        Ok(self)
    }

    /// Sets how long a transaction of a process that hangs may keep others waiting before the server ends it,
    /// 1 ms to 10 min.
    pub fn with_idle_in_transaction_timeout(mut self, timeout: Duration) -> Result<Self> {
        self.idle_in_transaction_timeout = checked("idle_in_transaction_timeout", timeout)?;
        Ok(self)
    }

    /// Says which catalog was opened before, so that no other one, and no empty database, is opened in its place.
    #[must_use]
    pub fn with_identity(mut self, id: CatalogId) -> Self {
        self.identity = Some(id);
        self
    }

    pub(super) fn identity(&self) -> Option<CatalogId> {
        self.identity
    }

    pub(super) fn server(&self) -> &Endpoint {
        &self.server
    }

    pub(super) fn replica(&self) -> Option<&Endpoint> {
        self.replica.as_ref()
    }

    pub(super) fn pooler(&self) -> Pooler {
        self.pooler
    }

    pub(super) fn most_connections(&self) -> u32 {
        self.most_connections
    }

    pub(super) fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    pub(super) fn acquire_timeout(&self) -> Duration {
        self.acquire_timeout
    }

    pub(super) fn queue_timeout(&self) -> Duration {
        self.queue_timeout
    }

    pub(super) fn style(&self) -> Style {
        Style {
            is_prepared: self.pooler == Pooler::Session,
            patience: self.statement_timeout + Duration::from_secs(2),
        }
    }

    /// Names and values of what the server itself has to know.
    ///
    /// Statements name their tables in the order in which they are to be read, which the planner is told to keep: left
    /// to itself, it reads every document of a tenant to find ten chunks, as long as the tables have no statistics.
    pub(super) fn session_settings(&self) -> [(&'static str, String); 4] {
        let limit = |time: Duration| format!("{}ms", time.as_millis());
        [
            ("statement_timeout", limit(self.statement_timeout)),
            ("lock_timeout", limit(self.lock_timeout)),
            ("idle_in_transaction_session_timeout", limit(self.idle_in_transaction_timeout)),
            ("join_collapse_limit", "1".to_owned()),
        ]
    }

    /// Options of the driver for one of the servers.
    pub(super) fn connect_options(&self, endpoint: &Endpoint) -> PgConnectOptions {
        let options = endpoint
            .options()
            .application_name("ragstone")
            // Floats travel in binary; the parameter is one that poolers refuse.
            .extra_float_digits(None)
            .disable_statement_logging();
        match self.pooler {
            Pooler::Session => options.statement_cache_capacity(256).options(self.session_settings()),
            Pooler::Transaction => options.statement_cache_capacity(0),
        }
    }
}

fn checked(name: &'static str, timeout: Duration) -> Result<Duration> {
    if (Duration::from_millis(1)..=Duration::from_mins(10)).contains(&timeout) {
        Ok(timeout)
    } else {
        Err(Error::invalid(name, "must be from 1 ms to 10 min"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://user:hunter2@host/db";

    fn config() -> PostgresConfig {
        PostgresConfig::from_url(URL).expect("a URL")
    }

    #[test]
    fn values_out_of_range_are_refused() {
        assert!(config().with_most_connections(1).is_err());
        assert!(config().with_most_connections(1001).is_err());
        for timeout in [Duration::ZERO, Duration::from_micros(999), Duration::from_secs(601)] {
            assert!(config().with_connect_timeout(timeout).is_err());
            assert!(config().with_acquire_timeout(timeout).is_err());
            assert!(config().with_queue_timeout(timeout).is_err());
            assert!(config().with_statement_timeout(timeout).is_err());
            assert!(config().with_lock_timeout(timeout).is_err());
            assert!(config().with_idle_in_transaction_timeout(timeout).is_err());
        }
    }

    #[test]
    fn a_replica_and_a_pooler_exclude_each_other_in_any_order() {
        assert!(config().with_replica(URL).expect("a replica").with_pooler(Pooler::Transaction).is_err());
        assert!(config().with_pooler(Pooler::Transaction).expect("a pooler").with_replica(URL).is_err());
        assert!(config().with_replica(URL).expect("a replica").with_pooler(Pooler::Session).is_ok());
    }

    #[test]
    fn the_password_is_not_shown() {
        assert!(!format!("{:#?}", config().with_replica(URL)).contains("hunter2"));
    }

    #[test]
    fn limits_are_settings_of_the_session_only_where_there_is_one() {
        let options = |pooler| {
            let config = config().with_pooler(pooler).expect("a pooler");
            config.connect_options(config.server()).get_options().map(str::to_owned)
        };
        let session = options(Pooler::Session).expect("options");
        assert!(session.contains("statement_timeout=30000ms") && session.contains("lock_timeout=10000ms"));
        assert!(!options(Pooler::Transaction).unwrap_or_default().contains("timeout"));
    }
}
