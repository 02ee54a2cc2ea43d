//! The words of the command line, without a server and with one.

use std::path::Path;

use serde_json::Value;

use crate::cli::{ragstone, run};
use crate::server::Server;

/// Ingests one folder with two documents.
fn ingest(data: &Path, folder: &Path) {
    std::fs::write(folder.join("a.md"), "# Terns\n\nTerns fly from pole to pole.\n").expect("written");
    std::fs::write(folder.join("b.txt"), "Storks clatter with their bills.\n").expect("written");
    let ingested = run(data, ["ingest", folder.to_str().expect("UTF-8"), "--tag", "birds"]);
    assert!(ingested.text().contains("2 new"), "{ingested:?}");
}

fn check_documents(data: &Path) {
    let listed = run(data, ["documents", "list", "--json"]).json();
    let documents = listed.as_array().expect("documents");
    assert_eq!(documents.len(), 2, "{listed}");
    let of = |name: &str| {
        let found =
            documents.iter().find(|document| document["source"].as_str().expect("source").ends_with(name));
        found.and_then(|document| document["id"].as_str()).expect("listed").to_owned()
    };
    let table = run(data, ["documents", "list"]);
    assert!(table.text().contains("a.md") && table.text().contains("2 documents"), "{table:?}");
    let shown = run(data, ["documents", "show", &of("a.md")]);
    assert!(shown.text().contains("Terns fly from pole to pole."), "{shown:?}");
    assert_eq!(
        run(data, ["documents", "show", &of("a.md"), "--json"]).json()["tags"],
        serde_json::json!(["birds"])
    );

    let unconfirmed = run(data, ["documents", "delete", &of("b.txt")]);
    assert_eq!(unconfirmed.code, 5, "{unconfirmed:?}");
    assert!(run(data, ["documents", "delete", &of("b.txt"), "--yes"]).text().contains("deleted"));
    let gone = run(data, ["documents", "show", &of("b.txt")]);
    assert_eq!(gone.code, 3, "{gone:?}");
    assert_eq!(run(data, ["documents", "list", "--json"]).json().as_array().map(Vec::len), Some(1));
}

fn check_search(data: &Path) {
    let shown = run(data, ["search", "terns"]);
    assert!(shown.text().contains("Terns fly") && shown.text().contains("a.md:"), "{shown:?}");
    assert!(shown.text().contains("1 hit in"), "{shown:?}");
    let filtered =
        run(data, ["search", "terns", "--json", "--filter", "tag = \"birds\"", "--limit", "1"]).json();
    let hit = &filtered["hits"][0];
    assert_eq!(hit["tags"], serde_json::json!(["birds"]), "{filtered}");
    let chunk = hit["citation"]["chunk"].as_str().expect("id");
    let passage = run(data, ["documents", "passage", chunk, "--json"]).json();
    assert_eq!(passage["text"], hit["text"]);
    let nothing = run(data, ["search", "terns", "--json", "--filter", "tag = \"fish\""]).json();
    assert_eq!(nothing["hits"], serde_json::json!([]));
}

