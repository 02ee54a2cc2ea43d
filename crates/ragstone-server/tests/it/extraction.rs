//! Documents are read by processes of their own: what one cannot survive costs its document, and not the server.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cli::ragstone;
use crate::http::Http;
use crate::server::Server;

fn upload(http: &Http, id: &str, bytes: Vec<u8>) -> Value {
    let path = format!("/api/v1/collections/default/uploads?external_id={id}");
    let reply = http.upload(&path, "application/octet-stream", bytes);
    assert_eq!(reply.status, 202, "{reply:?}");
    let job = reply.json()["id"].as_str().expect("an id").to_owned();
    http.get(&format!("/api/v1/jobs/{job}?wait=keyword_searchable&wait_ms=60000")).ok()
}

/// A document in the Rich Text Format.
fn rtf(text: &str) -> Vec<u8> {
    format!("{{\\rtf1\\ansi {text}}}").into_bytes()
}

#[test]
fn a_document_that_takes_too_much_memory_is_refused_and_others_are_read() {
    let data = tempfile::tempdir().expect("folder");
    let mut command = ragstone(data.path());
    command.arg("serve").env("RAGSTONE_INGEST__DOCUMENT_MEMORY_MB", "128");
    let mut server = Server::spawn(data.path(), &mut command);
    server.wait_for("Ctrl-C stops the server.");
    let large = upload(&server.http, "large", rtf(&"Many storks clatter. ".repeat(2_800_000)));
    assert_eq!((&large["state"], &large["attempts"]), (&json!("dead"), &json!(1)), "{large:#}");
    assert_eq!(large["failure"]["reason"], "too_large");
    assert!(large["failure"]["detail"].as_str().is_some_and(|detail| detail.contains("memory")), "{large:#}");

    let small = upload(&server.http, "small", rtf("One stork clatters."));
    assert_eq!(small["stage"], "keyword_searchable", "{small:#}");
    assert_eq!(server.http.search("clatters").len(), 1);
    let broken = upload(&server.http, "broken", b"%PDF-1.7 and nothing of it".to_vec());
    assert_eq!(broken["state"], "dead", "{broken:#}");
    server.stop();
}

#[test]
fn the_reading_process_answers_nothing_to_strangers() {
    for order in ["", "{}\n", "not JSON\n%PDF-"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ragstone"))
            .arg("extract-document")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        child.stdin.take().expect("piped").write_all(order.as_bytes()).expect("written");
        let output = child.wait_with_output().expect("ends");
        assert!(!output.status.success() && output.stdout.is_empty(), "{order:?}: {output:?}");
    }
}
