//! The seam between the catalog and a database: statements, values, rows, connections.
//!
//! Everything above this seam is written once, in SQL that SQLite and PostgreSQL both take: `$n` placeholders,
//! 64-bit integers, 64-bit floats, times as milliseconds, truth values as 0 and 1, JSON as text,
//! `ON CONFLICT`, `RETURNING`, `substr` on bytes. Everything below it (column types, how a UUID is kept, how a
//! transaction begins, what an error code means) belongs to one database's module; the few phrases in which
//! statements differ are its [`Dialect`].

use ragstone_core::port::BoxFuture;
use ragstone_core::{Result, Sequence};

pub(crate) use self::dialect::{Dialect, Engine, SourceIndex};
pub(crate) use self::row::{Row, corrupt};
pub(crate) use self::statement::{Rows, Statement, filled};
pub(crate) use self::value::Value;

use crate::pool::{PoolStatus, Waiting};

mod dialect;
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
    /// Runs several statements without parameters, separated by semicolons.
    fn run_script(&mut self, script: &'static str) -> BoxFuture<'_, Result<()>>;

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
    /// Writes that may hand out sequences.
    ///
    /// From its read of the head ([`Dialect::lock_head`]) to its end no other such transaction, of any process,
    /// gets past its own read. It may be alone from its begin.
    Write,
    /// Writes of rows that have nothing to do with sequences; does not wait for [`Access::Write`] where the database
    /// knows locks of rows.
    Aside,
    /// Changes of the schema, which may take long.
    Migrate,
}

/// How new the state must be that a read sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Every commit that was acknowledged, by whatever process.
    Latest,
    /// At least every commit up to a sequence; a copy that lags may answer.
    AtLeast(Sequence),
}

/// A database behind a [`Catalog`](crate::Catalog); implemented by this crate only.
pub trait Database: Send + Sync + std::fmt::Debug + 'static {
    /// The phrases in which its SQL differs.
    fn dialect(&self) -> &'static Dialect;

    /// Runs one read on any free connection. Dropping the future is harmless.
    fn read<'a>(&'a self, statement: Statement<'a>, freshness: Freshness) -> BoxFuture<'a, Result<Vec<Row>>>;

    /// Begins to wait for a connection that a transaction can run on.
    fn queue(&self, access: Access) -> Waiting;

    /// Begins a transaction; the wait ends when there is a connection for it. The future must run to its end.
    fn begin(&self, access: Access, waiting: Waiting) -> BoxFuture<'_, Result<Box<dyn Transaction>>>;

    /// Overwrites what deleted rows have left behind in files, where the database can be told to.
    ///
    /// The future must run to its end.
    fn scrub(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// How each pool is used now; the one for writes comes first.
    fn pools(&self) -> Vec<PoolStatus>;

    /// Closes all connections, after what they are doing.
    fn close(&self) -> BoxFuture<'_, ()>;
}
