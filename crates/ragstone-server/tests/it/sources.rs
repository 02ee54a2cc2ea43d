//! Sources besides plain folders, with the real binary: watched folders, commits, archives, and those of the configuration.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::{ragstone, run};
use crate::server::{Server, forward};

/// Longest wait for a line; only a hang takes that long.
const PATIENCE: Duration = Duration::from_mins(2);

/// A command that goes on until it is told to stop; killed when dropped.
struct Running {
    child: Child,
    lines: Receiver<String>,
    /// Lines that nobody has asked for yet: what goes to the two outputs comes in any order.
    waiting: Vec<String>,
}

impl Running {
    fn start(data: &Path, words: &[&str]) -> Self {
        let mut child = ragstone(data)
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let (sender, lines) = mpsc::channel();
        forward(child.stdout.take().expect("piped"), sender.clone());
        forward(child.stderr.take().expect("piped"), sender);
        Self { child, lines, waiting: Vec::new() }
    }

    /// The next line that contains a text.
    fn next(&mut self, text: &str) -> String {
        if let Some(place) = self.waiting.iter().position(|line| line.contains(text)) {
            return self.waiting.remove(place);
        }
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line =
                line.unwrap_or_else(|error| panic!("no line with {text:?} ({error}): {:#?}", self.waiting));
            if line.contains(text) {
                return line;
            }
            self.waiting.push(line);
        }
    }

    /// The next report, as `--json` prints it.
    fn report(&mut self) -> Value {
        serde_json::from_str(&self.next("\"created\"")).expect("is JSON")
    }

    /// Presses Ctrl-C; the command must end with success, and the last line says what was done.
    fn stop(mut self) -> String {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill starts").success());
        let sentence = self.next("watched for");
        assert_eq!(self.child.wait().expect("ends").code(), Some(0), "{:#?}", self.waiting);
        sentence
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("folder")
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("has a parent")).expect("created");
    std::fs::write(path, text).expect("written");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn counts(report: &Value) -> [u64; 4] {
    ["created", "updated", "deleted", "failed_total"].map(|key| report[key].as_u64().expect("a number"))
}

