//! Folders that are no usable model: each fault has its error.

use std::fs;
use std::path::Path;

use ragstone_core::embedding::Precision;
use ragstone_models::onnx::{GraphOptions, write};
use ragstone_models::{FolderError, ModelFolder};
use serde_json::json;

use crate::made::MadeModel;

/// Opens a folder and writes its graph.
fn load(folder: &Path) -> Result<Vec<u8>, FolderError> {
    let folder = ModelFolder::open(folder)?;
    write(&folder, GraphOptions::embedding(&folder, Precision::F32))
}

/// What comes of a model after a change to what it is made of.
fn after(change: impl FnOnce(&mut MadeModel)) -> FolderError {
    let mut model = MadeModel::bert();
    change(&mut model);
    load(model.write().path()).expect_err("the model is unusable")
}

/// What comes of a model after a change to its folder.
fn after_in(change: impl FnOnce(&Path)) -> FolderError {
    let folder = MadeModel::bert().write();
    change(folder.path());
    load(folder.path()).expect_err("the model is unusable")
}

#[test]
fn a_made_model_is_usable() {
    assert!(load(MadeModel::bert().write().path()).expect("is usable").len() > 10_000);
    assert!(load(MadeModel::roberta().write().path()).is_ok());
}

#[test]
fn missing_files_are_named() {
    for file in ["config.json", "model.safetensors"] {
        let error = after_in(|folder| fs::remove_file(folder.join(file)).expect("removes"));
        assert!(matches!(error, FolderError::Missing { file: found } if found == file), "{error}");
    }
    let error = load(Path::new("/nonexistent")).expect_err("there is nothing");
    assert!(matches!(error, FolderError::Missing { file: "config.json" }), "{error}");
}

#[test]
fn truncated_weights_are_damaged_wherever_they_end() {
    let whole = MadeModel::bert().weights();
    for length in [0, 1, 7, 8, 9, 100, 2_000, whole.len() / 2, whole.len() - 1] {
        let error = after_in(|folder| {
            fs::write(folder.join("model.safetensors"), &whole[..length]).expect("writes");
        });
        assert!(matches!(error, FolderError::Damaged { .. }), "{length}: {error}");
    }
}

#[test]
fn bytes_that_are_no_weights_are_damaged() {
    for bytes in [&b"PK\x03\x04 not weights"[..], &[0xff; 64], b"{\"a\": 1}"] {
        let error = after_in(|folder| fs::write(folder.join("model.safetensors"), bytes).expect("writes"));
        assert!(matches!(error, FolderError::Damaged { .. }), "{error}");
    }
}

#[test]
fn other_families_are_named() {
    for family in ["llama", "mpnet", "t5", "distilbert"] {
        let error = after(|model| model.config["model_type"] = json!(family));
        assert!(matches!(&error, FolderError::Family { family: found } if found == family), "{error}");
    }
    let error = after(|model| model.config = json!({}));
    assert!(matches!(error, FolderError::Family { .. }), "{error}");
}

#[test]
fn missing_tensors_are_named() {
    let name = "encoder.layer.1.output.dense.bias";
    let error = after(|model| drop(model.tensors.remove(name)));
    assert!(matches!(&error, FolderError::MissingTensor { name: found } if found == name), "{error}");
    let error = after(|model| drop(model.tensors.remove("embeddings.word_embeddings.weight")));
    assert!(matches!(error, FolderError::MissingTensor { .. }), "{error}");
    // The weights have fewer layers than the configuration says.
    let error = after(|model| model.config["num_hidden_layers"] = json!(3));
    assert!(matches!(error, FolderError::MissingTensor { .. }), "{error}");
}

#[test]
fn wrong_shapes_are_named_with_both_shapes() {
    let error = after(|model| model.config["intermediate_size"] = json!(65));
    assert!(
        matches!(&error, FolderError::Shape { expected, found, .. } if *expected == [65, 32] && *found == [64, 32]),
        "{error}"
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for bad in [f32::NAN, f32::INFINITY] {
        let error = after(|model| {
            let (_, numbers) = model.tensors.get_mut("embeddings.LayerNorm.bias").expect("is there");
            numbers[3] = bad;
        });
        assert!(matches!(error, FolderError::Numbers { .. }), "{error}");
    }
}

#[test]
fn configurations_that_make_no_sense_are_refused() {
    for (key, value) in [
        ("hidden_size", json!(0)),
        ("hidden_size", json!("many")),
        ("hidden_size", json!(-32)),
        ("num_attention_heads", json!(5)),
        ("num_hidden_layers", json!(u64::MAX)),
        ("layer_norm_eps", json!("small")),
        ("max_position_embeddings", json!(4)),
    ] {
        let error = after(|model| model.config[key] = value.clone());
        assert!(matches!(&error, FolderError::Config { key: found } if *found == key), "{key}: {error}");
    }
}

#[test]
fn what_is_not_built_is_named() {
    let changes: [(&str, serde_json::Value); 3] = [
        ("hidden_act", json!("silu")),
        ("position_embedding_type", json!("relative_key")),
        ("is_decoder", json!(true)),
    ];
    for (key, value) in changes {
        let error = after(|model| model.config[key] = value.clone());
        assert!(matches!(error, FolderError::Unsupported { .. }), "{key}: {error}");
    }
    let error = after(|model| model.pooling = Some(json!({"pooling_mode_max_tokens": true})));
    assert!(matches!(error, FolderError::Unsupported { .. }), "{error}");
    let modules = json!([{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Dense"}]);
    let error =
        after_in(|folder| fs::write(folder.join("modules.json"), modules.to_string()).expect("writes"));
    assert!(matches!(error, FolderError::Unsupported { .. }), "{error}");
}

#[test]
fn files_that_are_not_json_are_named() {
    let error = after_in(|folder| fs::write(folder.join("config.json"), "{").expect("writes"));
    assert!(matches!(error, FolderError::NotJson { file: "config.json", .. }), "{error}");
}

#[test]
fn a_model_without_a_head_cannot_judge_pairs() {
    let folder = MadeModel::bert().write();
    let folder = ModelFolder::open(folder.path()).expect("opens");
    let error = write(&folder, GraphOptions::reranking(Precision::F32)).expect_err("has no head");
    assert!(matches!(error, FolderError::Unsupported { .. }), "{error}");
}

#[test]
fn the_digest_changes_with_weights_prefixes_and_length() {
    let folder = MadeModel::bert().write();
    let model = ModelFolder::open(folder.path()).expect("opens");
    let first = model.digest().expect("reads");
    assert_eq!(first, ModelFolder::open(folder.path()).expect("opens").digest().expect("reads"));
    assert_eq!(first, model.clone().with_name("other").digest().expect("reads"));
    assert_ne!(first, model.clone().with_max_tokens(9).digest().expect("reads"));
    let prefixes = ragstone_models::folder::Prefixes { query: "query: ".to_owned(), passage: String::new() };
    assert_ne!(first, model.with_prefixes(prefixes).digest().expect("reads"));
    let other = MadeModel::roberta().write();
    assert_ne!(first, ModelFolder::open(other.path()).expect("opens").digest().expect("reads"));
}
