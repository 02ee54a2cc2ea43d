//! The phrases in which the databases differ.

/// Which database it is; chooses the dialect's part of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "sqlite", feature = "postgres")),
    expect(dead_code, reason = "a build with one database never names the other")
)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// What of a source the index of live sources holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "sqlite", feature = "postgres")),
    expect(dead_code, reason = "a build with one database never names the other's")
)]
pub(crate) enum SourceIndex {
    /// All of it.
    Whole,
    /// `left(source, 600)`, which a listing must name for the index to be used.
    Prefix,
}

/// Phrases of one database.
#[derive(Debug)]
pub struct Dialect {
    pub(crate) engine: Engine,
    pub(crate) source_index: SourceIndex,
    /// Reads the head, and keeps other writers from reading it until the transaction ends.
    pub(crate) lock_head: &'static str,
    /// Writes the head `$1` back, and wakes whoever waits for a commit.
    pub(crate) raise_head: &'static str,
    /// Reads the counter `$1`, and keeps others who read it so from doing so until the transaction ends.
    pub(crate) lock_counter: &'static str,
    /// Behind a read: keeps others from changing the rows until the transaction ends.
    pub(crate) lock_rows: &'static str,
    /// The same, and leaves out rows that others have locked.
    pub(crate) lock_free_rows: &'static str,
    /// The database's own clock in milliseconds since 1970.
    pub(crate) now_millis: &'static str,
    /// Waits until no other process changes the schema; empty where beginning the transaction has done so.
    pub(crate) lock_schema: &'static str,
    /// Finds one row if the history of the schema is there.
    pub(crate) find_history: &'static str,
    /// Makes the history of the schema unless it is there.
    pub(crate) create_history: &'static str,
    /// Lists version, checksum and success of the steps that were taken.
    pub(crate) list_history: &'static str,
    /// Adds a step: version, description, checksum, nanoseconds.
    pub(crate) record_step: &'static str,
}
