//! Keyed requests of the real binary: kills between asking and answering, and events of a job over a real line.

use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::http::Http;
use crate::load;
use crate::server::Server;

const KILLS: u64 = 12;
const DOCUMENTS: &str = "/api/v1/collections/default/documents";

/// A server whose claims end a second after it vanished.
fn start(data: &Path) -> Server {
    let mut command = ragstone(data);
    command.arg("serve").env("RAGSTONE_IDEMPOTENCY__LEASE_SECONDS", "1");
    let mut server = Server::spawn(data, &mut command);
    server.wait_for("Ctrl-C stops the server.");
    server
}

fn body_of(word: &str) -> Value {
    json!({ "external_id": word, "text": format!("The promise is kept: {word}.") })
}

/// Sends new texts with keys until the server is gone; what was answered, and what was not.
fn write_until_killed(http: &Http, first: usize) -> (Vec<(String, String)>, String) {
    let mut answered = Vec::new();
    for number in first.. {
        let word = load::word("keyed", number);
        match http.try_put_once(DOCUMENTS, &body_of(&word), &word) {
            Ok(reply) => {
                assert_eq!(reply.status, 201, "{reply:?}");
                answered.push((word, reply.body));
            }
            Err(_) => return (answered, word),
        }
    }
    unreachable!("numbers do not end")
}

#[test]
fn a_request_that_is_repeated_after_a_kill_is_done_once() {
    let data = tempfile::tempdir().expect("folder");
    let (mut answers, mut next) = (Vec::new(), 0);
    for kill in 0..KILLS {
        let server = start(data.path());
        let http = server.client(Some(&server.token));
        let (answered, open) = thread::scope(|scope| {
            let writer = scope.spawn(|| write_until_killed(&http, next));
            thread::sleep(Duration::from_millis(60 + kill * 37));
            server.signal("-KILL");
            writer.join().expect("joins")
        });
        next += answered.len() + 1;
        drop(server);
        let server = start(data.path());
        let again = server.http.try_put_once(DOCUMENTS, &body_of(&open), &open).expect("an answer");
        assert_eq!(again.status, 201, "{again:?}");
        let (word, body) = answered.last().cloned().unwrap_or((open, again.body.clone()));
        let replayed = server.http.try_put_once(DOCUMENTS, &body_of(&word), &word).expect("an answer");
        assert_eq!((replayed.status, &replayed.body), (201, &body));
        assert_eq!(replayed.headers["idempotency-replayed"], "true");
        answers.extend(answered);
        server.crash();
    }
    let server = start(data.path());
    let documents = server.http.documents("default");
    assert_eq!(documents.len(), next);
    assert!(documents.iter().all(|document| document["version"] == 1), "none was stored twice");
    for (word, body) in &answers {
        let replayed = server.http.try_put_once(DOCUMENTS, &body_of(word), word).expect("an answer");
        assert_eq!((replayed.status, &replayed.body), (201, body), "{word}");
    }
    server.stop();
}

#[test]
fn a_job_is_followed_over_a_real_line() {
    let data = tempfile::tempdir().expect("folder");
    let server = start(data.path());
    let path = "/api/v1/collections/default/uploads?external_id=a&file_name=a.md";
    let job = server.http.upload(path, "text/markdown", b"# Storks\n\nThey clatter.".to_vec());
    assert_eq!(job.status, 202, "{job:?}");
    let events = format!("/api/v1/jobs/{}/events", job.json()["id"].as_str().expect("an id"));
    let told = server.http.get(&events);
    assert_eq!(told.headers["content-type"], "text/event-stream");
    let last = told.body.split("\n\n").filter(|block| block.starts_with("id: ")).last().expect("an event");
    assert!(last.contains("event: end") && last.contains("\"succeeded\""), "{told:?}");
    server.stop();
}

#[test]
fn a_command_that_is_repeated_makes_one_job() {
    let data = tempfile::tempdir().expect("folder");
    let notes = tempfile::tempdir().expect("folder");
    std::fs::write(notes.path().join("storks.md"), "# Storks").expect("written");
    let folder = notes.path().to_str().expect("text");
    let run = |words: &[&str]| {
        let output = ragstone(data.path()).arg("ingest").arg(folder).args(words).output().expect("starts");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default(), text)
    };
    let words =
        ["--background", "--json", "--idempotency-key", "nightly", "--every", "1h", "--priority", "3"];
    let (first, again) = (run(&words), run(&words));
    assert!(first.0 && again.0, "{first:?} {again:?}");
    assert_eq!((&first.1["every_seconds"], &first.1["priority"]), (&json!(3600), &json!(3)));
    assert_eq!(first.1, again.1);
    let other = run(&["--background", "--json", "--idempotency-key", "nightly", "--every", "2h"]);
    assert!(!other.0 && other.2.contains("idempotency key"), "{other:?}");
    for (words, said) in [
        (&["--background", "--priority", "10"][..], "from 0 to 9"),
        (&["--background", "--every", "0s"], "from 1 to 31622400"),
        (&["--background", "--delay", "soon"], "whole number"),
        (&["--every", "1h"], "--background"),
    ] {
        let refused = run(words);
        assert!(!refused.0 && refused.2.contains(said), "{refused:?}");
    }
}
