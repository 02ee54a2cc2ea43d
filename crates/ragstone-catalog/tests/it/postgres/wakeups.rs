//! Wakeups: by other processes, after a lost connection, and the end.

use std::time::Duration;

use ragstone_catalog::{Pooler, Wakeups};
use ragstone_core::port::DocumentStore;
use ragstone_core::{ErrorKind, Sequence};

use super::server::{TestDatabase, open};
use crate::fixture::{context_of, create, draft};

const LISTENING: &str = "SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()";

/// Waits until a wakeup tells of this sequence or a later one.
async fn wait_for(wakeups: &mut Wakeups, sequence: Sequence) {
    let told = async { while wakeups.next().await.expect("the catalog is open") < sequence {} };
    tokio::time::timeout(Duration::from_secs(10), told).await.expect("woken in time");
}

async fn next(wakeups: &mut Wakeups) -> Option<Sequence> {
    tokio::time::timeout(Duration::from_secs(10), wakeups.next()).await.expect("woken in time")
}

#[tokio::test]
async fn a_commit_of_another_process_wakes() {
    let Some(database) = TestDatabase::create().await else { return };
    let (here, there) = (database.open().await, database.open().await);
    let ctx = context_of("acme");
    let collection = create(&there, &ctx, "notes", 1).await;
    let (mut first, mut second) = (here.wakeups().expect("wakeups"), here.wakeups().expect("wakeups"));
    next(&mut first).await.expect("one for what may have been missed");
    assert_eq!(database.number(LISTENING).await, 1, "wakeups share a connection");
    for round in 0..5 {
        let drafts = vec![draft("text:a", &format!("{round}\n"))];
        let receipts = there.put_documents(&ctx, collection, drafts).await.expect("stored");
        wait_for(&mut first, receipts[0].sequence).await;
    }
    wait_for(&mut second, Sequence(6)).await;
    here.close().await;
    assert_eq!(next(&mut first).await, None);
    assert_eq!(here.wakeups().map(drop).map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
    assert_eq!(database.number(LISTENING).await, 0);
}

#[tokio::test]
async fn a_lost_connection_comes_back_and_wakes() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = database.open().await;
    let ctx = context_of("acme");
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let mut wakeups = catalog.wakeups().expect("wakeups");
    next(&mut wakeups).await.expect("connected");
    for round in 0..3 {
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()";
        assert_eq!(database.number(kill).await, 1, "round {round}");
        next(&mut wakeups).await.expect("one for what may have been missed");
        let drafts = vec![draft("text:a", &format!("{round}\n"))];
        let receipts = catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
        wait_for(&mut wakeups, receipts[0].sequence).await;
    }
}

#[tokio::test]
async fn a_catalog_that_is_dropped_stops_listening() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = database.open().await;
    let mut wakeups = catalog.wakeups().expect("wakeups");
    next(&mut wakeups).await.expect("connected");
    drop(catalog);
    assert_eq!(next(&mut wakeups).await, None);
    for _ in 0..100 {
        if database.number(LISTENING).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the listening session is still there");
}

#[tokio::test]
async fn a_pooler_passes_on_no_wakeups() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = open(database.config().with_pooler(Pooler::Transaction).expect("a pooler")).await;
    let error = catalog.wakeups().expect_err("unsupported");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.help().is_some());
}
