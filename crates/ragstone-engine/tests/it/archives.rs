//! Ingest of archives.

use std::io::Write as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use ragstone_core::ErrorKind;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::workbench::Workbench;

impl Workbench {
    fn zip(&self, name: &str, members: &[(&str, &str)]) -> PathBuf {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in members {
            writer.start_file(*name, SimpleFileOptions::default()).expect("begins");
            writer.write_all(text.as_bytes()).expect("writes");
        }
        self.write(name, writer.finish().expect("ends").into_inner())
    }

    fn tar_gz(&self, name: &str, members: &[(&str, &str)]) -> PathBuf {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, text) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            builder.append_data(&mut header, name, text.as_bytes()).expect("appends");
        }
        let packed = builder.into_inner().expect("ends").finish().expect("ends");
        self.write(name, packed)
    }
}

#[tokio::test]
async fn members_are_documents_and_follow_the_archive() {
    let bench = Workbench::new().await;
    let zip =
        bench.zip("notes.zip", &[("a.md", "# A\n\nalpha"), ("sub/b.rs", "fn beta() {}"), ("c.txt", "gamma")]);
    let paths = [zip];
    let first = bench.ingest(&paths).await.expect("is ingested");
    assert_eq!((first.created, first.failed_total), (3, 0));
    let hit = &bench.search("alpha").await.hits[0];
    assert!(hit.citation.source.as_str().starts_with("zip+file:///"), "{}", hit.citation.source);
    assert!(hit.citation.source.as_str().ends_with("/notes.zip/a.md"), "{}", hit.citation.source);
    assert_eq!(bench.filtered("beta", r#"source glob "**/sub/*.rs""#).await.map(|found| found.len()), Ok(1));

    let again = bench.ingest(&paths).await.expect("is ingested");
    assert_eq!((again.created, again.updated, again.unchanged, again.deleted), (0, 0, 3, 0));
    bench.zip("notes.zip", &[("a.md", "# A\n\nomega"), ("sub/b.rs", "fn beta() {}"), ("../x.md", "evil")]);
    let third = bench.ingest(&paths).await.expect("is ingested");
    assert_eq!((third.created, third.updated, third.unchanged, third.deleted), (0, 1, 1, 1));
    assert_eq!(
        third.failed.iter().map(|failure| failure.kind).collect::<Vec<_>>(),
        [ErrorKind::InvalidArgument]
    );
    assert!(bench.titles("gamma").await.is_empty() && bench.titles("evil").await.is_empty());
}

#[tokio::test]
async fn archives_of_both_kinds_stand_beside_each_other_and_folders() {
    let bench = Workbench::new().await;
    let tar = bench.tar_gz("one.tar.gz", &[("a.md", "alpha"), ("b.md", "beta")]);
    let zip = bench.zip("one.zip", &[("a.md", "gamma")]);
    let file = bench.write("docs/a.md", "delta");
    let report = bench.ingest(&[tar.clone(), zip, file]).await.expect("is ingested");
    assert_eq!((report.created, report.failed_total), (4, 0));
    bench.tar_gz("one.tar.gz", &[("a.md", "alpha")]);
    let report = bench.ingest(&[tar]).await.expect("is ingested");
    assert_eq!((report.unchanged, report.deleted), (1, 1));
    // Met in a folder, an archive is a file that cannot be read as text.
    let report = bench.ingest_folder().await;
    assert_eq!((report.unchanged, report.deleted, report.failed_total), (1, 0, 2));
    assert!(report.failed.iter().all(|failure| failure.kind == ErrorKind::UnsupportedMedia));
}

#[tokio::test]
async fn a_bomb_or_a_damaged_archive_changes_nothing() {
    let bench = Workbench::new().await;
    let zip = bench.zip("notes.zip", &[("a.md", "alpha"), ("b.md", "beta")]);
    let paths = [zip.clone()];
    bench.ingest(&paths).await.expect("is ingested");
    let zeros = "0".repeat(64 << 20);
    bench.zip("notes.zip", &[("a.md", "omega"), ("new.md", "epsilon"), ("bomb.txt", &zeros)]);
    let report = bench.ingest(&paths).await.expect("is looked at");
    assert_eq!((report.created, report.updated, report.deleted, report.failed_total), (0, 0, 0, 1));
    assert_eq!(
        (report.failed[0].kind, &report.failed[0].path),
        (ErrorKind::TooLarge, &zip.canonicalize().expect("is there"))
    );
    assert_eq!(report.sequence, None);

    let whole = std::fs::read(&zip).expect("reads");
    bench.write("notes.zip", &whole[..whole.len() - 30]);
    let report = bench.ingest(&paths).await.expect("is looked at");
    assert_eq!((report.deleted, report.failed[0].kind), (0, ErrorKind::InvalidArgument));
    assert_eq!(bench.titles("alpha").await.len(), 1);
    assert!(bench.titles("epsilon").await.is_empty());
}
