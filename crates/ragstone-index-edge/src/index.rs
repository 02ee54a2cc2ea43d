//! The chunk index: admission, locks and blocking tasks around the shards.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::index::{
    FacetCounts, FacetQuery, IndexCapability, IndexHit, IndexOperation, IndexQuery, IndexSchema, IndexState,
    IndexTarget,
};
use ragstone_core::port::ChunkIndex;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Filter, GenerationId, Reader, Result, Sequence};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::config::EdgeIndexConfig;
use crate::fault;
use crate::folder::{self, RootLock};
use crate::registry::{Registry, ShardInUse, Slot, close_quietly, into_use};
use crate::shard::Shard;
use crate::upkeep::Upkeep;

/// The chunk index in one folder, with one Edge shard for each target.
///
/// A shard holds one target, so a tenant is a folder and not a filter that could be forgotten.
/// Work runs on blocking tasks of the given runtime and goes on when the future that asked for it is dropped.
/// Cheap to clone; clones are the same index.
#[derive(Clone, Debug)]
pub struct EdgeIndex {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: EdgeIndexConfig,
    runtime: Handle,
    clock: Arc<dyn Clock>,
    registry: Registry,
    searches: Arc<Semaphore>,
    upkeep: Upkeep,
    is_closed: AtomicBool,
    lock: Mutex<Option<RootLock>>,
}

impl EdgeIndex {
    /// Opens the folder, which is made if it is missing; targets are opened when they are first used.
    ///
    /// `FailedPrecondition` where another index, in this process or another, has the folder open.
    /// Starts one thread for background care, which [`ChunkIndex::close`] or dropping the last clone joins.
    /// Dropping blocks until files are released; `close` does not block the caller.
    pub fn open(config: EdgeIndexConfig, runtime: Handle, clock: Arc<dyn Clock>) -> Result<Self> {
        let lock = RootLock::acquire(config.root()).map_err(|error| error.with_operation("index.open"))?;
        let upkeep = Upkeep::start(config.clone()).map_err(fault::of_io)?;
        let inner = Inner {
            registry: Registry::new(config.root().to_owned()),
            searches: Arc::new(Semaphore::new(config.max_searches().get())),
            upkeep,
            is_closed: AtomicBool::new(false),
            lock: Mutex::new(Some(lock)),
            runtime,
            clock,
            config,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    fn admit(&self, ctx: &CallContext) -> Result<()> {
        self.check_open()?;
        ctx.remaining(self.inner.clock.as_ref()).map(drop)
    }

    fn check_open(&self) -> Result<()> {
        if self.inner.is_closed.load(Ordering::Acquire) { Err(fault::closed()) } else { Ok(()) }
    }

    /// Runs blocking work that goes on, with the folder locked, even if no one waits for it any more.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.run_on(&self.inner.runtime, work).await
    }

    /// The same where something is written.
    async fn write<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.run_on(self.inner.config.writes().unwrap_or(&self.inner.runtime), work).await
    }

