//! Wiring: from a locked data directory and a configuration to a running engine and its router.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use ragstone_api::page::CursorKey;
use ragstone_auth::{BearerToken, StaticTokens, TokenRecord, token_file};
use ragstone_catalog::Wakeups;
use ragstone_core::change::ProjectionName;
use ragstone_core::duplicate::DuplicateThreshold;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Principal, Result, Scope, SystemClock, TenantId};
use ragstone_engine::{CHUNK_INDEX, Engine, EngineConfig, Stores};
use ragstone_layers::{
    BackendHealth, BackendPolicy, StackPolicy, standard_catalog, standard_index, standard_jobs,
};
use ragstone_redis::RedisStore;
use ragstone_resilience::{BreakerPolicy, InvalidPolicy};
use ragstone_text::ExtractLimits;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::admission::LoadGate;
use crate::bulk;
use crate::config::Config;
use crate::data_dir::{DataDir, DataLock};
use crate::extraction::ProcessExtractor;
use crate::ids::TimeOrderedIds;
use crate::models::{self, OpenModel, OpenReranker, ServerModels};
use crate::operations::health::Health;
use crate::operations::pools::PoolsSource;
#[cfg(unix)]
use crate::operations::source::DiskSource;
use crate::operations::source::{AdmissionSource, BackendsSource, RedisSource};
use crate::operations::source::{CatalogSource, IndexSource, InventorySource, ProjectionSource};
use crate::storage::{self, Gates, Room};
use crate::stores::{OpenCatalog, OpenIndex, open_cache, open_redis};
use crate::surface::Surface;

/// How often what the instance holds is counted, at most.
const INVENTORY_TTL: Duration = Duration::from_mins(1);
/// How long each store is given to answer a check.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// When a call of Redis counts as failed: before the cache, which waits 100 ms, gives it up without a verdict.
const SLOW_REDIS: Duration = Duration::from_millis(75);
/// Name of the principal that the admin token stands for.
const LOCAL_ADMIN: &str = "local-admin";

/// An opened data directory with everything that runs on it.
#[derive(Debug)]
pub(crate) struct Instance {
    engine: Engine,
    catalog: OpenCatalog,
    stores: Stores,
    index: OpenIndex,
    model: Option<OpenModel>,
    reranker: Option<OpenReranker>,
    redis: Option<RedisStore>,
    backends: BackendHealth,
    gate: Arc<LoadGate>,
    gates: Gates,
    watch: DropGuard,
    /// Ends with the catalog.
    tasks: TaskTracker,
    admin: BearerToken,
    config: Config,
    lock: DataLock,
}

impl Instance {
    /// Opens the stores and starts the engine; `roots` are allowed besides those of the configuration.
    pub(crate) async fn open(lock: DataLock, config: Config, roots: &[PathBuf]) -> Result<Self> {
        Self::open_with(lock, config, roots, |model| model).await
    }

