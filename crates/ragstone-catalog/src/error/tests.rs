//! Tables of the mapping, row by row.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use sqlx::error::{DatabaseError, ErrorKind as ConstraintKind};

use super::*;

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

fn drivers_own() -> [(sqlx::Error, ErrorKind); 6] {
    [
        (sqlx::Error::PoolTimedOut, ErrorKind::Unavailable),
        (sqlx::Error::PoolClosed, ErrorKind::Unavailable),
        (sqlx::Error::WorkerCrashed, ErrorKind::Unavailable),
        (sqlx::Error::Io(std::io::Error::other("disk")), ErrorKind::Unavailable),
        (sqlx::Error::Decode("not utf-8".into()), ErrorKind::Corrupt),
        (sqlx::Error::RowNotFound, ErrorKind::Unexpected),
    ]
}

#[cfg(feature = "sqlite")]
#[test]
fn every_failure_of_sqlite_has_its_kind() {
    let table = [
        (database("5", false), ErrorKind::Unavailable),
        (database("517", false), ErrorKind::Unavailable), // BUSY_SNAPSHOT
        (database("6", false), ErrorKind::Unavailable),
        (database("7", false), ErrorKind::Unavailable),
        (database("8", false), ErrorKind::ReadOnly),
        (database("9", false), ErrorKind::Cancelled),
        (database("266", false), ErrorKind::Unavailable), // IOERR_READ
        (database("778", false), ErrorKind::ReadOnly),    // IOERR_WRITE
        (database("1034", false), ErrorKind::ReadOnly),   // IOERR_FSYNC
        (database("13", false), ErrorKind::ReadOnly),
        (database("14", false), ErrorKind::Unavailable),
        (database("11", false), ErrorKind::Corrupt),
        (database("779", false), ErrorKind::Corrupt), // CORRUPT_INDEX
        (database("26", false), ErrorKind::Corrupt),
        (database("18", false), ErrorKind::TooLarge),
        (database("2067", true), ErrorKind::Unexpected), // CONSTRAINT_UNIQUE
        (database("2579", false), ErrorKind::Unexpected), // CONSTRAINT_ROWID
        (database("1", false), ErrorKind::Unexpected),
        (database("strange", false), ErrorKind::Unexpected),
    ];
    for (error, kind) in table.into_iter().chain(drivers_own()) {
        let text = error.to_string();
        assert_eq!(from_sqlite(error).kind(), kind, "{text}");
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn what_a_person_can_mend_of_sqlite_says_how() {
    for code in ["5", "8", "10", "11", "13", "14", "26", "778", "1034"] {
        assert!(from_sqlite(database(code, false)).help().is_some(), "{code}");
    }
}

#[cfg(feature = "postgres")]
#[test]
fn every_failure_of_postgresql_has_its_kind_and_its_advice_on_retrying() {
    use ErrorKind::{
        Corrupt, DeadlineExceeded, FailedPrecondition, InvalidArgument, ReadOnly, TooLarge, Unavailable,
        Unexpected,
    };
    let table = [
        ("08006", Unavailable),
        ("08P01", Unavailable),
        ("0A000", Unavailable),
        ("22021", InvalidArgument),
        // The division by zero of another catalog's id: only the assertion of `BEGIN` divides.
        ("22012", Unavailable),
        ("23502", Unexpected),
        ("23503", Unexpected),
        ("23505", Unexpected),
        ("25006", Unavailable),
        ("25P03", DeadlineExceeded),
        ("26000", FailedPrecondition),
        ("28P01", Unavailable),
        ("3D000", Unavailable),
        ("40001", Unavailable),
        ("40P01", Unavailable),
        ("40003", Unavailable),
        ("42501", FailedPrecondition),
        ("42601", Unexpected),
        ("42P01", Corrupt),
        ("42P05", FailedPrecondition),
        ("42P07", FailedPrecondition),
        ("53100", ReadOnly),
        ("53200", Unavailable),
        ("53300", Unavailable),
        ("54000", TooLarge),
        ("55P03", Unavailable),
        ("57014", DeadlineExceeded),
        ("57P01", Unavailable),
        ("57P03", Unavailable),
        ("58030", Unavailable),
        ("XX000", Unexpected),
        ("XX001", Corrupt),
        ("", Unexpected),
        ("ä", Unexpected),
    ];
    for (state, kind) in table {
        let error = from_postgres(database(state, state == "23505"));
        assert_eq!(error.kind(), kind, "{state}");
        assert_eq!(error.retry().is_allowed(), matches!(kind, ReadOnly | Unavailable), "{state}");
    }
    for (error, kind) in drivers_own() {
        let text = error.to_string();
        assert_eq!(from_postgres(error).kind(), kind, "{text}");
    }
    for error in [sqlx::Error::Protocol("garbage".into()), sqlx::Error::BeginFailed] {
        assert_eq!(from_postgres(error).kind(), Unavailable);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn what_is_wrong_with_a_first_connection_says_what_to_do() {
    use ErrorKind::{FailedPrecondition, Unavailable};
    let table = [
        (database("28P01", false), FailedPrecondition),
        (database("28000", false), FailedPrecondition),
        (database("3D000", false), FailedPrecondition),
        (database("08P01", false), FailedPrecondition),
        (database("53300", false), Unavailable),
        (database("57P03", false), Unavailable),
        (sqlx::Error::Tls("no certificate".into()), FailedPrecondition),
        (sqlx::Error::Io(std::io::ErrorKind::InvalidData.into()), FailedPrecondition),
        (sqlx::Error::Io(std::io::Error::other("refused")), Unavailable),
        (sqlx::Error::Protocol("garbage".into()), Unavailable),
    ];
    for (error, kind) in table {
        let error = from_connect(error);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.help().is_some(), "{error}");
    }
}

#[cfg(all(feature = "sqlite", feature = "postgres"))]
#[test]
fn texts_of_the_database_are_not_public() {
    for error in [from_sqlite(database("13", false)), from_postgres(database("22021", false))] {
        assert!(!error.public_message().contains("secret"));
    }
}
