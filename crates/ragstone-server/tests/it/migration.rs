//! Another model for a collection, on the command line and beside a running server, with models made for the test.

use std::path::Path;
use std::time::Duration;

use ragstone_testkit::process::wait_until;
use serde_json::{Value, json};

use self::made::MadeModel;
use crate::cli::{ragstone, run};
use crate::meaning::ingest;
use crate::server::Server;

#[path = "../../../ragstone-models/tests/it/made.rs"]
mod made;

const CONFIGURED: &str = "all-MiniLM-L6-v2";
const OTHER: &str = "other";
const PATIENCE: Duration = Duration::from_mins(1);

/// A data directory with two models and three documents.
fn data() -> (tempfile::TempDir, tempfile::TempDir) {
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let models = data.path().join("models");
    MadeModel::bert().write_to(&models.join(CONFIGURED));
    MadeModel::roberta().write_to(&models.join(OTHER));
    ingest(data.path(), folder.path());
    (data, folder)
}

fn migrate(data: &Path, words: &[&str]) -> Value {
    let all = ["collections", "migrate", "default", "--json"].iter().chain(words);
    run(data, all).json()
}

fn hits(answer: &Value) -> (usize, usize) {
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    (count(&answer["hits"]), count(&answer["degraded"]))
}

fn search(data: &Path, mode: &str) -> (usize, usize) {
    hits(&run(data, ["search", "the red apple", "--mode", mode, "--json"]).json())
}

#[test]
fn a_collection_gets_another_model_and_goes_back() {
    let (data, _folder) = data();
    let data = data.path();
    let before = migrate(data, &["--status"]);
    assert_eq!(
        (&before["phase"], &before["active"]["model"]),
        (&json!("settled"), &json!(CONFIGURED)),
        "{before}"
    );
    assert_eq!(before["active"]["follows_configuration"], true);

    let switched = migrate(data, &["--model", OTHER]);
    assert_eq!(
        (&switched["phase"], &switched["active"]["model"]),
        (&json!("switched"), &json!(OTHER)),
        "{switched}"
    );
    assert_eq!(switched["standby"]["role"], "previous");
    assert_eq!(search(data, "semantic"), (3, 0));
    let back = migrate(data, &["--rollback"]);
    assert_eq!(
        (&back["active"]["model"], &back["standby"]["model"]),
        (&json!(CONFIGURED), &json!(OTHER)),
        "{back}"
    );
    assert_eq!(search(data, "semantic"), (3, 0));
    let finished = migrate(data, &["--finish"]);
    assert_eq!((&finished["phase"], &finished["standby"]), (&json!("settled"), &Value::Null), "{finished}");

    for (words, code) in [
        (["--cancel"].as_slice(), 5),
        (&["--rollback"], 5),
        (&["--model", "nowhere"], 3),
        (&["--model", "../models/other"], 2),
        (&["--model", CONFIGURED, "--precision", "f32"], 5),
        (&["--model", OTHER, "--configured"], 2),
        (&[], 2),
    ] {
        let refused = run(data, ["collections", "migrate", "default"].iter().chain(words));
        assert_eq!(refused.code, code, "{words:?} {refused:?}");
    }
    let shown = run(data, ["collections", "migrate", "default", "--status"]);
    assert!(shown.text().contains("no migration is under way"), "{shown:?}");
}

#[test]
fn a_running_server_answers_while_it_migrates_and_names_a_model_that_is_gone() {
    let (data, _folder) = data();
    let data = data.path();
    let server = Server::serve(data);
    let ask = |mode: &str| {
        let body = json!({ "query": "the red apple", "mode": mode });
        server.http.post("/api/v1/search", &body).ok()
    };
    let begun = migrate(data, &["--model", OTHER, "--precision", "int8", "--no-wait"]);
    assert_eq!(
        begun["standby"]["model"].as_str().or(begun["active"]["model"].as_str()),
        Some(OTHER),
        "{begun}"
    );
    let answers_by_other = || {
        assert_eq!(hits(&ask("semantic")), (3, 0), "no answer lacks anything");
        let active = &migrate(data, &["--status"])["active"];
        active["model"] == OTHER && active["precision"] == "int8"
    };
    wait_until(PATIENCE, answers_by_other).expect("the other model answers");
    server.stop();

    std::fs::rename(data.join("models").join(OTHER), data.join("models/elsewhere")).expect("renamed");
    let doctor = run(data, ["doctor"]);
    assert!(doctor.code != 0 && doctor.stdout.contains("models of collections"), "{doctor:?}");
    assert_eq!(search(data, "hybrid").1, 1, "meaning is missing, and said to be");
    let status = migrate(data, &["--status"]);
    assert!(status["active"]["trouble"].is_string(), "{status}");
    let back = migrate(data, &["--configured"]);
    assert_eq!((&back["phase"], &back["active"]["model"]), (&json!("settled"), &json!(CONFIGURED)), "{back}");
    assert_eq!(search(data, "semantic"), (3, 0));
}

#[test]
fn another_configured_model_takes_over_by_itself() {
    let (data, _folder) = data();
    let data = data.path();
    let mut command = ragstone(data);
    command.arg("serve").env("RAGSTONE_MODEL__FOLDER", data.join("models").join(OTHER));
    let server = Server::spawn(data, &mut command);
    let answers_by_other = || {
        let body = json!({ "query": "the red apple", "mode": "semantic" });
        assert_eq!(hits(&server.http.post("/api/v1/search", &body).ok()), (3, 0));
        let active = &server.http.get("/api/v1/collections/default/migration").ok()["active"];
        active["model"] == OTHER && active["follows_configuration"] == true
    };
    wait_until(PATIENCE, answers_by_other).expect("the other model answers");
    server.stop();
}
