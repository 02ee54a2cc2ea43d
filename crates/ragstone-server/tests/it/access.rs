//! Who may call: public addresses need tokens, and a token can do what its scope says.

use reqwest::header::WWW_AUTHENTICATE;
use serde_json::json;

use crate::cli::{ragstone, run};
use crate::server::Server;

const DOCUMENTS: &str = "/api/v1/collections/default/documents";

#[test]
fn a_public_address_without_tokens_is_refused() {
    let data = tempfile::tempdir().expect("folder");
    for command in [&["serve"][..], &["up", "."][..]] {
        let refused = run(data.path(), [command, &["--bind", "0.0.0.0:0"]].concat());
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains("loopback") && refused.stderr.contains("help:"), "{refused:?}");
    }
}

/// Makes a token and the lines of configuration that allow it.
fn token(data: &std::path::Path, name: &str, scope: &str) -> (String, String) {
    let made = run(data, ["token", "create", name, "--scope", scope]);
    let lines = made.stderr.split_once("[[auth.tokens]]").expect("lines").1;
    (made.text().trim().to_owned(), format!("[[auth.tokens]]{lines}"))
}

#[test]
fn a_public_address_with_tokens_serves_each_within_its_scope() {
    let data = tempfile::tempdir().expect("folder");
    let (reader, read_lines) = token(data.path(), "reader", "read");
    let (writer, write_lines) = token(data.path(), "writer", "write");
    let config = data.path().join("ragstone.toml");
    std::fs::write(&config, format!("{read_lines}\n{write_lines}")).expect("written");
    let mut command = ragstone(data.path());
    let server =
        Server::spawn(data.path(), command.args(["serve", "--bind", "0.0.0.0:0", "--config"]).arg(&config));

    let document = json!({ "external_id": "note", "text": "Gannets dive from great heights." });
    let writer = server.client(Some(&writer));
    let receipt = writer.put(DOCUMENTS, &document).ok();
    let reader = server.client(Some(&reader));
    assert_eq!(reader.search_behind("gannets", receipt["sequence"].as_u64()).len(), 1);
    let denied = (403, "permission_denied".to_owned());
    assert_eq!(reader.put(DOCUMENTS, &document).problem(), denied);
    assert_eq!(reader.post("/api/v1/collections", &json!({ "name": "x" })).problem(), denied);
    assert_eq!(writer.delete("/api/v1/collections/default").problem(), denied);
    // The command line still finds the server and uses the admin's token.
    let found = run(data.path(), ["search", "gannets", "--json"]).json();
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");
    server.stop();
}

#[test]
fn groups_of_tokens_open_what_access_lists_allow_them() {
    let data = tempfile::tempdir().expect("folder");
    let made = run(data.path(), ["token", "create", "ann", "--group", "staff", "--group", "night"]);
    let (member, lines) = (made.text().trim().to_owned(), made.stderr.split_once("[[auth.tokens]]"));
    let member_lines = lines.expect("lines").1;
    assert!(member_lines.contains(r#"groups = ["staff","night"]"#), "{member_lines}");
    let (stranger, stranger_lines) = token(data.path(), "bob", "write");
    let config = data.path().join("ragstone.toml");
    std::fs::write(&config, format!("[[auth.tokens]]{member_lines}\n{stranger_lines}")).expect("written");
    let notes = tempfile::tempdir().expect("folder");
    std::fs::write(notes.path().join("note.md"), "Gannets dive from great heights.").expect("written");
    let folder = notes.path().to_str().expect("text");
    let taken = run(data.path(), ["ingest", folder, "--allow", "group:staff", "--deny", "user:eve"]);
    assert_eq!(taken.code, 0, "{taken:?}");
    let refused = run(data.path(), ["ingest", folder, "--allow", "staff"]);
    assert_eq!(refused.code, 2, "{refused:?}");

    let mut command = ragstone(data.path());
    let server = Server::spawn(data.path(), command.args(["serve", "--config"]).arg(&config));
    assert_eq!(server.client(Some(&member)).search_behind("gannets", None).len(), 1);
    assert_eq!(server.client(Some(&stranger)).search_behind("gannets", None).len(), 0);
    server.stop();
}

#[test]
fn a_stranger_is_asked_for_a_token() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let mut wrong = server.token.clone();
    let last = if wrong.ends_with('A') { 'B' } else { 'A' };
    wrong.pop();
    wrong.push(last);
    for token in [None, Some("nonsense"), Some(wrong.as_str())] {
        let stranger = server.client(token);
        let reply = stranger.post("/api/v1/search", &json!({ "query": "x" }));
        assert_eq!(reply.problem(), (401, "unauthenticated".to_owned()));
        let challenge = reply.headers[WWW_AUTHENTICATE].to_str().expect("text");
        assert!(challenge.starts_with("Bearer"), "{challenge}");
        let reply = stranger.post("/mcp", &json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }));
        assert_eq!(reply.status, 401, "{reply:?}");
        assert!(reply.headers.contains_key(WWW_AUTHENTICATE), "{reply:?}");
        assert_eq!(stranger.get("/health/live").status, 200);
    }
    server.stop();
}

#[cfg(unix)]
#[test]
fn the_admin_token_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    let mode = std::fs::metadata(data.path().join("admin.token")).expect("there").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
    assert_eq!(run(data.path(), ["token", "show"]).text().trim(), server.token);
    server.stop();
}
