//! The one place where failures of a database become errors of the catalog.

use ragstone_core::{Error, ErrorKind, Retry};

#[cfg(feature = "postgres")]
pub(crate) use self::postgres::{from_connect, from_postgres};
#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite::from_sqlite;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

/// Maps what every driver has; a database's own codes and its input and output are `of_database`'s.
fn from_driver(error: sqlx::Error, of_database: impl FnOnce(&sqlx::Error) -> Error) -> Error {
    let mapped = match &error {
        sqlx::Error::PoolTimedOut => {
            Error::new(ErrorKind::Unavailable, "no connection to the catalog became free in time").with_help(
                "try again; if it goes on, start the database or allow the catalog more connections",
            )
        }
        sqlx::Error::PoolClosed => closed(),
        sqlx::Error::WorkerCrashed => Error::new(ErrorKind::Unavailable, "a connection to the catalog broke"),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            crate::sql::corrupt("a column cannot be decoded")
        }
        other => of_database(other),
    };
    mapped.with_source(error)
}

/// The answer after the catalog was closed.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the catalog is closed").with_retry(Retry::Never)
}

/// A row that contradicts another one. Statements that may meet a row of theirs say `ON CONFLICT`, and writers do not
/// run beside each other, so no caller's doing ends here: not even a violated key means that what the caller wants
/// to create exists.
fn contradiction() -> Error {
    Error::new(ErrorKind::Unexpected, "the catalog refused a write that contradicts it")
}

#[cfg(test)]
mod tests;
