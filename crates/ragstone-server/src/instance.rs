//! Wiring: from a locked data directory and a configuration to a running engine and its router.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use ragstone_api::page::CursorKey;
use ragstone_auth::{BearerToken, StaticTokens, TokenRecord, token_file};
use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::{Clock, Error, ErrorKind, Principal, Result, Scope, SystemClock, TenantId};
use ragstone_engine::{Engine, EngineConfig, Stores};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use ragstone_layers::{StackPolicy, standard_catalog, standard_index};
use ragstone_text::{ChunkOptions, ExtractLimits};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::data_dir::DataLock;
use crate::ids::TimeOrderedIds;
use crate::surface::Surface;

/// Name of the principal that the admin token stands for.
const LOCAL_ADMIN: &str = "local-admin";

/// An opened data directory with everything that runs on it.
#[derive(Debug)]
pub(crate) struct Instance {
    engine: Engine,
    catalog: Arc<SqliteCatalog>,
    admin: BearerToken,
    config: Config,
    lock: DataLock,
}

impl Instance {
    /// Opens the stores and starts the engine; `roots` are allowed besides those of the configuration.
    pub(crate) async fn open(lock: DataLock, config: Config, roots: &[PathBuf]) -> Result<Self> {
        let dir = lock.dir();
        let admin = token_file::load_or_create(&dir.admin_token())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let catalog = SqliteCatalog::open(dir.catalog(), SqliteConfig::default(), Arc::clone(&clock)).await?;
        let catalog = Arc::new(catalog);
        let runtime = tokio::runtime::Handle::current();
        let index = EdgeIndex::open(EdgeIndexConfig::new(dir.index()), runtime, Arc::clone(&clock))?;
        let stores = Stores {
            catalog: standard_catalog(Arc::clone(&catalog) as _, &policy(&clock)?),
            answers: None,
            index: standard_index(Arc::new(index), &policy(&clock)?),
            clock,
            ids: Arc::new(TimeOrderedIds),
        };
        let engine = Engine::start(stores, engine_config(&config, roots)?).await?;
        Ok(Self { engine, catalog, admin, config, lock })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn admin(&self) -> &BearerToken {
        &self.admin
    }

    pub(crate) fn lock(&self) -> &DataLock {
        &self.lock
    }

    /// The local admin as a caller.
    pub(crate) fn admin_principal() -> Principal {
        Principal::new(LOCAL_ADMIN, TenantId::default(), Scope::Admin)
    }

    /// What callers reach over HTTP, until `shutdown`.
    pub(crate) fn surface(&self, shutdown: CancellationToken) -> Result<Surface> {
        Ok(Surface {
            engine: self.engine.clone(),
            config: self.config.clone(),
            tokens: Arc::new(StaticTokens::new(self.token_records()?)),
            cursors: CursorKey::derive(self.admin.expose().as_bytes()),
            shutdown,
        })
    }

    /// REST alone, for calls from within this process.
    pub(crate) fn local_router(&self) -> Result<Router> {
        Ok(self.surface(CancellationToken::new())?.rest())
    }

    fn token_records(&self) -> Result<Vec<TokenRecord>> {
        let admin = TokenRecord::new(&self.admin, LOCAL_ADMIN, TenantId::default(), Scope::Admin);
        let configured = self.config.auth.tokens.iter().map(|token| {
            token.stored().map(|stored| stored.record(&token.name, token.tenant.clone(), token.scope))
        });
        std::iter::once(Ok(admin)).chain(configured).collect()
    }

    /// Stops background work and closes the stores; every acknowledged write is already durable.
    pub(crate) async fn close(self) -> Result<()> {
        let outcome = self.engine.close().await;
        self.catalog.close().await;
        outcome
    }
}

/// Each backend has a policy of its own, because it has a retry budget of its own.
fn policy(clock: &Arc<dyn Clock>) -> Result<StackPolicy> {
    StackPolicy::for_requests(Arc::clone(clock)).map_err(|source| {
        Error::new(ErrorKind::Unexpected, "the retry policy is not valid").with_source(source)
    })
}

fn engine_config(config: &Config, roots: &[PathBuf]) -> Result<EngineConfig> {
    let ingest = &config.ingest;
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Ok(EngineConfig {
        roots: ingest.roots.iter().chain(roots).cloned().collect(),
        chunking: ChunkOptions::try_new(ingest.chunk_target_bytes, ingest.chunk_max_bytes)?,
        extraction: ExtractLimits { max_bytes: ingest.max_file_bytes, ..ExtractLimits::default() },
        extraction_threads: if ingest.threads == 0 { processors.min(64) } else { ingest.threads },
        ..EngineConfig::default()
    })
}
