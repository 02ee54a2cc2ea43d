//! The stores that the configuration names.

use std::sync::Arc;

use ragstone_catalog::{SqliteCatalog, SqliteConfig, Transferred};
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, Clock, Result};
use tokio::io::{AsyncBufRead, AsyncWrite};

use crate::config::CatalogConfig;
use crate::data_dir::DataDir;

/// The system of record, wherever it is kept.
#[derive(Clone, Debug)]
pub(crate) enum OpenCatalog {
    Sqlite(Arc<SqliteCatalog>),
}

impl OpenCatalog {
    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(_config: &CatalogConfig, dir: &DataDir, clock: Arc<dyn Clock>) -> Result<Self> {
        let catalog = SqliteCatalog::open(dir.catalog(), SqliteConfig::default(), clock).await?;
        Ok(Self::Sqlite(Arc::new(catalog)))
    }

    /// The ports.
    pub(crate) fn ports(&self) -> Arc<dyn DynCatalog> {
        match self {
            Self::Sqlite(catalog) => Arc::clone(catalog) as _,
        }
    }

    pub(crate) async fn export(
        &self,
        ctx: &CallContext,
        sink: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        match self {
            Self::Sqlite(catalog) => catalog.export(ctx, sink).await,
        }
    }

    pub(crate) async fn import(
        &self,
        ctx: &CallContext,
        source: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Result<Transferred> {
        match self {
            Self::Sqlite(catalog) => catalog.import(ctx, source).await,
        }
    }

    /// Ends the transactions that run, and the connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(catalog) => catalog.close().await,
        }
    }
}
