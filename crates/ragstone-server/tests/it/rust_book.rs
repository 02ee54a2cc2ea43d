//! Real documentation: questions about the Rust book are answered from the right chapter with exact citations.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::data;
use crate::server::Server;

const BOOK: &str = "docs/rust_book/src";
/// Question and start of the names of the files that answer it.
const QUESTIONS: [(&str, &str); 5] = [
    ("what is ownership", "ch04"),
    ("ownership rules each value has an owner", "ch04"),
    ("how does the slice type reference a contiguous sequence", "ch04"),
    ("unrecoverable errors with panic!", "ch09"),
    ("reference cycles can leak memory", "ch15"),
];

/// The cited file and the cited bytes of it.
fn reread(citation: &Value) -> (PathBuf, Vec<u8>) {
    let source = citation["source"].as_str().expect("source");
    let path = PathBuf::from(source.strip_prefix("file://").expect("a file"));
    let byte = |key: &str| usize::try_from(citation["span"][key].as_u64().expect("number")).expect("fits");
    let bytes = std::fs::read(&path).expect("the file is there");
    (path, bytes[byte("start")..byte("end")].to_vec())
}

#[test]
fn questions_are_answered_from_the_right_chapter_with_citations_that_hold() {
    let Some(book) = data::folder("rust_book", BOOK) else { return };
    let directory = tempfile::tempdir().expect("folder");
    let server = Server::up(directory.path(), &book);
    for (question, chapter) in QUESTIONS {
        let hits = server.http.search(question);
        let first = hits.first().unwrap_or_else(|| panic!("{question}: nothing"));
        let (path, _) = reread(&first["citation"]);
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        assert!(name.starts_with(chapter), "{question}: {name}");
        for hit in &hits {
            let citation = &hit["citation"];
            assert_eq!(citation["is_verbatim"], true, "{citation}");
            let (path, bytes) = reread(citation);
            assert_eq!(Some(&*String::from_utf8_lossy(&bytes)), hit["text"].as_str(), "{}", path.display());
        }
    }
    server.stop();
}

#[test]
fn a_citation_is_verified_and_an_altered_one_is_not() {
    let Some(book) = data::folder("rust_book", BOOK) else { return };
    let directory = tempfile::tempdir().expect("folder");
    let server = Server::up(directory.path(), &book);
    let hits = server.http.search("what is ownership");
    for hit in &hits {
        let citation = &hit["citation"];
        let mut reference = json!({});
        for key in ["document", "version", "span", "text_digest"] {
            reference[key] = citation[key].clone();
        }
        let check = server.http.post("/api/v1/citations/verify", &reference).ok();
        assert_eq!((check["status"].as_str(), &check["text"]), (Some("valid"), &hit["text"]));
        reference["span"]["end"] = json!(reference["span"]["end"].as_u64().expect("number") - 1);
        let check = server.http.post("/api/v1/citations/verify", &reference).ok();
        assert_eq!(check["status"], "altered");
    }
    server.stop();
}
