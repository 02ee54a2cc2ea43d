//! What the files around a sentence-embedding model say: pooling, most tokens, prefixes.

use std::path::Path;

use ragstone_core::embedding::Pooling;
use serde_json::Value;

use super::{FolderError, Prefixes, read_optional_json};

pub(super) struct Sentence {
    pub(super) pooling: Pooling,
    pub(super) max_tokens: Option<u32>,
    pub(super) prefixes: Prefixes,
}

pub(super) fn read(folder: &Path) -> Result<Sentence, FolderError> {
    check_modules(folder)?;
    let pooling = match read_optional_json(folder, "1_Pooling/config.json")? {
        Some(json) => pooling(&json)?,
        None => Pooling::Mean,
    };
    let most = read_optional_json(folder, "sentence_bert_config.json")?;
    let most = most.as_ref().and_then(|json| json.get("max_seq_length")).and_then(Value::as_u64);
    let max_tokens = match most.map(u32::try_from) {
        Some(Ok(most)) if most >= 8 => Some(most),
        Some(_) => return Err(FolderError::Config { key: "max_seq_length" }),
        None => tokenizer_limit(folder)?,
    };
    let prefixes = read_optional_json(folder, "config_sentence_transformers.json")?;
    let prefixes = prefixes.as_ref().map(prompts).unwrap_or_default();
    Ok(Sentence { pooling, max_tokens, prefixes })
}

/// Refuses what would come behind the pooling and is not the normalisation, which always happens.
fn check_modules(folder: &Path) -> Result<(), FolderError> {
    let Some(json) = read_optional_json(folder, "modules.json")? else {
        return Ok(());
    };
    let modules = json.as_array().ok_or(FolderError::Config { key: "modules" })?;
    for module in modules {
        let name = module.get("type").and_then(Value::as_str).unwrap_or_default();
        let noun = name.rsplit('.').next().unwrap_or_default();
        if !matches!(noun, "Transformer" | "Pooling" | "Normalize") {
            return Err(FolderError::Unsupported { what: format!("a module {noun}") });
        }
    }
    Ok(())
}

fn pooling(json: &Value) -> Result<Pooling, FolderError> {
    let on = |key: &str| json.get(key).and_then(Value::as_bool) == Some(true);
    let others = [
        "pooling_mode_max_tokens",
        "pooling_mode_mean_sqrt_len_tokens",
        "pooling_mode_weightedmean_tokens",
        "pooling_mode_lasttoken",
    ];
    let mode = json.get("pooling_mode").and_then(Value::as_str);
    match (on("pooling_mode_mean_tokens"), on("pooling_mode_cls_token"), others.iter().find(|key| on(key))) {
        (true, false, None) => Ok(Pooling::Mean),
        (false, true, None) => Ok(Pooling::Cls),
        (false, false, None) if mode == Some("mean") => Ok(Pooling::Mean),
        (false, false, None) if mode == Some("cls") => Ok(Pooling::Cls),
        (_, _, Some(other)) => Err(FolderError::Unsupported { what: (*other).to_owned() }),
        _ => Err(FolderError::Config { key: "pooling_mode" }),
    }
}

/// The tokenizer's own limit; an absurd one stands for none.
fn tokenizer_limit(folder: &Path) -> Result<Option<u32>, FolderError> {
    let json = read_optional_json(folder, "tokenizer_config.json")?;
    let limit = json.as_ref().and_then(|json| json.get("model_max_length")).and_then(Value::as_u64);
    Ok(limit.and_then(|limit| u32::try_from(limit).ok()).filter(|limit| *limit >= 8))
}

fn prompts(json: &Value) -> Prefixes {
    let prompt = |keys: &[&str]| {
        let prompts = json.get("prompts")?;
        keys.iter().find_map(|key| prompts.get(*key)?.as_str()).map(str::to_owned)
    };
    Prefixes {
        query: prompt(&["query"]).unwrap_or_default(),
        passage: prompt(&["passage", "document"]).unwrap_or_default(),
    }
}
