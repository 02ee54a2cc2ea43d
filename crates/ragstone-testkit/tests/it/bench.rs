//! A server to talk to: it sends back what it receives.

use std::net::SocketAddr;
use std::time::Duration;

use ragstone_testkit::proxy::{FaultProxy, ProxyFaults};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(crate) const MILLI: Duration = Duration::from_millis(1);

/// An echo server behind a proxy; ends when dropped.
pub(crate) struct Bed {
    pub(crate) proxy: FaultProxy,
    pub(crate) server: SocketAddr,
    _tasks: JoinSet<()>,
}

pub(crate) async fn bed(faults: ProxyFaults) -> Bed {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("binds");
    let server = listener.local_addr().expect("bound");
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(listener));
    let proxy = FaultProxy::start(server, 7).await.expect("starts");
    proxy.set(faults);
    Bed { proxy, server, _tasks: tasks }
}

async fn serve(listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        connections.spawn(async move {
            let (mut from, mut to) = stream.split();
            // A connection that a fault ends is what the tests are about.
            drop(tokio::io::copy(&mut from, &mut to).await);
        });
    }
}

impl Bed {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.proxy.address()).await.expect("connects")
    }
}

/// Sends bytes and reads as many back.
pub(crate) async fn echo(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(bytes).await?;
    let mut answer = vec![0; bytes.len()];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

/// Whether nothing comes within `patience`.
pub(crate) async fn is_silent(stream: &mut TcpStream, patience: Duration) -> bool {
    let mut byte = [0];
    tokio::time::timeout(patience, stream.read(&mut byte)).await.is_err()
}
