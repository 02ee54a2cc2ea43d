//! One process holds the data: others talk to it or are told who it is.

use serde_json::json;

use crate::cli::run;
use crate::server::Server;

#[test]
fn commands_talk_to_the_running_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    std::fs::write(folder.path().join("a.md"), "# Kingfishers\n\nKingfishers dive.\n").expect("written");
    let server = Server::up(data.path(), folder.path());
    let found = run(data.path(), ["search", "kingfishers", "--json"]).json();
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");

    std::fs::write(folder.path().join("b.md"), "# Ospreys\n\nOspreys fish.\n").expect("written");
    let folder = folder.path().to_str().expect("UTF-8");
    let report = run(data.path(), ["ingest", folder, "--json"]).json();
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(1), &json!(1)), "{report}");
    assert_eq!(server.http.search_behind("ospreys", report["sequence"].as_u64()).len(), 1);
    server.stop();
}

#[test]
fn a_second_server_is_refused_and_told_who_holds_the_data() {
    let data = tempfile::tempdir().expect("folder");
    let server = Server::serve(data.path());
    for command in [&["serve", "--bind", "127.0.0.1:0"][..], &["up", "--bind", "127.0.0.1:0", "."][..]] {
        let second = run(data.path(), command);
        assert_eq!(second.code, 5, "{second:?}");
        assert!(second.stderr.contains(&format!("pid={}", server.pid())), "{second:?}");
        assert!(second.stderr.contains("help:"), "{second:?}");
    }
    assert_eq!(server.http.get("/health/ready").status, 200);
    server.stop();
}

#[test]
fn ingest_outside_the_roots_of_the_running_server_is_refused_with_help() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    std::fs::write(folder.path().join("a.md"), "# Cranes\n\nCranes dance.\n").expect("written");
    let server = Server::serve(data.path());
    let folder = folder.path().to_str().expect("UTF-8");
    let refused = run(data.path(), ["ingest", folder]);
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.stderr.contains("help:") && refused.stderr.contains("ingest.roots"), "{refused:?}");
    server.stop();
    // Without a server the operator may ingest whatever they may read.
    let report = run(data.path(), ["ingest", folder, "--json"]).json();
    assert_eq!(report["created"], 1, "{report}");
}

#[test]
fn an_address_in_use_is_refused() {
    let (one, other) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let server = Server::serve(one.path());
    let refused = run(other.path(), ["serve", "--bind", server.address()]);
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.stderr.contains("--bind"), "{refused:?}");
    server.stop();
}

#[test]
fn a_crashed_server_leaves_nothing_that_keeps_the_next_one_out() {
    let data = tempfile::tempdir().expect("folder");
    Server::serve(data.path()).crash();
    let listed = run(data.path(), ["collections", "list"]);
    assert_eq!(listed.code, 0, "{listed:?}");
    Server::serve(data.path()).stop();
}
