//! Settings of the index, with their limits.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use ragstone_core::{Error, Result};
use secrecy::{ExposeSecret as _, SecretString};
use tonic::transport::Uri;

use crate::dense::DenseConfig;

/// Longest prefix of names in bytes.
const MAX_PREFIX_LEN: usize = 32;
/// Most connections of one index.
const MAX_CONNECTIONS: usize = 64;
/// Most copies of a shard.
const MAX_REPLICAS: u32 = 64;
/// Most shards of a collection.
const MAX_SHARDS: u32 = 1024;
/// Longest time-out of one request.
const MAX_TIMEOUT: Duration = Duration::from_mins(10);
/// Bounds of the bytes of one message.
const MESSAGE_BYTES: std::ops::RangeInclusive<usize> = 64 * 1024..=1024 * 1024 * 1024;

/// How many copies of a shard must agree on what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadConsistency {
    /// What more than half of all copies hold.
    Majority,
    /// What all of half of the copies and one more hold.
    Quorum,
    /// What all copies hold; reads fail while one is away.
    All,
    /// What all of this many copies hold.
    Copies(NonZeroU32),
}

/// Which Qdrant server to use, and how.
///
/// `Debug` does not show the API key.
#[derive(Clone, Debug)]
pub struct QdrantConfig {
    pub(crate) uri: Uri,
    pub(crate) api_key: Option<SecretString>,
    pub(crate) prefix: String,
    pub(crate) connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) max_message: usize,
    pub(crate) batch_points: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) max_cached: usize,
    pub(crate) shards: Option<u32>,
    pub(crate) is_sharded_by_tenant: bool,
    pub(crate) replicas: Option<u32>,
    pub(crate) write_copies: Option<u32>,
    pub(crate) read_consistency: Option<ReadConsistency>,
    pub(crate) is_payload_on_disk: Option<bool>,
    pub(crate) is_index_on_disk: Option<bool>,
    pub(crate) dense: DenseConfig,
}

impl QdrantConfig {
    /// Settings for the gRPC address of a server, such as `https://qdrant.example:6334`.
    ///
    /// `https` uses TLS with the certificates that the system trusts. A URL with a user, a password, a path or
    /// another scheme is `InvalidArgument`.
    ///
    /// Defaults: prefix `ragstone`, one connection, 5 s to connect, 30 s for a request without deadline, messages
    /// of 64 MiB, batches of 512 chunks and 8 MiB, statistics of 256 targets in memory; the server's own number
    /// of shards and copies; dense vectors in memory.
    pub fn try_new(url: &str) -> Result<Self> {
        let uri: Uri = url.trim().parse().map_err(|_| invalid("url", "is no URL"))?;
        let is_known = matches!(uri.scheme_str(), Some("http" | "https"));
        if !is_known {
            return Err(invalid("url", "must begin with http:// or https://"));
        }
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        if authority.contains('@') {
            return Err(invalid("url", "must hold no user or password; set the API key instead"));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(invalid(
                "url",
                "must hold no path; give the gRPC address, such as http://localhost:6334",
            ));
        }
        Ok(Self {
            uri,
            api_key: None,
            prefix: "ragstone".to_owned(),
            connections: 1,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            max_message: 64 * 1024 * 1024,
            batch_points: 512,
            batch_bytes: 8 * 1024 * 1024,
            max_cached: 256,
            shards: None,
            is_sharded_by_tenant: false,
            replicas: None,
            write_copies: None,
            read_consistency: None,
            is_payload_on_disk: None,
            is_index_on_disk: None,
            dense: DenseConfig::default(),
        })
    }

    /// Sends this API key, or token, with every request.
    ///
    /// A key over plain `http` is refused unless the host is this machine.
    pub fn with_api_key(mut self, key: SecretString) -> Result<Self> {
        let text = key.expose_secret();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(invalid("api_key", "must be visible ASCII characters"));
        }
        let is_local = matches!(self.uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if self.uri.scheme_str() == Some("http") && !is_local {
            return Err(invalid("api_key", "would be sent in clear; use an https URL"));
        }
        self.api_key = Some(key);
        Ok(self)
    }

