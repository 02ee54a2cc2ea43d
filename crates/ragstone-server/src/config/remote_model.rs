//! A model for search by meaning that another server runs.

use std::path::PathBuf;
use std::time::Duration;

use ragstone_core::embedding::Dimensions;
use ragstone_core::{Error, Result};
use ragstone_models::{RemoteConfig, RemoteProtocol};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::secret_file::first_line;
use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RemoteModelConfig {
    /// Address of the server, such as `http://localhost:8080`, in place of a model that this process runs. Empty for
    /// none.
    pub(crate) url: String,
    /// What the server speaks: `openai` for `/v1/embeddings`, `tei` for Text Embeddings Inference, or `ollama`.
    pub(crate) protocol: ModelProtocol,
    /// Name of the model at the server.
    pub(crate) name: String,
    /// Numbers of one of its vectors. From 1 to 65536; has to be given.
    pub(crate) dimensions: usize,
    /// Tokens of a text that the model looks at. From 8 to 1000000.
    pub(crate) max_tokens: u32,
    /// File whose first line is sent as a bearer token.
    pub(crate) key_file: Option<PathBuf>,
    /// Texts of one request. From 1 to 256.
    pub(crate) batch: usize,
    /// Seconds after which a request is given up. From 1 to 600.
    pub(crate) timeout_seconds: u64,
    /// Put in front of each query, where the model asks for it.
    pub(crate) query_prefix: String,
    /// Put in front of each passage, where the model asks for it.
    pub(crate) passage_prefix: String,
}

/// What a server of models speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ModelProtocol {
    #[default]
    OpenAi,
    Tei,
    Ollama,
}

impl Default for RemoteModelConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            protocol: ModelProtocol::default(),
            name: String::new(),
            dimensions: 0,
            max_tokens: 512,
            key_file: None,
            batch: RemoteConfig::DEFAULT_BATCH,
            timeout_seconds: RemoteConfig::DEFAULT_LONGEST.as_secs(),
            query_prefix: String::new(),
            passage_prefix: String::new(),
        }
    }
}

impl RemoteModelConfig {
    pub(super) fn check(&self) -> Result<()> {
        if self.url.is_empty() {
            if *self == Self::default() {
                return Ok(());
            }
            return Err(Error::invalid("remote_model", "has settings and no `url`")
                .with_help("set `remote_model.url`, or remove the other keys of `remote_model`"));
        }
        if self.name.is_empty() && self.protocol != ModelProtocol::Tei {
            return Err(Error::invalid("remote_model.name", "must name the model at the server"));
        }
        within("remote_model.batch", self.batch, 1, 256)?;
        within("remote_model.timeout_seconds", self.timeout_seconds, 1, 600)?;
        self.without_key().map(|_| ())
    }

    /// How the server is reached; none where this process runs the model.
    pub(crate) fn server(&self) -> Result<Option<RemoteConfig>> {
        if self.url.is_empty() {
            return Ok(None);
        }
        let config = self.without_key()?;
        let key =
            self.key_file.as_deref().map(|file| first_line("remote_model.key_file", file)).transpose()?;
        Ok(Some(match key {
            Some(key) => config.with_key(SecretString::from(key)),
            None => config,
        }))
    }

    /// Longest time of one request.
    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    fn without_key(&self) -> Result<RemoteConfig> {
        let protocol = match self.protocol {
            ModelProtocol::OpenAi => RemoteProtocol::OpenAi,
            ModelProtocol::Tei => RemoteProtocol::TextEmbeddingsInference,
            ModelProtocol::Ollama => RemoteProtocol::Ollama,
        };
        let named = |error: Error| error.with_context("section", "remote_model");
        let dimensions = Dimensions::try_new(self.dimensions).map_err(named)?;
        RemoteConfig::try_new(protocol, &self.url, &*self.name, dimensions, self.max_tokens)
            .and_then(|config| config.with_batch(self.batch)?.with_longest(self.timeout()))
            .map(|config| config.with_prefixes(&*self.query_prefix, &*self.passage_prefix))
            .map_err(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> RemoteModelConfig {
        RemoteModelConfig {
            url: "http://models.example/v1".to_owned(),
            name: "m".to_owned(),
            dimensions: 384,
            ..RemoteModelConfig::default()
        }
    }

    #[test]
    fn a_server_needs_what_is_known_of_its_model() {
        assert!(RemoteModelConfig::default().check().is_ok());
        assert!(config().check().is_ok());
        for wrong in [
            RemoteModelConfig { url: String::new(), ..config() },
            RemoteModelConfig { url: "models.example".to_owned(), ..config() },
            RemoteModelConfig { url: "http://me:secret@models.example".to_owned(), ..config() },
            RemoteModelConfig { name: String::new(), ..config() },
            RemoteModelConfig { dimensions: 0, ..config() },
            RemoteModelConfig { batch: 0, ..config() },
            RemoteModelConfig { timeout_seconds: 0, ..config() },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_comes_from_its_file() {
        let with_key = RemoteModelConfig { key_file: Some(PathBuf::from("/no/such/key")), ..config() };
        assert!(with_key.check().is_ok(), "it is read when it is needed");
        assert!(with_key.server().is_err());
        assert!(config().server().is_ok_and(|server| server.is_some()));
    }
}
