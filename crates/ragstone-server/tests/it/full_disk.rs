//! A disk that takes no more: writes are refused with a reason, what was acknowledged stays, reading goes on, and writes
//! are taken again by themselves when there is room.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ragstone_testkit::process::wait_until;
use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::data::skip;
use crate::http::Reply;
use crate::load;
use crate::operations::operations;
use crate::server::Server;

/// Blocks of 512 bytes that a file may have.
const LARGEST_FILE: u32 = 8192;
const DOCUMENTS: &str = "/api/v1/collections/default/documents";
/// Longest wait until writes are taken again.
const PATIENCE: Duration = Duration::from_secs(20);
/// Reads and refused writes, more than a circuit breaker lets pass.
const MANY: usize = 30;

// ---- A limit on the size of files ----

/// `serve` in a shell that limits its files; the signal that would kill the process is switched off.
fn limited(data: &Path) -> Command {
    let serve = ragstone(data);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""]).arg(LARGEST_FILE.to_string());
    command.arg(serve.get_program()).args(serve.get_args()).arg("serve");
    for (name, value) in serve.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

#[test]
fn writes_are_refused_and_what_was_acknowledged_stays() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::spawn(data.path(), &mut limited(data.path()));
    let mut acknowledged = BTreeSet::new();
    let mut refused = None;
    for number in 0..200 {
        let text = format!("bird{number} ").repeat(10_000);
        let reply = server.http.put(DOCUMENTS, &json!({ "external_id": format!("{number}"), "text": text }));
        if reply.status >= 300 {
            refused = Some(reply);
            break;
        }
        acknowledged.insert(format!("text:{number}"));
    }
    check_refusal(&refused.expect("the limit is reached"));
    assert!(acknowledged.len() > 1);
    assert_eq!(server.http.get("/health/live").status, 200);
    assert_eq!(listed(&server), acknowledged, "reading goes on");
    server.crash();

    let server = Server::serve(data.path());
    assert_eq!(listed(&server), acknowledged);
    server.http.catch_up();
    assert!(!server.http.search("bird0").is_empty());
    let reply = server.http.put(DOCUMENTS, &json!({ "external_id": "new", "text": "Shearwaters." }));
    let sequence = reply.ok()["sequence"].as_u64();
    assert_eq!(server.http.search_behind("shearwaters", sequence).len(), 1);
    server.stop();
}

fn check_refusal(refused: &Reply) {
    assert_eq!(refused.problem(), (507, "read_only".to_owned()), "{refused:?}");
    assert!(refused.json()["help"].as_str().is_some_and(|help| help.contains("disk")), "{refused:?}");
}

fn listed(server: &Server) -> BTreeSet<String> {
    let documents = server.http.documents("default");
    documents.iter().map(|document| document["source"].as_str().expect("source").to_owned()).collect()
}

// ---- A small disk ----

/// A file system in memory of a size, mounted for one test.
struct Disk {
    place: tempfile::TempDir,
}

impl Disk {
    /// Mounts it, or reports that the test is skipped.
    fn mount(test: &str, megabytes: u32) -> Option<Self> {
        let place = tempfile::tempdir().expect("folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"]).arg(place.path());
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self { place });
        }
        skip(test, "a file system cannot be mounted here");
        None
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    fn resize(&self, megabytes: u32) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,size={megabytes}m")]).arg(self.place.path());
        assert!(mount.status().expect("mount starts").success());
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let filled = std::fs::File::create(self.ballast()).and_then(|mut file| {
            let block = [1; 4096];
            while std::io::Write::write_all(&mut file, &block).is_ok() {}
            file.metadata()
        });
        assert!(filled.is_ok_and(|file| file.len() > 0), "there was room");
    }

    fn ballast(&self) -> PathBuf {
        self.place.path().join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.place.path()).status();
    }
}

/// A server, what it has acknowledged, and the number of the next text.
struct Writer {
    server: Server,
    acknowledged: BTreeSet<String>,
    next: usize,
}

impl Writer {
    fn start(disk: &Disk, reserve: &str) -> Self {
        let data = disk.data();
        let mut command = ragstone(&data);
        command.arg("serve").env("RAGSTONE_DATA__MIN_FREE_MB", reserve);
        let server = Server::spawn(&data, &mut command);
        Self { server, acknowledged: BTreeSet::new(), next: 0 }
    }

