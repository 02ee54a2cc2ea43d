//! The seam between the catalog and a database: statements, values, rows, connections.
//!
//! Everything above this seam is written once, in SQL that SQLite and PostgreSQL both take: `$n` placeholders,
//! 64-bit integers, 64-bit floats, times as milliseconds, truth values as 0 and 1, JSON as text,
//! `ON CONFLICT`, `RETURNING`, `substr` on bytes. Everything below it (column types, how a UUID is kept, how a
//! transaction begins, what an error code means) belongs to one database's module.

use ragstone_core::Result;
use ragstone_core::port::BoxFuture;

pub(crate) use self::row::{Row, corrupt};
pub(crate) use self::statement::{Rows, Statement};
pub(crate) use self::value::Value;

mod row;
mod statement;
mod value;

/// Runs statements, one after another.
pub trait Connection: Send {
    /// Runs a statement and counts the rows it touched.
    fn execute<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<u64>>;

    /// Runs a statement and collects its rows.
    fn fetch<'a>(&'a mut self, statement: Statement<'a>) -> BoxFuture<'a, Result<Vec<Row>>>;
}

/// A connection inside a transaction; dropped, it rolls back.
pub trait Transaction: Connection {
    /// Makes everything durable.
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>>;

    /// Undoes everything.
    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Several reads of one state.
    Snapshot,
    /// Writes. From its begin to its end no other writing transaction makes progress.
    Write,
}

/// A database behind a [`Catalog`](crate::Catalog); implemented by this crate only.
pub trait Database: Send + Sync + std::fmt::Debug + 'static {
    /// Runs one read on any free connection. Dropping the future is harmless.
    fn read<'a>(&'a self, statement: Statement<'a>) -> BoxFuture<'a, Result<Vec<Row>>>;

    /// Begins a transaction. The future must run to its end.
    fn begin(&self, access: Access) -> BoxFuture<'_, Result<Box<dyn Transaction>>>;

    /// Closes all connections, after what they are doing.
    fn close(&self) -> BoxFuture<'_, ()>;
}
