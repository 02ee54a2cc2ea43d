//! What is SQLite's own in the catalog's SQL.

use crate::sql::{Dialect, Engine, SourceIndex};

/// `BEGIN IMMEDIATE` has taken the one write lock, so nothing else has to be locked.
pub(super) const SQLITE: Dialect = Dialect {
    engine: Engine::Sqlite,
    source_index: SourceIndex::Whole,
    lock_head: "SELECT value FROM counters WHERE name = 'sequence'",
    raise_head: "UPDATE counters SET value = $1 WHERE name = 'sequence'",
    lock_counter: "SELECT value FROM counters WHERE name = $1",
    lock_rows: "",
    lock_free_rows: "",
    now_millis: "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
    lock_schema: "",
    find_history: "SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'",
    create_history: "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
)",
    list_history: "SELECT CAST(version AS INTEGER), checksum, CAST(success AS INTEGER) FROM _sqlx_migrations
         ORDER BY version",
    record_step: "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES ($1, $2, TRUE, $3, $4)",
};