fn check_filters(data: &Path) {
    for (filter, hits) in [
        ("source glob \"**/*.md\"", 1),
        ("source glob \"**/*.txt\"", 0),
        ("source under \"file:///\" and updated >= \"2020-01-01\"", 1),
        ("source under \"text:\"", 0),
        ("updated < \"2020-01-01T00:00:00+01:00\"", 0),
        ("language = \"rust\"", 0),
    ] {
        let found = run(data, ["search", "terns", "--json", "--filter", filter]).json();
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(hits), "{filter}: {found}");
    }
    let refused = run(data, ["search", "terns", "--filter", "source glob \"a?\""]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

fn check_facets(data: &Path) {
    let counted = run(data, ["facets", "tag", "format", "--json"]).json();
    assert_eq!(counted["facets"][0]["values"], serde_json::json!([{ "value": "birds", "documents": 2 }]));
    let formats = serde_json::json!([
        { "value": "markdown", "documents": 1 }, { "value": "text", "documents": 1 }
    ]);
    assert_eq!(counted["facets"][1]["values"], formats);
    let shown = run(data, ["facets", "tag", "--filter", "source glob \"**/*.md\""]);
    assert!(shown.text().contains("1  birds"), "{shown:?}");
    let beside = run(data, ["search", "terns", "--facet", "tag", "--json"]).json();
    assert_eq!(beside["facets"]["facets"][0]["values"][0]["documents"], 2);
    for refused in [["facets", "colour"], ["facets", "source"], ["facets", "metadata.never"]] {
        let refused = run(data, refused);
        assert_eq!(refused.code, 2, "{refused:?}");
    }
}

fn check_spelling(data: &Path) {
    let shown = run(data, ["search", "clater of strks"]);
    assert!(shown.text().contains("nothing has `clater`; searched for clatter too"), "{shown:?}");
    assert!(shown.text().contains("Storks clatter"), "{shown:?}");
    let exact = run(data, ["search", "clater of strks", "--exact-words", "--json"]).json();
    assert_eq!((&exact["hits"], exact.get("corrections")), (&serde_json::json!([]), None));
    let suggested = run(data, ["suggest", "clater with th", "--json"]).json();
    let expected = serde_json::json!({
        "completions": [], "did_you_mean": "clatter with th", "degraded": [],
    });
    assert_eq!(suggested, expected);
    let printed = run(data, ["suggest", "polle ter"]);
    assert_eq!(printed.text().trim(), "terns\ndid you mean: pole ter", "{printed:?}");
    let refused = run(data, ["search", "terns", "--mode", "semantic", "--exact-words"]);
    assert_eq!(refused.code, 2, "{refused:?}");
}

fn check_context(data: &Path) {
    let context = run(data, ["context", "terns", "--budget", "64", "--counter", "o200k", "--json"]).json();
    let text = context["text"].as_str().expect("text");
    assert!(text.starts_with("# Terns") && text.contains("[1] "), "{text}");
    assert_eq!(context["citations"][0]["number"], 1);
    assert!(context["tokens"].as_u64().expect("counted") <= 64);
    let printed = run(data, ["context", "terns"]);
    assert!(printed.text().contains("[1] "), "{printed:?}");
    for (option, value, code) in
        [("--counter", "model", 5), ("--budget", "63", 2), ("--cursor", "made-up", 2)]
    {
        let refused = run(data, ["context", "terns", option, value]);
        assert_eq!(refused.code, code, "{refused:?}");
    }
}

fn check_collections(data: &Path) {
    let created = run(data, ["collections", "create", "papers", "--description", "What was read"]);
    assert!(created.text().contains("created papers"), "{created:?}");
    let again = run(data, ["collections", "create", "papers"]);
    assert_eq!(again.code, 5, "{again:?}");
    let wrong = run(data, ["collections", "create", "No Slug"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    let listed = run(data, ["collections", "list", "--json"]).json();
    let names: Vec<&Value> = listed.as_array().expect("list").iter().map(|listed| &listed["name"]).collect();
    assert_eq!(names, ["default", "papers"]);
    let table = run(data, ["collections", "list"]);
    assert!(table.text().contains("What was read"), "{table:?}");
    let deleted = run(data, ["collections", "delete", "papers", "--yes"]);
    assert!(deleted.text().contains("deleted papers"), "{deleted:?}");
    let missing = run(data, ["collections", "delete", "papers", "--yes"]);
    assert_eq!(missing.code, 3, "{missing:?}");
}

fn check_saved_searches(data: &Path) {
    let saved =
        run(data, ["searches", "save", "tern", "terns", "--filter", "tag = \"birds\"", "--limit", "3"]);
    assert!(saved.text().contains("saved tern"), "{saved:?}");
    let words =
        ["searches", "save", "stork", "strks", "--exact-words", "--description", "None yet", "--json"];
    let saved = run(data, words).json();
    assert_eq!((saved["name"].as_str(), saved["query"].as_str()), (Some("stork"), Some("strks")));
    for refused in [
        ["searches", "save", "bad", "terns", "--filter", "colour = 1"],
        ["searches", "save", "bad", "terns", "--limit", "0"],
        ["searches", "save", "Bad", "terns", "--limit", "1"],
    ] {
        let refused = run(data, refused);
        assert_eq!(refused.code, 2, "{refused:?}");
    }
    let unknown = run(data, ["searches", "save", "bad", "terns", "--collection", "none"]);
    assert_eq!(unknown.code, 3, "{unknown:?}");

    let listed = run(data, ["searches", "list", "--json"]).json();
    let names: Vec<&Value> = listed.as_array().expect("list").iter().map(|listed| &listed["name"]).collect();
    assert_eq!(names, ["stork", "tern"]);
    let table = run(data, ["searches", "list"]);
    assert!(table.text().contains("None yet") && table.text().contains("strks"), "{table:?}");
    let shown = run(data, ["searches", "show", "tern"]);
    assert!(shown.text().contains("filter ... tag = \"birds\"\n"), "{shown:?}");
    let whole = run(data, ["searches", "show", "stork", "--json"]).json();
    assert_eq!(whole["search"]["typo_tolerance"], false);

    let found = run(data, ["searches", "run", "tern"]);
    assert!(found.text().contains("Terns fly") && found.text().contains("1 hit in"), "{found:?}");
    let asked =
        run(data, ["search", "terns", "--json", "--filter", "tag = \"birds\"", "--limit", "3"]).json();
    assert_eq!(run(data, ["searches", "run", "tern", "--json"]).json()["hits"], asked["hits"]);
    assert_eq!(run(data, ["searches", "run", "tern", "--limit", "0"]).code, 2);
    assert_eq!(run(data, ["searches", "run", "stork", "--json"]).json()["hits"], serde_json::json!([]));

    let unconfirmed = run(data, ["searches", "delete", "tern"]);
    assert_eq!(unconfirmed.code, 5, "{unconfirmed:?}");
    for name in ["tern", "stork"] {
        let deleted = run(data, ["searches", "delete", name, "--yes"]);
        assert!(deleted.text().contains(&format!("deleted {name}")), "{deleted:?}");
    }
    let gone = run(data, ["searches", "run", "tern"]);
    assert_eq!(gone.code, 3, "{gone:?}");
}

fn check_doctor(data: &Path) {
    let findings = run(data, ["doctor", "--json"]).json();
    let findings = findings.as_array().expect("findings");
    assert!(findings.iter().all(|finding| finding["is_ok"] == true), "{findings:?}");
    let shown = run(data, ["doctor"]);
    assert!(shown.text().contains("projection:"), "{shown:?}");
}

#[test]
fn every_word_works_without_a_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    ingest(data.path(), folder.path());
    check_search(data.path());
    check_filters(data.path());
    check_facets(data.path());
    check_spelling(data.path());
    check_context(data.path());
    check_saved_searches(data.path());
    check_documents(data.path());
    check_collections(data.path());
    check_doctor(data.path());
}

#[test]
fn every_word_works_through_a_server() {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    ingest(data.path(), folder.path());
    let server = Server::serve(data.path());
    check_search(data.path());
    check_spelling(data.path());
    check_saved_searches(data.path());
    check_documents(data.path());
    check_collections(data.path());
    check_doctor(data.path());
    server.stop();
}

#[test]
fn the_version_is_told() {
    let data = tempfile::tempdir().expect("folder");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(run(data.path(), ["version"]).text().trim(), format!("ragstone {version}"));
    assert_eq!(run(data.path(), ["version", "--json"]).json()["version"], version);
    assert_eq!(run(data.path(), ["--version"]).text().trim(), format!("ragstone {version}"));
}

#[test]
fn the_configuration_is_shown_and_checked() {
    let data = tempfile::tempdir().expect("folder");
    let shown = run(data.path(), ["config", "show"]);
    assert!(shown.text().contains("[server]") && shown.text().contains("bind = \"127.0.0.1:"), "{shown:?}");
    let file = data.path().join("ragstone.toml");
    std::fs::write(&file, shown.text()).expect("written");
    let file = file.to_str().expect("UTF-8");
    let checked = run(data.path(), ["config", "check", "--config", file]);
    assert!(checked.text().contains("valid"), "{checked:?}");

    for (text, key) in [
        ("[server]\nport = 1\n", "port"),
        ("[server]\nmax_connections = 0\n", "server.max_connections"),
        ("[mcp]\nread_only = \"perhaps\"\n", "mcp.read_only"),
    ] {
        std::fs::write(file, text).expect("written");
        let refused = run(data.path(), ["config", "check", "--config", file]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains(key), "{refused:?}");
    }
    let missing = run(data.path(), ["config", "check", "--config", "/no/such/file.toml"]);
    assert_eq!(missing.code, 3, "{missing:?}");
}

#[test]
fn doctor_names_each_store_that_cannot_be_used() {
    let data = tempfile::tempdir().expect("folder");
    let output = ragstone(data.path())
        .env("RAGSTONE_INDEX__URL", "http://127.0.0.1:1")
        .env("RAGSTONE_REDIS__URL", "redis://127.0.0.1:1")
        .args(["doctor", "--json"])
        .output()
        .expect("runs");
    assert!(!output.status.success(), "{output:?}");
    let checks: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let is_ok = |name: &str| {
        let checks = checks.as_array().expect("checks");
        let check = checks.iter().find(|check| check["name"] == name);
        check.unwrap_or_else(|| panic!("{name}: {checks:?}"))["is_ok"] == true
    };
    assert_eq!((is_ok("catalog"), is_ok("index"), is_ok("redis")), (true, false, false), "{checks}");
}
