//! `serve`: serves until a signal, then drains.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ragstone_core::Result;
use ragstone_observability::startup::RunningTelemetry;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::cli::{ListenArgs, Place};
use crate::config::{self, Config};
use crate::following::BackgroundSources;
use crate::instance::Instance;
use crate::listen::{ListenConfig, Listener, Shutdown};
use crate::operations::Operations;
use crate::render;
use crate::session::open_instance;
use crate::signals::Signals;
use crate::telemetry;

/// What the stores may take to close beyond the time that requests are given to finish; with the defaults a server
/// ends within half a minute, whatever its stores do.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(4);

/// Serves what has been indexed.
pub(crate) async fn run(place: &Place, args: &ListenArgs) -> Result<()> {
    let config = effective(place, args)?;
    let telemetry = telemetry::install(&config)?;
    let signals = Signals::listen()?;
    let outcome = serve(place, &config, &telemetry, &signals).await;
    telemetry::close(telemetry).await;
    outcome
}

async fn serve(
    place: &Place,
    config: &Config,
    telemetry: &RunningTelemetry,
    signals: &Signals,
) -> Result<()> {
    let (instance, operations) = open_instance(place, "serve", &[], config.clone(), telemetry).await?;
    let server = Server::start(&instance, operations, config, "serve").await?;
    render::served(&server.base, instance.admin(), Some(&instance.lock().dir().admin_token()));
    signals.stop().await;
    server.stop(instance).await
}

/// The configuration with the flags on top.
pub(crate) fn effective(place: &Place, args: &ListenArgs) -> Result<Config> {
    let mut config = config::load(place.config.as_deref())?;
    if let Some(bind) = args.bind {
        config.server.bind = bind;
        config.check()?;
    }
    Ok(config)
}

/// A server that accepts requests on a task of its own.
#[derive(Debug)]
pub(crate) struct Server {
    /// Base address, such as `http://127.0.0.1:7171`.
    pub(crate) base: String,
    command: String,
    shutdown: Shutdown,
    tasks: TaskTracker,
    operations: Operations,
    sources: BackgroundSources,
    drain_delay: Duration,
    drain_timeout: Duration,
}

impl Server {
    /// Binds, serves, says in the data directory where the server can be reached, and follows the sources of the
    /// configuration.
    pub(crate) async fn start(
        instance: &Instance,
        operations: Operations,
        config: &Config,
        command: &str,
    ) -> Result<Self> {
        let listener = Listener::bind(config.server.bind).await?;
        let base = format!("http://{}", reachable(listener.address()));
        let shutdown = Shutdown::default();
        let router = instance.surface(shutdown.abort.clone(), Some(operations.health()))?.router()?;
        let bounds = ListenConfig {
            max_connections: config.server.max_connections,
            header_timeout: Duration::from_secs(config.server.header_timeout_seconds),
            drain_timeout: Duration::from_secs(config.server.drain_timeout_seconds),
        };
        instance.lock().announce(command, Some(base.clone()))?;
        let tasks = TaskTracker::new();
        tasks.spawn(listener.serve(router, bounds, shutdown.clone()));
        tasks.close();
        Ok(Self {
            base,
            command: command.to_owned(),
            shutdown,
            tasks,
            operations,
            sources: BackgroundSources::start(instance.engine(), &config.sources),
            drain_delay: config.operations.drain_delay(),
            drain_timeout: bounds.drain_timeout,
        })
    }

    /// Says that it is about to stop, lets requests finish, and closes the stores.
    ///
    /// Not ready comes first, and answers that ask clients to leave; after the delay the end of the listener. The
    /// operations port tells of it until the stores are closed.
    pub(crate) async fn stop(self, instance: Instance) -> Result<()> {
        instance.engine().drain();
        self.shutdown.leave.cancel();
        // From now on the command line must not be sent here.
        instance.lock().announce(&self.command, None)?;
        tokio::time::sleep(self.drain_delay).await;
        let end = Instant::now() + self.drain_timeout + CLOSE_TIMEOUT;
        self.shutdown.stop.cancel();
        self.sources.stop().await;
        self.tasks.wait().await;
        let outcome = tokio::time::timeout_at(end, instance.close()).await.unwrap_or_else(|_| {
            // What was acknowledged is in the catalog, and the index takes up where it was flushed last.
            tracing::warn!("the stores did not close in time; they are left as they are");
            Ok(())
        });
        self.operations.stop().await;
        outcome
    }
}

/// An address at which clients of this machine reach the server; a wildcard address is none.
fn reachable(bound: SocketAddr) -> SocketAddr {
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, bound.port())
}
