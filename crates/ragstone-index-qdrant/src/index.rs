//! The chunk index: admission, deadlines, and changes that go on when no one waits for them.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ragstone_core::index::{
    FacetCounts, FacetQuery, IndexCapability, IndexHit, IndexOperation, IndexQuery, IndexSchema, IndexState,
    IndexTarget,
};
use ragstone_core::port::ChunkIndex;
use ragstone_core::{
    CallContext, Clock, ErrorKind, Filter, GenerationId, IdSource, Reader, Result, Sequence,
};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::config::QdrantConfig;
use crate::connection::Connection;
use crate::fault;
use crate::fusion::FusedQuery;
use crate::name;
use crate::slot::{Registry, Slot};
use crate::store::Store;
use crate::target::Targets;
use crate::version::ServerVersion;

/// The chunk index on a Qdrant server or cluster, with one collection of Qdrant for each generation of a target.
///
/// Changes run on tasks of the given runtime and go on when the future that asked for them is dropped.
/// One index at a time may change a target; any number may search it.
/// Cheap to clone; clones are the same index.
#[derive(Clone, Debug)]
pub struct QdrantIndex {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    targets: Targets,
    runtime: Handle,
    clock: Arc<dyn Clock>,
    changes: TaskTracker,
    is_closed: AtomicBool,
}

impl QdrantIndex {
    /// Prepares an index; nothing is sent before the first call.
    ///
    /// `ids` names this index among all that change the same collections.
    pub fn open(
        config: QdrantConfig,
        runtime: Handle,
        clock: Arc<dyn Clock>,
        ids: &dyn IdSource,
    ) -> Result<Self> {
        let connection = Connection::prepare(&config, runtime.clone());
        let connection = connection.map_err(|error| error.with_operation("index.open"))?;
        let registry = Registry::new(config.max_cached);
        let targets = Targets { store: Store::new(connection, config), registry, writer: ids.fresh() };
        let (changes, is_closed) = (TaskTracker::new(), AtomicBool::new(false));
        Ok(Self { inner: Arc::new(Inner { targets, runtime, clock, changes, is_closed }) })
    }

    /// Asks the server for its version, and whether it accepts the API key.
    ///
    /// `Unavailable` where it cannot be reached; `FailedPrecondition` where the key is refused, the version is not
    /// supported, or the address is not that of a Qdrant server.
    pub async fn verify(&self, ctx: &CallContext) -> Result<ServerVersion> {
        let verified = self.within(ctx, async |limit| {
            let store = &self.inner.targets.store;
            let version = ServerVersion::check(&store.version(limit).await?)?;
            store.aliases(limit).await?;
            Ok(version)
        });
        verified.await.map_err(|error| fault::at_start(error).with_operation("index.verify"))
    }

    /// Ranks by several legs and makes one ranking of them, on the server and in one request.
    ///
    /// Equals [`fuse`](crate::fuse) over [`Self::search_legs`], but for the order of equal scores within a leg.
    pub async fn search_fused(&self, ctx: &CallContext, query: &FusedQuery) -> Result<Vec<IndexHit>> {
        query.check()?;
        let found = self.read(ctx, &query.target, async |targets, slot, place| {
            targets.search_fused(slot, place, query).await
        });
        query.target.named("index.search_fused", found.await)
    }

    /// Ranks by each leg alone.
    pub async fn search_legs(&self, ctx: &CallContext, query: &FusedQuery) -> Result<Vec<Vec<IndexHit>>> {
        query.check()?;
        let found = self.read(ctx, &query.target, async |targets, slot, place| {
            let legs = query.legs.iter().map(|leg| targets.search_leg(slot, place, query, leg));
            futures::future::try_join_all(legs).await
        });
        query.target.named("index.search_legs", found.await)
    }
}

// ---- Admission ----

impl QdrantIndex {
    /// Runs work within the deadline of the call; the work learns how long each request may take.
    async fn within<T>(&self, ctx: &CallContext, work: impl AsyncFnOnce(Duration) -> Result<T>) -> Result<T> {
        if self.inner.is_closed.load(Ordering::Acquire) {
            return Err(fault::closed());
        }
        let longest = self.inner.targets.store.config().request_timeout;
        let Some(left) = ctx.remaining(self.inner.clock.as_ref())? else {
            return work(longest).await;
        };
        match tokio::time::timeout(left, work(left.min(longest))).await {
            Ok(Err(_)) if ctx.remaining(self.inner.clock.as_ref()).is_err() => Err(fault::deadline()),
            Ok(done) => done,
            Err(_) => Err(fault::deadline()),
        }
    }