fn found(data: &Path, query: &str) -> Vec<String> {
    let answer = run(data, ["search", query, "--json"]).json();
    let hits = answer["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["citation"]["source"].as_str().expect("a source").to_owned()).collect()
}

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
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

fn repository(path: &Path, files: &[(&str, &str)]) -> String {
    std::fs::create_dir_all(path).expect("created");
    git(path, &["init", "--quiet", "--initial-branch=main"]);
    commit(path, files)
}

fn commit(path: &Path, files: &[(&str, &str)]) -> String {
    for (name, content) in files {
        write(&path.join(name), content);
    }
    git(path, &["add", "--all"]);
    git(path, &["commit", "--quiet", "--message=x"]);
    git(path, &["rev-parse", "HEAD"])
}

#[test]
fn watch_takes_in_what_is_written_moved_and_deleted_until_it_is_stopped() {
    let (data, notes) = (folder(), folder());
    let path = |name: &str| notes.path().join(name);
    write(&path("storks.md"), "# Storks\n\nThey clatter.");
    write(&path(".ragstoneignore"), "private/\n");
    let mut watch = Running::start(data.path(), &["ingest", text(notes.path()), "--watch", "--json"]);
    assert_eq!(counts(&watch.report()), [1, 0, 0, 0]);
    watch.next("watching");

    write(&path("deep/er/herons.md"), "# Herons\n\nThey stand.");
    assert_eq!(counts(&watch.report()), [1, 0, 0, 0]);
    write(&path("storks.md"), "# Storks\n\nThey migrate.");
    assert_eq!(counts(&watch.report()), [0, 1, 0, 0]);
    write(&path("private/secret.md"), "# Secret");
    std::fs::rename(path("deep"), path("moved")).expect("renamed");
    assert_eq!(counts(&watch.report()), [1, 0, 1, 0]);
    std::fs::remove_file(path("moved/er/herons.md")).expect("removed");
    assert_eq!(counts(&watch.report()), [0, 0, 1, 0]);
    write(&path(".ragstoneignore"), "storks.md\n");
    assert_eq!(counts(&watch.report()), [1, 0, 1, 0], "a rule counts at once, both ways");

    let sentence = watch.stop();
    assert!(sentence.contains("4 new, 1 changed, 3 deleted, 0 failed"), "{sentence}");
    assert_eq!(found(data.path(), "secret").len(), 1);
    assert_eq!(found(data.path(), "storks").len(), 0);
}

#[test]
fn watch_holds_still_while_the_path_is_away_and_goes_on_when_it_returns() {
    let (data, place) = (folder(), folder());
    let (disk, away) = (place.path().join("disk"), place.path().join("away"));
    write(&disk.join("storks.md"), "# Storks\n\nThey clatter.");
    let mut watch = Running::start(data.path(), &["ingest", text(&disk), "--watch", "--json"]);
    assert_eq!(counts(&watch.report()), [1, 0, 0, 0]);
    watch.next("watching");
    std::fs::rename(&disk, &away).expect("renamed");
    watch.next("held:");
    // What stands in its place is empty, as where a disk was unmounted.
    std::fs::create_dir(&disk).expect("created");
    watch.next("is there again");
    let held = watch.report();
    assert_eq!(counts(&held), [0, 0, 0, 1], "{held}");
    assert_eq!(held["failed"][0]["reason"], "failed_precondition", "{held}");
    std::fs::remove_dir(&disk).expect("removed");
    std::fs::rename(&away, &disk).expect("renamed");
    write(&disk.join("herons.md"), "# Herons\n\nThey stand.");
    while counts(&watch.report()) != [1, 0, 0, 0] {}
    watch.stop();
    assert_eq!(found(data.path(), "storks clatter").len(), 1);
}

#[test]
fn watch_beside_a_running_server_leaves_the_work_to_it() {
    let (data, notes) = (folder(), folder());
    write(&notes.path().join("storks.md"), "# Storks\n\nThey clatter.");
    let server = Server::up(data.path(), notes.path());
    let mut watch = Running::start(data.path(), &["ingest", text(notes.path()), "--watch", "--json"]);
    assert_eq!(counts(&watch.report()), [0, 0, 0, 0]);
    watch.next("watching");
    write(&notes.path().join("herons.md"), "# Herons\n\nThey stand.");
    let report = watch.report();
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    assert_eq!(server.http.search_behind("herons", report["sequence"].as_u64()).len(), 1);
    watch.stop();
    server.stop();
}

#[test]
fn commits_are_ingested_without_a_checkout_and_only_where_they_differ() {
    let (data, place) = (folder(), folder());
    let path = place.path().join("engine");
    let first = repository(&path, &[("README.md", "# Engine\n\nIt hums."), ("src/lib.rs", "fn hum() {}\n")]);
    git(&path, &["tag", "v1"]);
    write(&path.join("scratch.md"), "# Scratch\n\nNot committed.");
    let ingest = |more: &[&str]| {
        let words = ["ingest", "--git", text(&path), "--json"];
        run(data.path(), words.iter().chain(more)).json()
    };
    assert_eq!(counts(&ingest(&[])), [2, 0, 0, 0]);
    commit(&path, &[("README.md", "# Engine\n\nIt purrs.")]);
    let report = ingest(&[]);
    assert_eq!((counts(&report), &report["bytes"]), ([1, 1, 0, 0], &json!(44)), "{report}");
    assert_eq!(counts(&ingest(&["--git-ref", "v1"])), [2, 0, 0, 0]);
    assert!(found(data.path(), "hums").iter().any(|source| source.ends_with("?tag=v1#/README.md")));
    let sources = found(data.path(), "purrs");
    assert_eq!(sources.len(), 1);
    assert!(
        sources[0].starts_with("git+file://") && sources[0].ends_with("?ref=HEAD#/README.md"),
        "{sources:?}"
    );
    let filter = format!("metadata.git_commit = \"{first}\" and metadata.git_tag = \"v1\"");
    let tagged = run(data.path(), ["search", "hums", "--filter", &filter, "--json"]).json();
    assert_eq!(tagged["hits"].as_array().map(Vec::len), Some(2), "{tagged}");

    // A linked working tree reads the objects of the main one, wherever that is.
    let linked = folder();
    git(&path, &["worktree", "add", "--quiet", "-b", "other", text(&linked.path().join("tree"))]);
    let report = run(data.path(), ["ingest", "--git", text(&linked.path().join("tree")), "--json"]).json();
    assert_eq!(counts(&report), [3, 0, 0, 0]);

    let refused = run(data.path(), ["ingest", "--git", text(&path), "--git-ref", "nowhere"]);
    assert_eq!((refused.code, refused.stderr.contains("help:")), (3, true), "{refused:?}");
    let refused = run(data.path(), ["ingest", "--git", text(place.path())]);
    assert_eq!(refused.code, 3, "{refused:?}");
}

#[test]
fn a_branch_is_followed_from_commit_to_commit() {
    let (data, place) = (folder(), folder());
    let path = place.path().join("engine");
    repository(&path, &[("README.md", "# Engine\n\nIt hums.")]);
    let words = ["ingest", "--git", "--git-ref", "main", text(&path), "--watch", "--json"];
    let mut watch = Running::start(data.path(), &words);
    assert_eq!(counts(&watch.report()), [1, 0, 0, 0]);
    watch.next("watching");
    std::fs::remove_file(path.join("README.md")).expect("removed");
    commit(&path, &[("docs/guide.md", "# Guide\n\nTurn the key.")]);
    assert_eq!(counts(&watch.report()), [1, 0, 1, 0]);
    watch.stop();
}

#[test]
fn repositories_are_discovered() {
    let (data, place) = (folder(), folder());
    repository(&place.path().join("one"), &[("a.md", "alpha")]);
    repository(&place.path().join("more/two"), &[("a.md", "alpha"), ("b.md", "beta")]);
    let listed = run(data.path(), ["sources", "discover", text(place.path()), "--json"]).json();
    let facts: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|found| {
            (found["path"].as_str().expect("a path").rsplit('/').next(), &found["branch"], &found["files"])
        })
        .collect();
    assert_eq!(facts, [(Some("two"), &json!("main"), &json!(2)), (Some("one"), &json!("main"), &json!(1))]);
    let shown = run(data.path(), ["sources", "discover", text(place.path())]);
    assert!(shown.text().contains("2 repositories"), "{shown:?}");
    let none = run(data.path(), ["sources", "discover", text(&place.path().join("none"))]);
    assert_eq!(none.code, 3, "{none:?}");
}