    /// Begins the names of all collections with this prefix: 1 to 32 of `a-z`, `0-9`, `_` and `-`.
    ///
    /// Two indexes with different prefixes share a server without seeing each other.
    pub fn with_prefix(mut self, prefix: &str) -> Result<Self> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
        if prefix.is_empty() || prefix.len() > MAX_PREFIX_LEN || !prefix.bytes().all(is_plain) {
            return Err(invalid("prefix", "must have 1 to 32 of a-z, 0-9, _ and -"));
        }
        prefix.clone_into(&mut self.prefix);
        Ok(self)
    }

    /// Spreads requests over this many connections, at most 64.
    pub fn with_connections(mut self, connections: NonZeroUsize) -> Result<Self> {
        if connections.get() > MAX_CONNECTIONS {
            return Err(invalid("connections", format!("must be at most {MAX_CONNECTIONS}")));
        }
        self.connections = connections.get();
        Ok(self)
    }

    /// Gives up connecting, and a single request, after these times, each at most 10 minutes.
    ///
    /// The deadline of a call shortens the latter.
    pub fn with_timeouts(mut self, connect: Duration, request: Duration) -> Result<Self> {
        for timeout in [connect, request] {
            if timeout.is_zero() || timeout > MAX_TIMEOUT {
                return Err(invalid("timeouts", "must be more than 0 and at most 10 minutes"));
            }
        }
        (self.connect_timeout, self.request_timeout) = (connect, request);
        Ok(self)
    }

    /// Accepts messages of at most this many bytes, 64 KiB to 1 GiB.
    pub fn with_max_message(mut self, bytes: usize) -> Result<Self> {
        if !MESSAGE_BYTES.contains(&bytes) {
            return Err(invalid("max_message", "must be from 64 KiB to 1 GiB"));
        }
        self.max_message = bytes;
        Ok(self)
    }

    /// Writes at most this many chunks and bytes at a time; a larger single chunk goes alone.
    pub fn with_batches(mut self, chunks: NonZeroUsize, bytes: NonZeroUsize) -> Result<Self> {
        if !MESSAGE_BYTES.contains(&bytes.get()) || chunks.get() > 100_000 {
            return Err(invalid("batches", "must be at most 100,000 chunks, and from 64 KiB to 1 GiB"));
        }
        (self.batch_points, self.batch_bytes) = (chunks.get(), bytes.get());
        Ok(self)
    }

    /// Keeps the term statistics of at most this many targets in memory, about 12 bytes for each distinct term.
    #[must_use]
    pub fn with_max_cached(mut self, targets: NonZeroUsize) -> Self {
        self.max_cached = targets.get();
        self
    }

    /// Cuts new collections into this many shards, at most 1,024.
    pub fn with_shards(mut self, shards: NonZeroU32) -> Result<Self> {
        if shards.get() > MAX_SHARDS {
            return Err(invalid("shards", format!("must be at most {MAX_SHARDS}")));
        }
        self.shards = Some(shards.get());
        Ok(self)
    }

    /// Gives new collections a shard key of their tenant's name, so that a tenant can be placed on nodes of its own.
    ///
    /// Needs a server in cluster mode.
    #[must_use]
    pub fn with_tenant_shard_key(mut self) -> Self {
        self.is_sharded_by_tenant = true;
        self
    }

    /// Keeps `copies` of each shard of new collections, and calls a write done when `written` of them have it.
    pub fn with_replication(mut self, copies: NonZeroU32, written: NonZeroU32) -> Result<Self> {
        if copies.get() > MAX_REPLICAS || written > copies {
            let rule = format!("must be at most {MAX_REPLICAS}, and not fewer copies than are written");
            return Err(invalid("replication", rule));
        }
        (self.replicas, self.write_copies) = (Some(copies.get()), Some(written.get()));
        Ok(self)
    }

    /// Reads with this consistency instead of from any one copy.
    #[must_use]
    pub fn with_read_consistency(mut self, consistency: ReadConsistency) -> Self {
        self.read_consistency = Some(consistency);
        self
    }

    /// Keeps the payload of new collections on disk, with only what is used in memory.
    #[must_use]
    pub fn with_payload_on_disk(mut self) -> Self {
        self.is_payload_on_disk = Some(true);
        self
    }

    /// Keeps the keyword index and the indexes of filters of new collections on disk.
    #[must_use]
    pub fn with_indexes_on_disk(mut self) -> Self {
        self.is_index_on_disk = Some(true);
        self
    }

    /// Sets how new collections keep their dense vectors.
    #[must_use]
    pub fn with_dense(mut self, dense: DenseConfig) -> Self {
        self.dense = dense;
        self
    }
}

pub(crate) fn invalid(field: &'static str, rule: impl Into<String>) -> Error {
    Error::invalid(field, rule)
}

#[cfg(test)]
mod tests;
