//! What the router works on, and its limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ragstone_api::page::CursorKey;
use ragstone_auth::TokenVerifier;
use ragstone_core::port::BoxFuture;
use ragstone_core::{Clock, IdSource};
use ragstone_engine::Engine;
use tokio::sync::Semaphore;

use crate::edge::admission::Admission;

/// What the router works on.
#[derive(Clone)]
pub struct RestState {
    /// The use cases.
    pub engine: Engine,
    /// Who may call.
    pub tokens: Arc<dyn TokenVerifier>,
    /// Marks the cursors of listings.
    pub cursors: CursorKey,
    /// Time of deadlines and durations.
    pub clock: Arc<dyn Clock>,
    /// Ids of requests that bring none.
    pub ids: Arc<dyn IdSource>,
}

impl fmt::Debug for RestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestState").field("engine", &self.engine).finish_non_exhaustive()
    }
}

/// Limits of the router.
#[derive(Clone, Debug)]
pub struct RestConfig {
    /// Longest body of a request in bytes; 1 MiB.
    pub max_body: usize,
    /// Longest body of a document to ingest in bytes; 16 MiB.
    pub max_document_body: usize,
    /// Longest document to ingest from its original bytes; 32 MiB.
    pub max_upload: usize,
    /// Longest file of a graph in bytes; 256 MiB.
    pub max_graph_file: usize,
    /// Longest time of a request, 30 s; an ingest of files has none.
    pub timeout: Duration,
    /// Names under which the server may be addressed.
    pub hosts: HostPolicy,
    /// Says whether the stores can be used; without it, `/health/ready` tells the engine's phase alone.
    pub stores: Option<StoreCheck>,
    /// Says which requests may begin; without it, all.
    pub admission: Option<Admission>,
    /// Most open streams of events; 256.
    pub max_streams: usize,
}

/// A question to the stores that must be cached and bounded in time: `/health/ready` asks it for anybody.
#[derive(Clone)]
pub struct StoreCheck(Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>);

impl StoreCheck {
    /// Asks by calling `ask`.
    pub fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(ask())))
    }

    pub(crate) async fn is_available(&self) -> bool {
        (self.0)().await
    }
}

impl fmt::Debug for StoreCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreCheck").finish_non_exhaustive()
    }
}

impl Default for RestConfig {
    fn default() -> Self {
        Self {
            max_body: 1 << 20,
            max_document_body: 16 << 20,
            max_upload: 32 << 20,
            max_graph_file: 256 << 20,
            timeout: Duration::from_secs(30),
            hosts: HostPolicy::loopback(),
            stores: None,
            admission: None,
            max_streams: 256,
        }
    }
}

/// Names under which the server may be addressed, in `Host` and in `Origin`.
///
/// Without a check, a web page can reach a server on the visitor's own machine through a name that it makes point
/// there (DNS rebinding).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPolicy {
    /// Any name: for a server behind a proxy that checks it.
    Any,
    /// These names, without port; IPv6 addresses in brackets.
    Only(Vec<String>),
}

impl HostPolicy {
    /// `localhost`, `127.0.0.1` and `[::1]`.
    pub fn loopback() -> Self {
        Self::Only(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec())
    }

    /// Whether `authority`, a name with or without port, is allowed.
    pub fn allows(&self, authority: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(names) => {
                let name = without_port(authority);
                names.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
            }
        }
    }
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    }
}

/// What handlers and middleware share.
pub(crate) type App = Arc<Shared>;

pub(crate) struct Shared {
    pub(crate) state: RestState,
    pub(crate) config: RestConfig,
    pub(crate) streams: Arc<Semaphore>,
}

impl Shared {
    pub(crate) fn new(state: RestState, config: RestConfig) -> Self {
        let streams = Arc::new(Semaphore::new(config.max_streams.min(Semaphore::MAX_PERMITS)));
        Self { state, config, streams }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_port_and_case() {
        let policy = HostPolicy::loopback();
        for allowed in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:80"] {
            assert!(policy.allows(allowed), "{allowed}");
        }
        for refused in
            ["", "evil.example", "localhost.evil.example", "evil@localhost", "[::2]:80", "localhost:x"]
        {
            assert!(!policy.allows(refused), "{refused}");
        }
    }
}
