//! Takes connections in, or refuses to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Settings, Shared, connection};

/// A listener's queue of connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Accepts connections until it is dropped, which ends them too.
pub(super) async fn run(
    listener: TcpListener,
    address: SocketAddr,
    mut settings: watch::Receiver<Settings>,
    shared: Arc<Shared>,
) {
    let mut connections = JoinSet::new();
    let mut listener = Some(listener);
    loop {
        let refuses = settings.borrow_and_update().faults.refuse;
        if refuses {
            // A bound socket that does not listen refuses as a free port does, and nobody else can take it.
            drop(listener.take());
            let reserved = reserve(address).await;
            if settings.wait_for(|settings| !settings.faults.refuse).await.is_err() {
                return;
            }
            listener = reserved.listen(BACKLOG).ok();
            continue;
        }
        let Some(open) = &listener else {
            listener = reserve(address).await.listen(BACKLOG).ok();
            continue;
        };
        tokio::select! {
            changed = settings.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            accepted = open.accept() => {
                if let Ok((client, _)) = accepted {
                    admit(client, &settings, &shared, &mut connections);
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

fn admit(
    client: TcpStream,
    settings: &watch::Receiver<Settings>,
    shared: &Arc<Shared>,
    connections: &mut JoinSet<()>,
) {
    shared.counts.accepted.fetch_add(1, Ordering::Relaxed);
    let permille = settings.borrow().faults.drop_permille;
    if permille > 0 && shared.chance.hits(permille) {
        shared.counts.dropped.fetch_add(1, Ordering::Relaxed);
        connection::reset(client);
        return;
    }
    connections.spawn(connection::run(client, settings.clone(), Arc::clone(shared)));
}

/// Binds the port again; its last listener may need a moment to be gone.
async fn reserve(address: SocketAddr) -> TcpSocket {
    loop {
        match bind(address) {
            Ok(socket) => return socket,
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
