//! Where the data is kept: embedded in the data directory, or on servers.

use std::path::PathBuf;

use ragstone_core::history::{DEFAULT_KEPT_VERSIONS, MAX_KEPT_VERSIONS};
use ragstone_core::{Error, Result};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::secret_file::{certificate, first_line, whole_text};
use super::store_url::{StoreUrl, one_of, resolve};
use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CatalogConfig {
    /// Database of the catalog, such as `postgres://ragstone@db.example/ragstone?sslmode=verify-full`. Empty for
    /// SQLite in the data directory.
    pub(crate) url: StoreUrl,
    /// File that holds the URL in place of `url`, so that its password is in no configuration.
    pub(crate) url_file: Option<PathBuf>,
    /// Second address of the same PostgreSQL cluster, for reads that may be a little behind. Empty for none.
    pub(crate) replica_url: StoreUrl,
    /// Connections to PostgreSQL. From 2 to 1000.
    pub(crate) max_connections: u32,
    /// Seconds after which PostgreSQL ends a statement. From 1 to 3600.
    pub(crate) statement_timeout_seconds: u64,
    /// Whether `url` leads through PgBouncer or another pool that shares connections between transactions.
    pub(crate) pgbouncer: bool,
    /// Earlier versions of each document that are kept; with 0, a deleted document is gone at once. From 0 to 1000.
    pub(crate) kept_versions: u32,
    /// Days for which earlier versions and deleted documents are kept. From 0 to 3650.
    pub(crate) kept_days: u64,
}