    /// Stores a text with a word of its own.
    fn put(&mut self) -> Reply {
        let word = load::word("disk", self.next);
        self.next += 1;
        let text = format!("{word} {}", "is followed by what takes room on a disk. ".repeat(3000));
        let reply = self.server.http.put(DOCUMENTS, &json!({ "external_id": word, "text": text }));
        if reply.status < 300 {
            self.acknowledged.insert(word);
        }
        reply
    }

    /// Writes until nothing is taken any more: the server tidies its files, and so makes some room by itself.
    fn exhaust(&mut self) {
        let mut refused = 0;
        while refused < MANY {
            assert!(self.next < 6000, "the disk is never full");
            refused = if self.put().status < 300 { 0 } else { refused + 1 };
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Reads and refused writes in turn: neither keeps the other from its answer.
    fn check_read_only(&mut self) {
        for _ in 0..MANY {
            check_refusal(&self.put());
            let listed: BTreeSet<String> =
                self.acknowledged.iter().map(|word| format!("text:{word}")).collect();
            assert_eq!(self::listed(&self.server), listed, "reading goes on");
            self.server.http.search("anything");
        }
        let health = operations(&mut self.server, None).get("/health/ready");
        let verdict: Value = health.json();
        assert_eq!((health.status, &verdict["status"]), (200, &json!("read_only")), "{verdict}");
        assert!(verdict["reason"].as_str().is_some_and(|reason| reason.contains("disk")), "{verdict}");
    }

    /// Waits until a write is taken, and checks that everything acknowledged is found once.
    fn check_recovered(&mut self) {
        wait_until(PATIENCE, || self.put().status < 300).expect("writes are taken again");
        let head = self.server.http.get("/api/v1/status").ok()["head"].clone();
        let caught_up = json!({ "query": "anything", "min_sequence": head });
        let is_found = || self.server.http.post("/api/v1/search", &caught_up).status == 200;
        wait_until(PATIENCE, is_found).expect("the index follows");
        for word in &self.acknowledged {
            let hits = self.server.http.search(word);
            assert!(hits.iter().any(|hit| hit["citation"]["source"] == format!("text:{word}")), "{word}");
        }
        let health = operations(&mut self.server, None).get("/health/ready").json();
        assert_eq!(health["status"], "ready", "{health}");
    }

    /// Ends the server without a chance to finish, and checks what another one finds.
    fn check_restarted(mut self, disk: &Disk, reserve: &str) {
        let (before, acknowledged) = (self::listed(&self.server), self.acknowledged);
        self.server.crash();
        self = Self::start(disk, reserve);
        assert_eq!(self::listed(&self.server), before);
        for word in acknowledged {
            assert!(before.contains(&format!("text:{word}")), "{word} is lost");
        }
        self.server.http.catch_up();
        self.server.stop();
    }
}

#[test]
fn a_disk_that_is_nearly_full_makes_the_server_read_only_until_there_is_room() {
    const TEST: &str = "full_disk::a_disk_that_is_nearly_full";
    let Some(disk) = Disk::mount(TEST, 256) else { return };
    let mut writer = Writer::start(&disk, "96");
    let refused = loop {
        let reply = writer.put();
        if reply.status >= 300 {
            break reply;
        }
        assert!(writer.next < 3000, "the disk is never full");
    };
    check_refusal(&refused);
    assert!(writer.acknowledged.len() > 10);
    writer.exhaust();
    writer.check_read_only();
    // Another one takes the rest, too.
    disk.fill();
    writer.check_read_only();
    std::fs::remove_file(disk.ballast()).expect("removed");
    disk.resize(512);
    writer.check_recovered();
    writer.check_restarted(&disk, "96");
}

#[test]
fn a_catalog_that_meets_a_full_disk_goes_on_when_there_is_room() {
    const TEST: &str = "full_disk::a_catalog_that_meets_a_full_disk";
    let Some(disk) = Disk::mount(TEST, 256) else { return };
    let mut writer = Writer::start(&disk, "32");
    for _ in 0..20 {
        assert_eq!(writer.put().status, 201);
    }
    writer.server.http.catch_up();
    // Faster than anybody looks at the free space.
    disk.fill();
    let refused = (0..MANY).map(|_| writer.put()).find(|reply| reply.status >= 300);
    check_refusal(&refused.expect("the disk is full"));
    writer.check_read_only();
    std::fs::remove_file(disk.ballast()).expect("removed");
    writer.check_recovered();
    writer.check_restarted(&disk, "32");
}
