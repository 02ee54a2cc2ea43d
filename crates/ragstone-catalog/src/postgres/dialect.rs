//! What is PostgreSQL's own in the catalog's SQL.

use crate::sql::{Dialect, Engine, SourceIndex};

/// The channel on which every commit of a sequence is told, with the head as its text.
pub(super) const CHANNEL: &str = "ragstone_changes";

/// The row of the head is the lock of all writers. Unlike an advisory lock it belongs to this catalog alone, can be
/// seen in `pg_locks`, and needs no session, so that it works through a pooler. The schema is locked by an advisory
/// lock, because before the first migration there is no row; its key is the letters `RGST` and a one.
pub(super) const POSTGRES: Dialect = Dialect {
    engine: Engine::Postgres,
    source_index: SourceIndex::Prefix,
    lock_head: "SELECT value FROM counters WHERE name = 'sequence' FOR UPDATE",
    raise_head: "WITH raised AS (UPDATE counters SET value = $1 WHERE name = 'sequence' RETURNING value)
         SELECT pg_notify('ragstone_changes', CAST(value AS TEXT)) FROM raised",
    lock_counter: "SELECT value FROM counters WHERE name = $1 FOR UPDATE",
    lock_rows: " FOR UPDATE",
    lock_free_rows: " FOR UPDATE SKIP LOCKED",
    now_millis: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    lock_schema: "SELECT pg_advisory_xact_lock(5928799054698905601)",
    find_history: "SELECT 1 WHERE to_regclass('ragstone_schema') IS NOT NULL",
    create_history: "CREATE TABLE IF NOT EXISTS ragstone_schema (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
    success BOOLEAN NOT NULL,
    checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL
)",
    list_history: "SELECT version, checksum, CAST(success AS INTEGER) FROM ragstone_schema ORDER BY version",
    record_step: "INSERT INTO ragstone_schema (version, description, success, checksum, execution_time)
         VALUES ($1, $2, TRUE, $3, $4)",
};
