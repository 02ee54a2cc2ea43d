//! Which catalog a database holds: another one in its place is never read from or written to.

use std::sync::Arc;
use std::time::Duration;

use ragstone_catalog::{Pooler, PostgresCatalog};
use ragstone_core::port::{ChangeFeed, CollectionStore, DocumentStore};
use ragstone_core::{ErrorKind, Result, Sequence, SystemClock};

use super::server::{TestDatabase, open};
use crate::fixture::{context_of, create, draft};

/// Each pair makes of the catalog in the database another one, or none, and the same one again.
const EXCHANGES: [[&str; 2]; 3] = [
    ["UPDATE counters SET value = -1 - value WHERE name = 'identity'"; 2],
    [
        "UPDATE counters SET name = 'nothing' WHERE name = 'identity'",
        "UPDATE counters SET name = 'identity' WHERE name = 'nothing'",
    ],
    ["ALTER TABLE counters RENAME TO gone", "ALTER TABLE gone RENAME TO counters"],
];
const END_SESSIONS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// The very next call is refused.
async fn is_refused_at_once<T: std::fmt::Debug>(call: impl Future<Output = Result<T>>) {
    let refused = tokio::time::timeout(Duration::from_secs(3), call).await.expect("at once");
    let error = refused.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("another catalog") && error.help().is_some(), "{error}");
}

/// Sessions that were ended under a call fail it first.
async fn is_refused<T: std::fmt::Debug>(mut call: impl AsyncFnMut() -> Result<T>) {
    let refused = async {
        loop {
            let error = call().await.expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
            if error.to_string().contains("another catalog") {
                return error;
            }
        }
    };
    let error = tokio::time::timeout(Duration::from_secs(3), refused).await.expect("soon");
    assert!(error.help().is_some(), "{error}");
}

#[tokio::test]
async fn an_exchanged_database_is_refused_until_it_is_back() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = database.open().await;
    let ctx = context_of("acme");
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let put = || catalog.put_documents(&ctx, collection, vec![draft("text:a", "one\n")]);
    for [exchange, back] in EXCHANGES {
        database.run(exchange).await;
        database.run(END_SESSIONS).await;
        is_refused(async || catalog.head(&ctx).await).await;
        is_refused(async || put().await).await;
        is_refused(async || catalog.statistics(&ctx, collection).await).await;
        database.run(back).await;
    }
    assert_eq!(catalog.head(&ctx).await.expect("is back"), Sequence(1));
    put().await.expect("stored");
    catalog.close().await;
}

#[tokio::test]
async fn an_exchanged_database_is_refused_behind_a_pooler_that_keeps_the_connection() {
    let Some(database) = TestDatabase::create().await else { return };
    let catalog = open(database.config().with_pooler(Pooler::Transaction).expect("a pooler")).await;
    let ctx = context_of("acme");
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let put = || catalog.put_documents(&ctx, collection, vec![draft("text:a", "one\n")]);
    for [exchange, back] in EXCHANGES.into_iter().take(2) {
        database.run(exchange).await;
        is_refused_at_once(catalog.head(&ctx)).await;
        is_refused_at_once(put()).await;
        database.run(back).await;
    }
    assert_eq!(catalog.head(&ctx).await.expect("is back"), Sequence(1));
    put().await.expect("stored");
    catalog.close().await;
}

#[tokio::test]
async fn a_catalog_is_opened_as_the_one_that_it_is() {
    let (Some(database), Some(other)) = (TestDatabase::create().await, TestDatabase::create().await) else {
        return;
    };
    let catalog = database.open().await;
    let id = catalog.identity().expect("an id");
    catalog.close().await;
    let again = open(database.config().with_identity(id)).await;
    assert_eq!(again.identity().expect("an id"), id);
    again.close().await;

    let wrong = || PostgresCatalog::open(other.config().with_identity(id), Arc::new(SystemClock));
    assert_eq!(wrong().await.expect_err("empty").kind(), ErrorKind::FailedPrecondition);
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(other.number(tables).await, 0, "it is left alone");
    let catalog = other.open().await;
    assert_ne!(catalog.identity().expect("an id"), id);
    catalog.close().await;
    assert_eq!(wrong().await.expect_err("another one").kind(), ErrorKind::FailedPrecondition);
}
