//! Where Redis is and how it is used, checked before anything connects.

use std::fmt;
use std::time::Duration;

use ragstone_core::{Error, Result};
use secrecy::SecretString;

use crate::url;

/// Where Redis is and how it is used.
///
/// Secrets are in no debug output and in no error.
#[derive(Clone)]
pub struct RedisConfig {
    pub(crate) servers: Servers,
    pub(crate) is_tls: bool,
    pub(crate) database: u32,
    pub(crate) credentials: Credentials,
    pub(crate) sentinel_credentials: Credentials,
    pub(crate) root_certificates: Option<Vec<u8>>,
    pub(crate) client_certificate: Option<ClientCertificate>,
    pub(crate) prefix: String,
    pub(crate) pool_size: usize,
    pub(crate) timeouts: RedisTimeouts,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// What stands at the addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Servers {
    /// The one server.
    Single(Server),
    /// Sentinels, which know where the primary of this name is.
    Sentinel { sentinels: Vec<Server>, primary: String },
    /// Some nodes of a cluster.
    Cluster(Vec<Server>),
}

/// Whom to log in as.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) username: Option<String>,
    pub(crate) password: Option<SecretString>,
}

/// A certificate chain and its key, as PEM.
#[derive(Clone)]
pub(crate) struct ClientCertificate {
    pub(crate) chain: Vec<u8>,
    pub(crate) key: SecretString,
}

/// How long to wait for Redis; each is from 1 ms to 5 minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedisTimeouts {
    /// For a connection of the pool to become free; 500 ms by default.
    pub wait: Duration,
    /// For a new connection, with TLS and log-in; 2 s by default.
    pub connect: Duration,
    /// For the answer to one command; 1 s by default.
    pub answer: Duration,
    /// Between two signs of life of a subscription; 5 s by default. One that is not answered within
    /// `answer` ends the connection, and a new one is made.
    pub heartbeat: Duration,
}

impl Default for RedisTimeouts {
    fn default() -> Self {
        Self {
            wait: Duration::from_millis(500),
            connect: Duration::from_secs(2),
            answer: Duration::from_secs(1),
            heartbeat: Duration::from_secs(5),
        }
    }
}

impl RedisConfig {
    /// What all keys and channels begin with, unless told otherwise.
    pub const DEFAULT_PREFIX: &'static str = "ragstone";
    /// Connections of a pool, unless told otherwise.
    pub const DEFAULT_POOL_SIZE: usize = 16;
    /// Most connections of a pool.
    pub const MAX_POOL_SIZE: usize = 1024;

    /// Reads a URL:
    ///
    /// - `redis://[user[:password]@]host[:6379][/database]` is one server,
    /// - `redis+sentinel://[user[:password]@]host1[:26379],host2…[/database]?master=name` the primary that
    ///   sentinels know under a name,
    /// - `redis+cluster://[user[:password]@]host1[:6379],host2…` a cluster.
    ///
    /// With `rediss` in place of `redis` everything goes through TLS, to the sentinels too. User and password
    /// are percent-encoded; an IPv6 address stands in brackets. Everything else is `InvalidArgument`.
    pub fn try_from_url(url: &SecretString) -> Result<Self> {
        let parts = url::parse(url)?;
        Ok(Self {
            servers: parts.servers,
            is_tls: parts.is_tls,
            database: parts.database,
            credentials: parts.credentials,
            sentinel_credentials: Credentials::default(),
            root_certificates: None,
            client_certificate: None,
            prefix: Self::DEFAULT_PREFIX.to_owned(),
            pool_size: Self::DEFAULT_POOL_SIZE,
            timeouts: RedisTimeouts::default(),
        })
    }

    /// Logs in with this password, whatever the URL says.
    #[must_use]
    pub fn with_password(mut self, password: SecretString) -> Self {
        self.credentials.password = Some(password);
        self
    }