impl Default for CatalogConfig {
    fn default() -> Self {
        Self {
            url: StoreUrl::default(),
            url_file: None,
            replica_url: StoreUrl::default(),
            max_connections: 10,
            statement_timeout_seconds: 30,
            pgbouncer: false,
            kept_versions: DEFAULT_KEPT_VERSIONS,
            kept_days: 30,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct IndexConfig {
    /// gRPC address of a Qdrant server, such as `https://qdrant.example:6334`. Empty for Qdrant Edge in the data
    /// directory.
    pub(crate) url: StoreUrl,
    /// File that holds the API key of the Qdrant server.
    pub(crate) api_key_file: Option<PathBuf>,
    /// Beginning of the names of all collections in Qdrant. 1 to 32 of `a-z`, `0-9`, `_` and `-`.
    pub(crate) prefix: String,
    /// Connections to Qdrant. From 1 to 64.
    pub(crate) connections: usize,
    /// Shards of new collections; 0 for what the server decides. At most 1024.
    pub(crate) shards: u32,
    /// Copies of each shard of new collections; 0 for what the server decides. At most 64.
    pub(crate) replicas: u32,
    /// Copies that must have a write before it counts. From 1 to `replicas`; without meaning while that is 0.
    pub(crate) write_copies: u32,
    /// Whether a tenant's name is the shard key of its new collections; for Qdrant in cluster mode.
    pub(crate) tenant_shard_key: bool,
    /// Whether payload and indexes of new collections stay on disk.
    pub(crate) on_disk: bool,
}

impl Default for IndexConfig {
    fn default() -> Self {
        Self {
            url: StoreUrl::default(),
            api_key_file: None,
            prefix: "ragstone".to_owned(),
            connections: 1,
            shards: 0,
            replicas: 0,
            write_copies: 1,
            tenant_shard_key: false,
            on_disk: false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RedisConfig {
    /// Redis for what several servers share, such as `rediss://cache.example:6379/0`. Empty for none.
    pub(crate) url: StoreUrl,
    /// File that holds the URL in place of `url`, so that its password is in no configuration.
    pub(crate) url_file: Option<PathBuf>,
    /// PEM file of the certificate authorities to trust in place of the system's; for `rediss` URLs.
    pub(crate) ca_file: Option<PathBuf>,
    /// PEM file of a client certificate with its chain; goes with `client_key_file`.
    pub(crate) client_certificate_file: Option<PathBuf>,
    /// PEM file of the private key of the client certificate.
    pub(crate) client_key_file: Option<PathBuf>,
    /// Beginning of all keys. 1 to 32 of `a-z`, `0-9`, `_` and `-`.
    pub(crate) prefix: String,
    /// Connections to Redis. From 1 to 1000.
    pub(crate) max_connections: usize,
}

impl Default for RedisConfig {
    fn default() -> Self {
        Self {
            url: StoreUrl::default(),
            url_file: None,
            ca_file: None,
            client_certificate_file: None,
            client_key_file: None,
            prefix: "ragstone".to_owned(),
            max_connections: 8,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CacheConfig {
    /// Bytes of answers that are kept in memory; 0 keeps none. At most 17179869184.
    pub(crate) max_bytes: u64,
    /// Seconds for which an answer is kept at most. From 1 to 86400.
    pub(crate) ttl_seconds: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, ttl_seconds: 300 }
    }
}

impl CatalogConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("catalog.max_connections", self.max_connections, 2, 1000)?;
        within("catalog.statement_timeout_seconds", self.statement_timeout_seconds, 1, 3600)?;
        within("catalog.kept_versions", self.kept_versions, 0, MAX_KEPT_VERSIONS)?;
        within("catalog.kept_days", self.kept_days, 0, 3650)?;
        self.url.scheme("catalog.url", &["postgres", "postgresql"])?;
        self.replica_url.scheme("catalog.replica_url", &["postgres", "postgresql"])?;
        one_of("catalog.url", &self.url, self.url_file.as_deref())?;
        let is_embedded = self.url.is_empty() && self.url_file.is_none();
        if is_embedded && (!self.replica_url.is_empty() || self.pgbouncer) {
            return Err(Error::invalid("catalog", "`replica_url` and `pgbouncer` need PostgreSQL")
                .with_help("set `catalog.url` or `catalog.url_file`"));
        }
        Ok(())
    }

    /// The URL of the database; none for SQLite.
    pub(crate) fn database(&self) -> Result<Option<StoreUrl>> {
        let url = resolve("catalog.url_file", &self.url, self.url_file.as_deref())?;
        url.scheme("catalog.url_file", &["postgres", "postgresql"])?;
        Ok((!url.is_empty()).then_some(url))
    }
}

impl IndexConfig {
    pub(super) fn check(&self) -> Result<()> {
        self.url.scheme("index.url", &["http", "https"])?;
        within("index.connections", self.connections, 1, 64)?;
        within("index.shards", self.shards, 0, 1024)?;
        within("index.replicas", self.replicas, 0, 64)?;
        within("index.write_copies", self.write_copies, 1, self.replicas.max(1))?;
        let defaults = Self { url: self.url.clone(), ..Self::default() };
        if self.url.is_empty() && *self != defaults {
            return Err(Error::invalid(
                "index",
                "the settings of a Qdrant server have no effect without one",
            )
            .with_help("set `index.url`, or remove the other keys of `index`"));
        }
        Ok(())
    }

    /// The API key, from its file.
    pub(crate) fn api_key(&self) -> Result<Option<String>> {
        self.api_key_file.as_deref().map(|file| first_line("index.api_key_file", file)).transpose()
    }
}

impl RedisConfig {
    const SCHEMES: &[&str] =
        &["redis", "rediss", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel"];

    pub(super) fn check(&self) -> Result<()> {
        self.url.scheme("redis.url", Self::SCHEMES)?;
        within("redis.max_connections", self.max_connections, 1, 1000)?;
        one_of("redis.url", &self.url, self.url_file.as_deref())?;
        if self.client_certificate_file.is_some() != self.client_key_file.is_some() {
            return Err(Error::invalid(
                "redis",
                "needs both of `client_certificate_file` and `client_key_file`",
            )
            .with_help("set both, or remove the other one"));
        }
        // What a file of a URL says is known when the file is read.
        let uses_tls = self.url_file.is_some() || self.url.expose().starts_with("rediss");
        if !uses_tls && (self.ca_file.is_some() || self.client_certificate_file.is_some()) {
            return Err(Error::invalid("redis", "has certificates but does not use TLS")
                .with_help("write rediss in place of redis in `redis.url`, or remove the certificates"));
        }
        Ok(())
    }

    /// The authorities to trust, from their file.
    pub(crate) fn root_certificates(&self) -> Result<Option<Vec<u8>>> {
        self.ca_file.as_deref().map(|file| certificate("redis.ca_file", file)).transpose()
    }

    /// The client certificate and its key, from their files.
    pub(crate) fn client_certificate(&self) -> Result<Option<(Vec<u8>, SecretString)>> {
        let (Some(chain), Some(key)) = (&self.client_certificate_file, &self.client_key_file) else {
            return Ok(None);
        };
        let chain = certificate("redis.client_certificate_file", chain)?;
        Ok(Some((chain, SecretString::from(whole_text("redis.client_key_file", key)?))))
    }

    /// The URL; none where Redis is not used.
    pub(crate) fn server(&self) -> Result<Option<StoreUrl>> {
        let url = resolve("redis.url_file", &self.url, self.url_file.as_deref())?;
        url.scheme("redis.url_file", Self::SCHEMES)?;
        Ok((!url.is_empty()).then_some(url))
    }
}

impl CacheConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("cache.max_bytes", self.max_bytes, 0, 16 << 30)?;
        within("cache.ttl_seconds", self.ttl_seconds, 1, 86_400)
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    fn url(text: &str) -> StoreUrl {
        StoreUrl::new(text)
    }

    #[test]
    fn schemes_are_checked() {
        let config = |text| CatalogConfig { url: url(text), ..CatalogConfig::default() };
        assert!(config("").check().is_ok());
        assert!(config("postgresql://db/x").check().is_ok());
        for wrong in ["mysql://db/x", "db.example", "postgres:db"] {
            assert!(config(wrong).check().is_err(), "{wrong}");
        }
        let config = |text| RedisConfig { url: url(text), ..RedisConfig::default() };
        assert!(config("rediss+cluster://a,b").check().is_ok());
        assert!(config("http://a").check().is_err());
    }

    #[test]
    fn settings_without_their_store_are_refused() {
        let catalog = CatalogConfig { pgbouncer: true, ..CatalogConfig::default() };
        assert!(catalog.check().is_err());
        let index = IndexConfig { shards: 2, ..IndexConfig::default() };
        assert!(index.check().is_err());
        assert!(IndexConfig { url: url("http://localhost:6334"), ..index }.check().is_ok());
    }

    #[test]
    fn certificates_need_tls_and_a_key_each_other() {
        let with_ca = |text| RedisConfig {
            url: url(text),
            ca_file: Some(PathBuf::from("/ca.pem")),
            ..RedisConfig::default()
        };
        assert!(with_ca("rediss://cache").check().is_ok());
        assert!(with_ca("rediss+sentinel://a,b?master=m").check().is_ok());
        for plain in ["redis://cache", "redis+cluster://a,b", ""] {
            assert!(with_ca(plain).check().is_err(), "{plain}");
        }
        let half = RedisConfig {
            client_certificate_file: Some(PathBuf::from("/client.pem")),
            ..with_ca("rediss://cache")
        };
        assert!(half.check().is_err());
        assert!(RedisConfig { client_key_file: Some(PathBuf::from("/key.pem")), ..half }.check().is_ok());
    }

    #[test]
    fn a_file_of_certificates_that_is_not_there_is_named() {
        let missing = || Some(PathBuf::from("/no/such/file.pem"));
        let config = RedisConfig {
            ca_file: missing(),
            client_certificate_file: missing(),
            client_key_file: missing(),
            ..RedisConfig::default()
        };
        for error in [config.root_certificates().map(|_| ()), config.client_certificate().map(|_| ())] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
            assert!(error.context().iter().any(|(key, _)| *key == "file"), "{error:?}");
        }
    }

    #[test]
    fn a_secret_is_the_first_line_of_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("url");
        std::fs::write(&file, "redis://:hunter2@cache/0\n").unwrap();
        let config = RedisConfig { url_file: Some(file.clone()), ..RedisConfig::default() };
        assert_eq!(config.server().unwrap().unwrap().expose(), "redis://:hunter2@cache/0");
        std::fs::write(&file, "\n").unwrap();
        assert!(config.server().is_err());
        std::fs::remove_file(&file).unwrap();
        assert!(config.server().is_err());
        let both = RedisConfig { url: url("redis://cache"), ..config };
        assert!(both.check().is_err());
    }
}
