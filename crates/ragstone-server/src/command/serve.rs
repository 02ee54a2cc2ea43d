//! `serve`: serves until a signal, then drains.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ragstone_core::{Error, ErrorKind, Result};
use ragstone_observability::startup;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::{ListenArgs, Place};
use crate::config::{self, Config, LogFormat};
use crate::instance::Instance;
use crate::listen::{ListenConfig, Listener};
use crate::render;
use crate::session::open_instance;
use crate::signals::Signals;

/// Serves what has been indexed.
pub(crate) async fn run(place: &Place, args: &ListenArgs) -> Result<()> {
    let config = effective(place, args)?;
    install_logs(&config)?;
    let signals = Signals::listen()?;
    let instance = open_instance(place, "serve", &[], config.clone()).await?;
    let server = Server::start(&instance, &config, "serve").await?;
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

/// Sends the events of the process to standard error.
pub(crate) fn install_logs(config: &Config) -> Result<()> {
    let format = match config.log.format {
        LogFormat::Human => startup::LogFormat::Human,
        LogFormat::Json => startup::LogFormat::Json,
    };
    startup::install(format, &config.log.filter).map(|_| ()).map_err(|source| {
        Error::new(ErrorKind::InvalidArgument, "cannot start logging")
            .with_context("cause", &source)
            .with_source(source)
    })
}

/// A server that accepts requests on a task of its own.
#[derive(Debug)]
pub(crate) struct Server {
    /// Base address, such as `http://127.0.0.1:7171`.
    pub(crate) base: String,
    command: String,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Binds, serves and says in the data directory where the server can be reached.
    pub(crate) async fn start(instance: &Instance, config: &Config, command: &str) -> Result<Self> {
        let listener = Listener::bind(config.server.bind).await?;
        let base = format!("http://{}", reachable(listener.address()));
        let (stop, abort) = (CancellationToken::new(), CancellationToken::new());
        let router = instance.surface(abort.clone())?.router()?;
        let bounds = ListenConfig {
            max_connections: config.server.max_connections,
            header_timeout: Duration::from_secs(config.server.header_timeout_seconds),
            drain_timeout: Duration::from_secs(config.server.drain_timeout_seconds),
        };
        instance.lock().announce(command, Some(base.clone()))?;
        let tasks = TaskTracker::new();
        tasks.spawn(listener.serve(router, bounds, stop.clone(), abort));
        tasks.close();
        Ok(Self { base, command: command.to_owned(), stop, tasks })
    }

    /// Says that it is about to stop, lets requests finish, and closes the stores.
    pub(crate) async fn stop(self, instance: Instance) -> Result<()> {
        instance.engine().drain();
        // From now on the command line must not be sent here.
        instance.lock().announce(&self.command, None)?;
        self.stop.cancel();
        self.tasks.wait().await;
        instance.close().await
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
