//! Failures of SQLite, by result code.

use std::borrow::Cow;

use ragstone_core::{Error, ErrorKind};
use sqlx::error::{DatabaseError, ErrorKind as ConstraintKind};

use super::{contradiction, from_driver};

/// Maps a failure of SQLite.
pub(crate) fn from_sqlite(error: sqlx::Error) -> Error {
    from_driver(error, |error| match error {
        sqlx::Error::Database(database) => from_database(database.as_ref()),
        sqlx::Error::Io(_) => io_failed(),
        _ => Error::new(ErrorKind::Unexpected, "the catalog failed"),
    })
}

fn from_database(error: &dyn DatabaseError) -> Error {
    if !matches!(error.kind(), ConstraintKind::Other) {
        return contradiction();
    }
    let code = error.code().as_deref().and_then(primary_code);
    code.map_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog failed"), from_code)
}

/// SQLite's primary result code; the extended code carries it in its lowest byte.
fn primary_code(code: &str) -> Option<u32> {
    code.parse::<u32>().ok().map(|extended| extended & 0xff)
}

/// Result codes: <https://www.sqlite.org/rescode.html>.
fn from_code(code: u32) -> Error {
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
    const CONSTRAINT: u32 = 19;
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
        CONSTRAINT => contradiction(),
        TOOBIG => Error::new(ErrorKind::TooLarge, "a value is larger than the catalog can hold"),
        _ => Error::new(ErrorKind::Unexpected, "the catalog failed"),
    }
}

fn io_failed() -> Error {
    Error::new(ErrorKind::Unavailable, "the catalog cannot be read or written")
        .with_help("free disk space and check the disk, then try again")
}
