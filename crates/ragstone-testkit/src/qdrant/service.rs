//! The calls of Qdrant's gRPC.

use std::sync::Arc;

use qdrant_client::qdrant::qdrant_server::Qdrant;
use qdrant_client::qdrant::{HealthCheckReply, HealthCheckRequest};
use qdrant_edge::{EdgeShard, OperationError};
use tonic::{Request, Response, Status};

use super::fault::{internal, of_engine};
use super::hub::Hub;

mod collections;
mod points;

type Answer<T> = Result<Response<T>, Status>;

/// Declares calls that are refused.
///
/// Written as a macro around the whole implementation, because the attribute on it must see every method.
macro_rules! implement {
    (
        impl $port:ident for $service:ty {
            $($body:tt)*
        }
        refuse { $($name:ident($request:ident) -> $response:ident;)* }
    ) => {
        #[tonic::async_trait]
        impl $port for $service {
            $($body)*
            $(
                async fn $name(
                    &self,
                    _request: tonic::Request<qdrant_client::qdrant::$request>,
                ) -> Result<tonic::Response<qdrant_client::qdrant::$response>, tonic::Status> {
                    Err($crate::qdrant::fault::unsupported(stringify!($name)))
                }
            )*
        }
    };
}
use implement;

/// Answers all calls.
#[derive(Clone, Debug)]
pub(super) struct Service {
    hub: Arc<Hub>,
    version: Arc<str>,
}

impl Service {
    pub(super) fn new(hub: Arc<Hub>, version: String) -> Self {
        Self { hub, version: Arc::from(version) }
    }

    /// Runs work that blocks. It goes on when the caller hangs up, as on a Qdrant server.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hub) -> Result<T, Status> + Send + 'static,
    ) -> Answer<T> {
        let hub = Arc::clone(&self.hub);
        let done = tokio::task::spawn_blocking(move || work(&hub)).await;
        done.map_err(internal)?.map(Response::new)
    }
}

/// Asks the engine.
fn engine<T>(
    shard: &EdgeShard,
    ask: impl FnOnce(&EdgeShard) -> Result<T, OperationError>,
) -> Result<T, Status> {
    ask(shard).map_err(|error| of_engine(&error))
}

#[tonic::async_trait]
impl Qdrant for Service {
    async fn health_check(&self, _request: Request<HealthCheckRequest>) -> Answer<HealthCheckReply> {
        Ok(Response::new(HealthCheckReply {
            title: "stand-in for Qdrant over the embedded engine".to_owned(),
            version: self.version.to_string(),
            commit: None,
        }))
    }
}
