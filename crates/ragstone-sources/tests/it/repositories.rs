//! Repositories that git has made.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use ragstone_core::ErrorKind;
use ragstone_core::metadata::MetadataValue;
use ragstone_sources::git::{DiscoverOptions, Listed};
use ragstone_sources::{Found, Repository, Snapshot, discover};

/// A repository with a working tree, in a folder of its own.
struct Fixture {
    folder: tempfile::TempDir,
}

/// Calls git with a configuration of its own.
fn git(folder: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "protocol.file.allow=always"])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
        .output()
        .expect("git is there");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("is text").trim().to_owned()
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
        Self { folder }
    }

    fn with(files: &[(&str, &str)]) -> Self {
        let fixture = Self::new();
        fixture.commit(files);
        fixture
    }

    fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("is there")
    }

    /// Commits files on top of those that are there, and answers with the id.
    fn commit(&self, files: &[(&str, &str)]) -> String {
        for (name, content) in files {
            let path = self.folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("creates");
            std::fs::write(path, content).expect("writes");
        }
        git(self.folder.path(), &["add", "--all", "--force"]);
        git(self.folder.path(), &["commit", "--quiet", "--message=x"]);
        git(self.folder.path(), &["rev-parse", "HEAD"])
    }

    fn snapshot(&self, reference: Option<&str>) -> Result<Snapshot, ErrorKind> {
        let repository = Repository::open(self.folder.path()).map_err(|error| error.kind())?;
        repository.snapshot(reference).map_err(|error| error.kind())
    }
}

/// Names below the prefix with texts, and skipped names with the kind of the reason.
fn held(snapshot: &Snapshot) -> Vec<(String, Result<String, ErrorKind>)> {
    let mut found = Vec::new();
    let rules = [".ragstoneignore", ".ignore"];
    let info = snapshot.info();
    snapshot
        .list(&rules, 1000, &mut |listed| {
            found.push(match listed {
                Listed::File(file) => {
                    let name = file.entry.source.as_str().strip_prefix(&info.prefix).expect("has the prefix");
                    let bytes = snapshot.read(&file.blob, 1000).map_err(|error| error.kind());
                    (name.to_owned(), bytes.map(|bytes| String::from_utf8(bytes).expect("is text")))
                }
                Listed::Skipped(skipped) => {
                    let name = skipped.path.strip_prefix(&info.repository).expect("lies inside");
                    (name.display().to_string(), Err(skipped.reason.kind()))
                }
            });
            ControlFlow::Continue(())
        })
        .expect("is read");
    found
}

