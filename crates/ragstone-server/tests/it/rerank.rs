//! A cross-encoder that reads the best candidates again; its last layer is made here, so no quality is claimed.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::cli::{ragstone, run};
use crate::meaning::{PASSAGES, ingest, model, python};
use crate::server::Server;

/// Puts a layer with one score on top of a sentence-embedding model.
const MAKE: &str = "
import json, shutil, sys
import numpy as np
from safetensors.numpy import load_file, save_file
source, target = sys.argv[1:]
shutil.copytree(source, target)
weights = load_file(source + '/model.safetensors')
size = weights['pooler.dense.bias'].shape[0]
weights['classifier.weight'] = np.random.default_rng(7).normal(size=(1, size)).astype(np.float32)
weights['classifier.bias'] = np.zeros(1, dtype=np.float32)
save_file(weights, target + '/model.safetensors')
config = json.load(open(source + '/config.json'))
config.update(architectures=['BertForSequenceClassification'], num_labels=1)
json.dump(config, open(target + '/config.json', 'w'))
";

fn with_reranker(data: &Path, folder: &Path) -> Command {
    let mut command = ragstone(data);
    command.env("RAGSTONE_RERANKER__FOLDER", folder);
    command
}

#[test]
fn candidates_are_read_again_and_explained() {
    const TEST: &str = "rerank::candidates_are_read_again_and_explained";
    let (Some(python), Some(model)) = (python(TEST), model(TEST)) else { return };
    let made = tempfile::tempdir().expect("folder");
    let cross_encoder = made.path().join("cross-encoder");
    let status = Command::new(python).args(["-c", MAKE]).arg(&model).arg(&cross_encoder).status();
    assert!(status.expect("starts Python").success());
    let (data, folder) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let data = data.path();
    ingest(data, folder.path());

    let doctor = with_reranker(data, &cross_encoder).arg("doctor").output().expect("runs");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.status.success() && said.contains("reranker: cross-encoder (f32)"), "{said}");
    let server = Server::spawn(data, with_reranker(data, &cross_encoder).arg("serve"));
    let question = json!({ "query": "glacier loan pediatrician", "rerank": true, "explain": true });
    let answer = server.http.post("/api/v1/search", &question).ok();
    let hits = answer["hits"].as_array().expect("hits");
    assert_eq!(hits.len(), PASSAGES.len());
    let scores: Vec<f64> = hits.iter().map(|hit| hit["score"].as_f64().expect("a number")).collect();
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "{scores:?}");
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
    assert!(hits.iter().all(|hit| hit["explanation"]["relevance"] == hit["score"]), "{answer}");
    server.stop();

    let refused = run(data, ["search", "glacier", "--rerank"]);
    assert!(refused.code != 0 && refused.stderr.contains("reranker.folder"), "{refused:?}");
    let other = with_reranker(data, &model).args(["search", "glacier"]).output().expect("runs");
    let said = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(!other.status.success() && said.contains("cross-encoder with one score"), "{said}");
}