fn zip(path: &Path, members: &[(&str, &str)]) {
    let mut writer = zip::ZipWriter::new(std::fs::File::create(path).expect("created"));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("begun");
        writer.write_all(content.as_bytes()).expect("written");
    }
    writer.finish().expect("ended");
}

#[test]
fn members_of_archives_are_documents_and_bombs_change_nothing() {
    let (data, place) = (folder(), folder());
    let path = place.path().join("notes.zip");
    zip(
        &path,
        &[("birds/storks.md", "# Storks\n\nThey clatter."), ("herons.md", "# Herons"), ("../out.md", "evil")],
    );
    let ingest = || run(data.path(), ["ingest", text(&path), "--json"]);
    let first = ingest();
    assert_eq!(first.code, 2, "one member is refused: {first:?}");
    let first: Value = serde_json::from_str(&first.stdout).expect("is JSON");
    assert_eq!(counts(&first), [2, 0, 0, 1]);
    let name = first["failed"][0]["path"].as_str().map(PathBuf::from).expect("a name");
    assert!(name.ends_with("notes.zip/../out.md"), "{name:?}");
    let sources = found(data.path(), "clatter");
    assert!(
        sources[0].starts_with("zip+file:///") && sources[0].ends_with("notes.zip/birds/storks.md"),
        "{sources:?}"
    );

    zip(&path, &[("birds/storks.md", "# Storks\n\nThey migrate."), ("zeros.txt", &"0".repeat(64 << 20))]);
    let refused = ingest();
    assert_eq!(refused.code, 6, "{refused:?}");
    assert_eq!(found(data.path(), "clatter").len(), 1);
    zip(&path, &[("birds/storks.md", "# Storks\n\nThey migrate.")]);
    assert_eq!(counts(&ingest().json()), [0, 1, 1, 0]);
}

