//! `text preview`: shows what an ingest would make of a file, and refuses what it would refuse.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::{Run, ragstone, run};
use crate::packed::pages;

const NOTES: &str = "---\ntitle: Birds of the marsh\n---\n\n# Storks\n\nThey clatter with their bills, and they nest on roofs.\n\n\
    ## Herons\n\nThey stand still, and wait for the frogs to come by.\n";

fn preview(data: &Path, file: &Path) -> Value {
    run(data, ["text", "preview", "--json", file.to_str().expect("UTF-8")]).json()
}

#[test]
fn a_preview_shows_what_an_ingest_stores_and_stores_nothing() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let file = folder.path().join("notes.md");
    std::fs::write(&file, NOTES).expect("written");
    let sizes = [("RAGSTONE_INGEST__CHUNK_TARGET_BYTES", "64"), ("RAGSTONE_INGEST__CHUNK_MAX_BYTES", "80")];
    let with_sizes = |words: &[&str]| -> Run {
        let output = ragstone(data.path()).args(words).arg(&file).envs(sizes).output().expect("starts");
        Run {
            code: output.status.code().expect("no signal"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    };
    let shown = with_sizes(&["text", "preview", "--json"]).json();
    assert_eq!(std::fs::read_dir(data.path()).expect("there").count(), 0, "nothing is written");
    for (key, value) in [
        ("title", json!("Birds of the marsh")),
        ("format", json!("markdown")),
        ("media_type", json!("text/markdown")),
        ("bytes", json!(NOTES.len())),
        ("text_len", json!(NOTES.len())),
        ("is_verbatim", json!(true)),
        ("properties", json!({})),
        ("chunk_target", json!(64)),
        ("chunk_max", json!(80)),
    ] {
        assert_eq!(shown[key], value, "{key}: {shown:#}");
    }
    let chunks = shown["chunks"].as_array().expect("chunks");
    for (ordinal, chunk) in chunks.iter().enumerate() {
        let place =
            |key: &str| usize::try_from(chunk["span"][key].as_u64().expect("a place")).expect("small");
        let text = &NOTES[place("start")..place("end")];
        assert_eq!((&chunk["ordinal"], &chunk["text"]), (&json!(ordinal), &json!(text)));
        assert_eq!((&chunk["characters"], &chunk["pages"]), (&json!(text.chars().count()), &Value::Null));
        assert!(text.len() <= 80, "{chunk}");
    }

    let ingested = with_sizes(&["ingest"]);
    assert_eq!(ingested.code, 0, "{ingested:?}");
    let stored = run(data.path(), ["documents", "list", "--json"]).json();
    for key in ["source", "title", "format", "language"] {
        assert_eq!(stored[0][key], shown[key], "{key}: {stored:#}");
    }
    assert_eq!(stored[0]["chunks"], json!(chunks.len()), "{stored:#}");
    let found = run(data.path(), ["search", "frogs", "--json"]).json();
    let citation = &found["hits"][0]["citation"];
    let same = chunks.iter().find(|chunk| chunk["span"] == citation["span"]);
    let same = same.unwrap_or_else(|| panic!("{citation:#} in {shown:#}"));
    assert_eq!((&same["lines"], &same["headings"]), (&citation["lines"], &citation["headings"]));
}

#[test]
fn a_preview_of_a_document_has_pages_and_properties() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
    let content = "BT /F 20 Tf 50 700 Td (Storks) Tj /F 10 Tf 0 -40 Td (They clatter.) Tj ET";
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, pages(1, font, content, &[])).expect("written");
    let shown = preview(data.path(), &file);
    assert_eq!((&shown["format"], &shown["is_verbatim"]), (&json!("pdf"), &json!(false)), "{shown:#}");
    assert_eq!(shown["chunks"][0]["pages"], json!({ "first": 1, "last": 1 }), "{shown:#}");

    let message = "From: Ann <ann@example.org>\r\nSubject: Storks\r\n\r\nThey clatter\u{1b}[2J.\r\n";
    let file = folder.path().join("message.eml");
    std::fs::write(&file, message).expect("written");
    assert_eq!(preview(data.path(), &file)["properties"]["authors"], json!(["Ann <ann@example.org>"]));
    let text = run(data.path(), ["text", "preview", file.to_str().expect("UTF-8")]);
    assert!(text.text().contains("email (message/rfc822)"), "{text:?}");
    assert!(text.text().contains("authors: Ann <ann@example.org>"), "{text:?}");
    assert!(text.text().contains("#0 bytes 0.."), "{text:?}");
    assert!(text.text().contains("They clatter[2J."), "no document steers a terminal: {text:?}");
}

#[test]
fn a_preview_refuses_what_an_ingest_refuses() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let cases: [(&str, &[u8], i32); 6] = [
        ("empty.txt", b" \n", 2),
        ("broken.json", b"{\"a\": ", 2),
        ("broken.pdf", b"%PDF-1.7 and nothing of it", 2),
        ("binary.txt", b"text\0\0\0\0text", 6),
        ("large.txt", &[b'x'; 3000], 6),
        ("page.docx", b"PK\x03\x04 and nothing of it", 2),
    ];
    for (name, bytes, code) in cases {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("written");
        let limited = |words: &[&str]| {
            let mut command = ragstone(data.path());
            command.args(words).arg(&file).env("RAGSTONE_INGEST__MAX_FILE_BYTES", "2000");
            command.output().expect("starts")
        };
        let (shown, ingested) = (limited(&["text", "preview"]), limited(&["ingest"]));
        let told = String::from_utf8(shown.stderr).expect("UTF-8");
        assert_eq!(shown.status.code(), ingested.status.code(), "{name}: {told}");
        assert_eq!(shown.status.code(), Some(code), "{name}: {told}");
        assert!(shown.stdout.is_empty(), "{name}");
        // Both say why in the same words.
        let reported = String::from_utf8(ingested.stdout).expect("UTF-8");
        let reason = told.lines().next().and_then(|line| line.strip_prefix("error: ")).expect("a reason");
        assert!(reported.contains(reason), "{name}: {told} {reported}");
        assert!(told.contains("help: "), "{name}: {told}");
    }
    for (path, code) in [(folder.path().to_owned(), 2), (folder.path().join("missing.md"), 3)] {
        let refused = run(data.path(), ["text", "preview", path.to_str().expect("UTF-8")]);
        assert_eq!(refused.code, code, "{refused:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_preview_reads_documents_within_the_bounds_of_an_ingest() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let file = folder.path().join("large.rtf");
    let text = format!("{{\\rtf1\\ansi {}}}", "Many storks clatter. ".repeat(2_800_000));
    std::fs::write(&file, text).expect("written");
    let mut command = ragstone(data.path());
    command.args(["text", "preview"]).arg(&file).env("RAGSTONE_INGEST__DOCUMENT_MEMORY_MB", "128");
    let refused = command.output().expect("starts");
    assert_eq!(refused.status.code(), Some(6));
    let told = String::from_utf8(refused.stderr).expect("UTF-8");
    assert!(told.contains("memory") && told.contains("ingest.document_memory_mb"), "{told}");
}
