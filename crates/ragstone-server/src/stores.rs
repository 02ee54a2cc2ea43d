//! The stores that the configuration names.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use ragstone_catalog::{
    CatalogId, PoolStatus, Pooler, PostgresCatalog, PostgresConfig, SqliteCatalog, SqliteConfig, Transferred,
    Wakeups,
};
use ragstone_core::port::{DynCatalog, DynChunkIndex, DynJobStore, DynLeases, DynReadThrough};
use ragstone_core::{CallContext, Clock, ErrorKind, Result};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use ragstone_index_qdrant::{QdrantConfig, QdrantIndex};
use ragstone_layers::{StackPolicy, TieredCache, TieredCachePolicy, standard_cache};
use ragstone_redis::RedisStore;
use secrecy::SecretString;
use tokio::io::{AsyncBufRead, AsyncWrite};

use crate::bulk;
use crate::config::{CacheConfig, CatalogConfig, IndexConfig, RedisConfig};
use crate::data_dir::DataDir;
use crate::ids::TimeOrderedIds;
use crate::storage;

/// How long a store is given to answer when the server starts.
const VERIFY_TIMEOUT: Duration = Duration::from_secs(5);

/// The system of record, wherever it is kept.
#[derive(Clone, Debug)]
pub(crate) enum OpenCatalog {
    Sqlite(Arc<SqliteCatalog>),
    Postgres(Arc<PostgresCatalog>),
}

impl OpenCatalog {
    /// Opens the database and brings its schema up to date.
    ///
    /// A database on a server must hold the catalog that this data directory was used with before.
    pub(crate) async fn open(config: &CatalogConfig, dir: &DataDir, clock: Arc<dyn Clock>) -> Result<Self> {
        let before = match config.database()? {
            Some(_) => dir.catalog_id()?,
            None => None,
        };
        Self::open_known(config, dir, clock, before).await
    }

    /// Opens the database, also one that this data directory was not used with before.
    pub(crate) async fn open_any(
        config: &CatalogConfig,
        dir: &DataDir,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        Self::open_known(config, dir, clock, None).await
    }

    async fn open_known(
        config: &CatalogConfig,
        dir: &DataDir,
        clock: Arc<dyn Clock>,
        before: Option<CatalogId>,
    ) -> Result<Self> {
        let Some(url) = config.database()? else {
            let opening = SqliteCatalog::open(dir.catalog(), SqliteConfig::default(), clock);
            let catalog = Box::pin(opening).await?.with_kept_versions(config.kept_versions)?;
            return Ok(Self::Sqlite(Arc::new(catalog)));
        };
        let mut settings = PostgresConfig::from_url(url.expose())?
            .with_most_connections(config.max_connections)?
            .with_statement_timeout(Duration::from_secs(config.statement_timeout_seconds))?;
        if config.pgbouncer {
            settings = settings.with_pooler(Pooler::Transaction)?;
        }
        if !config.replica_url.is_empty() {
            settings = settings.with_replica(config.replica_url.expose())?;
        }
        if let Some(id) = before {
            settings = settings.with_identity(id);
        }
        let catalog = Box::pin(PostgresCatalog::open(settings, clock)).await?;
        Ok(Self::Postgres(Arc::new(catalog.with_kept_versions(config.kept_versions)?)))
    }

    /// Has the data directory remember which catalog it is used with.
    pub(crate) fn remember(&self, dir: &DataDir) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(catalog) => dir.keep_catalog_id(catalog.identity()?),
        }
    }

    /// Whether several processes can have it open.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// What it is.
    pub(crate) fn description(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite in the data directory",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// The ports.
    pub(crate) fn ports(&self) -> Arc<dyn DynCatalog> {
        match self {
            Self::Sqlite(catalog) => catalog.ports(),
            Self::Postgres(catalog) => catalog.ports(),
        }
    }

    /// Jobs, by the clock of the database.
    pub(crate) fn jobs(&self) -> Arc<dyn DynJobStore> {
        match self {
            Self::Sqlite(catalog) => catalog.job_store(),
            Self::Postgres(catalog) => catalog.job_store(),
        }
    }

    /// Leases by the clock of the database.
    pub(crate) fn leases(&self) -> Arc<dyn DynLeases> {
        match self {
            Self::Sqlite(catalog) => catalog.leases(),
            Self::Postgres(catalog) => catalog.leases(),
        }
    }

    /// Tells of what other processes write; none where nobody else writes, or the connection cannot say.
    pub(crate) fn wakeups(&self) -> Result<Option<Wakeups>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(catalog) => match catalog.wakeups() {
                Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
                outcome => outcome.map(Some),
            },
        }
    }

    pub(crate) async fn export(
        &self,
        ctx: &CallContext,
        sink: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        match self {
            Self::Sqlite(catalog) => Box::pin(catalog.export(ctx, sink)).await,
            Self::Postgres(catalog) => Box::pin(catalog.export(ctx, sink)).await,
        }
    }

    pub(crate) async fn import(
        &self,
        ctx: &CallContext,
        source: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        match self {
            Self::Sqlite(catalog) => Box::pin(catalog.import(ctx, source)).await,
            Self::Postgres(catalog) => Box::pin(catalog.import(ctx, source)).await,
        }
    }

    /// Finds out whether writes are taken.
    pub(crate) async fn check_writable(&self, ctx: &CallContext) -> Result<()> {
        match self {
            Self::Sqlite(catalog) => catalog.check_writable(ctx).await,
            Self::Postgres(catalog) => catalog.check_writable(ctx).await,
        }
    }

    /// How each pool of connections is used now.
    pub(crate) fn pools(&self) -> Vec<PoolStatus> {
        match self {
            Self::Sqlite(catalog) => catalog.pool_statuses(),
            Self::Postgres(catalog) => catalog.pool_statuses(),
        }
    }

    /// Ends the transactions that run, and the connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(catalog) => catalog.close().await,
            Self::Postgres(catalog) => catalog.close().await,
        }
    }
}

