//! The accept loop: bounded connections, header time-out, no Nagle delay, graceful drain.
//!
//! `axum::serve` is not used because it has no header-read time-out and leaves TCP_NODELAY off, which costs
//! streamed answers 40 ms each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use ragstone_core::{Error, ErrorKind, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Streams that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 128;
/// Pause after a failed accept, such as when file descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What every HTTP/2 connection begins with (RFC 9113, section 3.4).
const HTTP2_PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Pause before looking for more of a preface.
const PEEK_PAUSE: Duration = Duration::from_millis(10);

/// Bounds of the accept loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListenConfig {
    pub(crate) max_connections: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) drain_timeout: Duration,
}

/// A bound socket that is not served yet.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds to an address; one in use is `FailedPrecondition`.
    pub(crate) async fn bind(address: SocketAddr) -> Result<Self> {
        let failed = |source: std::io::Error| {
            Error::new(ErrorKind::FailedPrecondition, "cannot listen")
                .with_context("address", address)
                .with_context("cause", source)
                .with_help("choose another address with --bind, such as 127.0.0.1:0 for a free port")
        };
        let socket = TcpListener::bind(address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self { socket, address })
    }

    /// Address that was bound, with the real port.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop`, then lets the requests under way finish within the drain time-out.
    ///
    /// `abort` is cancelled when the time-out has passed; whatever still runs then is dropped.
    pub(crate) async fn serve(
        self,
        router: Router,
        config: ListenConfig,
        stop: CancellationToken,
        abort: CancellationToken,
    ) {
        let connections = Connections {
            router,
            builder: builder(config.header_timeout),
            first_byte_timeout: config.header_timeout,
            graceful: GracefulShutdown::new(),
            tasks: TaskTracker::new(),
            abort,
        };
        let permits = Arc::new(Semaphore::new(config.max_connections));
        loop {
            let next = async {
                let permit = Arc::clone(&permits).acquire_owned().await;
                (permit, self.socket.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                () = stop.cancelled() => break,
                next = next => next,
            };
            match accepted {
                Ok((stream, peer)) => connections.spawn(stream, peer, permit.ok()),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(self.socket);
        connections.drain(config.drain_timeout).await;
    }
}

fn builder(header_timeout: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(header_timeout);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .keep_alive_interval(Some(Duration::from_secs(30)));
    builder
}

/// Waits until what a client sent tells HTTP/1 from HTTP/2; false if it sent too little and no more.
async fn tells_version(stream: &TcpStream) -> std::io::Result<bool> {
    let mut start = [0; HTTP2_PREFACE.len()];
    let mut seen = 0;
    loop {
        let held = stream.peek(&mut start).await?;
        if held == HTTP2_PREFACE.len() || !HTTP2_PREFACE.starts_with(&start[..held]) {
            return Ok(true);
        }
        if held == 0 {
            return Ok(false);
        }
        if held == seen {
            // Peeking does not wait for more than there is.
            tokio::time::sleep(PEEK_PAUSE).await;
        }
        seen = held;
    }
}

struct Connections {
    router: Router,
    builder: Builder<TokioExecutor>,
    first_byte_timeout: Duration,
    graceful: GracefulShutdown,
    tasks: TaskTracker,
    abort: CancellationToken,
}

impl Connections {
    /// Serves one connection on a task of its own; the permit is given back when it ends.
    fn spawn(&self, stream: TcpStream, peer: SocketAddr, permit: Option<OwnedSemaphorePermit>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, %peer, "cannot switch Nagle's algorithm off");
        }
        let service = TowerToHyperService::new(self.router.clone());
        let builder = self.builder.clone();
        let watcher = self.graceful.watcher();
        let (abort, first_byte_timeout) = (self.abort.clone(), self.first_byte_timeout);
        let serve = async move {
            // hyper-util waits without a bound for the bytes that tell HTTP/1 from HTTP/2.
            let told = tokio::time::timeout(first_byte_timeout, tells_version(&stream)).await;
            if !matches!(told, Ok(Ok(true))) {
                return;
            }
            let connection =
                builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, %peer, "a connection ended early");
            }
        };
        self.tasks.spawn(async move {
            tokio::select! {
                () = serve => {}
                () = abort.cancelled() => {}
            }
            drop(permit);
        });
    }

    async fn drain(self, timeout: Duration) {
        let Self { graceful, tasks, abort, .. } = self;
        tasks.close();
        let drained = async {
            graceful.shutdown().await;
            tasks.wait().await;
        };
        if tokio::time::timeout(timeout, drained).await.is_err() {
            tracing::warn!("some requests did not finish before the drain time-out");
            abort.cancel();
            tasks.wait().await;
        }
    }
}
