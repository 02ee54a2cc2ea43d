//! The one place where failures of the database become errors of the catalog.

use std::borrow::Cow;

use ragstone_core::{Error, ErrorKind};
use sqlx::error::{DatabaseError, ErrorKind as ConstraintKind};
use sqlx::migrate::MigrateError;

/// Maps a failure of the driver.
pub(crate) fn from_sqlx(error: sqlx::Error) -> Error {
    let mapped = match &error {
        sqlx::Error::Database(database) => from_database(database.as_ref()),
        sqlx::Error::PoolTimedOut => {
            Error::new(ErrorKind::Unavailable, "no connection to the catalog became free in time")
                .with_help("try again, or allow the catalog more connections")
        }
        sqlx::Error::PoolClosed => closed(),
        sqlx::Error::WorkerCrashed => Error::new(ErrorKind::Unavailable, "a connection to the catalog broke"),
        sqlx::Error::Io(_) => io_failed(),
        sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            crate::sql::corrupt("a column cannot be decoded")
        }
        sqlx::Error::Migrate(migrate) => refusal(migrate)
            .unwrap_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog cannot be migrated")),
        _ => Error::new(ErrorKind::Unexpected, "the catalog failed"),
    };
    mapped.with_source(error)
}

/// Maps a failure to bring the schema up to date.
pub(crate) fn from_migrate(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => from_sqlx(cause),
        other => refusal(&other)
            .unwrap_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog cannot be migrated"))
            .with_source(other),
    }
}

/// The answer after the catalog was closed.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Unavailable, "the catalog is closed").with_retry(ragstone_core::Retry::Never)
}

fn refusal(error: &MigrateError) -> Option<Error> {
    match error {
        MigrateError::VersionMissing(version) => Some(
            Error::new(ErrorKind::FailedPrecondition, "the catalog was written by a newer version")
                .with_context("schema", version)
                .with_help("start the newer version of Ragstone, or restore a backup that this one made"),
        ),
        MigrateError::VersionMismatch(version) => Some(
            Error::new(
                ErrorKind::FailedPrecondition,
                "the catalog's schema is not one this version ever made",
            )
            .with_context("schema", version)
            .with_help("start the build of Ragstone that wrote the catalog, or restore a backup"),
        ),
        MigrateError::Dirty(version) => Some(
            Error::new(ErrorKind::Corrupt, "a change of the catalog's schema was left half done")
                .with_context("schema", version)
                .with_help("restore the catalog from a backup"),
        ),
        _ => None,
    }
}

fn from_database(error: &dyn DatabaseError) -> Error {
    match error.kind() {
        ConstraintKind::UniqueViolation => {
            return Error::new(ErrorKind::AlreadyExists, "the catalog holds this already");
        }
        ConstraintKind::ForeignKeyViolation
        | ConstraintKind::NotNullViolation
        | ConstraintKind::CheckViolation => {
            return Error::new(ErrorKind::Unexpected, "the catalog refused a write that contradicts it");
        }
        _ => {}
    }
    error
        .code()
        .as_deref()
        .and_then(sqlite_code)
        .map_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog failed"), from_sqlite_code)
}

/// SQLite's primary result code; the extended code carries it in its lowest byte.
fn sqlite_code(code: &str) -> Option<u32> {
    code.parse::<u32>().ok().map(|extended| extended & 0xff)
}

/// Result codes: <https://www.sqlite.org/rescode.html>.
fn from_sqlite_code(code: u32) -> Error {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const NOMEM: u32 = 7;
    const READONLY: u32 = 8;
    const INTERRUPT: u32 = 9;
    const IOERR: u32 = 10;
    const CORRUPT: u32 = 11;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    const PROTOCOL: u32 = 15;
    const TOOBIG: u32 = 18;
    const NOTADB: u32 = 26;

    let unavailable = |message: &'static str, help: &'static str| {
        Error::new(ErrorKind::Unavailable, message).with_help(Cow::Borrowed(help))
    };
    match code {
        BUSY | LOCKED | PROTOCOL => unavailable(
            "the catalog is locked by another process",
            "try again, or end the other process that has the catalog open",
        ),
        NOMEM => unavailable("the catalog ran out of memory", "free memory, then try again"),
        READONLY => {
            unavailable("the catalog cannot be written", "make the data directory and its files writable")
        }
        INTERRUPT => Error::new(ErrorKind::Cancelled, "the catalog's work was interrupted"),
        IOERR => io_failed(),
        FULL => unavailable("the disk of the catalog is full", "free disk space, then try again"),
        CANTOPEN => {
            unavailable("the catalog cannot be opened", "check that its folder exists and can be written")
        }
        CORRUPT => Error::new(ErrorKind::Corrupt, "the catalog is damaged")
            .with_help("check the disk, then restore the catalog from a backup"),
        NOTADB => Error::new(ErrorKind::Corrupt, "the file is not a catalog, or its first page is damaged")
            .with_help("check the path, or restore the catalog from a backup"),
        TOOBIG => Error::new(ErrorKind::TooLarge, "a value is larger than the catalog can hold"),
        _ => Error::new(ErrorKind::Unexpected, "the catalog failed"),
    }
}

fn io_failed() -> Error {
    Error::new(ErrorKind::Unavailable, "the catalog cannot be read or written")
        .with_help("free disk space and check the disk, then try again")
}

#[cfg(test)]
mod tests;