    /// Opens with what `stand_in` makes of the model of the configuration.
    pub(crate) async fn open_with(
        lock: DataLock,
        config: Config,
        roots: &[PathBuf],
        stand_in: impl FnOnce(Option<OpenModel>) -> Option<OpenModel>,
    ) -> Result<Self> {
        let dir = lock.dir();
        let admin = token_file::load_or_create(&dir.admin_token())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let catalog = OpenCatalog::open(&config.catalog, dir, Arc::clone(&clock)).await?;
        catalog.remember(dir)?;
        let index = OpenIndex::open(&config.index, dir, config.data.least_free(), Arc::clone(&clock)).await?;
        let shares_index = index.is_shared() && catalog.is_shared();
        let backends = BackendHealth::new(Arc::clone(&clock));
        let gate = LoadGate::try_new(&config.overload, Arc::clone(&clock))?;
        let shared = match open_redis(&config.redis).await? {
            Some(store) => Some((store, policy("redis", of_redis(), &backends, &clock)?)),
            None => None,
        };
        let of_server = || policy("model", of_model(config.remote_model.timeout()), &backends, &clock);
        let model = stand_in(models::open(&config, dir, Arc::clone(&clock), of_server).await?);
        let reranker = models::open_reranker(&config, Arc::clone(&clock)).await?;
        let named = ServerModels::new(&config, dir, Arc::clone(&clock), model.is_some())?;
        let gates = Gates::of(&catalog, &index);
        let of_catalog =
            policy("catalog", of_store(), &backends, &clock)?.with_gate(Arc::clone(&gates.catalog));
        let of_index = policy("index", of_store(), &backends, &clock)?.with_gate(Arc::clone(&gates.index));
        let stores = Stores {
            catalog: standard_catalog(catalog.ports(), &of_catalog),
            jobs: standard_jobs(catalog.jobs(), &of_catalog),
            index: standard_index(index.port(), &of_index),
            leases: shares_index.then(|| catalog.leases()),
            embedding_leases: catalog.is_shared().then(|| catalog.leases()),
            reranker: reranker.as_ref().map(|model| Arc::clone(&model.reranker)),
            embedder: model.as_ref().map(|model| Arc::clone(&model.embedder)),
            models: Some(Arc::new(named)),
            answers: open_cache(&config.cache, shared.as_ref().map(|(store, layers)| (store, layers)))?,
            clock,
            ids: Arc::new(TimeOrderedIds),
        };
        let settings = EngineConfig {
            projection: projection(&catalog, &index, dir)?,
            bulk: Some(bulk::runtime()?),
            ..engine_config(&config, roots)?
        };
        let engine = Engine::start(stores.clone(), settings).await?;
        let tasks = TaskTracker::new();
        if let Some(wakeups) = catalog.wakeups()? {
            tasks.spawn(pass_on(wakeups, engine.clone()));
        }
        let watch = CancellationToken::new();
        let room = Room::of(&config, dir, &catalog, &index);
        tasks.spawn(storage::watch(catalog.clone(), gates.clone(), room, watch.clone()));
        tasks.close();
        let redis = shared.map(|(store, _)| store);
        Ok(Self {
            engine,
            catalog,
            stores,
            index,
            model,
            reranker,
            redis,
            backends,
            gate,
            gates,
            watch: watch.drop_guard(),
            tasks,
            admin,
            config,
            lock,
        })
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

    /// Asks each store whether it can be used: its name and what it is, or what is wrong with it.
    pub(crate) async fn check_stores(&self) -> Vec<(&'static str, Result<String>)> {
        let ctx = CallContext::system().with_timeout(&SystemClock, CHECK_TIMEOUT);
        let head = self.stores.catalog.head(&ctx).await;
        let catalog = head.map(|head| format!("{}, at {head}", self.catalog.description()));
        let mut checks = vec![("catalog", catalog), ("index", self.index.check(&ctx).await)];
        let model = match &self.model {
            Some(model) => model.check(&ctx).await,
            None => Ok("none; search is by keyword".to_owned()),
        };
        checks.push(("model", model));
        checks.push(("models of collections", self.check_models(&ctx).await));
        if let Some(reranker) = &self.reranker {
            checks.push(("reranker", reranker.check(&ctx).await));
        }
        if let Some(redis) = &self.redis {
            let report = redis.check().await;
            let version = report.map(|report| report.version.unwrap_or_else(|| "a cluster".to_owned()));
            checks.push(("redis", version.map(|version| format!("Redis {version}"))));
        }
        checks
    }

    /// Whether every collection that has a model of its own can be asked by meaning.
    async fn check_models(&self, ctx: &CallContext) -> Result<String> {
        let unusable = self.engine.unusable_models(ctx).await?;
        let names: Vec<String> = unusable.iter().map(|(name, _)| name.to_string()).collect();
        match unusable.into_iter().next() {
            None => Ok("usable".to_owned()),
            Some((_, error)) => Err(error.with_context("collections", names.join(", "))),
        }
    }

    /// Says what the health of the instance depends on, and that it has started.
    pub(crate) fn tell(&self, health: &Health) {
        health.watch(Arc::new(CatalogSource(Arc::clone(&self.stores.catalog))));
        health.watch(Arc::new(IndexSource(Arc::clone(&self.stores.index))));
        health.watch(Arc::new(BackendsSource(self.backends.clone())));
        let pools = PoolsSource { catalog: self.catalog.clone(), redis: self.redis.clone() };
        health.watch(Arc::new(pools));
        health.watch(Arc::new(AdmissionSource(Arc::clone(&self.gate))));
        if let Some(redis) = &self.redis {
            health.watch(Arc::new(RedisSource(redis.clone())));
        }
        health.watch(Arc::new(ProjectionSource(self.engine.clone())));
        health.read_only_by(self.gates.clone());
        health.watch_every(Arc::new(InventorySource(self.engine.clone())), INVENTORY_TTL);
        #[cfg(unix)]
        health.watch(Arc::new(DiskSource(self.lock.dir().path().to_owned(), self.config.data.least_free())));
        health.started(self.engine.clone());
    }

    /// What callers reach over HTTP, until `shutdown`; with `health`, not ready while a store is gone.
    pub(crate) fn surface(
        &self,
        shutdown: CancellationToken,
        health: Option<&Arc<Health>>,
    ) -> Result<Surface> {
        Ok(Surface {
            engine: self.engine.clone(),
            config: self.config.clone(),
            tokens: Arc::new(StaticTokens::new(self.token_records()?)),
            cursors: CursorKey::derive(self.admin.expose().as_bytes()),
            shutdown,
            health: health.cloned(),
            admission: self.gate.admission(),
        })
    }

    /// REST alone, for calls from within this process.
    pub(crate) fn local_router(&self) -> Result<Router> {
        Ok(self.surface(CancellationToken::new(), None)?.rest())
    }

    fn token_records(&self) -> Result<Vec<TokenRecord>> {
        let admin = TokenRecord::new(&self.admin, LOCAL_ADMIN, TenantId::default(), Scope::Admin);
        let configured = self.config.auth.tokens.iter().map(|token| {
            let record = token.stored()?.record(&token.name, token.tenant.clone(), token.scope);
            Ok(record.in_groups(token.groups.iter().cloned()))
        });
        std::iter::once(Ok(admin)).chain(configured).collect()
    }

    /// Stops background work and closes the stores; every acknowledged write is already durable.
    pub(crate) async fn close(self) -> Result<()> {
        let outcome = self.engine.close().await;
        if let Some(redis) = &self.redis {
            redis.close();
        }
        drop(self.watch);
        self.catalog.close().await;
        self.tasks.wait().await;
        outcome
    }
}

/// Has the projector look when any process has written.
async fn pass_on(mut wakeups: Wakeups, engine: Engine) {
    while wakeups.next().await.is_some() {
        engine.wake_projector();
    }
}

/// Processes that share a catalog, but have an index each, follow the catalog under names of their own.
fn projection(catalog: &OpenCatalog, index: &OpenIndex, dir: &DataDir) -> Result<ProjectionName> {
    if index.is_shared() || !catalog.is_shared() {
        return Ok(CHUNK_INDEX);
    }
    let name = format!("{CHUNK_INDEX}@{}", dir.instance_id(&TimeOrderedIds)?);
    // Leaked once for each opened instance: names of projections are constants everywhere else.
    Ok(ProjectionName::new(name.leak()))
}

/// Each backend has a policy of its own, because it has a retry budget and a circuit of its own.
fn policy(
    backend: &'static str,
    policy: Result<BackendPolicy, InvalidPolicy>,
    health: &BackendHealth,
    clock: &Arc<dyn Clock>,
) -> Result<StackPolicy> {
    let policy = || {
        let backend = health.register(backend, policy?)?;
        StackPolicy::for_requests(Arc::clone(clock), backend)
    };
    policy().map_err(|source| {
        Error::new(ErrorKind::Unexpected, "the policy of a backend is not valid").with_source(source)
    })
}

fn of_store() -> Result<BackendPolicy, InvalidPolicy> {
    BackendPolicy::for_requests()
}

/// A model computes longer than a store, and a batch of passages longer than a query.
fn of_model(longest: Duration) -> Result<BackendPolicy, InvalidPolicy> {
    let breaker = BreakerPolicy::for_requests().with_slow_calls(longest)?;
    BackendPolicy::for_requests()?.with_breaker(breaker).with_slow_writes(longest)
}

/// Redis is worth asking only while it answers at once.
fn of_redis() -> Result<BackendPolicy, InvalidPolicy> {
    let breaker = BreakerPolicy::for_requests().with_slow_calls(SLOW_REDIS)?;
    BackendPolicy::for_requests()?.with_breaker(breaker).with_slow_writes(SLOW_REDIS)
}

/// The engine's part of the configuration, with more roots.
pub(crate) fn engine_config(config: &Config, roots: &[PathBuf]) -> Result<EngineConfig> {
    let ingest = &config.ingest;
    let sources = config.sources.iter().map(|source| source.path.clone());
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Ok(EngineConfig {
        roots: ingest.roots.iter().chain(roots).cloned().chain(sources).collect(),
        chunking: ingest.chunking()?,
        has_properties: ingest.properties,
        relies_on_stamps: ingest.stamps,
        duplicates: DuplicateThreshold::try_new(ingest.duplicate_threshold)?,
        extraction: ExtractLimits { max_bytes: ingest.max_file_bytes, ..ExtractLimits::default() },
        extractor: Arc::new(ProcessExtractor::new(ingest.document_memory_mb, ingest.document_seconds)),
        extraction_threads: if ingest.threads == 0 { processors.min(64) } else { ingest.threads },
        semantic_weight: config.model.weight,
        semantic_accuracy: config.model.accuracy.into(),
        counters: models::counters(),
        jobs: config.jobs.settings(),
        history: Duration::from_hours(config.catalog.kept_days * 24),
        keys: config.idempotency.settings(config.request_timeout()),
        uploads: config.uploads.settings(),
        graphs: config.graphs.settings(),
        ..EngineConfig::default()
    })
}
