//! The operations port: health, metrics and the log level, on a listener of its own.
//!
//! It is there before the stores are opened and until they are closed, so that it can say so.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ragstone_auth::{BearerToken, StaticTokens, TokenRecord};
use ragstone_core::{Clock, Error, Result, Scope, TenantId};
use ragstone_observability::recorder::{self, MetricsPage};
use ragstone_observability::startup::RunningTelemetry;
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;

use self::health::Health;
use self::port::Port;
use crate::config::{Config, OperationsConfig};
use crate::listen::{ListenConfig, Listener, Shutdown};

pub(crate) mod check;
pub(crate) mod health;
pub(crate) mod pools;
mod port;
pub(crate) mod source;

/// Connections of probes and scrapers at the same time.
const MAX_CONNECTIONS: usize = 64;
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);
/// How often samples of metrics are moved into their buckets while nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);
/// Name of the caller that the configured token stands for.
const OPERATOR: &str = "operator";

/// The operations port while it serves; it ends when dropped.
#[derive(Debug)]
pub(crate) struct Operations {
    health: Arc<Health>,
    serving: Option<Serving>,
}

#[derive(Debug)]
struct Serving {
    stop: DropGuard,
    tasks: TaskTracker,
}

impl Operations {
    /// Binds and serves, unless the configuration switches the port off; the instance counts as starting.
    ///
    /// An address that is in use is `FailedPrecondition`.
    pub(crate) async fn start(
        config: &Config,
        admin: &BearerToken,
        telemetry: &RunningTelemetry,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let operations = &config.operations;
        let health = Arc::new(Health::new(clock, operations.check_ttl(), operations.check_timeout()));
        if !operations.enabled {
            return Ok(Self { health, serving: None });
        }
        let listener = Listener::bind(operations.bind).await.map_err(elsewhere)?;
        let page = recorder::install(env!("CARGO_PKG_VERSION")).map_err(|source| {
            Error::new(ragstone_core::ErrorKind::Unexpected, "cannot start metrics").with_source(source)
        })?;
        let port = Port {
            health: Arc::clone(&health),
            page: page.clone(),
            filter: telemetry.filter().clone(),
            losses: telemetry.losses(),
            tokens: Arc::new(StaticTokens::new(records(operations, admin)?)),
            is_open: operations.is_open(),
            hosts: hosts(listener.address()),
        };
        tracing::info!(address = %listener.address(), "health and metrics are served");
        Ok(Self { health, serving: Some(serve(listener, port, page)) })
    }

    /// What knows how the instance is.
    pub(crate) fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// Ends the port after the answers under way.
    pub(crate) async fn stop(self) {
        if let Some(Serving { stop, tasks }) = self.serving {
            drop(stop);
            tasks.wait().await;
        }
    }
}

fn serve(listener: Listener, port: Port, page: MetricsPage) -> Serving {
    let shutdown = Shutdown::default();
    let stop = shutdown.stop.clone();
    let bounds = ListenConfig {
        max_connections: MAX_CONNECTIONS,
        header_timeout: HEADER_TIMEOUT,
        drain_timeout: DRAIN_TIMEOUT,
    };
    let tasks = TaskTracker::new();
    tasks.spawn(listener.serve(port.router(), bounds, shutdown));
    let stopped = stop.clone();
    tasks.spawn(async move {
        while tokio::time::timeout(UPKEEP, stopped.cancelled()).await.is_err() {
            page.upkeep();
        }
    });
    tasks.close();
    Serving { stop: stop.drop_guard(), tasks }
}

fn records(config: &OperationsConfig, admin: &BearerToken) -> Result<Vec<TokenRecord>> {
    let admin = TokenRecord::new(admin, "local-admin", TenantId::default(), Scope::Admin);
    let operator =
        config.stored_token()?.map(|token| token.record(OPERATOR, TenantId::default(), Scope::Admin));
    Ok(std::iter::once(admin).chain(operator).collect())
}

/// Names under which a browser may address the port; guards the open parts against DNS rebinding.
fn hosts(address: SocketAddr) -> Vec<String> {
    let bound = match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    };
    ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).into_iter().chain([bound]).collect()
}

fn elsewhere(error: Error) -> Error {
    error.with_help(
        "set `operations.bind` to another address, such as 127.0.0.1:0 for a free port, or `operations.enabled` to \
         false",
    )
}
