//! Limits of time, and a server that ends sessions.

use std::time::Duration;

use ragstone_catalog::PostgresConfig;
use ragstone_core::port::{ChangeFeed, DocumentStore};
use ragstone_core::{ErrorKind, Retry};
use sqlx::{Connection as _, Row as _};

use super::server::{TestDatabase, open};
use crate::fixture::{context_of, create, draft};

fn short(config: PostgresConfig, statement: u64, lock: u64) -> PostgresConfig {
    let config = config.with_statement_timeout(Duration::from_millis(statement)).expect("a timeout");
    config.with_lock_timeout(Duration::from_millis(lock)).expect("a timeout")
}

#[tokio::test]
async fn a_writer_that_hangs_makes_others_unavailable_and_readers_go_on() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = open(short(database.config(), 5_000, 200)).await;
    let ctx = context_of("acme");
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let mut other = database.connect().await;
    let mut hanging = other.begin().await.expect("begun");
    sqlx::raw_sql("SELECT value FROM counters FOR UPDATE").execute(&mut *hanging).await.expect("locked");

    let put = catalog.put_documents(&ctx, collection, vec![draft("text:a", "one\n")]).await;
    let error = put.expect_err("locked out");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Backoff));
    assert_eq!(catalog.head(&ctx).await.expect("head").0, 1);
    hanging.rollback().await.expect("rolled back");
    catalog.put_documents(&ctx, collection, vec![draft("text:a", "one\n")]).await.expect("stored");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cut_off() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = open(short(database.config(), 200, 5_000)).await;
    let ctx = context_of("acme");
    create(&catalog, &ctx, "notes", 1).await;
    let mut other = database.connect().await;
    let mut hanging = other.begin().await.expect("begun");
    sqlx::raw_sql("LOCK TABLE counters").execute(&mut *hanging).await.expect("locked");
    let error = catalog.head(&ctx).await.expect_err("cut off");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::DeadlineExceeded, Retry::Never));
    hanging.rollback().await.expect("rolled back");
    catalog.head(&ctx).await.expect("head");
}

#[tokio::test]
async fn a_deadline_is_kept_while_the_server_is_busy() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = database.open().await;
    let clock = ragstone_core::SystemClock;
    create(&catalog, &context_of("acme"), "notes", 1).await;
    let mut other = database.connect().await;
    let mut hanging = other.begin().await.expect("begun");
    sqlx::raw_sql("LOCK TABLE counters").execute(&mut *hanging).await.expect("locked");
    let ctx = context_of("acme").with_timeout(&clock, Duration::from_millis(100));
    let error = tokio::time::timeout(Duration::from_millis(300), catalog.head(&ctx)).await.expect("in time");
    assert_eq!(error.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    hanging.rollback().await.expect("rolled back");
}

#[tokio::test]
async fn sessions_that_the_server_ended_fail_no_write() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = database.open().await;
    let ctx = context_of("acme");
    let collection = create(&catalog, &ctx, "notes", 1).await;
    for round in 0..5 {
        // Several connections, so that several are stale.
        let heads = (0..8).map(|_| catalog.head(&ctx));
        assert!(futures::future::join_all(heads).await.iter().all(Result::is_ok), "round {round}");
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'ragstone'";
        assert!(database.number(kill).await > 0);
        let drafts = vec![draft("text:a", &format!("{round}\n"))];
        catalog.put_documents(&ctx, collection, drafts).await.expect("stored on a new connection");
    }
}

#[tokio::test]
async fn an_acknowledgement_is_durable_whatever_the_database_says() {
    let Some(database) = TestDatabase::create().await else { return };
    database.run(&format!("ALTER DATABASE {} SET synchronous_commit = off", database.name)).await;
    let catalog = database.open().await;
    database
        .run(
            "CREATE TABLE witness (setting TEXT);
             CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO witness VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
             CREATE TRIGGER witness AFTER UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION witness()",
        )
        .await;
    create(&catalog, &context_of("acme"), "notes", 1).await;
    let setting: String = database.row("SELECT setting FROM witness").await.get(0);
    assert_eq!(setting, "on");
}