    async fn read<T>(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        work: impl AsyncFnOnce(&Targets, &Slot, &crate::store::Place) -> Result<T>,
    ) -> Result<T> {
        let targets = &self.inner.targets;
        let slot = targets.registry.slot(target);
        let found =
            self.within(ctx, async |limit| work(targets, &slot, &targets.place(target, limit)).await).await;
        if found.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            slot.put(None);
            targets.registry.forget(target, slot);
        }
        found
    }

    /// Runs a change on a task of its own, which goes on when this future is dropped, and which keeps other changes
    /// of the target waiting until it ends.
    async fn change<F>(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        work: impl FnOnce(Arc<Inner>, Arc<Slot>, IndexTarget, Duration) -> F,
    ) -> Result<()>
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let inner = Arc::clone(&self.inner);
        self.within(ctx, async |_| {
            let slot = inner.targets.registry.slot(target);
            let permit = slot.write_permit().await;
            if inner.is_closed.load(Ordering::Acquire) {
                return Err(fault::closed());
            }
            // The work outlives the call, so that its requests have the time that the settings give.
            let limit = inner.targets.store.config().request_timeout;
            let working = work(Arc::clone(&inner), slot, target.clone(), limit);
            let task = inner.changes.spawn_on(
                async move {
                    let done = working.await;
                    drop(permit);
                    done
                },
                &inner.runtime,
            );
            task.await.map_err(fault::of_join)?
        })
        .await
    }
}

impl ChunkIndex for QdrantIndex {
    fn capability(&self) -> IndexCapability {
        IndexCapability { is_durable: true }
    }

    /// `None` as well where the collection was made with other settings: only creating it anew honours those of now.
    async fn state(&self, ctx: &CallContext, target: &IndexTarget) -> Result<Option<IndexState>> {
        let state = self.read(ctx, target, async |targets, _, place| targets.usable_state(place).await).await;
        match state {
            Ok(state) => Ok(state.map(|state| state.shown())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => target.named("index.state", Err(error)),
        }
    }

    async fn create(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> Result<()> {
        let created = self.change(ctx, target, |inner, slot, target, limit| async move {
            inner.targets.create(&slot, &target, generation, schema, limit).await
        });
        target.named("index.create", created.await)
    }

    async fn apply(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        operations: Vec<IndexOperation>,
    ) -> Result<()> {
        let applied = self.change(ctx, target, |inner, slot, target, limit| async move {
            inner.targets.apply(&slot, &target, operations, limit).await
        });
        target.named("index.apply", applied.await)
    }

    async fn flush(&self, ctx: &CallContext, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        let flushed = self.change(ctx, target, |inner, slot, target, limit| async move {
            inner.targets.flush(&slot, &target, checkpoint, limit).await
        });
        target.named("index.flush", flushed.await)
    }

    async fn search(&self, ctx: &CallContext, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        query.target.named("index.search", query.check())?;
        let found = self
            .read(ctx, &query.target, async |targets, slot, place| targets.search(slot, place, query).await);
        query.target.named("index.search", found.await)
    }

    async fn count(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> Result<u64> {
        let counted =
            self.read(ctx, target, async |targets, _, place| targets.count(place, filter, reader).await);
        target.named("index.count", counted.await)
    }

    async fn facet(&self, ctx: &CallContext, query: &FacetQuery) -> Result<FacetCounts> {
        query.target.named("index.facet", query.check())?;
        let counted =
            self.read(ctx, &query.target, async |targets, _, place| targets.facet(place, query).await);
        query.target.named("index.facet", counted.await)
    }

    async fn remove(&self, ctx: &CallContext, target: &IndexTarget) -> Result<()> {
        let removed = self.change(ctx, target, |inner, slot, target, limit| async move {
            inner.targets.remove(&slot, &target, limit).await
        });
        target.named("index.remove", removed.await)
    }

    async fn targets(&self, ctx: &CallContext) -> Result<Vec<IndexTarget>> {
        let store = &self.inner.targets.store;
        let aliases = self.within(ctx, async |limit| store.aliases(limit).await).await;
        let aliases = aliases.map_err(|error| error.with_operation("index.targets"))?;
        let prefix = &store.config().prefix;
        let mut targets: Vec<_> =
            aliases.iter().filter_map(|held| name::target(prefix, &held.alias_name)).collect();
        targets.sort_unstable();
        Ok(targets)
    }

    /// Waits for changes under way, which may take some requests each.
    async fn close(&self, _ctx: &CallContext) -> Result<()> {
        self.inner.is_closed.store(true, Ordering::Release);
        self.inner.changes.close();
        self.inner.changes.wait().await;
        self.inner.targets.store.close().await;
        Ok(())
    }
}
