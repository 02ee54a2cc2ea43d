//! Ingest of some places of a folder, and of folders that hold nothing.

use std::path::PathBuf;

use ragstone_core::ErrorKind;
use ragstone_core::report::IngestReport;
use ragstone_core::request::{IngestPaths, PathReading};

use crate::workbench::{Workbench, all};

impl Workbench {
    fn root(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    async fn ingest_places(&self, names: &[&str]) -> IngestReport {
        let places = names.iter().map(|name| self.root().join(name)).collect();
        let request = IngestPaths { reading: PathReading::Places(places), ..all(&[self.root()]) };
        self.ingest_request(request).await.expect("is ingested")
    }
}

#[tokio::test]
async fn only_places_are_looked_at_and_what_is_gone_from_them_is_deleted() {
    let bench = Workbench::new().await;
    for (name, text) in
        [("a.md", "alpha"), ("sub/b.md", "beta"), ("sub/c.md", "gamma"), ("sub2/d.md", "delta")]
    {
        bench.write(name, text);
    }
    bench.ingest_folder().await;
    bench.write("a.md", "omega");
    bench.write("sub/new.md", "epsilon");
    std::fs::remove_file(bench.root().join("sub/b.md")).expect("removes");
    std::fs::remove_dir_all(bench.root().join("sub2")).expect("removes");

    let report = bench.ingest_places(&["sub/b.md", "sub/never.md"]).await;
    assert_eq!((report.created, report.updated, report.deleted), (0, 0, 1));
    let report = bench.ingest_places(&["sub", "sub/new.md"]).await;
    assert_eq!((report.created, report.updated, report.unchanged, report.deleted), (1, 0, 1, 0));
    assert_eq!(bench.titles("delta").await.len(), 1, "nobody has looked there");
    let report = bench.ingest_places(&["sub2", "a.md"]).await;
    assert_eq!((report.created, report.updated, report.deleted), (0, 1, 1));
    assert!(bench.titles("alpha").await.is_empty() && bench.titles("delta").await.is_empty());
    let report = bench.ingest_folder().await;
    assert_eq!((report.created, report.updated, report.unchanged, report.deleted), (0, 0, 3, 0));
}

#[tokio::test]
async fn places_obey_the_rules_of_the_folder() {
    let bench = Workbench::new().await;
    bench.write(".gitignore", "*.log\n");
    bench.write(".ragstoneignore", "private/\n");
    bench.write("a.log", "alpha");
    bench.write("private/b.md", "beta");
    bench.write("c.md", "gamma");
    let report = bench.ingest_places(&["a.log", "private/b.md", "private", "c.md", ".gitignore"]).await;
    assert_eq!((report.created, report.failed_total), (1, 0));
    // A rule that is new makes documents go.
    bench.write(".ragstoneignore", "c.md\n");
    assert_eq!(bench.ingest_places(&["c.md"]).await.deleted, 1);
}

#[tokio::test]
async fn a_place_outside_the_paths_is_refused() {
    let bench = Workbench::new().await;
    bench.write("sub/a.md", "alpha");
    let places = [bench.root().join("b.md")].into();
    let request = IngestPaths { reading: PathReading::Places(places), ..all(&[bench.root().join("sub")]) };
    let refused = bench.ingest_request(request).await.map(drop).map_err(|error| error.kind());
    assert_eq!(refused, Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn a_folder_that_holds_nothing_keeps_its_documents_unless_it_may() {
    let bench = Workbench::new().await;
    let file = bench.write("disk/a.md", "alpha");
    let disk = bench.root().join("disk");
    bench.ingest_folder().await;
    std::fs::remove_file(file).expect("removes");

    let held = bench.ingest(std::slice::from_ref(&disk)).await.expect("is looked at");
    assert_eq!((held.deleted, held.failed_total), (0, 1));
    assert_eq!(held.failed[0].kind, ErrorKind::FailedPrecondition);
    assert_eq!(bench.titles("alpha").await.len(), 1);
    // What holds something else is no disk that is away.
    bench.write("other.md", "beta");
    let request = IngestPaths { is_empty_allowed: true, ..all(&[disk]) };
    let report = bench.ingest_request(request).await.expect("is looked at");
    assert_eq!((report.deleted, report.failed_total), (1, 0));
}

#[tokio::test]
async fn a_folder_that_was_always_empty_is_no_failure_and_a_missing_one_is() {
    let bench = Workbench::new().await;
    let report = bench.ingest_folder().await;
    assert_eq!((report.deleted, report.failed_total), (0, 0));
    bench.write("gone/a.md", "alpha");
    bench.ingest_folder().await;
    let gone = bench.root().join("gone");
    std::fs::rename(&gone, bench.root().join("elsewhere")).expect("renames");
    let missing = bench.ingest(std::slice::from_ref(&gone)).await.map(drop).map_err(|error| error.kind());
    assert_eq!(missing, Err(ErrorKind::NotFound));
    let request = IngestPaths { reading: PathReading::Places([gone.clone()].into()), ..all(&[gone]) };
    let missing = bench.ingest_request(request).await.map(drop).map_err(|error| error.kind());
    assert_eq!(missing, Err(ErrorKind::NotFound));
    assert_eq!(bench.titles("alpha").await.len(), 1);
}
