//! How transactions begin: everything that holds for one goes along with its `BEGIN`, in one round trip.

use std::sync::Arc;
use std::time::Duration;

use super::config::{Pooler, PostgresConfig};
use super::identity::CatalogId;

/// How long a migration may take, with its wait for another process that migrates.
pub(super) const MIGRATION: Duration = Duration::from_hours(24);

/// The first words of each kind of transaction.
#[derive(Debug)]
pub(super) struct Phrases {
    /// For single reads, where they need a transaction: through a pooler, whose sessions keep no settings.
    pub(super) read: Option<Arc<str>>,
    pub(super) snapshot: Arc<str>,
    pub(super) write: Arc<str>,
    pub(super) migrate: Arc<str>,
}

impl Phrases {
    pub(super) fn new(config: &PostgresConfig) -> Self {
        Self::with(config, "")
    }

    /// Phrases that fail in any other catalog.
    pub(super) fn bound_to(config: &PostgresConfig, id: CatalogId) -> Self {
        Self::with(config, &id.assertion())
    }

    fn with(config: &PostgresConfig, assertion: &str) -> Self {
        let is_pooled = config.pooler() == Pooler::Transaction;
        let mut settings = String::new();
        if is_pooled {
            for (name, value) in config.session_settings() {
                settings.extend(["; SET LOCAL ", name, " = '", &value, "'"]);
            }
        }
        let phrase = |begin: &str, rest: &str| {
            Arc::from(format!("BEGIN ISOLATION LEVEL {begin}{settings}{rest}{assertion}"))
        };
        // A weaker setting of the server or the role would acknowledge what is not durable yet; a stronger one stays.
        let durable = "; SELECT set_config('synchronous_commit', 'on', true) \
                       WHERE current_setting('synchronous_commit') = 'off'";
        let unhurried = "; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";
        Self {
            read: is_pooled.then(|| phrase("READ COMMITTED, READ ONLY", "")),
            snapshot: phrase("REPEATABLE READ, READ ONLY", ""),
            // Behind the lock of the head each statement must see what the former holder committed.
            write: phrase("READ COMMITTED", durable),
            migrate: phrase("READ COMMITTED", unhurried),
        }
    }
}
