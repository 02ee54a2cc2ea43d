//! The model that reads the best candidates of a search again.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RerankerConfig {
    /// Folder of a cross-encoder with one score, in the layout of the model hub; `ragstone model pull NAME` brings one.
    /// Left out, searches with `rerank` are refused. It runs as `model.runtime`, `model.library`, `model.precision` and
    /// `model.threads` say.
    pub(crate) folder: Option<PathBuf>,
}
