//! Vectors and scores equal those of an independent implementation in NumPy, made from the same weights.

use std::path::Path;
use std::sync::Arc;

use ragstone_core::embedding::{InputKind, Pooling, Precision};
use ragstone_core::port::{Embedder, Reranker};
use ragstone_core::{CallContext, SystemClock};
use ragstone_models::{Engine, LocalEmbedder, LocalOptions, LocalReranker, ModelFolder};
use serde_json::{Value, json};

use crate::environment::{public_model, python, run};
use crate::families::engines;
use crate::made::MadeModel;

const SCRIPT: &str = include_str!("reference.py");

/// Sentences of all kinds, one longer than any model here looks at.
pub(crate) fn texts() -> Vec<String> {
    let long = "Vitamin D deficiency was associated with a higher risk of respiratory infection in adults. "
        .repeat(40);
    let mut texts: Vec<String> = [
        "The cat sleeps on the warm windowsill.",
        "Interest rates rose by a quarter of a percent in 2024, the bank said.",
        "fn main() { println!(\"hello\"); }",
        "Der Zug nach München fährt um zehn Uhr ab. 東京",
        "the red apple lies on a table",
        "a",
        "hello world",
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push(long[..400].to_owned());
    texts.push(long);
    texts
}

fn ask(python: &str, question: &Value) -> Value {
    serde_json::from_str(&run(python, SCRIPT, &question.to_string())).expect("is JSON")
}

fn expected_vectors(python: &str, folder: &ModelFolder, texts: &[String]) -> Vec<Vec<f64>> {
    let question = json!({
        "folder": folder.path(), "texts": texts, "most": folder.max_tokens(), "pooling": folder.pooling().as_str(),
    });
    serde_json::from_value(ask(python, &question)["vectors"].clone()).expect("are vectors")
}

fn open(folder: &Path) -> ModelFolder {
    ModelFolder::open(folder).expect("opens")
}

fn embed(folder: &ModelFolder, engine: &Engine, precision: Precision, texts: &[String]) -> Vec<Vec<f32>> {
    let options = LocalOptions::new().with_precision(precision).expect("is one for local models");
    let embedder = LocalEmbedder::open(folder, engine, options, Arc::new(SystemClock)).expect("opens");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("starts");
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = runtime.block_on(embedder.embed(&CallContext::system(), InputKind::Passage, &texts));
    found.expect("embeds").into_iter().map(|embedding| embedding.vector).collect()
}

/// Largest difference of two numbers, and least cosine.
fn compare(found: &[Vec<f32>], expected: &[Vec<f64>]) -> (f64, f64) {
    assert_eq!(found.len(), expected.len());
    let (mut most, mut least) = (0.0_f64, 1.0_f64);
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.len(), expected.len());
        let pairs = || found.iter().zip(expected).map(|(found, expected)| (f64::from(*found), *expected));
        most = pairs().map(|(found, expected)| (found - expected).abs()).fold(most, f64::max);
        least = least.min(pairs().map(|(found, expected)| found * expected).sum());
    }
    (most, least)
}

/// Least cosine in 8 bits. Texts of a word or two fall short of what sentences and passages reach: there are too few
/// tokens for their errors to even out.
fn accepted(text: &str) -> f64 {
    if text.len() < 12 { 0.975 } else { 0.99 }
}

#[expect(clippy::print_stdout, reason = "figures of a passing test are shown with --nocapture")]
fn check_embeddings(python: &str, folder: &ModelFolder) {
    let texts = texts();
    let expected = expected_vectors(python, folder, &texts);
    for (name, engine) in engines() {
        let (most, _) = compare(&embed(folder, &engine, Precision::F32, &texts), &expected);
        println!("{name} f32 {}: numbers differ by {most:.2e} at most", folder.name());
        assert!(most <= 1e-4, "{name}: numbers differ by {most}");
        let found = embed(folder, &engine, Precision::Int8, &texts);
        for ((text, found), expected) in texts.iter().zip(&found).zip(&expected) {
            let (_, cosine) = compare(std::slice::from_ref(found), std::slice::from_ref(expected));
            println!("{name} int8 {}: cosine {cosine:.5} of {} bytes", folder.name(), text.len());
            assert!(cosine >= accepted(text), "{name}: cosine {cosine} of a text of {} bytes", text.len());
        }
    }
}

#[test]
fn vectors_of_the_public_model_equal_the_reference() {
    let (Some(python), Some(folder)) = (python(), public_model()) else {
        return;
    };
    let folder = open(&folder);
    assert_eq!((folder.pooling(), folder.max_tokens()), (Pooling::Mean, 256));
    check_embeddings(&python, &folder);
}

#[test]
fn vectors_of_made_models_equal_the_reference() {
    let Some(python) = python() else {
        return;
    };
    for model in [MadeModel::bert(), MadeModel::roberta()] {
        check_embeddings(&python, &open(model.write().path()));
    }
}

#[test]
fn scores_of_made_cross_encoders_equal_the_reference() {
    let Some(python) = python() else {
        return;
    };
    let query = "the capital of germany";
    let texts: Vec<String> = texts();
    for model in [MadeModel::cross_encoder(), MadeModel::roberta_cross_encoder()] {
        let folder = model.write();
        let folder = open(folder.path());
        let pairs: Vec<Value> = texts.iter().map(|text| json!([query, text])).collect();
        let question = json!({"folder": folder.path(), "pairs": pairs, "most": folder.max_tokens()});
        let expected: Vec<f64> =
            serde_json::from_value(ask(&python, &question)["scores"].clone()).expect("are scores");
        for (name, engine) in engines() {
            let options = LocalOptions::new();
            let reranker =
                LocalReranker::open(&folder, &engine, options, Arc::new(SystemClock)).expect("opens");
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("starts");
            let passages: Vec<&str> = texts.iter().map(String::as_str).collect();
            let found =
                runtime.block_on(reranker.rerank(&CallContext::system(), query, &passages)).expect("scores");
            for (found, expected) in found.iter().zip(&expected) {
                let difference = (f64::from(found.score) - expected).abs();
                assert!(difference <= 1e-4, "{name}: {} and {expected}", found.score);
            }
        }
    }
}
