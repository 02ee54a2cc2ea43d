//! Jobs of the real binary: uploads outlive kills, and folders are ingested behind their caller's back.

use serde_json::Value;

use crate::cli::ragstone;
use crate::http::Http;
use crate::load;
use crate::server::Server;

const KILLS: usize = 10;
/// Uploads before each kill, of which some are not yet read when it comes.
const UPLOADS: usize = 15;

/// A page of its own with a word that no other one has.
fn page(word: &str) -> String {
    format!("# {word}\n\n{}", "A page of text that takes its time to be read.\n\n".repeat(400))
}

/// Sends an upload and says what was acknowledged: its word, and its job.
fn upload(http: &Http, word: String) -> (String, String) {
    let path = format!("/api/v1/collections/default/uploads?external_id={word}&file_name={word}.md");
    let reply = http.upload(&path, "application/octet-stream", page(&word).into_bytes());
    assert_eq!(reply.status, 202, "{reply:?}");
    let job = reply.json()["id"].as_str().expect("an id").to_owned();
    (word, job)
}

fn wait(http: &Http, job: &str) -> Value {
    http.get(&format!("/api/v1/jobs/{job}?wait=keyword_searchable&wait_ms=60000")).ok()
}

#[test]
fn acknowledged_uploads_outlive_kills_and_are_there_once() {
    let data = tempfile::tempdir().expect("folder");
    let mut acknowledged = Vec::new();
    for kill in 0..KILLS {
        let server = start(data.path());
        for number in 0..UPLOADS {
            acknowledged.push(upload(&server.http, load::word("upload", kill * UPLOADS + number)));
        }
        server.crash();
    }
    let server = start(data.path());
    for (word, job) in &acknowledged {
        let job = wait(&server.http, job);
        assert_eq!(job["stage"], "keyword_searchable", "{word}: {job:#}");
    }
    let documents = server.http.documents("default");
    assert_eq!(documents.len(), acknowledged.len());
    assert!(documents.iter().all(|document| document["version"] == 1), "none was stored twice");
    for (word, _) in acknowledged.iter().step_by(7) {
        let hits = server.http.search(word);
        assert_eq!(hits[0]["citation"]["title"], word.as_str(), "{hits:?}");
    }
    server.stop();
}

/// A server whose claims end a second after it vanished.
fn start(data: &std::path::Path) -> Server {
    let mut command = ragstone(data);
    command.arg("serve").env("RAGSTONE_JOBS__LEASE_SECONDS", "1");
    let mut server = Server::spawn(data, &mut command);
    server.wait_for("Ctrl-C stops the server.");
    server
}

#[test]
fn a_folder_is_ingested_by_the_server_that_comes_later() {
    let data = tempfile::tempdir().expect("folder");
    let notes = tempfile::tempdir().expect("folder");
    std::fs::write(notes.path().join("storks.md"), "# Storks\n\nThey clatter.").expect("written");
    let run = |words: &[&str]| {
        let output = ragstone(data.path()).args(words).output().expect("the binary starts");
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let folder = notes.path().to_str().expect("text");
    let job = run(&["ingest", folder, "--background", "--json"]);
    assert_eq!(job["state"], "queued", "a command does no job");
    let id = job["id"].as_str().expect("an id");

    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_INGEST__ROOTS", format!("[{folder:?}]"));
    let mut server = Server::spawn(data.path(), &mut command);
    server.wait_for("Ctrl-C stops the server.");
    let shown = run(&["jobs", "show", id, "--wait", "keyword_searchable", "--json"]);
    assert_eq!((&shown["state"], &shown["result"]["created"]), (&"succeeded".into(), &1.into()), "{shown:#}");
    let listed = run(&["jobs", "list", "--state", "succeeded", "--json"]);
    assert_eq!(listed[0]["id"], id);
    assert_eq!(run(&["jobs", "dead", "--json"]), Value::Array(Vec::new()));
    server.stop();
}