fn names(snapshot: &Snapshot) -> Vec<String> {
    held(snapshot).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn branches_tags_and_commits_are_read_without_a_checkout() {
    let fixture = Fixture::new();
    let first = fixture.commit(&[("a.md", "alpha"), ("sub/b c.md", "beta")]);
    git(&fixture.path(), &["tag", "-a", "-m", "x", "v1"]);
    git(&fixture.path(), &["branch", "feature/x"]);
    let second = fixture.commit(&[("a.md", "omega")]);
    // What is not committed does not count.
    std::fs::write(fixture.path().join("a.md"), "changed").expect("writes");

    let texts = |reference: Option<&str>| held(&fixture.snapshot(reference).expect("is there"));
    let (old, new) = ("alpha".to_owned(), "omega".to_owned());
    for reference in ["v1", "refs/tags/v1", "feature/x", &first, &first[..8]] {
        let expected =
            [("a.md".to_owned(), Ok(old.clone())), ("sub/b%20c.md".to_owned(), Ok("beta".to_owned()))];
        assert_eq!(texts(Some(reference)), expected, "{reference}");
    }
    for reference in [None, Some("HEAD"), Some("main"), Some(&*second)] {
        assert_eq!(texts(reference)[0].1, Ok(new.clone()), "{reference:?}");
    }
}

#[test]
fn the_same_reference_has_one_prefix_whatever_it_is_called() {
    let fixture = Fixture::new();
    let commit = fixture.commit(&[("a.md", "alpha")]);
    git(&fixture.path(), &["branch", "feature/x"]);
    git(&fixture.path(), &["tag", "main"]);
    let info = |reference: Option<&str>| fixture.snapshot(reference).expect("is there").info().clone();
    let base = format!("git+file://{}/?", fixture.path().display());
    assert_eq!(info(None).prefix, format!("{base}ref=HEAD#/"));
    assert_eq!(info(Some("feature/x")).prefix, format!("{base}branch=feature%2Fx#/"));
    assert_eq!(info(Some("refs/heads/feature/x")).prefix, info(Some("feature/x")).prefix);
    // As for git, a tag comes before a branch of the same name.
    assert_eq!(info(Some("main")).prefix, format!("{base}tag=main#/"));
    assert_eq!(info(Some("refs/heads/main")).prefix, format!("{base}branch=main#/"));
    assert_eq!(info(Some(&commit[..10])).prefix, format!("{base}commit={commit}#/"));
}

#[test]
fn the_commit_is_told_without_credentials() {
    let fixture = Fixture::new();
    let commit = fixture.commit(&[("a.md", "alpha")]);
    git(&fixture.path(), &["remote", "add", "origin", "https://ann:hunter2@example.org/a/b.git"]);
    let snapshot = fixture.snapshot(None).expect("is there");
    let metadata = snapshot.info().metadata();
    let text = |text: &str| Some(MetadataValue::Text(text.to_owned()));
    assert_eq!(metadata.get("git_commit").cloned(), text(&commit));
    assert_eq!(metadata.get("git_branch").cloned(), text("main"));
    assert_eq!(metadata.get("git_remote").cloned(), text("https://example.org/a/b.git"));
    assert_eq!(metadata.get("git_repository").cloned(), text(&fixture.path().display().to_string()));
    assert_eq!(metadata.get("git_commit_time"), Some(&MetadataValue::Integer(1_767_323_045)));
    assert!(!format!("{metadata:?}").contains("hunter2"));
    // A commit that no branch names has none.
    git(&fixture.path(), &["checkout", "--quiet", "--detach"]);
    assert_eq!(fixture.snapshot(None).expect("is there").info().branch, None);
}

#[test]
fn the_same_content_has_the_same_id() {
    let fixture = Fixture::with(&[("a.md", "alpha"), ("b.md", "beta")]);
    let blobs = |snapshot: &Snapshot| {
        let mut blobs = Vec::new();
        let listed = snapshot.list(&[], 1000, &mut |listed| {
            if let Listed::File(file) = listed {
                blobs.push(file.blob);
            }
            ControlFlow::Continue(())
        });
        listed.expect("is read");
        blobs
    };
    let before = blobs(&fixture.snapshot(None).expect("is there"));
    fixture.commit(&[("b.md", "omega")]);
    let after = blobs(&fixture.snapshot(None).expect("is there"));
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
}

#[test]
fn committed_rules_count_and_gitignore_does_not() {
    let fixture = Fixture::with(&[
        (".gitignore", "*.log\n"),
        (".ragstoneignore", "secret/\n/top.md\n!.github/\n"),
        (".ignore", "*.tmp\n"),
        (".github/x.md", ""),
        (".hidden/x.md", ""),
        ("kept.log", ""),
        ("secret/x.md", ""),
        ("sub/.ragstoneignore", "y.md\n"),
        ("sub/top.md", ""),
        ("sub/x.md", ""),
        ("sub/y.md", ""),
        ("top.md", ""),
        ("x.tmp", ""),
    ]);
    let snapshot = fixture.snapshot(None).expect("is there");
    assert_eq!(names(&snapshot), [".github/x.md", "kept.log", "sub/top.md", "sub/x.md"]);
}

#[test]
fn what_is_no_document_is_named() {
    let (fixture, other) = (Fixture::with(&[("a.md", "alpha")]), Fixture::with(&[("x.md", "x")]));
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    std::os::unix::fs::symlink("a.md", fixture.path().join("link.md")).expect("links");
    let module = other.path().display().to_string();
    git(&fixture.path(), &["submodule", "--quiet", "add", &module, "module"]);
    fixture.commit(&[("big.txt", &"x".repeat(1001)), ("lfs.bin", pointer)]);
    let found = held(&fixture.snapshot(None).expect("is there"));
    let expected = [
        ("a.md", Ok("alpha".to_owned())),
        ("big.txt", Err(ErrorKind::TooLarge)),
        ("lfs.bin", Err(ErrorKind::UnsupportedMedia)),
        ("link.md", Err(ErrorKind::UnsupportedMedia)),
        ("module", Err(ErrorKind::UnsupportedMedia)),
    ];
    assert_eq!(found, expected.map(|(name, held)| (name.to_owned(), held)));
}

#[test]
fn a_visit_ends_when_it_is_broken_off() {
    let fixture = Fixture::with(&[("a/b/c.md", ""), ("d.md", ""), ("e.md", "")]);
    let snapshot = fixture.snapshot(None).expect("is there");
    let mut visited = 0;
    let listed = snapshot.list(&[], 1000, &mut |_| {
        visited += 1;
        if visited == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    listed.expect("is read");
    assert_eq!(visited, 2);
}

#[test]
fn bad_references_are_told_apart() {
    let fixture = Fixture::with(&[("a.md", "alpha")]);
    let kind = |reference: &str| fixture.snapshot(Some(reference)).map(drop);
    assert_eq!(kind("nowhere"), Err(ErrorKind::NotFound));
    assert_eq!(kind("deadbeef"), Err(ErrorKind::NotFound));
    assert_eq!(kind(&"0".repeat(40)), Err(ErrorKind::NotFound));
    let blob = git(&fixture.path(), &["rev-parse", "HEAD:a.md"]);
    assert_eq!(kind(&blob), Err(ErrorKind::InvalidArgument));
    assert_eq!(Fixture::new().snapshot(None).map(drop), Err(ErrorKind::NotFound));
    let plain = tempfile::tempdir().expect("temporary folder");
    let opened = Repository::open(plain.path()).map(drop).map_err(|error| error.kind());
    assert_eq!(opened, Err(ErrorKind::NotFound));
    // The folders above are not tried: what was named is what is read.
    std::fs::create_dir(fixture.path().join("sub")).expect("creates");
    assert!(Repository::open(&fixture.path().join("sub")).is_err());
}

#[test]
fn damaged_objects_are_errors() {
    let fixture = Fixture::with(&[("a.md", "alpha"), ("sub/b.md", "beta")]);
    let tree = git(&fixture.path(), &["rev-parse", "HEAD:sub"]);
    let object = fixture.path().join(".git/objects").join(&tree[..2]).join(&tree[2..]);
    std::fs::remove_file(object).expect("removes");
    let snapshot = fixture.snapshot(None).expect("its commit is there");
    let listed = snapshot.list(&[], 1000, &mut |_| ControlFlow::Continue(()));
    assert_eq!(listed.map_err(|error| error.kind()), Err(ErrorKind::Corrupt));
}

#[test]
fn repositories_are_found_wherever_they_are() {
    let root = tempfile::tempdir().expect("temporary folder");
    let root = root.path().canonicalize().expect("is there");
    let make = |name: &str, words: &[&str]| {
        let path = root.join(name);
        std::fs::create_dir_all(&path).expect("creates");
        git(&path, words);
        path
    };
    let init = ["init", "--quiet", "--initial-branch=main"];
    let one = make("one", &init);
    std::fs::write(one.join("a.md"), "alpha").expect("writes");
    git(&one, &["add", "."]);
    git(&one, &["commit", "--quiet", "--message=x"]);
    git(&one, &["worktree", "add", "--quiet", "../linked", "-b", "other"]);
    make("one/nested/inner", &init);
    make("bare.git", &["init", "--quiet", "--bare", "--initial-branch=main"]);
    make("deep/1/2/3/4", &init);
    make(".hidden/repository", &init);
    std::fs::create_dir_all(root.join("broken/.git")).expect("creates");

    let options = DiscoverOptions { max_depth: 4, ..DiscoverOptions::default() };
    let found = discover(&root, options).expect("is searched");
    let shown: Vec<_> = found
        .iter()
        .map(|(path, repository)| {
            let name = path.strip_prefix(&root).expect("lies below").display().to_string();
            let facts = repository.as_ref().map(|found| {
                (found.kind, found.branch.clone().unwrap_or_default(), found.commit.is_some(), found.files)
            });
            (name, facts.map_err(ragstone_core::Error::kind))
        })
        .collect();
    let fact = |kind, branch: &str, has_commit, files| Ok((kind, branch.to_owned(), has_commit, files));
    let expected = [
        ("bare.git", fact(Found::Bare, "main", false, 0)),
        ("broken", Err(ErrorKind::NotFound)),
        ("linked", fact(Found::Linked, "other", true, 1)),
        ("one", fact(Found::Main, "main", true, 1)),
        ("one/nested/inner", fact(Found::Main, "main", false, 0)),
    ];
    assert_eq!(shown, expected.map(|(name, facts)| (name.to_owned(), facts)));

    let few = DiscoverOptions { max_folders: 3, ..DiscoverOptions::default() };
    assert_eq!(discover(&root, few).map(drop).map_err(|error| error.kind()), Err(ErrorKind::TooLarge));
    let missing = discover(&root.join("none"), options).map(drop).map_err(|error| error.kind());
    assert_eq!(missing, Err(ErrorKind::NotFound));
}

#[test]
fn linked_and_bare_repositories_are_read_and_tell_their_parts() {
    let fixture = Fixture::with(&[("a.md", "alpha")]);
    let elsewhere = tempfile::tempdir().expect("temporary folder");
    let elsewhere = elsewhere.path().canonicalize().expect("is there");
    let linked = elsewhere.join("linked");
    git(&fixture.path(), &["worktree", "add", "--quiet", &linked.display().to_string()]);
    let bare = elsewhere.join("bare");
    let (from, to) = (fixture.path().display().to_string(), bare.display().to_string());
    git(&elsewhere, &["clone", "--quiet", "--bare", "--shared", &from, &to]);
    for path in [&linked, &bare] {
        let repository = Repository::open(path).expect("opens");
        assert_eq!(repository.path(), path);
        assert_eq!(names(&repository.snapshot(None).expect("is there")), ["a.md"]);
        let parts = repository.parts().expect("are known");
        let is_outside = |part: &PathBuf| part.canonicalize().expect("is there").starts_with(fixture.path());
        assert!(parts.iter().any(is_outside), "{path:?}: {parts:?}");
    }
}

#[test]
fn packed_objects_and_references_are_read() {
    let fixture = Fixture::with(&[("a.md", "alpha"), ("b.md", "beta")]);
    git(&fixture.path(), &["tag", "v1"]);
    git(&fixture.path(), &["gc", "--quiet", "--aggressive"]);
    git(&fixture.path(), &["pack-refs", "--all"]);
    assert_eq!(names(&fixture.snapshot(Some("v1")).expect("is there")), ["a.md", "b.md"]);
    assert_eq!(names(&fixture.snapshot(None).expect("is there")), ["a.md", "b.md"]);
}
