//! The schema: older, newer, changed, incomplete, and the way back.

use std::sync::Arc;
use std::time::Duration;

use ragstone_catalog::PostgresCatalog;
use ragstone_core::lease::LeaseName;
use ragstone_core::port::{ChangeFeed, CollectionStore, Leases};
use ragstone_core::{Error, ErrorKind, HolderId, SystemClock};
use uuid::Uuid;

use super::server::TestDatabase;
use crate::fixture::{context_of, new_collection};

/// The ways back from each step, the newest first.
const ROLLBACKS: [(i64, &str); 15] = [
    (15, include_str!("../../../migrations/0015_graphs/postgres/rollback.sql")),
    (14, include_str!("../../../migrations/0014_stamps/postgres/rollback.sql")),
    (13, include_str!("../../../migrations/0013_duplicates/postgres/rollback.sql")),
    (12, include_str!("../../../migrations/0012_requests/postgres/rollback.sql")),
    (11, include_str!("../../../migrations/0011_history/postgres/rollback.sql")),
    (10, include_str!("../../../migrations/0010_pages/postgres/rollback.sql")),
    (9, include_str!("../../../migrations/0009_jobs/postgres/rollback.sql")),
    (8, include_str!("../../../migrations/0008_saved_searches/postgres/rollback.sql")),
    (7, include_str!("../../../migrations/0007_generations/postgres/rollback.sql")),
    (6, include_str!("../../../migrations/0006_language/postgres/rollback.sql")),
    (5, include_str!("../../../migrations/0005_words/postgres/rollback.sql")),
    (4, include_str!("../../../migrations/0004_access/postgres/rollback.sql")),
    (3, include_str!("../../../migrations/0003_embeddings/postgres/rollback.sql")),
    (2, include_str!("../../../migrations/0002_leases/postgres/rollback.sql")),
    (1, include_str!("../../../migrations/0001_catalog/postgres/rollback.sql")),
];

/// A database with a catalog that has been closed.
async fn closed() -> Option<TestDatabase> {
    let database = TestDatabase::create().await?;
    let catalog = database.open().await;
    catalog.create_collection(&context_of("acme"), new_collection("notes", 1)).await.expect("created");
    catalog.close().await;
    Some(database)
}

async fn refusal(database: &TestDatabase) -> Error {
    let opened = PostgresCatalog::open(database.config(), Arc::new(SystemClock)).await;
    let error = opened.expect_err("the catalog is refused");
    assert!(error.help().is_some(), "{error}");
    error
}

#[tokio::test]
async fn a_newer_catalog_is_refused_and_left_alone() {
    let Some(database) = closed().await else { return };
    database
        .run(
            "INSERT INTO ragstone_schema (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', TRUE, '\\x00', 1)",
        )
        .await;
    let error = refusal(&database).await;
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(error.to_string().contains("9999"), "{error}");
    assert_eq!(database.number("SELECT count(*) FROM ragstone_schema").await, ROLLBACKS[0].0 + 1);
}

#[tokio::test]
async fn a_step_that_was_changed_is_refused() {
    let Some(database) = closed().await else { return };
    database.run("UPDATE ragstone_schema SET checksum = '\\x00' WHERE version = 1").await;
    assert_eq!(refusal(&database).await.kind(), ErrorKind::FailedPrecondition);
}

#[tokio::test]
async fn a_schema_with_a_hole_is_refused_and_named() {
    let Some(database) = closed().await else { return };
    database.run("DROP INDEX chunks_id; DROP TABLE leases").await;
    let error = refusal(&database).await;
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(error.to_string().contains("chunks_id, leases"), "{error}");
}

#[tokio::test]
async fn tables_of_another_application_are_refused_and_left_alone() {
    let Some(database) = TestDatabase::create().await else { return };
    database.run("CREATE TABLE documents (title TEXT); INSERT INTO documents VALUES ('mine')").await;
    assert_eq!(refusal(&database).await.kind(), ErrorKind::FailedPrecondition);
    assert_eq!(database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, 1);
    assert_eq!(database.number("SELECT count(*) FROM documents").await, 1);
}

#[tokio::test]
async fn an_older_schema_is_migrated_and_keeps_what_it_holds() {
    let Some(database) = closed().await else { return };
    for pair in ROLLBACKS.windows(2) {
        let [(_, rollback), (left, _)] = pair else { unreachable!("windows of two") };
        database.run(rollback).await;
        assert_eq!(database.number("SELECT max(version) FROM ragstone_schema").await, *left);
    }
    let gone = "SELECT count(*) FROM pg_tables WHERE tablename IN ('leases', 'embeddings', 'words')";
    assert_eq!(database.number(gone).await, 0);

    let catalog = database.open().await;
    let ctx = context_of("acme");
    assert_eq!(catalog.head(&ctx).await.expect("head").0, 1);
    catalog.collection(&ctx, &new_collection("notes", 1).name).await.expect("found");
    let (job, holder) = (LeaseName::try_new("job").expect("a name"), HolderId::from_uuid(Uuid::from_u128(1)));
    let lease = catalog.acquire(&ctx, &job, holder, Duration::from_mins(1)).await.expect("answers");
    assert!(lease.is_some());
    assert_eq!(database.number("SELECT max(version) FROM ragstone_schema").await, ROLLBACKS[0].0);
}

#[tokio::test]
async fn the_way_back_ends_in_an_empty_database() {
    let Some(database) = closed().await else { return };
    for (_, rollback) in ROLLBACKS {
        database.run(rollback).await;
    }
    assert_eq!(database.number("SELECT count(*) FROM ragstone_schema").await, 0);
    assert_eq!(database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, 1);
    let catalog = database.open().await;
    assert_eq!(catalog.head(&context_of("acme")).await.expect("head").0, 0);
}
