//! A server that answers Qdrant's gRPC from the embedded engine, for tests where no Qdrant server can be had.
//!
//! Points, filters, vectors, rankings and fusion are those of Qdrant's own engine; what stands around it here is
//! collections, aliases and the wire.
//! Each collection has one copy and, unless it is sharded by keys, one shard; read consistency and write ordering
//! are met by that.
//! What is not supported answers `UNIMPLEMENTED` and changes nothing.
//!
//! ```rust,no_run
//! use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! # let folder = std::env::temp_dir().join("stand-in");
//! let server = QdrantStandIn::start(StandInConfig::new(folder)).await?;
//! println!("Qdrant's gRPC at {}", server.url());
//! server.stop().await
//! # }
//! ```

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use qdrant_client::qdrant::qdrant_server::QdrantServer;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use self::cut::CutStream;
use self::hub::Hub;
use self::key::KeyCheck;
use self::service::Service;

mod change;
mod cut;
mod fault;
mod filter;
mod form;
mod hub;
mod key;
mod manifest;
mod question;
mod service;
mod wire;

/// Version whose calls the stand-in answers, of those that it supports.
const VERSION: &str = "1.18.0";
/// Time that running calls have to end when the server does; then connections are cut.
const GRACE: Duration = Duration::from_millis(250);
/// Time that the server has to end once they are.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a stand-in is started.
///
/// `Debug` does not show the API key.
#[derive(Clone)]
pub struct StandInConfig {
    folder: PathBuf,
    api_key: Option<String>,
    version: String,
    port: u16,
}

impl std::fmt::Debug for StandInConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandInConfig")
            .field("folder", &self.folder)
            .field("version", &self.version)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl StandInConfig {
    /// A server that keeps its collections in this folder, which is made if it is missing.
    ///
    /// Defaults: no API key, a free port of the loopback interface.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), api_key: None, version: VERSION.to_owned(), port: 0 }
    }

    /// Refuses requests without this API key, as `UNAUTHENTICATED`.
    #[must_use]
    pub fn with_api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Reports another version, to test how clients meet it.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Listens on this port of the loopback interface, such as that of a server that was stopped.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

/// A running server.
///
/// Dropping it cuts connections and flushes what no call is using; [`Self::stop`] waits for running calls first.
#[derive(Debug)]
pub struct QdrantStandIn {
    address: SocketAddr,
    hub: Option<Arc<Hub>>,
    end: CancellationToken,
    cut: CancellationToken,
    serving: Option<JoinHandle<()>>,
}

impl QdrantStandIn {
    /// Opens the folder and listens.
    ///
    /// Fails where the folder cannot be read, or the port is taken.
    pub async fn start(config: StandInConfig) -> io::Result<Self> {
        let StandInConfig { folder, api_key, version, port } = config;
        let hub = tokio::task::spawn_blocking(move || Hub::open(folder)).await??;
        let hub = Arc::new(hub);
        let incoming =
            TcpIncoming::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?.with_nodelay(Some(true));
        let address = incoming.local_addr()?;
        let (end, cut) = (CancellationToken::new(), CancellationToken::new());
        let cutting = cut.clone();
        let incoming =
            incoming.map(move |stream| Ok::<_, io::Error>(CutStream::new(stream?, cutting.clone())));
        let service = Service::new(Arc::clone(&hub), version);
        let check = KeyCheck::new(api_key);
        let points = PointsServer::new(service.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
        let collections = CollectionsServer::new(service.clone());
        let server = Server::builder()
            .add_service(InterceptedService::new(QdrantServer::new(service), check.clone()))
            .add_service(InterceptedService::new(collections, check.clone()))
            .add_service(InterceptedService::new(points, check))
            .serve_with_incoming_shutdown(incoming, end.clone().cancelled_owned());
        #[expect(clippy::disallowed_methods, reason = "the stand-in owns the task and joins it")]
        let serving = tokio::spawn(async move {
            // A failure of the listener shows in the calls of the test.
            let _ = server.await;
        });
        Ok(Self { address, hub: Some(hub), end, cut, serving: Some(serving) })
    }

    /// URL of the server, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Port of the server.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Makes every collection compact, as a Qdrant server does in the background. Takes seconds for each 100,000 points.
    pub async fn optimize(&self) -> io::Result<()> {
        match self.hub.clone() {
            Some(hub) => tokio::task::spawn_blocking(move || hub.optimize()).await?,
            None => Ok(()),
        }
    }

    /// Ends the server: no more connections, running calls end, everything is flushed.
    ///
    /// Connections that clients keep open are cut.
    pub async fn stop(mut self) -> io::Result<()> {
        self.end.cancel();
        if let Some(mut serving) = self.serving.take()
            && tokio::time::timeout(GRACE, &mut serving).await.is_err()
        {
            self.cut.cancel();
            if tokio::time::timeout(PATIENCE, &mut serving).await.is_err() {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "a connection of the stand-in does not end",
                ));
            }
        }
        let Some(hub) = self.hub.take() else {
            return Ok(());
        };
        tokio::task::spawn_blocking(move || hub.close()).await?
    }
}

impl Drop for QdrantStandIn {
    fn drop(&mut self) {
        self.end.cancel();
        self.cut.cancel();
        if let Some(hub) = self.hub.take() {
            drop(hub.take_collections());
        }
    }
}
