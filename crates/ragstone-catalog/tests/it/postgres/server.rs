//! The server that tests run on, and a database of its own for each test.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ragstone_catalog::{PostgresCatalog, PostgresConfig};
use ragstone_core::SystemClock;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use url::Url;

const SERVER: &str = "RAGSTONE_TEST_POSTGRES_URL";
const POOLER: &str = "RAGSTONE_TEST_PGBOUNCER_URL";
const STANDBY: &str = "RAGSTONE_TEST_POSTGRES_REPLICA_URL";

#[expect(clippy::disallowed_methods, reason = "the tests' only configuration")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The URL in a variable, without encryption where it does not say; where it is missing the running test is reported
/// as skipped.
///
/// An encrypted connection takes 90 ms longer to open, and the tests open thousands; `opening` has tests of encryption.
fn url_in(name: &str) -> Option<Url> {
    if let Some(url) = variable(name) {
        let mut url = Url::parse(&url).expect("a URL");
        if url.query_pairs().all(|(name, _)| name != "sslmode") {
            url.query_pairs_mut().append_pair("sslmode", "disable");
        }
        return Some(url);
    }
    if let Some(report) = variable("RAGSTONE_SKIP_REPORT") {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(report).expect("report");
        writeln!(file, "ragstone-catalog::{test}\t{name} names no server").expect("written");
    }
    None
}

/// An empty database, dropped with the value.
pub(crate) struct TestDatabase {
    pub(crate) name: String,
    server: Url,
}

impl TestDatabase {
    /// Makes a database in UTF-8; `None` without a server.
    pub(crate) async fn create() -> Option<Self> {
        Self::create_with("ENCODING 'UTF8'").await
    }

    pub(crate) async fn create_with(options: &str) -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let server = url_in(SERVER)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ragstone_test_{}_{number}", std::process::id());
        run_on(&server, &format!("CREATE DATABASE {name} TEMPLATE template0 {options}")).await;
        Some(Self { name, server })
    }

    pub(crate) fn url(&self) -> String {
        let mut url = self.server.clone();
        url.set_path(&self.name);
        url.into()
    }

    /// The same database behind the pooler; `None` without one.
    pub(crate) fn url_of_pooler(&self) -> Option<String> {
        let mut url = url_in(POOLER)?;
        url.set_path(&self.name);
        Some(url.into())
    }

    /// The same database on the standby, with the catalog in it; `None` without a standby.
    pub(crate) async fn url_of_standby(&self) -> Option<String> {
        let mut url = url_in(STANDBY)?;
        url.set_path(&self.name);
        self.open().await.close().await;
        loop {
            if let Ok(mut connection) = PgConnection::connect(url.as_str()).await
                && sqlx::query("SELECT version FROM ragstone_schema WHERE version = 3")
                    .fetch_one(&mut connection)
                    .await
                    .is_ok()
            {
                return Some(url.into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The URL with something changed.
    pub(crate) fn url_with(&self, change: impl FnOnce(&mut Url)) -> String {
        let mut url = Url::parse(&self.url()).expect("a URL");
        change(&mut url);
        url.into()
    }

    pub(crate) fn config(&self) -> PostgresConfig {
        PostgresConfig::from_url(&self.url()).expect("a configuration")
    }

    /// Name and version of the server.
    pub(crate) async fn backend(&self) -> String {
        use sqlx::Row as _;

        let version: String = self.row("SHOW server_version").await.get(0);
        // Packagers append a version of their own.
        format!("PostgreSQL {}", version.split_whitespace().next().unwrap_or(&version))
    }

    /// Names and versions of server and pooler; a pooler that does not let us ask for it is named without one.
    pub(crate) async fn backend_with_pooler(&self) -> String {
        use sqlx::Row as _;

        let mut console = url_in(POOLER).expect("is named");
        console.set_path("pgbouncer");
        let options: PgConnectOptions = console.as_str().parse().expect("a URL");
        let ask = async {
            let mut connection = PgConnection::connect_with(&options.extra_float_digits(None)).await?;
            sqlx::raw_sql("SHOW VERSION").fetch_one(&mut connection).await?.try_get::<String, _>(0)
        };
        let pooler = ask.await.unwrap_or_else(|_| "PgBouncer".to_owned());
        format!("{}, {pooler}", self.backend().await)
    }

    pub(crate) async fn open(&self) -> PostgresCatalog {
        open(self.config()).await
    }

    /// A session of the test's own.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.expect("connected")
    }

    /// Runs statements in the database.
    pub(crate) async fn run(&self, sql: &str) {
        run_on(&Url::parse(&self.url()).expect("a URL"), sql).await;
    }

    /// The only row of a query in the database.
    pub(crate) async fn row(&self, sql: &str) -> PgRow {
        sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut self.connect().await).await.expect("a row")
    }

    /// The only number of a query in the database.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        use sqlx::Row as _;

        self.row(sql).await.get(0)
    }
}

pub(crate) async fn open(config: PostgresConfig) -> PostgresCatalog {
    PostgresCatalog::open(config, Arc::new(SystemClock)).await.expect("the catalog opens")
}

async fn run_on(url: &Url, sql: &str) {
    let mut connection = PgConnection::connect(url.as_str()).await.expect("connected");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
    connection.close().await.expect("closed");
}

impl Drop for TestDatabase {
    /// On a thread of its own, because a test ends inside a runtime.
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        let dropping = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run_on(&server, &sql));
        });
        assert!(dropping.join().is_ok() || std::thread::panicking(), "the database is dropped");
    }
}
