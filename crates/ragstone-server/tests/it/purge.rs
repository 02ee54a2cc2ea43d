//! A purged document leaves no byte behind.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cli::run;
use crate::server::Server;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";
/// Time for the words to be gathered again, and the files of the index to be written anew.
const PATIENCE: Duration = Duration::from_secs(30);

/// Files below a folder that hold `mark`, in small or capital letters.
fn holding(folder: &Path, mark: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(holding(&entry, mark));
        } else if let Ok(bytes) = std::fs::read(&entry) {
            let bytes = bytes.to_ascii_lowercase();
            if bytes.windows(mark.len()).any(|window| window == mark.as_bytes()) {
                found.push(entry.display().to_string());
            }
        }
    }
    found
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a wait of a test")]
fn a_purged_document_leaves_no_byte_behind() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let put = |id: &str, text: String| {
        let body = json!({
            "external_id": id, "title": format!("About {id}"), "text": text,
            "tags": [id], "metadata": { "place": id },
        });
        server.http.put(DOCUMENTS, &body).ok()
    };
    // One is purged while it lives, one after it was deleted; both have had several versions and texts of many blocks.
    for id in ["quetzalcoat", "xolotlhound"] {
        for version in 1..4 {
            put(id, format!("{id} in version {version}\n\n{}", format!("all about {id}.\n\n").repeat(4000)));
        }
    }
    let stays = put("ocelotstays", "The ocelotstays for good.".to_owned());
    server.http.catch_up();
    assert!(server.http.search("quetzalcoat").len() >= 10);
    let documents = server.http.documents("default");
    let id = |title: &str| {
        let found = documents.iter().find(|document| document["title"] == title).expect("stored");
        found["id"].as_str().expect("an id").to_owned()
    };
    let (live, dead) = (id("About quetzalcoat"), id("About xolotlhound"));
    server.http.delete(&format!("/api/v1/documents/{dead}")).ok();
    assert!(!holding(data.path(), "quetzalcoat").is_empty(), "the scan finds what is there");
    assert!(!holding(data.path(), "xolotlhound").is_empty(), "deleted documents are kept");

    let mut last = None;
    for document in [&live, &dead] {
        let purged = server.http.post(&format!("/api/v1/documents/{document}/purge"), &json!(null)).ok();
        last = purged["sequence"].as_u64();
    }
    for word in ["quetzalcoat", "xolotlhound"] {
        assert_eq!(server.http.search_behind(word, last), Vec::<serde_json::Value>::new());
    }
    let start = Instant::now();
    for word in ["quetzalcoat", "xolotlhound"] {
        while !holding(data.path(), word).is_empty() {
            assert!(start.elapsed() < PATIENCE, "{word}: {:?}", holding(data.path(), word));
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    server.stop();

    // What is left is whole, and nothing comes back with a start or with a new index.
    let check = || {
        let server = Server::serve(data.path());
        server.http.catch_up();
        let hits = server.http.search("ocelotstays");
        assert_eq!(hits[0]["citation"]["document"], stays["document"]);
        server.stop();
        for word in ["quetzalcoat", "xolotlhound"] {
            assert_eq!(holding(data.path(), word), Vec::<String>::new());
        }
    };
    check();
    std::fs::remove_dir_all(data.path().join("index")).expect("is removed");
    check();
}

#[test]
fn the_command_line_undoes_an_update_and_a_deletion() {
    let data = tempfile::tempdir().expect("folder");
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("plan.md");
    let ingest = |text: &str| {
        std::fs::write(&file, text).expect("writes");
        run(data.path(), ["ingest".as_ref(), folder.path().as_os_str()]).text().to_owned()
    };
    ingest("# Plan\n\nPaint the shed.\n");
    ingest("# Plan\n\nSell the shed.\n");
    let listed = run(data.path(), ["documents", "list", "--json"]).json();
    let id = listed[0]["id"].as_str().expect("an id").to_owned();
    let versions = run(data.path(), ["documents", "versions", &id, "--json"]).json();
    assert_eq!((&versions[0]["version"], &versions[1]["version"]), (&json!(2), &json!(1)));
    let diff = run(data.path(), ["documents", "diff", &id, "1"]);
    assert!(diff.text().contains("-Paint the shed.\n+Sell the shed.\n"), "{}", diff.text());
    let restored = run(data.path(), ["documents", "restore", &id, "--to", "1"]);
    assert!(restored.text().contains("restored as version 3"), "{}", restored.text());
    run(data.path(), ["documents", "delete", &id, "--yes"]).text();
    let deleted = run(data.path(), ["documents", "deleted"]);
    assert!(
        deleted.text().contains("plan.md") && deleted.text().contains("1 versions"),
        "{}",
        deleted.text()
    );
    assert!(run(data.path(), ["documents", "restore", &id]).text().contains("restored as version 4"));
    run(data.path(), ["documents", "purge", &id, "--yes"]).text();
    let gone = run(data.path(), ["documents", "versions", &id]);
    assert_ne!(gone.code, 0, "{gone:?}");
}
