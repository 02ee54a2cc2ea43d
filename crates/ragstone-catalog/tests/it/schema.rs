//! The file: its version, its settings, and what is refused.

use std::path::Path;
use std::sync::Arc;

use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::change::{ChangeKind, ProjectionName};
use ragstone_core::clock::ManualClock;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::page::PageRequest;
use ragstone_core::port::{ChangeFeed, CollectionStore, DocumentStore};
use ragstone_core::{DocumentVersion, Error, ErrorKind, Sequence, SystemClock};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::fixture::{Fixture, context_of, draft};

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    options.connect().await.expect("connected")
}

async fn run(path: &Path, sql: &'static str) {
    let mut connection = connect(path).await;
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("executed");
    connection.close().await.expect("closed");
}

async fn refusal(path: &Path) -> Error {
    SqliteCatalog::open(path, SqliteConfig::default(), Arc::new(SystemClock))
        .await
        .expect_err("the file is refused")
}

#[tokio::test]
async fn sqlite_has_the_fix_of_the_wal_reset_fault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut connection = connect(&folder.path().join("any.sqlite")).await;
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut connection).await.expect("a version");
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().expect("a number")).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

#[tokio::test]
async fn a_newer_catalog_is_refused_and_left_alone() {
    let fixture = Fixture::new().await;
    fixture.catalog.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'of the future', TRUE, x'00', 1)";
    run(&fixture.path(), newer).await;
    let error = refusal(&fixture.path()).await;
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(error.help().is_some());
}

#[tokio::test]
async fn a_file_of_another_application_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("browser.sqlite");
    run(&path, "CREATE TABLE bookmarks (url TEXT)").await;
    let before = std::fs::read(&path).expect("the file");
    assert_eq!(refusal(&path).await.kind(), ErrorKind::FailedPrecondition);
    assert_eq!(std::fs::read(&path).expect("the file"), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_corrupt() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear reader, ".repeat(1000)).expect("written");
    let error = refusal(&path).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.help().is_some());
}

#[tokio::test]
async fn a_missing_folder_is_unavailable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let error = refusal(&folder.path().join("missing").join("catalog.sqlite")).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_step_that_was_changed_is_refused() {
    let fixture = Fixture::new().await;
    fixture.catalog.close().await;
    run(&fixture.path(), "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").await;
    let error = refusal(&fixture.path()).await;
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(error.help().is_some());
}

#[tokio::test]
async fn a_schema_with_a_hole_is_refused_and_named() {
    let fixture = Fixture::new().await;
    fixture.catalog.close().await;
    run(
        &fixture.path(),
        "DROP INDEX chunks_id; DROP TABLE leases; DROP INDEX embeddings_text; DROP INDEX documents_guarded; \
         DROP TABLE words; DROP TABLE saved_searches; DROP INDEX jobs_key; DROP INDEX keyed_requests_request; \
         DROP TABLE graph_parts",
    )
    .await;
    let error = refusal(&fixture.path()).await;
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
    assert!(
        error.to_string().contains(
            "chunks_id, leases, embeddings_text, documents_guarded, words, saved_searches, jobs_key, \
             keyed_requests_request, graph_parts"
        ),
        "{error}"
    );
}

/// The ways back from each step, the newest first.
const ROLLBACKS: [(i64, &str); 15] = [
    (15, include_str!("../../migrations/0015_graphs/sqlite/rollback.sql")),
    (14, include_str!("../../migrations/0014_stamps/sqlite/rollback.sql")),
    (13, include_str!("../../migrations/0013_duplicates/sqlite/rollback.sql")),
    (12, include_str!("../../migrations/0012_requests/sqlite/rollback.sql")),
    (11, include_str!("../../migrations/0011_history/sqlite/rollback.sql")),
    (10, include_str!("../../migrations/0010_pages/sqlite/rollback.sql")),
    (9, include_str!("../../migrations/0009_jobs/sqlite/rollback.sql")),
    (8, include_str!("../../migrations/0008_saved_searches/sqlite/rollback.sql")),
    (7, include_str!("../../migrations/0007_generations/sqlite/rollback.sql")),
    (6, include_str!("../../migrations/0006_language/sqlite/rollback.sql")),
    (5, include_str!("../../migrations/0005_words/sqlite/rollback.sql")),
    (4, include_str!("../../migrations/0004_access/sqlite/rollback.sql")),
    (3, include_str!("../../migrations/0003_embeddings/sqlite/rollback.sql")),
    (2, include_str!("../../migrations/0002_leases/sqlite/rollback.sql")),
    (1, include_str!("../../migrations/0001_catalog/sqlite/rollback.sql")),
];