    async fn run_on<T: Send + 'static>(
        &self,
        runtime: &Handle,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = Arc::clone(&self.inner);
        let task = runtime.spawn_blocking(move || {
            let result = work();
            drop(inner);
            result
        });
        task.await.map_err(fault::of_join)?
    }

    /// The open shard of a target, opening it if it is closed or suspect.
    async fn shard(&self, target: &IndexTarget, slot: &Arc<Slot>) -> Result<ShardInUse> {
        if let Some(shard) = slot.in_use().await {
            return Ok(shard);
        }
        self.make_room().await?;
        let mut gate = slot.gate().await;
        self.check_open()?;
        let folder = slot.folder().clone();
        let opened = self.run(move || {
            let is_usable = gate.as_ref().is_some_and(|shard| !shard.is_suspect());
            if !is_usable {
                close_quietly(gate.take());
                *gate = Some(Shard::open(folder)?);
            }
            into_use(gate.downgrade())
                .ok_or_else(|| Error::new(ErrorKind::Unexpected, "an open shard is closed"))
        });
        let opened = opened.await;
        if opened.is_ok() && slot.folder().must_erase() {
            self.inner.upkeep.request(slot);
        }
        if opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            self.inner.registry.forget(target, Arc::clone(slot));
        }
        opened
    }

    /// Closes idle shards until one more may be opened.
    async fn make_room(&self) -> Result<()> {
        let surplus = self.inner.registry.surplus(self.inner.config.max_open().get());
        if surplus.is_empty() {
            return Ok(());
        }
        self.run(move || {
            for mut gate in surplus {
                close_quietly(gate.take());
            }
            Ok(())
        })
        .await
    }

    async fn create_target(
        &self,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> Result<()> {
        let slot = self.inner.registry.slot(target);
        let permit = slot.write_permit().await;
        self.make_room().await?;
        let mut gate = slot.gate().await;
        self.check_open()?;
        let folder = slot.folder().clone();
        let inner = Arc::clone(&self.inner);
        self.write(move || {
            let _permit = permit;
            inner.config.check_room()?;
            close_quietly(gate.take());
            *gate = Some(Shard::create(folder, generation, schema)?);
            Ok(())
        })
        .await
    }

    async fn apply_operations(&self, target: &IndexTarget, operations: Vec<IndexOperation>) -> Result<()> {
        let slot = self.inner.registry.slot(target);
        let permit = slot.write_permit().await;
        let shard = self.shard(target, &slot).await?;
        let inner = Arc::clone(&self.inner);
        self.write(move || {
            let _permit = permit;
            inner.config.check_room()?;
            if operations.iter().any(|operation| matches!(operation, IndexOperation::Erase { .. })) {
                slot.begin_erasing()?;
            }
            let applied = shard.apply(operations);
            if slot.folder().must_erase() || shard.has_unsealed(inner.config.seal_after().get()) {
                inner.upkeep.request(&slot);
            }
            applied
        })
        .await
    }

    async fn flush_target(&self, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        let slot = self.inner.registry.slot(target);
        let permit = slot.write_permit().await;
        let shard = self.shard(target, &slot).await?;
        self.write(move || {
            let _permit = permit;
            shard.flush(checkpoint)
        })
        .await
    }

    /// Runs a read within the limit of reads at a time.
    async fn read<T: Send + 'static>(
        &self,
        target: &IndexTarget,
        work: impl FnOnce(&Shard) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let searches = Arc::clone(&self.inner.searches);
        let turn = searches.acquire_owned().await.map_err(|_| fault::closed())?;
        let slot = self.inner.registry.slot(target);
        let shard = self.shard(target, &slot).await?;
        self.run(move || {
            let _turn = turn;
            work(&shard)
        })
        .await
    }

    async fn remove_target(&self, target: &IndexTarget) -> Result<()> {
        let slot = self.inner.registry.slot(target);
        let permit = slot.write_permit().await;
        let mut gate = slot.gate().await;
        self.check_open()?;
        let folder = slot.folder().clone();
        self.write(move || {
            let _permit = permit;
            close_quietly(gate.take());
            folder.wipe()
        })
        .await?;
        self.inner.registry.forget(target, slot);
        Ok(())
    }

    async fn close_all(&self) -> Result<()> {
        self.inner.is_closed.store(true, Ordering::Release);
        self.inner.searches.close();
        let inner = Arc::clone(&self.inner);
        self.run(move || {
            inner.upkeep.stop();
            Ok(())
        })
        .await?;
        let mut outcome = Ok(());
        for slot in self.inner.registry.all() {
            let permit = slot.write_permit().await;
            let mut gate = slot.gate().await;
            let closed = self.run(move || {
                let _permit = permit;
                gate.take().map_or(Ok(()), Shard::close)
            });
            outcome = outcome.and(closed.await);
        }
        self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome
    }
}

impl ChunkIndex for EdgeIndex {
    fn capability(&self) -> IndexCapability {
        IndexCapability { is_durable: true }
    }

    /// Opens the target, so that damage shows here and not in the first search.
    async fn state(&self, ctx: &CallContext, target: &IndexTarget) -> Result<Option<IndexState>> {
        self.admit(ctx)?;
        let state = self.read(target, |shard| Ok(shard.state())).await;
        match state {
            Ok(state) => Ok(Some(state)),
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
        self.admit(ctx)?;
        target.named("index.create", self.create_target(target, generation, schema).await)
    }

    async fn apply(&self, ctx: &CallContext, target: &IndexTarget, batch: Vec<IndexOperation>) -> Result<()> {
        self.admit(ctx)?;
        target.named("index.apply", self.apply_operations(target, batch).await)
    }

    async fn flush(&self, ctx: &CallContext, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        self.admit(ctx)?;
        target.named("index.flush", self.flush_target(target, checkpoint).await)
    }

    async fn search(&self, ctx: &CallContext, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        self.admit(ctx)?;
        query.target.named("index.search", query.check())?;
        let asked = query.clone();
        let hits = self.read(&query.target, move |shard| shard.search(&asked)).await;
        query.target.named("index.search", hits)
    }

    async fn count(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> Result<u64> {
        self.admit(ctx)?;
        let (filter, reader) = (filter.cloned(), reader.clone());
        let counted = self.read(target, move |shard| shard.count(filter.as_ref(), &reader)).await;
        target.named("index.count", counted)
    }

    async fn facet(&self, ctx: &CallContext, query: &FacetQuery) -> Result<FacetCounts> {
        self.admit(ctx)?;
        query.target.named("index.facet", query.check())?;
        let asked = query.clone();
        let counted = self.read(&query.target, move |shard| shard.facet(&asked)).await;
        query.target.named("index.facet", counted)
    }

    async fn remove(&self, ctx: &CallContext, target: &IndexTarget) -> Result<()> {
        self.admit(ctx)?;
        target.named("index.remove", self.remove_target(target).await)
    }

    async fn targets(&self, ctx: &CallContext) -> Result<Vec<IndexTarget>> {
        self.admit(ctx)?;
        let root = self.inner.config.root().to_owned();
        let targets = self.run(move || folder::targets(&root)).await;
        targets.map_err(|error| error.with_operation("index.targets"))
    }

    /// Waits for running calls and background work, which may take seconds.
    ///
    /// Dropping this future may leave some targets open; closing again goes on with them.
    async fn close(&self, _ctx: &CallContext) -> Result<()> {
        self.close_all().await.map_err(|error| error.with_operation("index.close"))
    }
}
