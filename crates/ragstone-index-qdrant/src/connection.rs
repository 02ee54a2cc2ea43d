//! The way to Qdrant: channels, the API key, and one call at a time with its time-out.
//!
//! The calls go through the stubs of `qdrant-client` and not through its client, which repeats failed calls by
//! itself, quotes a malformed key in its error, and has one time-out for all calls.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::qdrant_client::QdrantClient;
use ragstone_core::{Error, ErrorKind, Result};
use secrecy::ExposeSecret as _;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
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
/// Most requests under way for each connection; more wait.
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
    runtime: Handle,
    turns: Arc<Semaphore>,
    requests: TaskTracker,
    end: CancellationToken,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("channels", &self.channels.len()).finish_non_exhaustive()
    }
}

impl Connection {
    /// Prepares the connections; nothing is sent.
    pub(crate) fn prepare(config: &QdrantConfig, runtime: Handle) -> Result<Self> {
        let entered = runtime.enter();
        let key = config.api_key.as_ref().map(|key| MetadataValue::try_from(key.expose_secret()));
        let mut key = key.transpose().map_err(|_| invalid("api_key", "cannot be sent as a header"))?;
        if let Some(key) = &mut key {
            key.set_sensitive(true);
        }
        let endpoint = endpoint(config)?;
        let channels = (0..config.connections).map(|_| endpoint.connect_lazy()).collect();
        drop(entered);
        Ok(Self {
            channels,
            next: AtomicUsize::new(0),
            key: ApiKey(key),
            max_message: config.max_message,
            runtime,
            turns: Arc::new(Semaphore::new(MAX_IN_FLIGHT * config.connections)),
            requests: TaskTracker::new(),
            end: CancellationToken::new(),
        })
    }

    /// Sends one request and waits for its answer, at most `limit`, which the server is told too.
    ///
    /// The request runs on a task of its own that goes on when this future is dropped: a server takes many requests
    /// that are taken back for an attack (CVE-2023-44487) and cuts the connection, with the requests of others.
    pub(crate) async fn ask<M, R, F>(
        &self,
        limit: Duration,
        message: M,
        send: impl FnOnce(Request<M>) -> F,
    ) -> Result<R>
    where
        R: Send + 'static,
        F: Future<Output = Result<Response<R>, Status>> + Send + 'static,
    {
        let turn = tokio::time::timeout(limit, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| fault::late())?.map_err(|_| fault::closed())?;
        let mut request = Request::new(message);
        request.set_timeout(limit);
        // Boxed, because the future of a stub is some kilobytes large.
        let answering = Box::pin(tokio::time::timeout(limit, send(request)));
        let end = self.end.clone();
        let request = async move {
            let answer = end.run_until_cancelled(answering).await;
            drop(turn);
            answer
        };
        match self.requests.spawn_on(request, &self.runtime).await.map_err(fault::of_join)? {
            Some(Ok(Ok(response))) => Ok(response.into_inner()),
            Some(Ok(Err(status))) => Err(fault::of_status(status)),
            Some(Err(_)) => Err(fault::late()),
            None => Err(fault::closed()),
        }
    }

    /// Ends requests that no one waits for any more.
    pub(crate) async fn close(&self) {
        self.turns.close();
        self.end.cancel();
        self.requests.close();
        self.requests.wait().await;
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
        .keep_alive_while_idle(true);
    if config.uri.scheme_str() != Some("https") {
        return Ok(endpoint);
    }
    endpoint.tls_config(ClientTlsConfig::new().with_native_roots()).map_err(|error| {
        Error::new(ErrorKind::FailedPrecondition, "cannot set up TLS for Qdrant")
            .with_help("check the certificates that the system trusts")
            .with_source(error)
    })
}