#[tokio::test]
async fn the_way_back_and_forth_keeps_what_the_older_schema_holds() {
    let mut fixture = Fixture::new().await;
    for steps in 1..ROLLBACKS.len() {
        fixture.catalog.close().await;
        for (_, rollback) in &ROLLBACKS[..steps] {
            run(&fixture.path(), rollback).await;
        }
        let mut connection = connect(&fixture.path()).await;
        let left: i64 = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await
            .expect("a version");
        assert_eq!(left, ROLLBACKS[steps].0);
        connection.close().await.expect("closed");
        fixture.reopen().await;
        let found = fixture.catalog.head(&fixture.ctx).await.expect("head");
        assert_eq!(found, Sequence(1));
    }

    fixture.catalog.close().await;
    for (_, rollback) in ROLLBACKS {
        run(&fixture.path(), rollback).await;
    }
    fixture.reopen().await;
    assert_eq!(fixture.catalog.head(&fixture.ctx).await.expect("head"), Sequence::ZERO);
}

/// Frozen files are made with `sqlite3 FILE .dump` by the version that introduces a schema, and never change.
#[tokio::test]
async fn catalogs_of_earlier_schemas_open_and_read() {
    for frozen in [
        include_str!("../frozen/v1.sql"),
        include_str!("../frozen/v2.sql"),
        include_str!("../frozen/v3.sql"),
        include_str!("../frozen/v4.sql"),
    ] {
        opens_and_reads(frozen).await;
    }
}

async fn opens_and_reads(frozen: &'static str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("catalog.sqlite");
    run(&path, frozen).await;
    let catalog = crate::fixture::open(path).await;
    let ctx = context_of("acme");

    let page = PageRequest::try_new(10).expect("a page");
    let collections = catalog.collections(&ctx, &page).await.expect("collections");
    assert_eq!(collections.items.len(), 1, "one live collection: {collections:?}");
    let notes = collections.items.first().expect("a collection");
    assert_eq!(
        (notes.name.as_str(), notes.keyword),
        ("notes", KeywordSettings { k1: 1.2, b: 0.75, ..KeywordSettings::default() })
    );
    assert_eq!(notes.created_at, ManualClock::START);
    let documents = catalog.documents(&ctx, notes.id, &page).await.expect("documents");
    assert_eq!(documents.items.len(), 1);
    let content = catalog.document_content(&ctx, documents.items[0].id).await.expect("a document");
    assert_eq!(content.text, "secönd\nline\n");
    assert_eq!(content.document.version, DocumentVersion(2));
    assert_eq!(content.document.metadata, draft("text:a", "").metadata);
    assert_eq!(content.chunks.len(), 2);
    assert_eq!(content.chunks[1].headings, ["Top", "Line \"2\""]);

    let projected =
        catalog.projected_collections(&ctx, ProjectionName::new("chunk-index")).await.expect("marks");
    let deleted: Vec<bool> = projected.iter().map(|one| one.is_deleted).collect();
    assert_eq!(deleted, [false, true]);
    assert_eq!(projected[0].mark.map(|mark| mark.watermark), Some(Sequence(5)));
    let changes = catalog.changes(&ctx, notes.id, Sequence::ZERO, 10).await.expect("changes");
    let kinds: Vec<ChangeKind> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Stored, ChangeKind::Deleted]);

    let again =
        catalog.put_documents(&ctx, notes.id, vec![draft("text:b", "risen\n")]).await.expect("stored");
    assert_eq!(again[0].version, DocumentVersion(2));
}
