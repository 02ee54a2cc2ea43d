//! The way to Qdrant: channels, the API key, and one call at a time with its time-out.
//!
//! The calls go through the stubs of `qdrant-client` and not through its client, which repeats failed calls by
//! itself, quotes a malformed key in its error, and has one time-out for all calls.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::qdrant_client::QdrantClient;
use ragstone_core::{Error, ErrorKind, Result};
use secrecy::ExposeSecret as _;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Response, Status};

use crate::config::{QdrantConfig, invalid};
use crate::fault;

/// Header that carries the API key.
const KEY_HEADER: &str = "api-key";
/// How often a quiet connection is probed, and how long the answer may take, so that a dead one is noticed.
const KEEP_ALIVE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(5));
/// Most requests under way on one connection; more wait.
const MAX_IN_FLIGHT: usize = 256;

pub(crate) type Service = InterceptedService<Channel, ApiKey>;

/// Adds the API key to each request.
#[derive(Clone)]
pub(crate) struct ApiKey(Option<MetadataValue<Ascii>>);

impl Interceptor for ApiKey {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(key) = &self.0 {
            request.metadata_mut().insert(KEY_HEADER, key.clone());
        }
        Ok(request)
    }
}

/// Connections to one server, which are made when they are first used and made again when they break.
pub(crate) struct Connection {
    channels: Vec<Channel>,
    next: AtomicUsize,
    key: ApiKey,
    max_message: usize,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("channels", &self.channels.len()).finish_non_exhaustive()
    }
}

impl Connection {
    /// Prepares the connections; nothing is sent. Must be called inside a tokio runtime.
    pub(crate) fn prepare(config: &QdrantConfig) -> Result<Self> {
        let key = config.api_key.as_ref().map(|key| MetadataValue::try_from(key.expose_secret()));
        let mut key = key.transpose().map_err(|_| invalid("api_key", "cannot be sent as a header"))?;
        if let Some(key) = &mut key {
            key.set_sensitive(true);
        }
        let endpoint = endpoint(config)?;
        let channels = (0..config.connections).map(|_| endpoint.connect_lazy()).collect();
        Ok(Self { channels, next: AtomicUsize::new(0), key: ApiKey(key), max_message: config.max_message })
    }

    fn service(&self) -> Result<Service> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.channels.len().max(1);
        let channel = self.channels.get(turn).ok_or_else(fault::closed)?;
        Ok(InterceptedService::new(channel.clone(), self.key.clone()))
    }

    /// Stub for points.
    pub(crate) fn points(&self) -> Result<PointsClient<Service>> {
        let size = self.max_message;
        Ok(PointsClient::new(self.service()?).max_decoding_message_size(size).max_encoding_message_size(size))
    }

    /// Stub for collections and aliases.
    pub(crate) fn collections(&self) -> Result<CollectionsClient<Service>> {
        Ok(CollectionsClient::new(self.service()?).max_decoding_message_size(self.max_message))
    }

    /// Stub for the server itself.
    pub(crate) fn server(&self) -> Result<QdrantClient<Service>> {
        Ok(QdrantClient::new(self.service()?))
    }
}

fn endpoint(config: &QdrantConfig) -> Result<Endpoint> {
    let (interval, patience) = KEEP_ALIVE;
    let endpoint = Endpoint::from(config.uri.clone())
        .connect_timeout(config.connect_timeout)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(interval)
        .keep_alive_timeout(patience)
        .keep_alive_while_idle(true)
        .concurrency_limit(MAX_IN_FLIGHT);
    if config.uri.scheme_str() != Some("https") {
        return Ok(endpoint);
    }
    endpoint.tls_config(ClientTlsConfig::new().with_native_roots()).map_err(|error| {
        Error::new(ErrorKind::FailedPrecondition, "cannot set up TLS for Qdrant")
            .with_help("check the certificates that the system trusts")
            .with_source(error)
    })
}

/// Sends one request and waits for its answer, at most `limit`, which the server is told too.
pub(crate) async fn ask<M, R, F>(limit: Duration, message: M, send: impl FnOnce(Request<M>) -> F) -> Result<R>
where
    F: Future<Output = Result<Response<R>, Status>>,
{
    let mut request = Request::new(message);
    request.set_timeout(limit);
    // Boxed, because the future of a stub is some kilobytes large.
    match tokio::time::timeout(limit, Box::pin(send(request))).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(fault::of_status(status)),
        Err(_) => Err(fault::late()),
    }
}
