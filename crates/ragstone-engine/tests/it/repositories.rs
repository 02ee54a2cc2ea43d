//! Ingest of commits.

use std::path::{Path, PathBuf};
use std::process::Command;

use ragstone_core::ErrorKind;
use ragstone_core::report::IngestReport;
use ragstone_core::request::{IngestPaths, PathReading};

use crate::workbench::{Workbench, all};

fn git(folder: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git is there");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("is text").trim().to_owned()
}

impl Workbench {
    fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// Makes the repository if it is missing, and commits all that lies in it.
    fn commit(&self) -> String {
        let path = self.repository();
        if !path.join(".git").exists() {
            git(&path, &["init", "--quiet", "--initial-branch=main"]);
        }
        git(&path, &["add", "--all"]);
        git(&path, &["commit", "--quiet", "--message=x"]);
        git(&path, &["rev-parse", "HEAD"])
    }

    async fn ingest_commit(&self, reference: Option<&str>) -> Result<IngestReport, ErrorKind> {
        let reading = PathReading::Commit(reference.map(ToOwned::to_owned));
        let request = IngestPaths { reading, ..all(&[self.repository()]) };
        self.ingest_request(request).await.map_err(|error| error.kind())
    }
}

#[tokio::test]
async fn only_files_that_changed_between_commits_are_read() {
    let bench = Workbench::new().await;
    bench.write("repository/a.md", "# A\n\nalpha");
    bench.write("repository/sub/b.rs", "fn beta() {}\n");
    bench.write("repository/c.txt", "gamma");
    bench.commit();
    let first = bench.ingest_commit(None).await.expect("is ingested");
    assert_eq!((first.created, first.failed_total), (3, 0));
    assert_eq!(first.bytes, 28);
    let second = bench.ingest_commit(None).await.expect("is ingested");
    assert_eq!((second.created, second.updated, second.unchanged, second.deleted), (0, 0, 3, 0));
    assert_eq!((second.bytes, second.sequence), (0, None), "nothing was read");

    bench.write("repository/a.md", "# A\n\nomega");
    std::fs::remove_file(bench.repository().join("c.txt")).expect("removes");
    // What is not committed does not count.
    bench.write("repository/sub/b.rs", "fn delta() {}\n");
    git(&bench.repository(), &["add", "a.md", "c.txt"]);
    git(&bench.repository(), &["commit", "--quiet", "--message=y"]);
    let third = bench.ingest_commit(None).await.expect("is ingested");
    assert_eq!((third.created, third.updated, third.unchanged, third.deleted), (0, 1, 1, 1));
    assert_eq!(third.bytes, 10);
    assert!(bench.titles("gamma").await.is_empty() && bench.titles("delta").await.is_empty());
    assert_eq!(bench.titles("omega").await, ["A"]);
}

#[tokio::test]
async fn documents_tell_their_commit() {
    let bench = Workbench::new().await;
    bench.write("repository/a.md", "alpha");
    bench.write("repository/docs/b.md", "beta");
    let commit = bench.commit();
    git(&bench.repository(), &["remote", "add", "origin", "https://ann:hunter2@example.org/a.git"]);
    bench.ingest_commit(Some("main")).await.expect("is ingested");
    for filter in [
        format!(r#"metadata.git_commit = "{commit}""#),
        r#"metadata.git_branch = "main" and metadata.git_commit_time > 0"#.to_owned(),
        r#"metadata.git_remote = "https://example.org/a.git""#.to_owned(),
        format!(
            r#"source under "git+file://{}""#,
            bench.repository().canonicalize().expect("is there").display()
        ),
    ] {
        assert_eq!(bench.filtered("alpha", &filter).await.map(|found| found.len()), Ok(1), "{filter}");
    }
    assert_eq!(bench.filtered("beta", r#"source glob "**/docs/*.md""#).await.map(|found| found.len()), Ok(1));
    assert_eq!(
        bench.filtered("alpha", r#"source glob "**/docs/*.md""#).await.map(|found| found.len()),
        Ok(0)
    );
}

#[tokio::test]
async fn references_and_the_working_tree_are_sources_of_their_own() {
    let bench = Workbench::new().await;
    bench.write("repository/a.md", "alpha");
    bench.commit();
    git(&bench.repository(), &["tag", "v1"]);
    bench.write("repository/a.md", "omega");
    bench.commit();
    assert_eq!(bench.ingest_commit(Some("v1")).await.map(|report| report.created), Ok(1));
    assert_eq!(bench.ingest_commit(None).await.map(|report| (report.created, report.deleted)), Ok((1, 0)));
    let report = bench.ingest(&[bench.repository()]).await.expect("is ingested");
    assert_eq!((report.created, report.deleted), (1, 0));
    assert_eq!(bench.titles("alpha").await.len(), 1);
    assert_eq!(bench.titles("omega").await.len(), 2);
}

#[tokio::test]
async fn other_attributes_read_unchanged_files_again() {
    let bench = Workbench::new().await;
    bench.write("repository/a.md", "alpha");
    bench.commit();
    bench.ingest_commit(None).await.expect("is ingested");
    let reading = PathReading::Commit(None);
    let tags = ["book".to_owned()].into();
    let request = IngestPaths { reading, tags, ..all(&[bench.repository()]) };
    let tagged = bench.ingest_request(request).await.expect("is ingested");
    assert_eq!((tagged.updated, tagged.unchanged), (1, 0));
    assert_eq!(bench.filtered("alpha", r#"tag = "book""#).await.map(|found| found.len()), Ok(1));
}

#[tokio::test]
async fn repositories_outside_the_roots_are_refused_wherever_git_says_they_are() {
    let bench = Workbench::new().await;
    let outside = tempfile::tempdir().expect("temporary folder");
    std::fs::write(outside.path().join("secret.md"), "secret").expect("writes");
    git(outside.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(outside.path(), &["add", "."]);
    git(outside.path(), &["commit", "--quiet", "--message=x"]);
    let inside = bench.repository();
    std::fs::create_dir_all(&inside).expect("creates");
    // A file that anybody who may write below a root can make.
    let pointer = format!("gitdir: {}\n", outside.path().join(".git").display());
    std::fs::write(inside.join(".git"), pointer).expect("writes");
    assert_eq!(bench.ingest_commit(None).await.map(drop), Err(ErrorKind::PermissionDenied));

    std::fs::remove_file(inside.join(".git")).expect("removes");
    bench.write("repository/a.md", "alpha");
    bench.commit();
    let objects = outside.path().join(".git/objects").canonicalize().expect("is there");
    bench.write("repository/.git/objects/info/alternates", format!("{}\n", objects.display()));
    assert_eq!(bench.ingest_commit(None).await.map(drop), Err(ErrorKind::PermissionDenied));
    std::fs::remove_file(inside.join(".git/objects/info/alternates")).expect("removes");
    assert_eq!(bench.ingest_commit(None).await.map(|report| report.created), Ok(1));
    assert_eq!(bench.ingest_commit(Some("nowhere")).await.map(drop), Err(ErrorKind::NotFound));
}
