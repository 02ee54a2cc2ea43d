//! What is particular to local models: engines, prefixes, halves of numbers, lanes of a real model.

use std::sync::Arc;

use ragstone_core::embedding::{InputKind, Precision};
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, ErrorKind, SystemClock};
use ragstone_models::folder::Prefixes;
use ragstone_models::{Engine, LocalEmbedder, LocalOptions, ModelFolder};
use safetensors::Dtype;
use tokio::task::JoinSet;

use crate::made::MadeModel;

/// Every engine that is built and can be had.
pub(crate) fn engines() -> Vec<(&'static str, Engine)> {
    let mut engines = Vec::new();
    #[cfg(feature = "tract")]
    engines.push(("tract", Engine::Tract));
    #[cfg(feature = "ort")]
    engines.extend(
        crate::environment::onnx_runtime().map(|library| ("onnxruntime", Engine::OnnxRuntime(library))),
    );
    engines
}

async fn vector(folder: &ModelFolder, engine: &Engine, kind: InputKind, text: &str) -> Vec<f32> {
    let embedder =
        LocalEmbedder::open(folder, engine, LocalOptions::new(), Arc::new(SystemClock)).expect("opens");
    let found = embedder.embed(&CallContext::system(), kind, &[text]).await.expect("embeds");
    found.into_iter().next().expect("has one").vector
}

#[tokio::test]
async fn prefixes_stand_in_front_of_their_kind() {
    let made = MadeModel::bert().write();
    let plain = ModelFolder::open(made.path()).expect("opens");
    let prefixes = Prefixes { query: "query: ".to_owned(), passage: String::new() };
    let marked = plain.clone().with_prefixes(prefixes);
    for (_, engine) in engines() {
        let written = vector(&plain, &engine, InputKind::Query, "query: red apple").await;
        assert_eq!(vector(&marked, &engine, InputKind::Query, "red apple").await, written);
        let bare = vector(&plain, &engine, InputKind::Query, "red apple").await;
        assert_eq!(vector(&marked, &engine, InputKind::Passage, "red apple").await, bare);
        assert_ne!(written, bare);
    }
}

#[test]
fn prefixes_are_read_from_the_folder() {
    let made = MadeModel::bert().write();
    let prompts = serde_json::json!({"prompts": {"query": "q: ", "document": "d: "}});
    std::fs::write(made.path().join("config_sentence_transformers.json"), prompts.to_string())
        .expect("writes");
    let folder = ModelFolder::open(made.path()).expect("opens");
    assert_eq!(*folder.prefixes(), Prefixes { query: "q: ".to_owned(), passage: "d: ".to_owned() });
}

#[tokio::test]
async fn weights_in_half_precision_are_read() {
    let whole = MadeModel::bert().write();
    let half = MadeModel { dtype: Dtype::BF16, ..MadeModel::bert() }.write();
    let (whole, half) =
        (ModelFolder::open(whole.path()).expect("opens"), ModelFolder::open(half.path()).expect("opens"));
    for (_, engine) in engines() {
        let left = vector(&whole, &engine, InputKind::Passage, "the red apple").await;
        let right = vector(&half, &engine, InputKind::Passage, "the red apple").await;
        let likeness: f32 = left.iter().zip(&right).map(|(left, right)| left * right).sum();
        assert!(likeness > 0.999 && left != right, "{likeness}");
    }
}

#[test]
fn a_served_precision_is_no_local_one() {
    let refused = LocalOptions::new().with_precision(Precision::Served).map_err(|error| error.kind());
    assert_eq!(refused.map(|_| ()), Err(ErrorKind::InvalidArgument));
}

#[test]
fn a_tokenizer_with_more_tokens_than_the_model_is_refused() {
    let mut model = MadeModel::bert();
    let rows = model.config["vocab_size"].as_u64().expect("is a number") - 1;
    model.config["vocab_size"] = serde_json::json!(rows);
    let rows = usize::try_from(rows).expect("is small");
    let words = model.tensors.get_mut("embeddings.word_embeddings.weight").expect("is there");
    words.0[0] = rows;
    words.1.truncate(rows * 32);
    let made = model.write();
    let folder = ModelFolder::open(made.path()).expect("opens");
    for (_, engine) in engines() {
        let refused = LocalEmbedder::open(&folder, &engine, LocalOptions::new(), Arc::new(SystemClock));
        assert_eq!(refused.map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::Corrupt));
    }
}

/// A query is answered while passages for many seconds of work wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_passes_a_batch_of_passages() {
    let Some(folder) = crate::environment::public_model() else {
        return;
    };
    let folder = ModelFolder::open(folder).expect("opens");
    for (name, engine) in engines() {
        let embedder =
            LocalEmbedder::open(&folder, &engine, LocalOptions::new(), Arc::new(SystemClock)).expect("opens");
        let embedder = Arc::new(embedder);
        let text = "Vitamin D deficiency was associated with a higher risk of infection. ".repeat(16);
        let mut bulk = JoinSet::new();
        bulk.spawn({
            let embedder = Arc::clone(&embedder);
            async move {
                let texts = vec![text.as_str(); 128];
                embedder
                    .embed(&CallContext::system(), InputKind::Passage, &texts)
                    .await
                    .map(|found| found.len())
            }
        });
        let mut answered = 0;
        while answered < 10 && bulk.try_join_next().is_none() {
            let found = embedder.embed(&CallContext::system(), InputKind::Query, &["vitamin d"]).await;
            assert_eq!(found.expect("embeds").len(), 1);
            answered += 1;
        }
        assert!(answered == 10, "{name}: {answered} queries were answered before the passages");
        let outcome = bulk.join_next().await.expect("is under way");
        assert_eq!(outcome.expect("ends").expect("embeds"), 128);
    }
}
