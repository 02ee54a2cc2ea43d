//! The same instance behind REST, on a port of this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ragstone_api::search::{SearchRequest, SearchResponse};
use ragstone_core::Result;
use secrecy::SecretString;
use tokio_util::task::TaskTracker;

use crate::client::Client;
use crate::instance::Instance;
use crate::listen::{ListenConfig, Listener, Shutdown};

const BOUNDS: ListenConfig = ListenConfig {
    max_connections: 16,
    header_timeout: Duration::from_secs(10),
    drain_timeout: Duration::from_secs(1),
};

/// A listener with a client.
pub(super) struct Rest {
    client: Client,
    shutdown: Shutdown,
    tasks: TaskTracker,
}

impl Rest {
    pub(super) async fn start(instance: &Instance) -> Result<Self> {
        let listener = Listener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let base = format!("http://{}", listener.address());
        let shutdown = Shutdown::default();
        let router = instance.surface(shutdown.abort.clone(), None)?.router()?;
        let tasks = TaskTracker::new();
        tasks.spawn(listener.serve(router, BOUNDS, shutdown.clone()));
        tasks.close();
        let client = Client::http(base, SecretString::from(instance.admin().expose().to_owned()))?;
        Ok(Self { client, shutdown, tasks })
    }

    pub(super) async fn search(&self, request: &SearchRequest) -> Result<SearchResponse> {
        self.client.post("/search", request).await
    }

    pub(super) async fn stop(self) {
        self.shutdown.stop.cancel();
        self.tasks.wait().await;
    }
}
