//! Makes connections of every kind, and says whether one may be used again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use deadpool_redis::redis::aio::{ConnectionLike, MultiplexedConnection, PubSub};
use deadpool_redis::redis::cluster::{ClusterClient, ClusterClientBuilder};
use deadpool_redis::redis::cluster_async::ClusterConnection;
use deadpool_redis::redis::io::tcp::TcpSettings;
use deadpool_redis::redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use deadpool_redis::redis::{
    AsyncConnectionConfig, Client, ClientTlsConfig, Cmd, ConnectionAddr, ConnectionInfo,
    IntoConnectionInfo as _, Pipeline, RedisConnectionInfo, RedisError, RedisFuture, RedisResult,
    TlsCertificates, TlsMode, Value, cmd,
};
use secrecy::ExposeSecret as _;
use tokio::sync::Mutex;

use crate::config::{Credentials, RedisConfig, Server, Servers};

/// A connection that was used this recently is used again without asking whether it lives.
const FRESH: Duration = Duration::from_secs(1);
/// How often a cluster's client follows a moved key or a new primary.
const CLUSTER_RETRIES: u32 = 3;

/// Makes connections; the manager of the pool.
pub(crate) struct Connector {
    route: Route,
    options: AsyncConnectionConfig,
    /// Raised when a connection was lost: those that are older are not used again.
    epoch: AtomicU64,
}

enum Route {
    Single(Client),
    /// Locked while a connection is made, which has a time limit.
    Sentinel(Mutex<SentinelClient>),
    Cluster {
        client: ClusterClient,
        seeds: Vec<Client>,
    },
}

/// A connection of the pool. Many commands may be on their way at once: each answer goes to the call that waits
/// for it, and an answer nobody waits for any more is thrown away.
pub(crate) struct Connection {
    link: Link,
    epoch: u64,
}

enum Link {
    Single(MultiplexedConnection),
    Cluster(Box<ClusterConnection>),
}

impl Connector {
    pub(crate) fn try_new(config: &RedisConfig) -> RedisResult<Self> {
        let options = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(config.timeouts.connect))
            .set_response_timeout(Some(config.timeouts.answer));
        let route = match &config.servers {
            Servers::Single(server) => Route::Single(client(config, server)?),
            Servers::Sentinel { sentinels, primary } => {
                Route::Sentinel(Mutex::new(sentinel_client(config, sentinels, primary)?))
            }
            Servers::Cluster(nodes) => Route::Cluster {
                client: cluster_client(config, nodes)?,
                seeds: nodes.iter().map(|node| client(config, node)).collect::<RedisResult<_>>()?,
            },
        };
        Ok(Self { route, options, epoch: AtomicU64::new(0) })
    }

    pub(crate) const fn is_cluster(&self) -> bool {
        matches!(self.route, Route::Cluster { .. })
    }

    /// Opens a connection for a subscription; of a cluster to any node, because each hears everything.
    pub(crate) async fn pubsub(&self) -> RedisResult<PubSub> {
        match &self.route {
            Route::Single(client) => client.get_async_pubsub().await,
            Route::Sentinel(sentinel) => {
                let client = sentinel.lock().await.async_get_client().await?;
                client.get_async_pubsub().await
            }
            Route::Cluster { seeds, .. } => {
                let mut last = None;
                for seed in seeds {
                    match seed.get_async_pubsub().await {
                        Ok(pubsub) => return Ok(pubsub),
                        Err(error) => last = Some(error),
                    }
                }
                Err(last.unwrap_or_else(|| std::io::Error::from(std::io::ErrorKind::NotConnected).into()))
            }
        }
    }

    /// Takes note that a connection was lost, so that none of its age is tried.
    pub(crate) fn lost(&self, connection: &Connection) {
        let next = connection.epoch + 1;
        let _ = self.epoch.compare_exchange(connection.epoch, next, Ordering::AcqRel, Ordering::Acquire);
    }

    async fn link(&self) -> RedisResult<Link> {
        Ok(match &self.route {
            Route::Single(client) => {
                Link::Single(client.get_multiplexed_async_connection_with_config(&self.options).await?)
            }
            Route::Sentinel(sentinel) => {
                let client = sentinel.lock().await.async_get_client().await?;
                Link::Single(client.get_multiplexed_async_connection_with_config(&self.options).await?)
            }
            Route::Cluster { client, .. } => Link::Cluster(Box::new(client.get_async_connection().await?)),
        })
    }
}

impl Manager for Connector {
    type Type = Connection;
    type Error = RedisError;

