//! The one typed configuration: a TOML file, then the environment, then flags.
//!
//! The doc comment of a key is its only description; the reference in the book is generated from it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ragstone_auth::StoredToken;
use ragstone_core::access::AccessEntry;
use ragstone_core::duplicate::DuplicateThreshold;
use ragstone_core::{Error, Result, Scope, TenantId};
use ragstone_engine::Chunking;
use ragstone_text::ChunkOptions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use self::data::DataConfig;
pub(crate) use self::graphs::GraphsConfig;
pub(crate) use self::idempotency::{IdempotencyConfig, UploadsConfig};
pub(crate) use self::jobs::JobsConfig;
pub(crate) use self::load::load;
pub(crate) use self::model::{ModelAccuracy, ModelConfig, ModelPrecision, ModelRuntime};
pub(crate) use self::operations::OperationsConfig;
pub(crate) use self::overload::OverloadConfig;
pub(crate) use self::remote_model::RemoteModelConfig;
pub(crate) use self::reranker::RerankerConfig;
pub(crate) use self::sources::SourceConfig;
pub(crate) use self::stores::{CacheConfig, CatalogConfig, IndexConfig, RedisConfig};
pub(crate) use self::telemetry::{LogConfig, LogFormat, LogRotation, ReportsConfig, TracesConfig};

mod data;
mod graphs;
mod idempotency;
mod jobs;
mod load;
mod model;
mod operations;
mod overload;
pub(crate) mod reference;
mod remote_model;
mod reranker;
mod secret;
mod secret_file;
mod sources;
mod store_url;
mod stores;
mod telemetry;

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Fetches nothing from other machines unasked: no model on the first start, and none by `ragstone model pull`
    /// but from a folder.
    pub(crate) offline: bool,
    /// Files, folders, archives and repositories that the server ingests and follows by itself.
    pub(crate) sources: Vec<SourceConfig>,
    /// Where the server listens and how long it waits.
    pub(crate) server: ServerConfig,
    /// The data directory.
    pub(crate) data: DataConfig,
    /// The system of record.
    pub(crate) catalog: CatalogConfig,
    /// The index that finds chunks.
    pub(crate) index: IndexConfig,
    /// What several servers share besides the stores.
    pub(crate) redis: RedisConfig,
    /// Answers that are kept for when they are asked for again.
    pub(crate) cache: CacheConfig,
    /// The model for search by meaning.
    pub(crate) model: ModelConfig,
    /// A model for search by meaning on another server, in place of one that this process runs.
    pub(crate) remote_model: RemoteModelConfig,
    /// The model that reads the best candidates of a search again, where the search asks for it.
    pub(crate) reranker: RerankerConfig,
    /// Which files may be ingested and how they are cut.
    pub(crate) ingest: IngestConfig,
    /// Work in the background.
    pub(crate) jobs: JobsConfig,
    /// Requests that callers may repeat.
    pub(crate) idempotency: IdempotencyConfig,
    /// Documents that arrive in parts.
    pub(crate) uploads: UploadsConfig,
    /// Named graphs.
    pub(crate) graphs: GraphsConfig,
    /// Who may call, besides the local admin.
    pub(crate) auth: AuthConfig,
    /// The MCP endpoint.
    pub(crate) mcp: McpConfig,
    /// What is logged.
    pub(crate) log: LogConfig,
    /// Where traces are sent.
    pub(crate) traces: TracesConfig,
    /// Where errors are reported.
    pub(crate) reports: ReportsConfig,
    /// The port for health, metrics and the log level.
    pub(crate) operations: OperationsConfig,
    /// What happens when there are more requests than can be answered in time.
    pub(crate) overload: OverloadConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServerConfig {
    /// Address to listen on. Anything but a loopback address needs at least one token in `auth.tokens`.
    #[schemars(with = "String")]
    pub(crate) bind: SocketAddr,
    /// Host names, besides loopback ones, that requests may name; guards against DNS rebinding.
    pub(crate) allowed_hosts: Vec<String>,
    /// Browser origins, besides loopback ones, that may call the MCP endpoint, such as `https://app.example`.
    pub(crate) allowed_origins: Vec<String>,
    /// Connections that are served at the same time; further ones wait. From 1 to 100000.
    pub(crate) max_connections: usize,
    /// Seconds within which the head of a request must have arrived. From 1 to 300.
    pub(crate) header_timeout_seconds: u64,
    /// Seconds after which a request other than an ingest is answered with a failure. From 1 to 3600.
    pub(crate) request_timeout_seconds: u64,
    /// Seconds that requests under way are given when the server stops. From 0 to 3600.
    pub(crate) drain_timeout_seconds: u64,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 7171)),
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            max_connections: 1024,
            header_timeout_seconds: 10,
            request_timeout_seconds: 30,
            drain_timeout_seconds: 25,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct IngestConfig {
    /// Folders below which REST and MCP callers may ingest files. `up` adds the paths it is given.
    pub(crate) roots: Vec<PathBuf>,
    /// Largest file in bytes. From 1 to 1073741824.
    pub(crate) max_file_bytes: usize,
    /// Files that are extracted at the same time; 0 takes the number of processors. At most 64.
    pub(crate) threads: usize,
    /// Memory in MiB that reading one document, such as a PDF, may take; each is read in a process of its own. From 128 to
    /// 65536.
    pub(crate) document_memory_mb: u64,
    /// Seconds of processor time that reading one document may take. From 1 to 3600.
    pub(crate) document_seconds: u64,
    /// Bytes that a chunk aims at. From 64 to `chunk_max_bytes`.
    pub(crate) chunk_target_bytes: usize,
    /// Bytes that a chunk never exceeds. At most 65536.
    pub(crate) chunk_max_bytes: usize,
    /// Tokens that a chunk aims at, counted by the collection's model; 0 measures chunks in bytes. From 64 to 6144, and no
    /// more than the model reads. Not beside `chunk_target_bytes` and `chunk_max_bytes`.
    pub(crate) chunk_tokens: usize,
    /// Tokens of the chunk before it that a chunk begins with, within one section or symbol. At most half of
    /// `chunk_tokens`.
    pub(crate) chunk_overlap_tokens: usize,
    /// Whether a file whose size, times and identity are as before is taken for unchanged without being read. `false` reads
    /// every file, for file systems whose times cannot be relied on.
    pub(crate) stamps: bool,
    /// Whether what documents say of themselves, such as their authors, becomes metadata.
    pub(crate) properties: bool,
    /// Share of what two documents say that both must say to be reported as nearly the same. From 0.7 to 1.
    pub(crate) duplicate_threshold: f32,
}

