//! Which server, which model, and the limits of calls to it.

use std::fmt;
use std::time::Duration;

use ragstone_core::embedding::{Dimensions, MAX_TEXTS};
use ragstone_core::{Error, Result};
use secrecy::SecretString;
use url::Url;

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemoteProtocol {
    /// `POST v1/embeddings`, which many servers offer.
    OpenAi,
    /// `POST embed` of Text Embeddings Inference.
    TextEmbeddingsInference,
    /// `POST api/embed` of Ollama.
    Ollama,
}

impl RemoteProtocol {
    /// Name in fingerprints and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::TextEmbeddingsInference => "tei",
            Self::Ollama => "ollama",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "v1/embeddings",
            Self::TextEmbeddingsInference => "embed",
            Self::Ollama => "api/embed",
        }
    }
}

/// A model on a server.
#[derive(Clone)]
pub struct RemoteConfig {
    pub(super) protocol: RemoteProtocol,
    pub(super) endpoint: Url,
    pub(super) model: String,
    pub(super) dimensions: Dimensions,
    pub(super) max_tokens: u32,
    pub(super) key: Option<SecretString>,
    pub(super) batch: usize,
    pub(super) longest: Duration,
    pub(super) query_prefix: String,
    pub(super) passage_prefix: String,
}

impl RemoteConfig {
    /// Texts of one request, unless told otherwise.
    pub const DEFAULT_BATCH: usize = 32;
    /// Time of one request, unless told otherwise or the caller has less.
    pub const DEFAULT_LONGEST: Duration = Duration::from_mins(1);

    /// Names a model of `dimensions` that looks at `max_tokens`, on the server at `url` (`http` or `https`).
    ///
    /// The protocol's path is put behind the url's; a url with a query, a fragment or a password is refused.
    pub fn try_new(
        protocol: RemoteProtocol,
        url: &str,
        model: impl Into<String>,
        dimensions: Dimensions,
        max_tokens: u32,
    ) -> Result<Self> {
        if !(8..=1_000_000).contains(&max_tokens) {
            return Err(Error::invalid("max_tokens", "must be from 8 to 1000000"));
        }
        Ok(Self {
            protocol,
            endpoint: endpoint(protocol, url)?,
            model: model.into(),
            dimensions,
            max_tokens,
            key: None,
            batch: Self::DEFAULT_BATCH,
            longest: Self::DEFAULT_LONGEST,
            query_prefix: String::new(),
            passage_prefix: String::new(),
        })
    }

    /// Sends `key` as a bearer token.
    #[must_use]
    pub fn with_key(mut self, key: SecretString) -> Self {
        self.key = Some(key);
        self
    }

    /// Sends up to `texts` (1 to [`MAX_TEXTS`]) in one request.
    pub fn with_batch(mut self, texts: usize) -> Result<Self> {
        if !(1..=MAX_TEXTS).contains(&texts) {
            return Err(Error::invalid("batch", format!("must be from 1 to {MAX_TEXTS}")));
        }
        self.batch = texts;
        Ok(self)
    }

    /// Gives a request up after `longest` (at least 1 ms).
    pub fn with_longest(mut self, longest: Duration) -> Result<Self> {
        if longest < Duration::from_millis(1) {
            return Err(Error::invalid("longest", "must be at least 1 ms"));
        }
        self.longest = longest;
        Ok(self)
    }

    /// Puts texts in front of queries and passages.
    #[must_use]
    pub fn with_prefixes(mut self, query: impl Into<String>, passage: impl Into<String>) -> Self {
        self.query_prefix = query.into();
        self.passage_prefix = passage.into();
        self
    }
}

fn endpoint(protocol: RemoteProtocol, url: &str) -> Result<Url> {
    let invalid = |rule: &str| Error::invalid("url", rule);
    let mut url = Url::parse(url).map_err(|_| invalid("must be a URL"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(invalid("must be an http or https URL"));
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(invalid("must have no query, fragment, user or password"));
    }
    let base = url.path().trim_end_matches('/').to_owned();
    // The usual base of this protocol already ends with its version.
    let base =
        if protocol == RemoteProtocol::OpenAi { base.strip_suffix("/v1").unwrap_or(&base) } else { &base };
    url.set_path(&format!("{base}/{}", protocol.path()));
    Ok(url)
}

/// The key is left out.
impl fmt::Debug for RemoteConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteConfig")
            .field("protocol", &self.protocol)
            .field("endpoint", &self.endpoint.as_str())
            .field("model", &self.model)
            .field("dimensions", &self.dimensions)
            .field("max_tokens", &self.max_tokens)
            .field("has_key", &self.key.is_some())
            .field("batch", &self.batch)
            .field("longest", &self.longest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(protocol: RemoteProtocol, url: &str) -> Result<RemoteConfig> {
        RemoteConfig::try_new(protocol, url, "m", Dimensions::try_new(4)?, 512)
    }

    #[test]
    fn the_path_of_the_protocol_is_put_behind_the_base() {
        use RemoteProtocol::{Ollama, OpenAi, TextEmbeddingsInference};
        for (protocol, url, endpoint) in [
            (OpenAi, "http://h", "http://h/v1/embeddings"),
            (OpenAi, "https://h:1/v1/", "https://h:1/v1/embeddings"),
            (OpenAi, "http://h/proxy", "http://h/proxy/v1/embeddings"),
            (TextEmbeddingsInference, "http://h/", "http://h/embed"),
            (Ollama, "http://h:2", "http://h:2/api/embed"),
        ] {
            assert_eq!(config(protocol, url).expect("is valid").endpoint.as_str(), endpoint);
        }
    }

    #[test]
    fn urls_that_hold_secrets_or_are_none_are_refused() {
        for url in ["", "h", "ftp://h", "http://u:p@h", "http://h?key=1", "http://h#a"] {
            assert!(config(RemoteProtocol::OpenAi, url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        let config = config(RemoteProtocol::OpenAi, "http://h").expect("is valid");
        let shown = format!("{:?}", config.with_key(SecretString::from("hunter2")));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
