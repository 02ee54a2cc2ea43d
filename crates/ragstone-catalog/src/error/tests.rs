//! Table of the mapping, row by row.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use ragstone_core::ErrorKind;
use sqlx::error::{DatabaseError, ErrorKind as ConstraintKind};
use sqlx::migrate::MigrateError;

use super::{from_migrate, from_sqlx};

#[derive(Debug)]
struct Failure {
    code: &'static str,
    is_unique: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl StdError for Failure {}

impl DatabaseError for Failure {
    fn message(&self) -> &'static str {
        "secret of the database"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.code.into())
    }

    fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ConstraintKind {
        if self.is_unique { ConstraintKind::UniqueViolation } else { ConstraintKind::Other }
    }
}

fn database(code: &'static str, is_unique: bool) -> sqlx::Error {
    sqlx::Error::Database(Box::new(Failure { code, is_unique }))
}

#[test]
fn every_failure_of_the_driver_has_its_kind() {
    let decode = || -> Box<dyn StdError + Send + Sync> { "not utf-8".into() };
    let table = [
        (database("5", false), ErrorKind::Unavailable),
        (database("517", false), ErrorKind::Unavailable), // BUSY_SNAPSHOT
        (database("6", false), ErrorKind::Unavailable),
        (database("7", false), ErrorKind::Unavailable),
        (database("8", false), ErrorKind::Unavailable),
        (database("9", false), ErrorKind::Cancelled),
        (database("778", false), ErrorKind::Unavailable), // IOERR_WRITE
        (database("13", false), ErrorKind::Unavailable),
        (database("14", false), ErrorKind::Unavailable),
        (database("11", false), ErrorKind::Corrupt),
        (database("779", false), ErrorKind::Corrupt), // CORRUPT_INDEX
        (database("26", false), ErrorKind::Corrupt),
        (database("18", false), ErrorKind::TooLarge),
        (database("2067", true), ErrorKind::AlreadyExists),
        (database("1", false), ErrorKind::Unexpected),
        (database("strange", false), ErrorKind::Unexpected),
        (sqlx::Error::PoolTimedOut, ErrorKind::Unavailable),
        (sqlx::Error::PoolClosed, ErrorKind::Unavailable),
        (sqlx::Error::WorkerCrashed, ErrorKind::Unavailable),
        (sqlx::Error::Io(std::io::Error::other("disk")), ErrorKind::Unavailable),
        (sqlx::Error::Decode(decode()), ErrorKind::Corrupt),
        (sqlx::Error::RowNotFound, ErrorKind::Unexpected),
    ];
    for (error, kind) in table {
        let text = error.to_string();
        assert_eq!(from_sqlx(error).kind(), kind, "{text}");
    }
}

#[test]
fn what_a_person_can_mend_says_how() {
    for code in ["5", "8", "10", "11", "13", "14", "26"] {
        assert!(from_sqlx(database(code, false)).help().is_some(), "{code}");
    }
}

#[test]
fn texts_of_the_database_are_not_public() {
    let error = from_sqlx(database("2067", true));
    assert!(!error.public_message().contains("secret"));
}

#[test]
fn a_refused_schema_has_its_kind() {
    let table = [
        (MigrateError::VersionMissing(9), ErrorKind::FailedPrecondition),
        (MigrateError::VersionMismatch(1), ErrorKind::FailedPrecondition),
        (MigrateError::Dirty(1), ErrorKind::Corrupt),
        (MigrateError::Execute(database("13", false)), ErrorKind::Unavailable),
        (MigrateError::ExecuteMigration(database("1", false), 1), ErrorKind::Unexpected),
    ];
    for (error, kind) in table {
        let text = error.to_string();
        assert_eq!(from_migrate(error).kind(), kind, "{text}");
    }
}
