//! Real documents, where the folder of test data is there; without it the tests say that they were skipped.

use std::fs;
use std::path::PathBuf;

use ragstone_text::{ChunkOptions, WalkOptions, chunk, walk};

use crate::extract;

/// The folder `name` of the test data; `None`, with a note, where it is not there.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests find their data through the environment and say when they are skipped"
)]
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("RAGSTONE_TEST_DATA").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "test data is missing: {name}");
    eprintln!("skipped: test data is missing: {name}");
    None
}

#[test]
fn rust_book_is_chunked_into_passages_with_headings() {
    let Some(root) = data("docs/rust_book") else {
        return;
    };
    let mut passages = 0;
    for entry in walk(&root, &WalkOptions::default()) {
        let entry = entry.unwrap();
        let bytes = fs::read(&entry.path).unwrap();
        let Ok(extracted) = extract(&entry.path.to_string_lossy(), &bytes) else {
            continue;
        };
        for chunk in chunk(&extracted, &ChunkOptions::default()) {
            let passage = chunk.span.slice(&extracted.text).unwrap();
            assert!(!extracted.is_verbatim || bytes.get(chunk.span.range()) == Some(passage.as_bytes()));
            passages += 1;
        }
    }
    assert!(passages > 1_000, "{passages}");
}

#[test]
fn json_test_suite_is_read_or_refused() {
    let Some(root) = data("security/JSONTestSuite") else {
        return;
    };
    let mut files = 0;
    for entry in walk(&root, &WalkOptions::default()).filter_map(Result::ok) {
        let name = entry.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        files += 1;
        let found = extract(&name, &fs::read(&entry.path).unwrap());
        assert!(!name.starts_with("y_") || found.is_ok(), "{name}: {:?}", found.err());
    }
    assert!(files > 100, "{files}");
}

#[cfg(feature = "html")]
#[test]
fn pages_of_the_wild_have_text() {
    let Some(root) = data("crawl/readability") else {
        return;
    };
    for entry in walk(&root, &WalkOptions::default()).filter_map(Result::ok) {
        if entry.path.file_name().is_some_and(|name| name == "source.html") {
            let extracted = extract("source.html", &fs::read(&entry.path).unwrap()).unwrap();
            assert!(!chunk(&extracted, &ChunkOptions::default()).is_empty(), "{}", entry.path.display());
        }
    }
}