/// The chunk index, wherever it is kept.
#[derive(Clone, Debug)]
pub(crate) enum OpenIndex {
    Edge(Arc<EdgeIndex>),
    Qdrant(QdrantIndex),
}

impl OpenIndex {
    /// Opens the index. A Qdrant server that cannot be reached is waited for later: writes need none, and search
    /// says that it is missing. One that cannot be used is an error now.
    pub(crate) async fn open(
        config: &IndexConfig,
        dir: &DataDir,
        least_free: u64,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let runtime = tokio::runtime::Handle::current();
        if !config.url.is_empty() {
            let index = QdrantIndex::open(qdrant(config)?, runtime, Arc::clone(&clock), &TimeOrderedIds)?;
            let ctx = CallContext::system().with_timeout(&*clock, VERIFY_TIMEOUT);
            match index.verify(&ctx).await {
                Err(error)
                    if matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::DeadlineExceeded) =>
                {
                    tracing::warn!(%error, "the index cannot be reached; starting without it");
                }
                outcome => _ = outcome?,
            }
            return Ok(Self::Qdrant(index));
        }
        let settings = EdgeIndexConfig::new(dir.index())
            .with_least_free(least_free, storage::free_bytes)
            .with_writes_on(bulk::runtime()?);
        Ok(Self::Edge(Arc::new(EdgeIndex::open(settings, runtime, clock)?)))
    }

    /// Whether several processes can have it open.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Qdrant(_))
    }

    /// Asks the index whether it can be used, and says what it is.
    pub(crate) async fn check(&self, ctx: &CallContext) -> Result<String> {
        match self {
            Self::Edge(_) => Ok("Qdrant Edge in the data directory".to_owned()),
            Self::Qdrant(index) => Ok(format!("Qdrant {}", index.verify(ctx).await?)),
        }
    }

    /// The port.
    pub(crate) fn port(&self) -> Arc<dyn DynChunkIndex> {
        match self {
            Self::Edge(index) => Arc::clone(index) as _,
            Self::Qdrant(index) => Arc::new(index.clone()) as _,
        }
    }
}

fn qdrant(config: &IndexConfig) -> Result<QdrantConfig> {
    let mut settings = QdrantConfig::try_new(config.url.expose())?.with_prefix(&config.prefix)?;
    if let Some(key) = config.api_key()? {
        settings = settings.with_api_key(SecretString::from(key))?;
    }
    if let Some(connections) = NonZeroUsize::new(config.connections) {
        settings = settings.with_connections(connections)?;
    }
    if let Some(shards) = NonZeroU32::new(config.shards) {
        settings = settings.with_shards(shards)?;
    }
    if let (Some(copies), Some(written)) =
        (NonZeroU32::new(config.replicas), NonZeroU32::new(config.write_copies))
    {
        settings = settings.with_replication(copies, written)?;
    }
    if config.tenant_shard_key {
        settings = settings.with_tenant_shard_key();
    }
    if config.on_disk {
        settings = settings.with_payload_on_disk().with_indexes_on_disk();
    }
    Ok(settings)
}

/// Redis, if the configuration names one. Nothing depends on it: without it every server keeps answers for itself.
pub(crate) async fn open_redis(config: &RedisConfig) -> Result<Option<RedisStore>> {
    let Some(url) = config.server()? else { return Ok(None) };
    let mut settings = ragstone_redis::RedisConfig::try_from_url(&SecretString::from(url.expose()))?
        .with_prefix(&config.prefix)?
        .with_pool_size(config.max_connections)?;
    if let Some(pem) = config.root_certificates()? {
        settings = settings.with_root_certificates(pem)?;
    }
    if let Some((chain, key)) = config.client_certificate()? {
        settings = settings.with_client_certificate(chain, key)?;
    }
    let store = RedisStore::try_new(&settings)?;
    match tokio::time::timeout(VERIFY_TIMEOUT, store.check()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "Redis cannot be used; answers are kept in this process alone");
        }
        Err(_) => tracing::warn!("Redis does not answer; answers are kept in this process alone"),
    }
    Ok(Some(store))
}

/// What keeps answers: this process, and Redis where there is one; none where nothing is to be kept.
pub(crate) fn open_cache(
    config: &CacheConfig,
    redis: Option<(&RedisStore, &StackPolicy)>,
) -> Result<Option<Arc<dyn DynReadThrough>>> {
    if config.max_bytes == 0 {
        return Ok(None);
    }
    let ttl = Duration::from_secs(config.ttl_seconds);
    let policy = TieredCachePolicy::new("search")
        .with_local_bytes(config.max_bytes.max(TieredCachePolicy::MIN_LOCAL_BYTES))?
        .with_ttl(ttl, ttl)?;
    let cache = match redis {
        None => TieredCache::new(policy),
        Some((store, layers)) => {
            let shared = standard_cache(Arc::new(store.clone()), layers);
            let ids = Arc::new(TimeOrderedIds);
            TieredCache::with_invalidations(policy, shared, ids, Arc::new(store.clone()))
        }
    };
    Ok(Some(Arc::new(cache)))
}