#[test]
fn an_empty_folder_keeps_its_documents_until_that_is_meant() {
    let (data, notes) = (folder(), folder());
    write(&notes.path().join("storks.md"), "# Storks\n\nThey clatter.");
    run(data.path(), ["ingest", text(notes.path())]).text();
    std::fs::remove_file(notes.path().join("storks.md")).expect("removed");
    let held = run(data.path(), ["ingest", text(notes.path())]);
    assert_eq!(held.code, 5, "{held:?}");
    assert!(held.stdout.contains("--allow-empty"), "{held:?}");
    assert_eq!(found(data.path(), "storks").len(), 1);
    let report = run(data.path(), ["ingest", text(notes.path()), "--allow-empty", "--json"]).json();
    assert_eq!(counts(&report), [0, 0, 1, 0]);
}

#[test]
fn sources_of_the_configuration_are_ingested_and_followed() {
    let (data, place) = (folder(), folder());
    let (docs, code, later) =
        (place.path().join("docs"), place.path().join("code"), place.path().join("later"));
    write(&docs.join("storks.md"), "# Storks\n\nThey clatter.");
    repository(&code, &[("README.md", "# Engine\n\nIt hums.")]);
    let file = data.path().join("ragstone.toml");
    let config = format!(
        "[[sources]]\npath = {docs:?}\ntags = [\"birds\"]\n\n\
         [[sources]]\npath = {code:?}\ncollection = \"code\"\ngit = true\ngit_ref = \"main\"\npriority = \"high\"\n\n\
         [[sources]]\npath = {later:?}\n"
    );
    std::fs::write(&file, config).expect("written");
    let mut server =
        Server::spawn(data.path(), ragstone(data.path()).arg("serve").arg("--config").arg(&file));
    server.wait_for("Ctrl-C stops the server.");
    // While the index is being built, the answer says that something is missing.
    let hits =
        |query: &str| server.http.post("/api/v1/search", &json!({ "query": query })).ok()["hits"].take();
    let wait = |query: &str, documents: usize| {
        let is_there = || hits(query).as_array().map(Vec::len) == Some(documents);
        ragstone_testkit::process::wait_until(PATIENCE, is_there).is_ok()
    };
    assert!(wait("clatter", 1) && wait("hums", 1));
    write(&docs.join("herons.md"), "# Herons\n\nThey stand.");
    assert!(wait("stand", 1));
    std::fs::remove_file(docs.join("storks.md")).expect("removed");
    assert!(wait("clatter", 0));
    commit(&code, &[("README.md", "# Engine\n\nIt purrs.")]);
    assert!(wait("purrs", 1) && wait("hums", 0));
    // A path that was not there at start is followed once it is.
    write(&later.join("ospreys.md"), "# Ospreys\n\nThey dive.");
    assert!(wait("dive", 1));
    let documents = server.http.documents("default");
    assert_eq!(documents.len(), 2, "{documents:?}");
    server.stop();
}
