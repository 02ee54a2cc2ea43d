//! The JSON parsing test suite as bodies of a search.

use std::io::Write as _;
use std::path::PathBuf;

use ragstone_api::json::NOT_JSON;

use crate::server::Server;

const FOLDER: &str = "security/JSONTestSuite/test_parsing";

#[expect(clippy::disallowed_methods, reason = "the tests' only configuration")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

fn folder() -> Option<PathBuf> {
    let folder = variable("RAGSTONE_TEST_DATA").map(|data| data.join(FOLDER));
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        return Some(folder);
    }
    if let Some(report) = variable("RAGSTONE_SKIP_REPORT") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(report);
        let line = "ragstone-rest::json_suite\tRAGSTONE_TEST_DATA has no JSONTestSuite";
        writeln!(file.expect("report"), "{line}").expect("written");
    }
    None
}

#[tokio::test]
async fn valid_texts_are_parsed_and_invalid_ones_are_syntax_errors() {
    let Some(folder) = folder() else { return };
    let server = Server::start().await;
    let mut counts = [0; 3];
    for entry in std::fs::read_dir(folder).expect("listing") {
        let path = entry.expect("entry").path();
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        let body = std::fs::read(&path).expect("readable");
        let reply = server.post("/api/v1/search", body).await;
        let is_syntax = match reply.status {
            200 => false,
            400 => reply.problem().errors[0].description.starts_with(NOT_JSON),
            status => panic!("{name}: {status}"),
        };
        match name.get(..2) {
            Some("y_") => assert!(!is_syntax, "{name}: {}", reply.text()),
            Some("n_") => assert!(is_syntax, "{name}: {}", reply.text()),
            _ => {}
        }
        counts[["y_", "n_", "i_"].iter().position(|kind| name.starts_with(kind)).expect("kind")] += 1;
    }
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}
