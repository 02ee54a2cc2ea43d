//! The stores that the configuration names.

use std::sync::Arc;
use std::time::Duration;

use ragstone_catalog::{
    Pooler, PostgresCatalog, PostgresConfig, SqliteCatalog, SqliteConfig, Transferred, Wakeups,
};
use ragstone_core::port::{DynCatalog, DynChunkIndex, DynLeases};
use ragstone_core::{CallContext, Clock, Result};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use tokio::io::{AsyncBufRead, AsyncWrite};

use crate::config::{CatalogConfig, IndexConfig};
use crate::data_dir::DataDir;

/// The system of record, wherever it is kept.
#[derive(Clone, Debug)]
pub(crate) enum OpenCatalog {
    Sqlite(Arc<SqliteCatalog>),
    Postgres(Arc<PostgresCatalog>),
}

impl OpenCatalog {
    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(config: &CatalogConfig, dir: &DataDir, clock: Arc<dyn Clock>) -> Result<Self> {
        let Some(url) = config.database()? else {
            let catalog = SqliteCatalog::open(dir.catalog(), SqliteConfig::default(), clock).await?;
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
        Ok(Self::Postgres(Arc::new(PostgresCatalog::open(settings, clock).await?)))
    }

    /// Whether several processes can have it open.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// The ports.
    pub(crate) fn ports(&self) -> Arc<dyn DynCatalog> {
        match self {
            Self::Sqlite(catalog) => Arc::clone(catalog) as _,
            Self::Postgres(catalog) => Arc::clone(catalog) as _,
        }
    }

    /// Leases by the clock of the database.
    pub(crate) fn leases(&self) -> Arc<dyn DynLeases> {
        match self {
            Self::Sqlite(catalog) => Arc::clone(catalog) as _,
            Self::Postgres(catalog) => Arc::clone(catalog) as _,
        }
    }

    /// Tells of what other processes write; none where nobody else writes, or the connection cannot say.
    pub(crate) fn wakeups(&self) -> Result<Option<Wakeups>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(catalog) => match catalog.wakeups() {
                Err(error) if error.kind() == ragstone_core::ErrorKind::Unsupported => Ok(None),
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
            Self::Sqlite(catalog) => catalog.export(ctx, sink).await,
            Self::Postgres(catalog) => catalog.export(ctx, sink).await,
        }
    }

    pub(crate) async fn import(
        &self,
        ctx: &CallContext,
        source: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        match self {
            Self::Sqlite(catalog) => catalog.import(ctx, source).await,
            Self::Postgres(catalog) => catalog.import(ctx, source).await,
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
#[derive(Clone)]
pub(crate) enum OpenIndex {
    Edge(Arc<EdgeIndex>),
}

impl OpenIndex {
    /// Opens the index.
    pub(crate) async fn open(_config: &IndexConfig, dir: &DataDir, clock: Arc<dyn Clock>) -> Result<Self> {
        let runtime = tokio::runtime::Handle::current();
        Ok(Self::Edge(Arc::new(EdgeIndex::open(EdgeIndexConfig::new(dir.index()), runtime, clock)?)))
    }

    /// Whether several processes can have it open.
    pub(crate) fn is_shared(&self) -> bool {
        false
    }

    /// The port.
    pub(crate) fn port(&self) -> Arc<dyn DynChunkIndex> {
        match self {
            Self::Edge(index) => Arc::clone(index) as _,
        }
    }
}
