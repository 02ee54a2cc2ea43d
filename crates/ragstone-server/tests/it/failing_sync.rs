//! A disk whose syncs fail: nothing is acknowledged that may not be there, and writes are taken again once syncs succeed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cli::ragstone;
use crate::data::skip;
use crate::load;
use crate::server::Server;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";
/// Syncs that a thread makes before they fail; each connection of the catalog has a thread.
const SOUND: u32 = 25;
/// Failures after which the test has seen enough.
const FAILURES: usize = 4;
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(20);

/// `serve` whose syncs of the catalog fail from a number on, on each thread anew.
fn failing(data: &Path, log: &Path) -> Command {
    let serve = ragstone(data);
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-qq", "-e", "trace=fsync,fdatasync"]);
    command.args(["-e", &format!("inject=fsync,fdatasync:error=EIO:when={SOUND}+")]);
    for file in ["catalog.sqlite", "catalog.sqlite-wal"] {
        command.arg("-P").arg(data.join(file));
    }
    command.arg("-o").arg(log).arg(serve.get_program()).args(serve.get_args()).arg("serve");
    for (name, value) in serve.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

fn injected(log: &Path) -> usize {
    std::fs::read_to_string(log).unwrap_or_default().matches("(INJECTED)").count()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a wait of a test")]
fn what_could_not_be_synced_is_not_acknowledged_and_nothing_else_is_lost() {
    const TEST: &str = "failing_sync::what_could_not_be_synced_is_not_acknowledged";
    if !Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success()) {
        return skip(TEST, "strace is not installed (Debian package strace)");
    }
    let folder = tempfile::tempdir().expect("folder");
    let (data, log) = (folder.path().join("data"), folder.path().join("strace.log"));
    let server = Server::spawn(&data, &mut failing(&data, &log));
    let mut acknowledged: BTreeMap<String, u64> = BTreeMap::new();
    let (mut refused, mut recovered, mut number, start) = (0, 0, 0, Instant::now());
    let mut was_refused = false;
    while recovered < FAILURES {
        assert!(start.elapsed() < PATIENCE, "{refused} refused, {recovered} times recovered");
        let word = load::word("sync", number);
        number += 1;
        let text = format!("The promise is kept: {word} was acknowledged.");
        let reply = server.http.put(DOCUMENTS, &json!({ "external_id": word, "text": text }));
        if reply.status < 300 {
            acknowledged.insert(word, reply.ok()["version"].as_u64().expect("version"));
            recovered += usize::from(was_refused);
        } else {
            assert_eq!(reply.problem(), (507, "read_only".to_owned()), "{reply:?}");
            assert!(reply.json()["help"].as_str().is_some_and(|help| help.contains("disk")), "{reply:?}");
            assert_eq!(
                server.http.documents("default").is_empty(),
                acknowledged.is_empty(),
                "reading goes on"
            );
            refused += 1;
            std::thread::sleep(PAUSE);
        }
        was_refused = reply.status >= 300;
    }
    assert!(injected(&log) >= FAILURES, "{} failures were injected", injected(&log));
    server.crash();

    let server = Server::serve(&data);
    server.http.catch_up();
    let documents = server.http.documents("default");
    let listed: BTreeMap<&str, &serde_json::Value> = documents
        .iter()
        .map(|document| (document["source"].as_str().expect("source"), &document["version"]))
        .collect();
    assert_eq!(listed.len(), documents.len(), "none is there twice");
    for (word, version) in &acknowledged {
        assert_eq!(listed.get(format!("text:{word}").as_str()), Some(&&json!(version)), "{word} is lost");
        assert_eq!(server.http.search(word).len(), 1, "{word}");
    }
    server.stop();
}
