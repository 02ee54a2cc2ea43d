//! The first two minutes of a new user: `up`, Ctrl-C, and `up` again.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::cli::run;
use crate::server::Server;

/// Far above the second that starting again may take, so that only a wrong design fails here.
const BOUND: Duration = Duration::from_secs(5);

fn write_notes(folder: &Path) {
    let notes = [
        (
            "otters.md",
            "# Sea otters\n\nSea otters crack shells with stones while they float on their backs.\n",
        ),
        ("bees.md", "# Honey bees\n\nBees tell each other by a dance where flowers are.\n"),
        ("data.csv", "animal,legs\notter,4\nbee,6\n"),
        ("main.rs", "/// Counts legs.\npub fn legs(animals: u32) -> u32 {\n    animals * 4\n}\n"),
    ];
    for (name, text) in notes {
        std::fs::write(folder.join(name), text).expect("written");
    }
}

/// The JSON text behind the heading of the client configuration.
fn client_config(output: &str) -> Value {
    let from = output.find("MCP client configuration:\n").expect("heading");
    let text = &output[from..];
    let json = &text[text.find('{').expect("JSON")..];
    let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
    values.next().expect("a value").expect("valid JSON")
}

#[test]
fn up_says_what_to_do_next_and_the_second_start_indexes_nothing() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    write_notes(folder.path());
    let mut server = Server::up(data.path(), folder.path());
    server.wait_for("Try: ragstone search");
    let output = server.output();
    assert!(output.contains("4 new, 0 changed, 0 unchanged, 0 deleted, 0 failed"), "{output}");
    let base = &server.http.base;
    assert!(output.contains(&format!("{base}/api/v1")), "{output}");
    assert!(output.contains(&server.token), "{output}");
    let entry = &client_config(&output)["mcpServers"]["ragstone"];
    assert_eq!(entry["url"], format!("{base}/mcp"));
    assert_eq!(entry["headers"]["Authorization"], format!("Bearer {}", server.token));
    let hits = server.http.search("otter shells");
    assert!(hits[0]["text"].as_str().expect("text").contains("crack shells"), "{hits:?}");
    server.stop();

    #[expect(clippy::disallowed_methods, reason = "the time of another process has no clock to inject")]
    let start = std::time::Instant::now();
    let mut server = Server::up_unfinished(data.path(), folder.path());
    let summary = server.wait_for("indexed:");
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert!(summary.contains("0 new, 0 changed, 4 unchanged, 0 deleted, 0 failed"), "{summary}");
    server.wait_for("Ctrl-C");
    assert_eq!(server.http.get("/health/ready").status, 200);
    server.stop();
}

#[test]
fn up_again_takes_in_exactly_what_changed() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    write_notes(folder.path());
    Server::up(data.path(), folder.path()).stop();

    std::fs::write(folder.path().join("bees.md"), "# Honey bees\n\nWorkers live for six weeks.\n")
        .expect("written");
    std::fs::write(folder.path().join("ants.md"), "# Ants\n\nAnts follow trails of scent.\n")
        .expect("written");
    std::fs::remove_file(folder.path().join("otters.md")).expect("removed");
    let mut server = Server::up_unfinished(data.path(), folder.path());
    let summary = server.wait_for("indexed:");
    assert!(summary.contains("1 new, 1 changed, 2 unchanged, 1 deleted, 0 failed"), "{summary}");
    server.wait_for("Ctrl-C");
    assert_eq!(server.http.search("shells stones").len(), 0);
    assert_eq!(server.http.search("dance").len(), 0);
    assert_eq!(server.http.search("scent").len(), 1);
    server.stop();
}

#[test]
fn the_data_outlives_the_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    write_notes(folder.path());
    Server::up(data.path(), folder.path()).stop();
    let found = run(data.path(), ["search", "otter shells", "--json"]).json();
    assert!(
        found["hits"][0]["citation"]["source"].as_str().expect("source").ends_with("otters.md"),
        "{found}"
    );
    let server = Server::serve(data.path());
    server.http.catch_up();
    assert_eq!(server.http.search("scent dance").len(), 1);
    server.stop();
}
