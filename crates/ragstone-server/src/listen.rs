//! The accept loop: bounded connections, header time-out, no Nagle delay, graceful drain.
//!
//! `axum::serve` is not used because it has no header-read time-out and leaves TCP_NODELAY off, which costs
//! streamed answers 40 ms each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use ragstone_core::{Error, ErrorKind, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::connection::Protocol;

mod connection;
mod socket;

/// Streams that one HTTP/2 connection may have open.
const MAX_STREAMS: u32 = 128;
/// Pause after a failed accept, such as when file descriptors have run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Bounds of the accept loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListenConfig {
    pub(crate) max_connections: usize,
    pub(crate) header_timeout: Duration,
    pub(crate) drain_timeout: Duration,
}

/// How a listener is told to end, step by step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shutdown {
    /// From now on answers over HTTP/1 ask the client to leave the connection. May be left out.
    pub(crate) leave: CancellationToken,
    /// From now on nothing new is accepted, and what was accepted is finished.
    pub(crate) stop: CancellationToken,
    /// What still runs is dropped. The listener cancels it itself when the drain time-out has passed.
    pub(crate) abort: CancellationToken,
}

impl Shutdown {
    fn has_begun(&self) -> bool {
        self.leave.is_cancelled() || self.stop.is_cancelled()
    }
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

    /// Serves until `shutdown.stop`, then lets what was accepted finish within the drain time-out.
    pub(crate) async fn serve(self, router: Router, config: ListenConfig, shutdown: Shutdown) {
        let connections = Connections {
            protocol: Protocol {
                router,
                builder: builder(config.header_timeout),
                first_byte_timeout: config.header_timeout,
                shutdown,
            },
            tasks: TaskTracker::new(),
            permits: Arc::new(Semaphore::new(config.max_connections)),
        };
        let stop = connections.protocol.shutdown.stop.clone();
        loop {
            let next = async {
                let permit = Arc::clone(&connections.permits).acquire_owned().await;
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
        if let Err(error) = connections.take_waiting(self.socket) {
            tracing::warn!(%error, "cannot take the connections that wait");
        }
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

struct Connections {
    protocol: Protocol,
    tasks: TaskTracker,
    permits: Arc<Semaphore>,
}

impl Connections {
    /// Serves one connection on a task of its own; the permit is given back when it ends.
    fn spawn(&self, stream: TcpStream, peer: SocketAddr, permit: Option<OwnedSemaphorePermit>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, %peer, "cannot switch Nagle's algorithm off");
        }
        let protocol = self.protocol.clone();
        self.tasks.spawn(async move {
            let abort = protocol.shutdown.abort.clone();
            tokio::select! {
                outcome = protocol.serve(stream) => {
                    if let Err(error) = outcome {
                        tracing::debug!(%error, %peer, "a connection ended early");
                    }
                }
                () = abort.cancelled() => {}
            }
            drop(permit);
        });
    }

    /// Takes the connections that the system has established and nobody has accepted, then closes the listener.
    ///
    /// Their clients may have sent a request already, which the system throws away with the listener.
    /// One that comes between the last look and the closing is reset without a byte.
    fn take_waiting(&self, socket: TcpListener) -> std::io::Result<()> {
        // Tokio says that none waits while it has not heard of it; the system itself knows.
        let socket = socket.into_std()?;
        while let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            match socket.accept() {
                Ok((stream, peer)) => {
                    stream.set_nonblocking(true)?;
                    self.spawn(TcpStream::from_std(stream)?, peer, Some(permit));
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn drain(self, timeout: Duration) {
        let Self { protocol, tasks, .. } = self;
        tasks.close();
        if tokio::time::timeout(timeout, tasks.wait()).await.is_err() {
            tracing::warn!("some requests did not finish before the drain time-out");
            protocol.shutdown.abort.cancel();
            tasks.wait().await;
        }
    }
}
