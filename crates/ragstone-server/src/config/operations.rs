//! The operations port.

use std::net::SocketAddr;
use std::time::Duration;

use ragstone_auth::StoredToken;
use ragstone_core::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OperationsConfig {
    /// Whether health, metrics and the log level are served on a port of their own.
    pub(crate) enabled: bool,
    /// Address of that port. Anything but a loopback address needs `operations.token`.
    #[schemars(with = "String")]
    pub(crate) bind: SocketAddr,
    /// Hash of a token as `ragstone token create` prints it; with it, all but the simple health checks ask for the token or for the local admin's. Without it, the log level can be changed by the local admin only, and the rest is open.
    pub(crate) token: String,
    /// Milliseconds that the check of one store may take. From 10 to 60000.
    pub(crate) check_timeout_ms: u64,
    /// Milliseconds for which the outcome of a check is answered again. From 0 to 60000.
    pub(crate) check_ttl_ms: u64,
    /// Milliseconds between saying that the server is not ready and closing its listener, for load balancers to notice; answers meanwhile ask clients to leave their connections. From 0 to 300000.
    pub(crate) drain_delay_ms: u64,
}

impl Default for OperationsConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            bind: SocketAddr::from(([127, 0, 0, 1], 7172)),
            token: String::new(),
            check_timeout_ms: 2000,
            check_ttl_ms: 1000,
            drain_delay_ms: 200,
        }
    }
}

impl OperationsConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("operations.check_timeout_ms", self.check_timeout_ms, 10, 60_000)?;
        within("operations.check_ttl_ms", self.check_ttl_ms, 0, 60_000)?;
        within("operations.drain_delay_ms", self.drain_delay_ms, 0, 300_000)?;
        let token = self.stored_token()?;
        if self.enabled && !self.bind.ip().is_loopback() && token.is_none() {
            return Err(Error::invalid(
                "operations.bind",
                "is not a loopback address, and there is no token",
            )
            .with_context("bind", self.bind)
            .with_help(
                "set `operations.token` (`ragstone token create` makes one), bind to 127.0.0.1, or set \
                     `operations.enabled` to false",
            ));
        }
        Ok(())
    }

    /// The parsed token; `None` where there is none.
    pub(crate) fn stored_token(&self) -> Result<Option<StoredToken>> {
        if self.token.is_empty() {
            return Ok(None);
        }
        self.token.parse().map(Some).map_err(|_: Error| {
            Error::invalid("operations.token", "is not a hash that `ragstone token create` printed")
        })
    }

    /// Whether whoever reaches the port may read it.
    pub(crate) fn is_open(&self) -> bool {
        self.token.is_empty()
    }

    pub(crate) fn check_timeout(&self) -> Duration {
        Duration::from_millis(self.check_timeout_ms)
    }

    pub(crate) fn check_ttl(&self) -> Duration {
        Duration::from_millis(self.check_ttl_ms)
    }

    pub(crate) fn drain_delay(&self) -> Duration {
        Duration::from_millis(self.drain_delay_ms)
    }
}
