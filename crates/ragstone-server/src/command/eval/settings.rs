//! What an index under measurement is made with, and the fingerprint of it.

use std::path::Path;

use ragstone_core::collection::{AnalyzerChoice, KeywordSettings};
use ragstone_core::embedding::{ModelFingerprint, Precision};
use ragstone_core::{Digest, Error, Result};
use ragstone_models::{FolderError, ModelFolder};
use serde::Serialize;

use crate::cli::{EvalArgs, PrecisionArg};
use crate::config::{Config, ModelAccuracy, ModelConfig, ModelPrecision};

/// The configuration of an instance that is measured.
///
/// Nothing of the machine's own configuration is in it, and the semantic leg compares all passages, so that two runs
/// are the same.
pub(super) fn configuration(args: &EvalArgs) -> Config {
    let default = ModelConfig::default();
    let model = ModelConfig {
        folder: args.model.clone(),
        library: args.library.clone(),
        precision: match args.precision {
            PrecisionArg::F32 => ModelPrecision::F32,
            PrecisionArg::Int8 => ModelPrecision::Int8,
        },
        weight: args.weight.unwrap_or(default.weight),
        accuracy: ModelAccuracy::Exact,
        ..default
    };
    Config { model, ..Config::default() }
}

/// Keyword settings that were asked for.
pub(super) fn keyword(args: &EvalArgs) -> KeywordSettings {
    let default = KeywordSettings::default();
    KeywordSettings {
        k1: args.k1.unwrap_or(default.k1),
        b: args.b.unwrap_or(default.b),
        analyzer: default.analyzer,
    }
}

/// What the vectors are made with; reads all of the model and loads nothing.
pub(super) fn model(folder: &Path, precision: PrecisionArg) -> Result<ModelFingerprint> {
    let read = || {
        let model = ModelFolder::open(folder)?;
        let precision = match precision {
            PrecisionArg::F32 => Precision::F32,
            PrecisionArg::Int8 => Precision::Int8,
        };
        Ok(ModelFingerprint::new(model.name(), model.digest()?, precision, model.pooling()))
    };
    read().map_err(|error: FolderError| Error::from(error).with_context("folder", folder.display()))
}

/// What decides the rankings of an index, besides what is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct IndexSettings {
    /// Version of the server that cut, analysed and weighed the texts.
    version: &'static str,
    analyzer: &'static str,
    k1: f32,
    b: f32,
    chunk_target_bytes: usize,
    chunk_max_bytes: usize,
    chunk_tokens: usize,
    chunk_overlap_tokens: usize,
    /// Name, numbers and content; none without a model.
    model: Option<String>,
    runtime: Option<&'static str>,
}

impl IndexSettings {
    pub(super) fn of(config: &Config, keyword: &KeywordSettings, model: Option<&ModelFingerprint>) -> Self {
        let runtime = if config.model.library.is_some() { "onnx_runtime" } else { "built_in" };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            analyzer: match keyword.analyzer {
                AnalyzerChoice::English => "english",
                AnalyzerChoice::Simple => "simple",
            },
            k1: keyword.k1,
            b: keyword.b,
            chunk_target_bytes: config.ingest.chunk_target_bytes,
            chunk_max_bytes: config.ingest.chunk_max_bytes,
            chunk_tokens: config.ingest.chunk_tokens,
            chunk_overlap_tokens: config.ingest.chunk_overlap_tokens,
            model: model.map(ToString::to_string),
            runtime: model.map(|_| runtime),
        }
    }

    /// The model alone, for people.
    pub(super) fn model(&self) -> &str {
        self.model.as_deref().unwrap_or("none")
    }

    /// Tells indexes apart that may rank differently.
    pub(super) fn fingerprint(&self) -> Digest {
        Digest::of(format!("{self:?}").as_bytes())
    }
}
