//! The JSON parsing test suite, byte for byte, as bodies of a search over a real connection.

use crate::data;
use crate::server::Server;

const SUITE: &str = "security/JSONTestSuite/test_parsing";
/// What the description of a fault starts with where the body is no JSON.
const NOT_JSON: &str = "is not valid JSON";

#[test]
fn valid_texts_are_parsed_invalid_ones_are_400_and_the_server_lives() {
    let Some(suite) = data::folder("json_suite", SUITE) else { return };
    let directory = tempfile::tempdir().expect("folder");
    let server = Server::serve(directory.path());
    let mut counts = [0; 3];
    for entry in std::fs::read_dir(suite).expect("listing") {
        let path = entry.expect("entry").path();
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        let reply = server.http.post_bytes("/api/v1/search", std::fs::read(&path).expect("readable"));
        let is_syntax = match reply.status {
            200 => false,
            400 => {
                assert_eq!(reply.problem().1, "invalid_argument", "{name}");
                let description = &reply.json()["errors"][0]["description"];
                description.as_str().is_some_and(|text| text.starts_with(NOT_JSON))
            }
            status => panic!("{name}: {status}"),
        };
        match name.get(..2) {
            Some("y_") => assert!(!is_syntax, "{name}: {reply:?}"),
            Some("n_") => assert!(is_syntax, "{name}: {reply:?}"),
            _ => {}
        }
        counts[["y_", "n_", "i_"].iter().position(|kind| name.starts_with(kind)).expect("kind")] += 1;
    }
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    assert_eq!(server.http.get("/health/ready").status, 200);
    server.stop();
}
