//! A TCP proxy that misbehaves when it is told to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use self::faults::{Garbage, LinkFaults, ProxyFaults};

use self::chance::Chance;

mod accept;
mod chance;
mod connection;
mod faults;
mod pump;

/// Forwards TCP connections from a port of its own to another address, and injects faults on the way.
///
/// Faults are switched at run time, and hold for running and for new connections from that moment on. Counts that
/// a fault names, such as the bytes before a reset, begin anew with each switch and each connection. The same
/// seed makes the same choices for the same connections in the same order.
///
/// Everything ends when the proxy is dropped: its port, its tasks, and both sides of every connection.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    settings: watch::Sender<Settings>,
    shared: Arc<Shared>,
    /// Ends its tasks when it is dropped.
    tasks: JoinSet<()>,
}

/// What can be switched.
#[derive(Clone, Debug)]
struct Settings {
    target: SocketAddr,
    faults: ProxyFaults,
    /// Counts how often all connections were cut.
    cuts: u64,
}

#[derive(Debug)]
struct Shared {
    chance: Chance,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    accepted: AtomicU64,
    dropped: AtomicU64,
    reset: AtomicU64,
    open: AtomicU64,
    to_server: AtomicU64,
    to_client: AtomicU64,
    swallowed: AtomicU64,
}

/// What a proxy has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProxyCounts {
    /// Connections that were accepted.
    pub accepted: u64,
    /// Connections of those that were dropped at once, by chance.
    pub dropped: u64,
    /// Connections that a fault, or a side, ended with a reset.
    pub reset: u64,
    /// Connections that are open.
    pub open: u64,
    /// Bytes forwarded to the server, garbage included.
    pub to_server: u64,
    /// Bytes forwarded to the client, garbage included.
    pub to_client: u64,
    /// Bytes that a black hole swallowed, in both directions.
    pub swallowed: u64,
}

/// Direction of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server: requests.
    ToServer,
    /// From the server to the client: responses.
    ToClient,
}

impl FaultProxy {
    /// Listens on a free port of 127.0.0.1 and forwards to `target`; without faults until they are set.
    ///
    /// Needs a running tokio runtime. Fails as binding a port does.
    pub async fn start(target: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let settings = Settings { target, faults: ProxyFaults::default(), cuts: 0 };
        let (settings, receiver) = watch::channel(settings);
        let shared = Arc::new(Shared { chance: Chance::seeded(seed), counts: Counts::default() });
        let mut tasks = JoinSet::new();
        tasks.spawn(accept::run(listener, address, receiver, Arc::clone(&shared)));
        Ok(Self { address, settings, shared, tasks })
    }

    /// Where clients connect to.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Replaces all faults.
    pub fn set(&self, faults: ProxyFaults) {
        self.settings.send_modify(|settings| settings.faults = faults);
    }

    /// Ends all faults. A connection that a black hole swallowed bytes of is reset, because it can no longer be
    /// what its two sides take it for.
    pub fn clear(&self) {
        self.set(ProxyFaults::default());
    }

    /// Resets every connection that is open.
    pub fn cut(&self) {
        self.settings.send_modify(|settings| settings.cuts += 1);
    }

    /// Forwards new connections to another address, such as that of a server that was started again.
    pub fn redirect(&self, target: SocketAddr) {
        self.settings.send_modify(|settings| settings.target = target);
    }

    /// What the proxy has done so far.
    pub fn counts(&self) -> ProxyCounts {
        let Counts { accepted, dropped, reset, open, to_server, to_client, swallowed } = &self.shared.counts;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        ProxyCounts {
            accepted: read(accepted),
            dropped: read(dropped),
            reset: read(reset),
            open: read(open),
            to_server: read(to_server),
            to_client: read(to_client),
            swallowed: read(swallowed),
        }
    }

    /// Ends the proxy and waits until its tasks have ended.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
