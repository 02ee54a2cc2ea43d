//! Files that cannot be ingested: each a clear failure with the right code on every way in.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::mcp;
use crate::server::Server;

const INGEST: &str = "/api/v1/collections/default/ingest";

/// A path and what must be said of it.
struct BadPath {
    path: PathBuf,
    /// Status of the REST answer; an ingest that could do a part of its work is a success with failures.
    status: u16,
    reason: &'static str,
    exit: i32,
}

/// The folders of one test; the server may read below `root` only.
struct Folders {
    data: tempfile::TempDir,
    root: tempfile::TempDir,
    outside: tempfile::TempDir,
}

impl Folders {
    fn new() -> Self {
        let folder = || tempfile::tempdir().expect("folder");
        let folders = Self { data: folder(), root: folder(), outside: folder() };
        std::fs::write(folders.path("good.md"), "# Good\n\nA good file about herons.\n").expect("written");
        folders
    }

    /// A path below the allowed root, without links above it.
    fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().expect("there").join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("written");
        path
    }
}

/// Gives a path to REST, MCP and the command line of the same server, which must all refuse it alike.
fn check(folders: &Folders, server: &Server, bad: &BadPath) {
    let path = bad.path.to_str().expect("UTF-8");
    let reply = server.http.post(INGEST, &json!({ "paths": [path] }));
    assert_eq!(reply.status, bad.status, "{path}: {reply:?}");
    if bad.status == 200 {
        let failure = &reply.json()["failed"][0];
        assert_eq!(failure["reason"], bad.reason, "{path}: {reply:?}");
        assert!(failure["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{reply:?}");
    } else {
        assert_eq!(reply.problem(), (bad.status, bad.reason.to_owned()), "{path}");
    }

    let answer = mcp::call(&server.http, "ingest_path", &json!({ "path": path }));
    assert_eq!(mcp::reason(&answer), bad.reason, "{path}: {answer}");

    let run = crate::cli::run(folders.data.path(), ["ingest", path]);
    assert_eq!(run.code, bad.exit, "{path}: {run:?}");
    let shown = if bad.status == 200 { &run.stdout } else { &run.stderr };
    assert!(shown.contains("skipped:") || shown.contains("error:"), "{path}: {run:?}");

    assert_eq!(server.http.search("herons").len(), 1, "behind {path}");
}

fn check_all(cases: impl FnOnce(&Folders) -> Vec<BadPath>) {
    let folders = Folders::new();
    let server = Server::up(folders.data.path(), folders.root.path());
    for bad in cases(&folders) {
        check(&folders, &server, &bad);
    }
    server.stop();
}

fn failed(path: PathBuf, reason: &'static str, exit: i32) -> BadPath {
    BadPath { path, status: 200, reason, exit }
}

#[test]
fn a_file_of_200_megabytes_is_too_large() {
    check_all(|folders| {
        let path = folders.path("large.txt");
        std::fs::File::create(&path).and_then(|file| file.set_len(200 << 20)).expect("sparse file");
        vec![failed(path, "too_large", 6)]
    });
}

#[test]
fn text_in_no_encoding_is_unsupported() {
    // No single-byte encoding reads all high bytes as text, and a lone surrogate is no UTF-16.
    let noise: Vec<u8> = (0x80..=0xff).cycle().take(2048).collect();
    let surrogates: Vec<u8> = [0xff, 0xfe].into_iter().chain([0x00, 0xd8, b'A', 0x00].repeat(50)).collect();
    check_all(|folders| {
        vec![
            failed(folders.write("noise.txt", &noise), "unsupported_media", 6),
            failed(folders.write("surrogates.txt", &surrogates), "unsupported_media", 6),
            failed(folders.write("binary.txt", b"text\0\0\0\0text"), "unsupported_media", 6),
        ]
    });
}

#[test]
fn json_nested_too_deep_or_broken_is_invalid() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    check_all(|folders| {
        vec![
            failed(folders.write("deep.json", deep), "invalid_argument", 2),
            failed(folders.write("broken.json", "{\"a\": "), "invalid_argument", 2),
            failed(folders.write("empty.txt", ""), "invalid_argument", 2),
        ]
    });
}

#[test]
fn a_path_that_is_missing_or_outside_is_refused() {
    check_all(|folders| {
        let outside = folders.outside.path().join("secret.md");
        std::fs::write(&outside, "# Secret\n").expect("written");
        let escape =
            folders.path("../").join(folders.outside.path().file_name().expect("name")).join("secret.md");
        vec![
            BadPath { path: folders.path("missing.md"), status: 404, reason: "not_found", exit: 3 },
            BadPath { path: outside, status: 403, reason: "permission_denied", exit: 4 },
            BadPath { path: escape, status: 403, reason: "permission_denied", exit: 4 },
            BadPath { path: "/".into(), status: 403, reason: "permission_denied", exit: 4 },
        ]
    });
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_in_circles_or_out_are_refused() {
    use std::os::unix::fs::symlink;
    check_all(|folders| {
        let dangling = folders.path("dangling.md");
        symlink(folders.path("missing.md"), &dangling).expect("link");
        let circle = folders.path("circle.md");
        symlink(&circle, &circle).expect("link");
        let escape = folders.path("escape");
        symlink(folders.outside.path(), &escape).expect("link");
        vec![
            BadPath { path: dangling, status: 404, reason: "not_found", exit: 3 },
            BadPath { path: circle, status: 400, reason: "invalid_argument", exit: 2 },
            BadPath { path: escape, status: 403, reason: "permission_denied", exit: 4 },
        ]
    });
}

#[cfg(unix)]
#[test]
fn a_folder_that_holds_a_link_to_itself_is_walked_once() {
    let folders = Folders::new();
    std::os::unix::fs::symlink(folders.root.path(), folders.path("again")).expect("link");
    let server = Server::up(folders.data.path(), folders.root.path());
    assert_eq!(server.http.documents("default").len(), 1, "{}", server.output());
    let root = folders.path("");
    let report = server.http.post(INGEST, &json!({ "paths": [root] })).ok();
    assert_eq!((&report["unchanged"], &report["created"]), (&json!(1), &json!(0)), "{report}");
    server.stop();
}

/// The root user may read everything, so an entry that is no file stands for a file without permission there.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_refused() {
    check_all(|folders| {
        let pipe = folders.path("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo starts");
        assert!(made.success());
        let locked = folders.write("locked.md", "# Locked\n");
        lock(&locked);
        let is_locked = std::fs::read(&locked).is_err();
        let locked = is_locked.then(|| failed(locked, "permission_denied", 4));
        [failed(pipe, "unsupported_media", 6)].into_iter().chain(locked).collect()
    });
}

#[cfg(unix)]
fn lock(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).expect("changed");
}
