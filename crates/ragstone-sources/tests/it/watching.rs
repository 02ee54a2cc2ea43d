//! Folders that change while they are watched. The kernel tells when it likes, so these tests wait for what must come.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ragstone_core::clock::SystemClock;
use ragstone_sources::{Change, Turn, Watch, WatchOptions};

/// Longest wait; only a fault takes that long.
const PATIENCE: Duration = Duration::from_secs(30);

struct Fixture {
    folder: tempfile::TempDir,
    watch: Watch,
    news: Receiver<()>,
}

/// Every folder but hidden ones and `target`, as a walk would list them.
fn folders(_: &Path, places: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = places.iter().filter(|place| place.is_dir()).cloned().collect();
    while let Some(folder) = open.pop() {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name == "target" {
            continue;
        }
        open.extend(
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_dir()),
        );
        found.push(folder);
    }
    found
}

impl Fixture {
    /// Watches what `roots` makes of a folder.
    fn new(roots: impl Fn(&Path) -> Vec<PathBuf>) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::create_dir_all(folder.path().join("docs/sub")).expect("creates");
        fs::create_dir_all(folder.path().join("docs/target")).expect("creates");
        fs::write(folder.path().join("docs/a.md"), "alpha").expect("writes");
        let options = WatchOptions {
            quiet: Duration::from_millis(100),
            rule_files: vec![".gitignore".to_owned()],
            ..WatchOptions::default()
        };
        let (tell, news) = channel();
        let wake = move || {
            let _nobody_listens = tell.send(());
        };
        let clock = Arc::new(SystemClock);
        let watch = Watch::start(&roots(folder.path()), Box::new(folders), options, clock, wake);
        Self { watch: watch.expect("watches"), folder, news }
    }

    fn of_docs() -> Self {
        Self::new(|folder| vec![folder.join("docs")])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until all these places were told, or everything.
    fn wait_for(&mut self, names: &[&str]) {
        let mut missing: BTreeSet<PathBuf> = names.iter().map(|name| self.path(name)).collect();
        while !missing.is_empty() {
            match self.next() {
                Change::Everything => return,
                Change::Places(places) => missing.retain(|place| !places.contains(place)),
            }
        }
    }

    fn wait_for_everything(&mut self) {
        while self.next() != Change::Everything {}
    }

    fn next(&mut self) -> Change {
        loop {
            match self.watch.due_in() {
                None => self.news.recv_timeout(PATIENCE).expect("something changes"),
                Some(due) if due > Duration::ZERO => drop(self.news.recv_timeout(due)),
                Some(_) => {
                    let (changes, trouble) = self.watch.take();
                    assert!(trouble.is_none(), "{trouble:?}");
                    if let Some(told) = changes.into_iter().next() {
                        return told.change;
                    }
                }
            }
        }
    }
}

#[test]
fn writes_moves_and_deletions_are_told_by_place() {
    let mut fixture = Fixture::of_docs();
    fs::write(fixture.path("docs/new.md"), "new").expect("writes");
    fixture.wait_for(&["docs/new.md"]);
    fs::write(fixture.path("docs/a.md"), "omega").expect("writes");
    fixture.wait_for(&["docs/a.md"]);
    fs::rename(fixture.path("docs/a.md"), fixture.path("docs/sub/b.md")).expect("renames");
    fixture.wait_for(&["docs/a.md", "docs/sub/b.md"]);
    fs::remove_file(fixture.path("docs/sub/b.md")).expect("removes");
    fixture.wait_for(&["docs/sub/b.md"]);
}

#[test]
fn new_folders_are_watched_from_their_change_on() {
    let mut fixture = Fixture::of_docs();
    fs::create_dir_all(fixture.path("docs/one/two")).expect("creates");
    fixture.wait_for(&["docs/one"]);
    fs::write(fixture.path("docs/one/two/x.md"), "x").expect("writes");
    fixture.wait_for(&["docs/one/two/x.md"]);
    // A folder that was moved is watched under its new name.
    fs::rename(fixture.path("docs/one"), fixture.path("docs/moved")).expect("renames");
    fixture.wait_for(&["docs/one", "docs/moved"]);
    fs::write(fixture.path("docs/moved/two/y.md"), "y").expect("writes");
    fixture.wait_for(&["docs/moved/two/y.md"]);
}

