//! The file: its version, its settings, and what is refused.

use std::path::Path;
use std::sync::Arc;

use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::{Error, ErrorKind, SystemClock};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::fixture::Fixture;

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
    assert_eq!(refusal(&path).await.kind(), ErrorKind::FailedPrecondition);
    let mut connection = connect(&path).await;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut connection)
        .await
        .expect("a count");
    assert_eq!(tables, 1);
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
