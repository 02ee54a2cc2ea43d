//! A disk that takes no more: writes are refused with a reason, what was acknowledged stays, reading goes on.
//!
//! A limit on the size of files stands for the disk: as on a full one, the system refuses to write.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::json;

use crate::cli::ragstone;
use crate::server::Server;

/// Blocks of 512 bytes that a file may have.
const LARGEST_FILE: u32 = 8192;
const DOCUMENTS: &str = "/api/v1/collections/default/documents";

/// `serve` in a shell that limits its files; the signal that would kill the process is switched off.
fn limited(data: &std::path::Path) -> Command {
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
    let refused = refused.expect("the limit is reached");
    let (status, reason) = refused.problem();
    assert!(matches!(status, 503 | 507), "{reason}: {refused:?}");
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

fn listed(server: &Server) -> BTreeSet<String> {
    let documents = server.http.documents("default");
    documents.iter().map(|document| document["source"].as_str().expect("source").to_owned()).collect()
}
