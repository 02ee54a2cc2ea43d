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
    let code = error.code().and_then(|code| code.parse().ok());
    code.map_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog failed"), from_code)
}

/// Result codes: <https://www.sqlite.org/rescode.html>. The extended code carries the primary one in its lowest byte.
fn from_code(extended: u32) -> Error {
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
    // IOERR_FSYNC and IOERR_DIR_FSYNC: what was written may not be on the disk, whatever a later sync says.
    const SYNCS: [u32; 2] = [1034, 1290];
    // IOERR_WRITE, IOERR_TRUNCATE, IOERR_SHMOPEN, IOERR_SHMSIZE.
    const WRITES: [u32; 4] = [778, 1546, 4618, 4874];

    let unavailable = |message: &'static str, help: &'static str| {
        Error::new(ErrorKind::Unavailable, message).with_help(Cow::Borrowed(help))
    };
    let read_only =
        |message: &'static str, help: &'static str| Error::new(ErrorKind::ReadOnly, message).with_help(help);
    match extended & 0xff {
        BUSY | LOCKED | PROTOCOL => unavailable(
            "the catalog is locked by another process",
            "try again, or end the other process that has the catalog open",
        ),
        NOMEM => unavailable("the catalog ran out of memory", "free memory, then try again"),
        READONLY => {
            read_only("the catalog cannot be written", "make the data directory and its files writable")
        }
        INTERRUPT => Error::new(ErrorKind::Cancelled, "the catalog's work was interrupted"),
        IOERR if SYNCS.contains(&extended) => read_only(
            "the catalog could not be made durable",
            "the disk of the data directory fails: look at the log of the system; writes are taken again once the disk takes them",
        ),
        IOERR if WRITES.contains(&extended) => read_only(
            "the catalog cannot be written",
            "free disk space and check the disk; writes are taken again once the disk takes them",
        ),
        IOERR => io_failed(),
        FULL => read_only(
            "the disk of the catalog is full",
            "free disk space; writes are taken again by themselves then",
        ),
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