    async fn create(&self) -> RedisResult<Connection> {
        let epoch = self.epoch.load(Ordering::Acquire);
        // Boxed: connecting is rare, and its state would make the future of every call large.
        Ok(Connection { link: Box::pin(self.link()).await?, epoch })
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<RedisError> {
        if connection.epoch < self.epoch.load(Ordering::Acquire) {
            return Err(RecycleError::message("connections of its age were lost"));
        }
        if metrics.last_used() >= FRESH {
            cmd("PING").query_async::<Value>(connection).await?;
        }
        Ok(())
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match &mut self.link {
            Link::Single(link) => link.req_packed_command(command),
            Link::Cluster(link) => link.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match &mut self.link {
            Link::Single(link) => link.req_packed_commands(pipeline, offset, count),
            Link::Cluster(link) => link.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match &self.link {
            Link::Single(link) => link.get_db(),
            Link::Cluster(link) => link.get_db(),
        }
    }
}

fn address(config: &RedisConfig, server: &Server) -> ConnectionAddr {
    let Server { host, port } = server.clone();
    if config.is_tls {
        return ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None };
    }
    ConnectionAddr::Tcp(host, port)
}

/// Small commands wait for an answer each: they must not wait for each other's acknowledgement.
fn tcp_settings() -> TcpSettings {
    TcpSettings::default().set_nodelay(true)
}

fn certificates(config: &RedisConfig) -> Option<TlsCertificates> {
    config.is_tls.then(|| TlsCertificates {
        client_tls: config.client_certificate.as_ref().map(|certificate| ClientTlsConfig {
            client_cert: certificate.chain.clone(),
            client_key: certificate.key.expose_secret().as_bytes().to_vec(),
        }),
        root_cert: config.root_certificates.clone(),
    })
}

fn log_in(mut info: RedisConnectionInfo, credentials: &Credentials) -> RedisConnectionInfo {
    if let Some(username) = &credentials.username {
        info = info.set_username(username);
    }
    if let Some(password) = &credentials.password {
        info = info.set_password(password.expose_secret());
    }
    info
}

fn connection_info(config: &RedisConfig, server: &Server) -> RedisResult<ConnectionInfo> {
    let settings = log_in(RedisConnectionInfo::default(), &config.credentials).set_db(config.database.into());
    let info = address(config, server).into_connection_info()?;
    Ok(info.set_redis_settings(settings).set_tcp_settings(tcp_settings()))
}

fn client(config: &RedisConfig, server: &Server) -> RedisResult<Client> {
    let info = connection_info(config, server)?;
    match certificates(config) {
        Some(certificates) => Client::build_with_tls(info, certificates),
        None => Client::open(info),
    }
}

fn sentinel_client(config: &RedisConfig, sentinels: &[Server], primary: &str) -> RedisResult<SentinelClient> {
    let addresses = sentinels.iter().map(|server| address(config, server));
    let mut builder = SentinelClientBuilder::new(addresses, primary, SentinelServerType::Master)?
        .set_client_to_redis_tcp_settings(tcp_settings())
        .set_client_to_sentinel_tcp_settings(tcp_settings())
        .set_client_to_redis_db(config.database.into());
    if let Some(username) = &config.credentials.username {
        builder = builder.set_client_to_redis_username(username);
    }
    if let Some(password) = &config.credentials.password {
        builder = builder.set_client_to_redis_password(password.expose_secret());
    }
    if let Some(username) = &config.sentinel_credentials.username {
        builder = builder.set_client_to_sentinel_username(username);
    }
    if let Some(password) = &config.sentinel_credentials.password {
        builder = builder.set_client_to_sentinel_password(password.expose_secret());
    }
    if let Some(certificates) = certificates(config) {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_sentinel_tls_mode(TlsMode::Secure)
            .set_client_to_redis_certificates(certificates.clone())
            .set_client_to_sentinel_certificates(certificates);
    }
    builder.build()
}

fn cluster_client(config: &RedisConfig, nodes: &[Server]) -> RedisResult<ClusterClient> {
    let infos = nodes.iter().map(|node| connection_info(config, node)).collect::<RedisResult<Vec<_>>>()?;
    let mut builder = ClusterClientBuilder::new(infos)
        .connection_timeout(config.timeouts.connect)
        .response_timeout(config.timeouts.answer)
        .retries(CLUSTER_RETRIES)
        .tcp_settings(tcp_settings());
    if let Some(certificates) = certificates(config) {
        builder = builder.tls(TlsMode::Secure).certs(certificates);
    }
    builder.build()
}
