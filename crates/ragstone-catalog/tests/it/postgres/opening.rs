//! Opening: what is refused, with what advice, and what several processes do at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ragstone_catalog::{PostgresCatalog, PostgresConfig};
use ragstone_core::page::PageRequest;
use ragstone_core::port::CollectionStore;
use ragstone_core::{Error, ErrorKind, SystemClock};
use sqlx::Row as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::server::TestDatabase;
use crate::fixture::{context_of, new_collection};

async fn refusal(url: &str) -> Error {
    let config = PostgresConfig::from_url(url).expect("a configuration");
    let config = config.with_connect_timeout(Duration::from_secs(2)).expect("a timeout");
    PostgresCatalog::open(config, Arc::new(SystemClock)).await.expect_err("the catalog is refused")
}

/// A refusal of this kind, which says what to do next and names no password.
async fn check(url: &str, kind: ErrorKind) -> Error {
    let error = refusal(url).await;
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.help().is_some(), "{error}");
    assert_eq!(error.operation(), "catalog.open");
    let password = url::Url::parse(url).expect("a URL").password().unwrap_or("no password").to_owned();
    assert!(!format!("{error:#?}").contains(&password), "{error}");
    error
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let wrong = database.url_with(|url| url.set_password(Some("hunter2-wrong")).expect("a password"));
    check(&wrong, ErrorKind::FailedPrecondition).await;
}

#[tokio::test]
async fn an_unknown_user_is_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let wrong = database.url_with(|url| url.set_username("nobody_of_ragstone").expect("a user"));
    check(&wrong, ErrorKind::FailedPrecondition).await;
}

#[tokio::test]
async fn a_missing_database_is_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let missing = database.url_with(|url| url.set_path("ragstone_no_such_database"));
    check(&missing, ErrorKind::FailedPrecondition).await;
}

#[tokio::test]
async fn a_database_that_is_not_in_utf_8_is_refused() {
    let latin = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'";
    let Some(database) = TestDatabase::create_with(latin).await else { return };
    check(&database.url(), ErrorKind::FailedPrecondition).await;
    assert_eq!(database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, 0);
}

#[tokio::test]
async fn a_user_without_rights_is_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let role = format!("{}_guest", database.name);
    database.run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'hunter2-guest'")).await;
    database.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC").await;
    let guest = database.url_with(|url| {
        url.set_username(&role).expect("a user");
        url.set_password(Some("hunter2-guest")).expect("a password");
    });
    check(&guest, ErrorKind::FailedPrecondition).await;
    database.run(&format!("DROP ROLE {role}")).await;
}

#[tokio::test]
async fn sslmode_require_is_honoured_or_refused() {
    let Some(database) = TestDatabase::create().await else { return };
    let encrypted = database.url_with(|url| url.set_query(Some("sslmode=require")));
    let ssl: String = database.row("SHOW ssl").await.get(0);
    if ssl == "off" {
        check(&encrypted, ErrorKind::FailedPrecondition).await;
        return;
    }
    let config = PostgresConfig::from_url(&encrypted).expect("a configuration");
    let catalog = super::server::open(config).await;
    let sessions = "SELECT count(*) FILTER (WHERE ssl) - count(*) FILTER (WHERE NOT ssl) FROM pg_stat_ssl
         JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND application_name = 'ragstone'";
    assert!(database.number(sessions).await > 0, "every session is encrypted");
    catalog.close().await;
    // The server's certificate is signed by itself, which only verification minds.
    let verified = database.url_with(|url| url.set_query(Some("sslmode=verify-full")));
    check(&verified, ErrorKind::FailedPrecondition).await;
}

#[tokio::test]
async fn a_closed_port_is_unavailable() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let url = format!("postgres://user:hunter2@127.0.0.1:{port}/catalog");
    let error = check(&url, ErrorKind::Unavailable).await;
    assert!(error.retry().is_allowed());
    assert!(error.to_string().contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn an_unknown_host_is_unavailable() {
    check("postgres://user:hunter2@ragstone.invalid/catalog", ErrorKind::Unavailable).await;
}

#[tokio::test]
async fn a_server_that_never_answers_is_unavailable_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("postgres://user:hunter2@{}/catalog", listener.local_addr().expect("an address"));
    #[expect(clippy::disallowed_methods, reason = "a test of a timeout")]
    let start = Instant::now();
    check(&url, ErrorKind::Unavailable).await;
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn what_is_not_postgresql_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("postgres://user:hunter2@{}/catalog", listener.local_addr().expect("an address"));
    let answering = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut asked = [0; 8];
        stream.read_exact(&mut asked).await.expect("a request");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("answered");
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = answering => {}
        _ = check(&url, ErrorKind::Unavailable) => {}
    }
}

#[tokio::test]
async fn processes_that_start_together_all_open() {
    let Some(database) = TestDatabase::create().await else { return };
    let opening = (0..8).map(|_| database.open());
    let catalogs = futures::future::join_all(opening).await;
    assert_eq!(database.number("SELECT count(*) FROM ragstone_schema").await, 15);
    let ctx = context_of("acme");
    let created = catalogs[0].create_collection(&ctx, new_collection("notes", 1)).await.expect("created");
    let page = PageRequest::try_new(10).expect("a page");
    for catalog in &catalogs {
        let found = catalog.collections(&ctx, &page).await.expect("found");
        assert_eq!(found.items, std::slice::from_ref(&created));
    }
}

#[tokio::test]
async fn a_catalog_that_is_up_to_date_needs_no_right_to_change_it() {
    let Some(database) = TestDatabase::create().await else { return };
    database.open().await.close().await;
    let role = format!("{}_user", database.name);
    let grants = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'hunter2-user';
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
         REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    );
    database.run(&grants).await;
    let user = database.url_with(|url| {
        url.set_username(&role).expect("a user");
        url.set_password(Some("hunter2-user")).expect("a password");
    });
    let catalog = super::server::open(PostgresConfig::from_url(&user).expect("a configuration")).await;
    catalog.create_collection(&context_of("acme"), new_collection("notes", 1)).await.expect("created");
    catalog.close().await;
    database.run(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}
