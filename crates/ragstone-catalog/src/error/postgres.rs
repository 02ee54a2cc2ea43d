//! Failures of PostgreSQL, by SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.

use ragstone_core::{Error, ErrorKind};

use super::{contradiction, from_driver};

/// Maps a failure of a connection that was made before.
pub(crate) fn from_postgres(error: sqlx::Error) -> Error {
    from_driver(error, |error| match error {
        sqlx::Error::Database(database) => from_state(database.code().as_deref().unwrap_or_default()),
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) | sqlx::Error::BeginFailed => {
            lost()
        }
        _ => Error::new(ErrorKind::Unexpected, "the catalog failed"),
    })
}

/// Maps a failure of the first connection, where what is wrong with the configuration shows.
pub(crate) fn from_connect(error: sqlx::Error) -> Error {
    let refused = |message: &'static str, help: &'static str| {
        Error::new(ErrorKind::FailedPrecondition, message).with_help(help)
    };
    from_driver(error, |error| match error {
        sqlx::Error::Database(database) => match database.code().as_deref().unwrap_or_default() {
            "28P01" | "28000" => refused(
                "PostgreSQL refuses the login",
                "check user and password of the URL, and that pg_hba.conf lets this user come from here",
            ),
            "3D000" => refused(
                "the database does not exist",
                "create it (createdb --encoding=UTF8), or correct its name in the URL",
            ),
            "08P01" => refused(
                "the server does not take the settings of the connection",
                "if a pooler stands between, turn on the mode for it; else check the URL",
            ),
            state => from_state(state),
        },
        sqlx::Error::Tls(_) => badly_encrypted(),
        // The handshake's way of saying that it does not like a certificate.
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => badly_encrypted(),
        sqlx::Error::Io(_) => Error::new(ErrorKind::Unavailable, "PostgreSQL cannot be reached")
            .with_help("start the server, or correct host and port in the URL"),
        sqlx::Error::Protocol(_) => Error::new(ErrorKind::Unavailable, "what answers is not PostgreSQL")
            .with_help("correct host and port in the URL"),
        _ => Error::new(ErrorKind::Unexpected, "the catalog cannot be opened"),
    })
}

fn badly_encrypted() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the connection cannot be encrypted as sslmode asks")
        .with_help("check the server's certificate and sslrootcert, or choose another sslmode in the URL")
}

fn lost() -> Error {
    Error::new(ErrorKind::Unavailable, "the connection to the catalog's database was lost")
        .with_help("try again; if it goes on, check the database server and the network")
}

fn from_state(state: &str) -> Error {
    let error = |kind: ErrorKind, message: &'static str| Error::new(kind, message);
    match state {
        "23505" | "23503" | "23502" | "23514" | "23P01" => contradiction(),
        "22021" | "22P05" => error(
            ErrorKind::InvalidArgument,
            "a text holds the character U+0000, which PostgreSQL cannot keep",
        )
        .with_help("remove the character"),
        // Nothing in the catalog divides but the assertion of its identity.
        "22012" => crate::postgres::stranger(),
        "25006" => error(ErrorKind::Unavailable, "the catalog's database takes no writes now")
            .with_help("name the primary in the URL; after a failover, try again"),
        "25P03" | "25P04" | "57014" => {
            error(ErrorKind::DeadlineExceeded, "the catalog's database cut the work off for its time")
                .with_help("give the work more time, or raise the statement timeout")
        }
        "40001" | "40P01" => error(ErrorKind::Unavailable, "the transaction met another one and was undone"),
        "55P03" => error(ErrorKind::Unavailable, "a lock of the catalog did not become free in time")
            .with_help("try again; look for a session that is idle in a transaction"),
        "42501" => error(ErrorKind::FailedPrecondition, "the catalog's user may not do this in the database")
            .with_help(
                "make the user the owner of the database, or grant it CREATE on the schema and its tables",
            ),
        "42P07" | "42710" => {
            error(ErrorKind::FailedPrecondition, "the database holds tables of another application")
                .with_help("give the catalog a database of its own")
        }
        "42P01" | "42703" => error(ErrorKind::Corrupt, "a table of the catalog is missing")
            .with_help("restore the catalog from a backup, then start again"),
        "26000" | "42P05" => {
            error(ErrorKind::FailedPrecondition, "a prepared statement went to another session")
                .with_help("a pooler stands between: turn on the mode for it")
        }
        "0A000" => error(ErrorKind::Unavailable, "the schema of the catalog changed meanwhile"),
        "28P01" | "28000" | "3D000" => {
            error(ErrorKind::Unavailable, "PostgreSQL no longer lets the catalog in")
                .with_help("check user, password and database of the URL")
        }
        "53100" => error(ErrorKind::ReadOnly, "the disk of the catalog's database is full")
            .with_help("free disk space on the database server; writes are taken again by themselves then"),
        "53300" => error(ErrorKind::Unavailable, "the database has no connection left for the catalog")
            .with_help("raise max_connections of the server, or make the pools smaller"),
        "54000" => error(ErrorKind::TooLarge, "a value is larger than the catalog can hold"),
        "XX001" | "XX002" => error(ErrorKind::Corrupt, "the catalog's database is damaged")
            .with_help("check the disk, then restore the catalog from a backup"),
        _ => from_class(state),
    }
}

/// By the first two characters, for what has no line of its own.
fn from_class(state: &str) -> Error {
    match state.get(..2).unwrap_or_default() {
        "08" | "57" => lost(),
        "40" => Error::new(ErrorKind::Unavailable, "the transaction was undone"),
        "53" => Error::new(ErrorKind::Unavailable, "the catalog's database has run out of something")
            .with_help("look at the log of the database server"),
        "58" => Error::new(ErrorKind::Unavailable, "the catalog's database cannot read or write its files")
            .with_help("look at the log of the database server"),
        _ => Error::new(ErrorKind::Unexpected, "the catalog failed"),
    }
}
