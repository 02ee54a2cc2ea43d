//! The model for search by meaning.

use std::path::PathBuf;

use ragstone_core::index::Accuracy;
use ragstone_core::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::within;

/// The public hub of models.
const HUB: &str = "https://huggingface.co";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ModelConfig {
    /// Folder of a sentence-embedding model, in the layout of the model hub. Left out, it is
    /// `models/all-MiniLM-L6-v2` in the data directory, which `ragstone model pull` fills; while that is not there,
    /// search is by keyword.
    pub(crate) folder: Option<PathBuf>,
    /// Hub that `ragstone model pull` asks, and the first `ragstone up`.
    pub(crate) hub: String,
    /// What computes: `built_in`, which needs nothing, `onnx_runtime`, or `auto` for ONNX Runtime where `library` names
    /// it.
    pub(crate) runtime: ModelRuntime,
    /// Shared library of ONNX Runtime, or a folder with it, such as that of its Python package.
    pub(crate) library: Option<PathBuf>,
    /// Numbers that the model computes with: `f32`, or `int8`, which is faster and a little less exact.
    pub(crate) precision: ModelPrecision,
    /// Threads that embed passages; 0 takes the number of processors. At most 256. Queries have one more.
    pub(crate) threads: usize,
    /// Share of meaning in the score of a hybrid search, from 0 to 1; the rest is that of shared words.
    pub(crate) weight: f32,
    /// How much of the index a search by meaning looks at: `approximate`, which may miss some of the best where there
    /// are many passages, or `exact`, which compares them all. A search may ask for `exact` by itself.
    pub(crate) accuracy: ModelAccuracy,
}

/// What computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ModelRuntime {
    #[default]
    Auto,
    BuiltIn,
    OnnxRuntime,
}

/// Numbers that a model computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ModelPrecision {
    #[default]
    F32,
    Int8,
}

/// How much of the index a search by meaning looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ModelAccuracy {
    #[default]
    Approximate,
    Exact,
}

impl From<ModelAccuracy> for Accuracy {
    fn from(accuracy: ModelAccuracy) -> Self {
        match accuracy {
            ModelAccuracy::Approximate => Self::Approximate,
            ModelAccuracy::Exact => Self::Exact,
        }
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self {
            folder: None,
            hub: HUB.to_owned(),
            runtime: ModelRuntime::default(),
            library: None,
            precision: ModelPrecision::default(),
            threads: 0,
            weight: 0.45,
            accuracy: ModelAccuracy::default(),
        }
    }
}

impl ModelConfig {
    pub(super) fn check(&self) -> Result<()> {
        self.hub()?;
        within("model.threads", self.threads, 0, 256)?;
        within("model.weight", self.weight, 0.0, 1.0)
    }

    /// Address of the hub.
    pub(crate) fn hub(&self) -> Result<Url> {
        Url::parse(&self.hub)
            .map_err(|source| Error::invalid("model.hub", "is not a URL").with_source(source))
    }
}