#[test]
fn a_rule_is_a_change_of_its_folder() {
    let mut fixture = Fixture::of_docs();
    fs::write(fixture.path("docs/sub/.gitignore"), "*.md\n").expect("writes");
    fixture.wait_for(&["docs/sub"]);
}

#[cfg(target_os = "linux")]
#[test]
fn folders_that_are_left_out_wake_nobody_and_reading_does_not_either() {
    let mut fixture = Fixture::of_docs();
    fs::write(fixture.path("docs/target/x.o"), "x").expect("writes");
    fs::read(fixture.path("docs/a.md")).expect("reads");
    fs::write(fixture.path("docs/sub/last.md"), "x").expect("writes");
    let Change::Places(places) = fixture.next() else { panic!("places are told") };
    assert_eq!(places, BTreeSet::from([fixture.path("docs/sub/last.md")]));
}

#[test]
fn a_file_is_watched_through_its_replacement() {
    let mut fixture = Fixture::new(|folder| vec![folder.join("docs/a.md")]);
    for round in ["one", "two"] {
        // As editors do.
        fs::write(fixture.path("docs/.a.md.new"), round).expect("writes");
        fs::rename(fixture.path("docs/.a.md.new"), fixture.path("docs/a.md")).expect("renames");
        fixture.wait_for_everything();
    }
    assert_eq!(fixture.watch.look(), []);
}

#[test]
fn a_root_that_vanishes_is_told_as_such_and_everything_when_it_returns() {
    let mut fixture = Fixture::of_docs();
    let (docs, away) = (fixture.path("docs"), fixture.path("away"));
    assert_eq!(fixture.watch.look(), []);
    fs::rename(&docs, &away).expect("renames");
    assert_eq!(fixture.watch.look(), [Turn::Vanished(docs.clone())]);
    assert_eq!(fixture.watch.look(), []);
    assert_eq!(fixture.watch.absent(), *std::slice::from_ref(&docs));
    fs::rename(&away, &docs).expect("renames");
    assert_eq!(fixture.watch.look(), [Turn::Returned(docs.clone())]);
    fixture.wait_for_everything();
    // It is watched again.
    fs::write(fixture.path("docs/again.md"), "x").expect("writes");
    fixture.wait_for(&["docs/again.md"]);
}

#[test]
fn another_folder_in_the_place_of_a_root_is_looked_at_as_a_whole() {
    let mut fixture = Fixture::of_docs();
    let docs = fixture.path("docs");
    fs::create_dir(fixture.path("other")).expect("creates");
    fs::rename(&docs, fixture.path("old")).expect("renames");
    fs::rename(fixture.path("other"), &docs).expect("renames");
    assert_eq!(fixture.watch.look(), [Turn::Returned(docs)]);
    fixture.wait_for_everything();
    fs::write(fixture.path("docs/new.md"), "x").expect("writes");
    fixture.wait_for(&["docs/new.md"]);
}

#[test]
fn a_root_may_come_later() {
    let mut fixture = Fixture::new(|folder| vec![folder.join("later")]);
    let later = fixture.path("later");
    assert_eq!(fixture.watch.absent(), *std::slice::from_ref(&later));
    fs::create_dir(&later).expect("creates");
    assert_eq!(fixture.watch.look(), [Turn::Returned(later)]);
    fixture.wait_for_everything();
    fs::write(fixture.path("later/x.md"), "x").expect("writes");
    fixture.wait_for(&["later/x.md"]);
}

#[test]
fn relative_roots_are_refused() {
    let started = Watch::start(
        &[PathBuf::from("docs")],
        Box::new(folders),
        WatchOptions::default(),
        Arc::new(SystemClock),
        || {},
    );
    assert!(started.is_err());
}
