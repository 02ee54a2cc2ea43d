//! One connection through the proxy: two pumps and how they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::pump::{Ends, Pump};
use super::{Direction, Settings, Shared};

/// The connection ends with a reset on both sides.
#[derive(Debug)]
pub(super) struct Reset;

/// Counts an open connection until it is dropped.
struct Open<'a>(&'a AtomicU64);

impl<'a> Open<'a> {
    fn count(open: &'a AtomicU64) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(open)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Carries bytes between a client and the target until both directions have ended or a fault resets them.
pub(super) async fn run(mut client: TcpStream, settings: watch::Receiver<Settings>, shared: Arc<Shared>) {
    let _open = Open::count(&shared.counts.open);
    let target = settings.borrow().target;
    let Ok(mut server) = TcpStream::connect(target).await else {
        shared.counts.reset.fetch_add(1, Ordering::Relaxed);
        return reset(client);
    };
    // Faults delay bytes, and nothing else shall.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let outcome = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let requests = Ends { from: from_client, to: to_server };
        let responses = Ends { from: from_server, to: to_client };
        let there = Pump::new(Direction::ToServer, requests, settings.clone(), &shared);
        let back = Pump::new(Direction::ToClient, responses, settings, &shared);
        tokio::try_join!(there.run(), back.run())
    };
    if outcome.is_err() {
        shared.counts.reset.fetch_add(1, Ordering::Relaxed);
        reset(client);
        reset(server);
    }
}

/// Closes a connection with a reset instead of an orderly end.
pub(super) fn reset(stream: TcpStream) {
    // If the option cannot be set the other side has gone, and needs no reset any more.
    let _ = stream.set_zero_linger();
    drop(stream);
}
