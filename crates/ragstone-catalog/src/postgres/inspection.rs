//! The look at a server before anything is done on it.

use ragstone_core::{Error, ErrorKind, Result};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::config::PostgresConfig;
use super::identity::Recognition;
use crate::error::from_connect;

/// The oldest version whose planner reads an index on the beginnings of sources in the order of whole sources.
const OLDEST: i32 = 13;

/// Connects once and refuses what the catalog cannot live in.
pub(super) async fn inspect(config: &PostgresConfig, recognition: &Recognition) -> Result<()> {
    let server = config.server();
    let named = |error: Error| error.with_context("host", server.host()).with_context("port", server.port());
    let options = config.connect_options(server);
    let found = tokio::time::timeout(config.connect_timeout(), async {
        let mut connection = options.connect().await?;
        // Sent as text, not prepared: two messages could meet two sessions behind a pooler.
        let row = sqlx::raw_sql(
            "SELECT current_setting('server_encoding'), CAST(current_setting('server_version_num') AS INTEGER),
                 pg_is_in_recovery()",
        )
        .fetch_one(&mut connection)
        .await?;
        let found = Found {
            encoding: row.try_get(0)?,
            version: row.try_get::<i32, _>(1)? / 10_000,
            is_standby: row.try_get(2)?,
        };
        let is_expected = recognition.is_expected(&mut connection).await?;
        connection.close().await?;
        Ok((found, is_expected))
    });
    match found.await {
        Ok(Ok((found, is_expected))) => {
            found.check().map_err(named)?;
            if is_expected { Ok(()) } else { Err(named(another())) }
        }
        Ok(Err(error)) => Err(named(from_connect(error))),
        Err(_) => Err(named(
            Error::new(ErrorKind::Unavailable, "PostgreSQL did not answer in time")
                .with_help("check host, port and network, or allow more time to connect"),
        )),
    }
}

fn another() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the database holds another catalog than the one expected, or none")
        .with_help(
            "correct the URL, or bring back the database that was used before; to use this one from now on, remove \
             catalog.id from the data directory",
        )
}

/// What was found.
#[derive(Debug)]
struct Found {
    encoding: String,
    version: i32,
    is_standby: bool,
}

impl Found {
    fn check(&self) -> Result<()> {
        let refused = |message: &'static str| Error::new(ErrorKind::FailedPrecondition, message);
        if self.encoding != "UTF8" {
            return Err(refused("the database is not in UTF-8")
                .with_context("encoding", &self.encoding)
                .with_help(
                    "make a database for the catalog: createdb --encoding=UTF8 --template=template0",
                ));
        }
        if self.version < OLDEST {
            return Err(refused("the PostgreSQL server is too old")
                .with_context("version", self.version)
                .with_help("use PostgreSQL 13 or later"));
        }
        if self.is_standby {
            return Err(refused("the server is a standby, which takes no writes")
                .with_help("name the primary in the URL, and the standby as the replica"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_catalog_cannot_live_in_is_refused_with_advice() {
        let good = || Found { encoding: "UTF8".to_owned(), version: 15, is_standby: false };
        assert!(good().check().is_ok());
        let bad = [
            Found { encoding: "LATIN1".to_owned(), ..good() },
            Found { version: 12, ..good() },
            Found { is_standby: true, ..good() },
        ];
        for found in bad {
            let error = found.check().expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
            assert!(error.help().is_some(), "{found:?}");
        }
    }
}
