//! One collection as a file, carried to another instance.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::run;
use crate::server::Server;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn without_times(mut document: Value) -> Value {
    let fields = document.as_object_mut().expect("an object");
    for field in ["id", "collection", "created_at", "updated_at", "sequence", "version"] {
        fields.remove(field);
    }
    document
}

#[test]
fn a_collection_is_carried_to_another_instance() {
    let (from, to) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("notes.jsonl.gz");
    let server = Server::serve(from.path());
    for number in 0..130 {
        let body = json!({
            "external_id": format!("{number}"), "title": format!("Bird {number}"),
            "text": format!("# Bird {number}\n\nThe heron{number} stands in water.\n\n## Food\n\nIt eats fish.\n"),
            "tags": ["birds"], "metadata": { "number": number }, "access": { "deny": ["user:nobody"] },
        });
        server.http.put(DOCUMENTS, &body).ok();
    }
    let before: Vec<Value> = server.http.documents("default").into_iter().map(without_times).collect();
    let exported = run(from.path(), ["collections", "export", "default", text(&file)]);
    assert!(exported.text().contains("exported 130 documents"), "{exported:?}");
    let again = run(from.path(), ["collections", "export", "default", text(&file)]);
    assert_ne!(again.code, 0, "a file that exists is left alone");
    server.stop();

    let imported = run(to.path(), ["collections", "import", text(&file), "--as", "birds"]);
    assert!(imported.text().contains("imported 130 documents into birds"), "{imported:?}");
    let taken = run(to.path(), ["collections", "import", text(&file), "--as", "birds"]);
    assert!(taken.code != 0 && taken.stderr.contains("--resume"), "{taken:?}");
    let resumed = run(to.path(), ["collections", "import", text(&file), "--as", "birds", "--resume"]);
    assert!(
        resumed.text().contains("imported 0 documents into birds, 130 were there already"),
        "{resumed:?}"
    );

    let server = Server::serve(to.path());
    let after: Vec<Value> = server.http.documents("birds").into_iter().map(without_times).collect();
    assert_eq!(after, before);
    server.http.catch_up();
    let found =
        server.http.post("/api/v1/search", &json!({ "query": "heron77", "collections": ["birds"] })).ok();
    assert_eq!(found["hits"][0]["citation"]["title"], "Bird 77");
    server.stop();
}

#[test]
fn a_damaged_archive_stores_nothing() {
    let data = tempfile::tempdir().expect("folder");
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("notes.jsonl.gz");
    let note = folder.path().join("note.md");
    std::fs::write(&note, "# Note\n\nHerons.\n").expect("writes");
    run(data.path(), ["ingest", text(&note)]).text();
    run(data.path(), ["collections", "export", "default", text(&file)]).text();
    let whole = std::fs::read(&file).expect("the file");
    let mut damaged = vec![whole[..whole.len() / 2].to_vec(), b"not gzip at all".to_vec(), Vec::new()];
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    damaged.push(flipped);
    for bytes in damaged {
        std::fs::write(&file, &bytes).expect("writes");
        let refused = run(data.path(), ["collections", "import", text(&file), "--as", "copy"]);
        assert!(refused.code != 0 && refused.stderr.contains("collections export"), "{refused:?}");
    }
    let listed = run(data.path(), ["collections", "list", "--json"]).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
}