impl Default for IngestConfig {
    fn default() -> Self {
        let chunking = ragstone_text::ChunkOptions::default();
        Self {
            roots: Vec::new(),
            max_file_bytes: 64 << 20,
            threads: 0,
            document_memory_mb: 512,
            document_seconds: 10,
            chunk_target_bytes: chunking.target(),
            chunk_max_bytes: chunking.max(),
            chunk_tokens: 0,
            chunk_overlap_tokens: 0,
            stamps: true,
            properties: true,
            duplicate_threshold: DuplicateThreshold::default().get(),
        }
    }
}

impl IngestConfig {
    /// How texts are cut, where that is allowed.
    pub(crate) fn chunking(&self) -> Result<Chunking> {
        let sizes = (self.chunk_target_bytes, self.chunk_max_bytes);
        if self.chunk_tokens == 0 {
            if self.chunk_overlap_tokens > 0 {
                return Err(Error::invalid("ingest.chunk_overlap_tokens", "needs `ingest.chunk_tokens`"));
            }
            return Ok(Chunking::Bytes(ChunkOptions::try_new(sizes.0, sizes.1)?));
        }
        let default = ChunkOptions::default();
        if sizes != (default.target(), default.max()) {
            return Err(Error::invalid("ingest.chunk_tokens", "is set beside sizes in bytes").with_help(
                "remove `ingest.chunk_target_bytes` and `ingest.chunk_max_bytes`, or `ingest.chunk_tokens`",
            ));
        }
        let (tokens, overlap) = (self.chunk_tokens, self.chunk_overlap_tokens);
        within("ingest.chunk_tokens", tokens, ChunkOptions::MIN_TARGET, Chunking::MAX_TOKENS / 4 * 3)?;
        within("ingest.chunk_overlap_tokens", overlap, 0, tokens / 2)?;
        Ok(Chunking::Tokens(ChunkOptions::try_new(tokens, tokens / 3 * 4)?.with_overlap(overlap)?))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuthConfig {
    /// Tokens besides the local admin's; `ragstone token create` makes one.
    pub(crate) tokens: Vec<TokenConfig>,
}

/// Most groups of one token.
const MAX_GROUPS: usize = 256;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenConfig {
    /// Name of the caller, for logs and access lists (`user:NAME`).
    pub(crate) name: String,
    /// Tenant whose data the caller reaches.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) tenant: TenantId,
    /// Highest right: `read`, `write` or `admin`; each includes the ones before it.
    #[schemars(with = "String")]
    pub(crate) scope: Scope,
    /// Groups of the caller, for access lists (`group:NAME`); at most 256.
    #[serde(default)]
    pub(crate) groups: BTreeSet<String>,
    /// Hash of the token as `ragstone token create` prints it; the token itself is never stored.
    pub(crate) hash: String,
}

impl TokenConfig {
    /// Checks that access lists can name the groups.
    fn check_groups(&self) -> Result<()> {
        if self.groups.len() > MAX_GROUPS {
            return Err(Error::invalid("auth.tokens.groups", format!("must be at most {MAX_GROUPS}"))
                .with_context("token", &self.name));
        }
        for group in &self.groups {
            AccessEntry::group(group).map_err(|error| error.with_context("token", &self.name))?;
        }
        Ok(())
    }

    /// Parses the hash.
    pub(crate) fn stored(&self) -> Result<StoredToken> {
        self.hash.parse().map_err(|_: Error| {
            Error::invalid("auth.tokens.hash", "is not a hash that `ragstone token create` printed")
                .with_context("token", &self.name)
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct McpConfig {
    /// Hides every tool that writes.
    pub(crate) read_only: bool,
    /// Tokens that the result of one tool call may take in a model's context. From 1000 to 25000.
    pub(crate) result_tokens: u32,
}

impl Default for McpConfig {
    fn default() -> Self {
        Self { read_only: false, result_tokens: 8000 }
    }
}

impl Config {
    /// Checks what types do not: ranges, and that a public address has authentication.
    pub(crate) fn check(&self) -> Result<()> {
        let server = &self.server;
        within("server.max_connections", server.max_connections, 1, 100_000)?;
        within("server.header_timeout_seconds", server.header_timeout_seconds, 1, 300)?;
        within("server.request_timeout_seconds", server.request_timeout_seconds, 1, 3600)?;
        within("server.drain_timeout_seconds", server.drain_timeout_seconds, 0, 3600)?;
        within("ingest.max_file_bytes", self.ingest.max_file_bytes, 1, 1 << 30)?;
        within("ingest.threads", self.ingest.threads, 0, 64)?;
        within("ingest.document_memory_mb", self.ingest.document_memory_mb, 128, 65_536)?;
        within("ingest.document_seconds", self.ingest.document_seconds, 1, 3600)?;
        within("ingest.chunk_max_bytes", self.ingest.chunk_max_bytes, 64, 65_536)?;
        within("ingest.chunk_target_bytes", self.ingest.chunk_target_bytes, 64, self.ingest.chunk_max_bytes)?;
        self.ingest.chunking()?;
        DuplicateThreshold::try_new(self.ingest.duplicate_threshold)
            .map_err(|_| Error::invalid("ingest.duplicate_threshold", "must be from 0.7 to 1"))?;
        within("mcp.result_tokens", self.mcp.result_tokens, 1000, 25_000)?;
        self.data.check()?;
        self.catalog.check()?;
        self.index.check()?;
        self.redis.check()?;
        self.cache.check()?;
        self.model.check()?;
        self.remote_model.check()?;
        self.jobs.check()?;
        SourceConfig::check_all(&self.sources)?;
        self.idempotency.check()?;
        self.uploads.check()?;
        self.graphs.check()?;
        if !self.remote_model.url.is_empty() && self.model.folder.is_some() {
            return Err(Error::invalid("model.folder", "names a model, and `remote_model.url` another")
                .with_help("remove one of them"));
        }
        for token in &self.auth.tokens {
            token.stored()?;
            token.check_groups()?;
        }
        self.log.check()?;
        self.traces.check()?;
        self.reports.check()?;
        self.operations.check()?;
        self.overload.check()?;
        if !server.bind.ip().is_loopback() && self.auth.tokens.is_empty() {
            return Err(Error::invalid(
                "server.bind",
                "is not a loopback address, and no authentication is configured",
            )
            .with_context("bind", server.bind)
            .with_help(
                "add a token to `auth.tokens` (`ragstone token create` makes one), or bind to 127.0.0.1",
            ));
        }
        Ok(())
    }

    /// How long a request other than an ingest may take.
    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.server.request_timeout_seconds)
    }
}

fn within<T: PartialOrd + std::fmt::Display>(key: &'static str, value: T, least: T, most: T) -> Result<()> {
    if value >= least && value <= most {
        return Ok(());
    }
    Err(Error::invalid(key, format!("must be from {least} to {most}, is {value}")))
}

#[cfg(test)]
mod tests;