    /// Logs in to the sentinels; without it, they are asked without a password.
    ///
    /// `InvalidArgument` where the URL names no sentinels.
    pub fn with_sentinel_login(mut self, username: Option<String>, password: SecretString) -> Result<Self> {
        if !matches!(self.servers, Servers::Sentinel { .. }) {
            return Err(Error::invalid("redis", "has no sentinels to log in to")
                .with_help("use a redis+sentinel:// URL, or leave the sentinels' password out"));
        }
        self.sentinel_credentials = Credentials { username, password: Some(password) };
        Ok(self)
    }

    /// Trusts these certificate authorities (PEM) in place of the system's.
    ///
    /// `InvalidArgument` where the URL does not ask for TLS, or where there is no certificate.
    pub fn with_root_certificates(mut self, pem: Vec<u8>) -> Result<Self> {
        self.require_tls()?;
        require_pem("root certificates", &pem, "-----BEGIN CERTIFICATE-----")?;
        self.root_certificates = Some(pem);
        Ok(self)
    }

    /// Shows a certificate (PEM, with its chain) to the server; `key` is its private key (PEM).
    ///
    /// `InvalidArgument` where the URL does not ask for TLS, or where one of them is missing.
    pub fn with_client_certificate(mut self, chain: Vec<u8>, key: SecretString) -> Result<Self> {
        use secrecy::ExposeSecret as _;
        self.require_tls()?;
        require_pem("client certificate", &chain, "-----BEGIN CERTIFICATE-----")?;
        require_pem("client key", key.expose_secret().as_bytes(), "PRIVATE KEY-----")?;
        self.client_certificate = Some(ClientCertificate { chain, key });
        Ok(self)
    }

    /// Begins all keys and channels with `prefix`: 1 to 64 characters of `a-z`, `0-9`, `_`, `-` and `:`.
    ///
    /// Instances that share one Redis need different ones.
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Result<Self> {
        let prefix = prefix.into();
        let is_allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b':');
        if prefix.is_empty() || prefix.len() > 64 || !prefix.bytes().all(is_allowed) {
            return Err(Error::invalid(
                "redis prefix",
                "must have 1 to 64 characters of a-z, 0-9, _, - and :",
            ));
        }
        self.prefix = prefix;
        Ok(self)
    }

    /// Keeps up to `size` connections, 1 to [`Self::MAX_POOL_SIZE`]; of a cluster, so many to each node.
    pub fn with_pool_size(mut self, size: usize) -> Result<Self> {
        if size == 0 || size > Self::MAX_POOL_SIZE {
            return Err(Error::invalid(
                "redis pool size",
                format!("must be from 1 to {}", Self::MAX_POOL_SIZE),
            ));
        }
        self.pool_size = size;
        Ok(self)
    }

    /// Waits this long for Redis.
    pub fn with_timeouts(mut self, timeouts: RedisTimeouts) -> Result<Self> {
        let RedisTimeouts { wait, connect, answer, heartbeat } = timeouts;
        let allowed = Duration::from_millis(1)..=Duration::from_mins(5);
        if [wait, connect, answer, heartbeat].iter().any(|time| !allowed.contains(time)) {
            return Err(Error::invalid("redis timeouts", "must be from 1 ms to 5 minutes each"));
        }
        self.timeouts = timeouts;
        Ok(self)
    }

    fn require_tls(&self) -> Result<()> {
        if self.is_tls {
            return Ok(());
        }
        Err(Error::invalid("redis", "has certificates but does not use TLS")
            .with_help("write rediss in place of redis in the URL, or leave the certificates out"))
    }
}

fn require_pem(what: &'static str, pem: &[u8], mark: &str) -> Result<()> {
    if String::from_utf8_lossy(pem).contains(mark) {
        return Ok(());
    }
    Err(Error::invalid(what, format!("holds no PEM block with {mark}")))
}

impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("servers", &self.servers)
            .field("is_tls", &self.is_tls)
            .field("database", &self.database)
            .field("has_password", &self.credentials.password.is_some())
            .field("prefix", &self.prefix)
            .field("pool_size", &self.pool_size)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
