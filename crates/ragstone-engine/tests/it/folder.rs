//! Ingest of folders: only what changed, deletions, bad files.

use ragstone_core::ErrorKind;

use crate::workbench::Workbench;

#[tokio::test]
async fn second_ingest_stores_only_what_changed() {
    let bench = Workbench::new().await;
    bench.write("a.md", "# A\n\nalpha");
    bench.write("sub/b.rs", "/// Beta.\nfn beta() {}\n");
    bench.write("c.txt", "gamma");
    let first = bench.ingest_folder().await;
    assert_eq!((first.created, first.failed_total), (3, 0));

    let second = bench.ingest_folder().await;
    assert_eq!((second.created, second.updated, second.unchanged, second.deleted), (0, 0, 3, 0));
    assert_eq!(second.sequence, None);

    bench.write("a.md", "# A\n\nomega");
    std::fs::remove_file(bench.folder.path().join("c.txt")).expect("removes");
    let third = bench.ingest_folder().await;
    assert_eq!((third.created, third.updated, third.unchanged, third.deleted), (0, 1, 1, 1));
    assert!(bench.titles("alpha").await.is_empty());
    assert!(bench.titles("gamma").await.is_empty());
    assert_eq!(bench.titles("omega").await, ["A"]);
}

#[tokio::test]
async fn other_tags_make_another_version_of_an_unchanged_file() {
    let bench = Workbench::new().await;
    bench.write("a.md", "alpha");
    bench.ingest_folder().await;
    let tagged = bench.ingest_tagged("book").await;
    assert_eq!((tagged.updated, tagged.unchanged), (1, 0));
    assert_eq!(bench.filtered("alpha", r#"tag = "book""#).await.map(|titles| titles.len()), Ok(1));
    let again = bench.ingest_tagged("book").await;
    assert_eq!((again.updated, again.unchanged), (0, 1));
}

#[tokio::test]
async fn deletion_reaches_only_the_ingested_path() {
    let bench = Workbench::new().await;
    bench.write("one/a.md", "alpha");
    let two = bench.write("two/b.md", "beta");
    bench.ingest_folder().await;
    std::fs::remove_file(&two).expect("removes");
    let report = bench.ingest(&[bench.folder.path().join("one")]).await.expect("is ingested");
    assert_eq!(report.deleted, 0);
    assert_eq!(bench.titles("beta").await.len(), 1);
}

#[tokio::test]
async fn ignored_files_stay_out() {
    let bench = Workbench::new().await;
    bench.write(".gitignore", "*.log\n");
    bench.write(".ragstoneignore", "private/\n");
    bench.write("a.log", "alpha");
    bench.write("private/b.md", "beta");
    bench.write("c.md", "gamma");
    assert_eq!(bench.ingest_folder().await.created, 1);
}

#[tokio::test]
async fn bad_files_are_reported_and_the_rest_is_stored() {
    let bench = Workbench::new().await;
    bench.write("good.md", "alpha");
    bench.write("binary.md", [0u8, 159, 146, 150, 0, 1, 2, 3]);
    bench.write("deep.json", "[".repeat(100_000));
    let report = bench.ingest_folder().await;
    assert_eq!((report.created, report.failed_total), (1, 2));
    let kind = |name: &str| report.failed.iter().find(|f| f.path.ends_with(name)).map(|failure| failure.kind);
    assert_eq!(kind("binary.md"), Some(ErrorKind::UnsupportedMedia));
    assert_eq!(kind("deep.json"), Some(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn file_that_turns_bad_keeps_its_stored_version() {
    let bench = Workbench::new().await;
    bench.write("a.md", "alpha");
    bench.ingest_folder().await;
    bench.write("a.md", [0u8; 64]);
    let report = bench.ingest_folder().await;
    assert_eq!((report.deleted, report.failed_total), (0, 1));
    assert_eq!(bench.titles("alpha").await.len(), 1);
}

#[tokio::test]
async fn path_outside_the_roots_is_refused() {
    let bench = Workbench::new().await;
    let outside = tempfile::tempdir().expect("temporary folder");
    let kind = bench.ingest(&[outside.path().to_owned()]).await.map_err(|error| error.kind());
    assert_eq!(kind.map(|_| ()), Err(ErrorKind::PermissionDenied));
}

#[cfg(unix)]
#[tokio::test]
async fn loop_of_links_ends() {
    let bench = Workbench::new().await;
    bench.write("sub/a.md", "alpha");
    std::os::unix::fs::symlink(bench.folder.path(), bench.folder.path().join("sub/loop")).expect("links");
    let report = bench.ingest_folder().await;
    assert_eq!(report.created, 1);
}
