//! A folder with a model in the layout of the model hub: configuration, tokenizer, weights.

use std::fs;
use std::path::{Path, PathBuf};

use ragstone_core::embedding::Pooling;
use ragstone_core::id::Digest;

pub use self::config::{Activation, Family, ModelConfig};
pub use self::error::FolderError;
pub use self::prefixes::Prefixes;
pub(crate) use self::text::{TextTokenizer, Tokens};
pub(crate) use self::weights::Weights;

mod config;
mod error;
mod prefixes;
mod sentence;
mod text;
mod weights;

/// Name of the file with the configuration.
pub const CONFIG: &str = "config.json";
/// Name of the file with the tokenizer.
pub const TOKENIZER: &str = "tokenizer.json";
/// Name of the file with the weights.
pub const WEIGHTS: &str = "model.safetensors";

/// Largest file of a model that is read: 2 GB, which is also the limit of a graph in one file.
const MOST_BYTES: u64 = 2_000_000_000;

/// A model on disk whose configuration was read and can be honoured.
///
/// The weights are read when the graph is written, and the digest of all is taken then.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    path: PathBuf,
    name: String,
    config: ModelConfig,
    pooling: Pooling,
    prefixes: Prefixes,
    max_tokens: u32,
}

impl ModelFolder {
    /// Reads the configuration of a sentence-embedding model or a reranker.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, FolderError> {
        let path = path.into();
        let config = ModelConfig::parse(&read_json(&path, CONFIG)?)?;
        let sentence = sentence::read(&path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let max_tokens =
            sentence.max_tokens.map_or(config.max_positions(), |most| most.min(config.max_positions()));
        Ok(Self { path, name, config, pooling: sentence.pooling, prefixes: sentence.prefixes, max_tokens })
    }

    /// Calls the model by another name than its folder's.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Puts other texts in front of queries and passages than the folder says.
    #[must_use]
    pub fn with_prefixes(mut self, prefixes: Prefixes) -> Self {
        self.prefixes = prefixes;
        self
    }

    /// Looks at fewer tokens of a text; more than the model has positions for are not looked at.
    #[must_use]
    pub fn with_max_tokens(mut self, most: u32) -> Self {
        self.max_tokens = most.clamp(8, self.config.max_positions());
        self
    }

    /// Where the model lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Name for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Shape of the network.
    pub const fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// How the vectors of tokens become one.
    pub const fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// What stands in front of queries and passages.
    pub const fn prefixes(&self) -> &Prefixes {
        &self.prefixes
    }

    /// Tokens of a text that the model looks at.
    pub const fn max_tokens(&self) -> u32 {
        self.max_tokens
    }

    /// Digest of weights, configuration, tokenizer, prefixes and most tokens. Reads all of the files.
    pub fn digest(&self) -> Result<Digest, FolderError> {
        let mut parts = String::new();
        for file in [CONFIG, TOKENIZER, WEIGHTS] {
            let bytes = read(&self.path, file)?;
            parts.push_str(&Digest::of(&bytes).to_string());
        }
        let Prefixes { query, passage } = &self.prefixes;
        parts.extend([self.max_tokens.to_string().as_str(), "\0", query, "\0", passage]);
        Ok(Digest::of(parts.as_bytes()))
    }

    pub(crate) fn tokenizer(&self) -> Result<TextTokenizer, FolderError> {
        TextTokenizer::from_bytes(&read(&self.path, TOKENIZER)?, self.max_tokens)
    }

    pub(crate) fn read_weights(&self) -> Result<Vec<u8>, FolderError> {
        read(&self.path, WEIGHTS)
    }
}

/// Reads a file of the folder, up to the largest size.
fn read(folder: &Path, file: &'static str) -> Result<Vec<u8>, FolderError> {
    let path = folder.join(file);
    let unreadable = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => FolderError::Missing { file },
        _ => FolderError::Unreadable { file, source },
    };
    let bytes = fs::metadata(&path).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        return Err(FolderError::TooLarge { file, bytes });
    }
    fs::read(&path).map_err(unreadable)
}

fn read_json(folder: &Path, file: &'static str) -> Result<serde_json::Value, FolderError> {
    serde_json::from_slice(&read(folder, file)?).map_err(|source| FolderError::NotJson { file, source })
}

/// Reads a file that may be missing.
fn read_optional_json(folder: &Path, file: &'static str) -> Result<Option<serde_json::Value>, FolderError> {
    match read_json(folder, file) {
        Err(FolderError::Missing { .. }) => Ok(None),
        found => found.map(Some),
    }
}
