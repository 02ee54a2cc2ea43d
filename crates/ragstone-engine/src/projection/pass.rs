//! One pass over all collections.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::{ProjectedCollection, ProjectionName};
use ragstone_core::port::{DynCatalog, DynChunkIndex};
use ragstone_core::{CallContext, CollectionId, Result, Sequence};
use ragstone_observability::{field, metric, span};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::collection::CollectionPass;
use super::doubts::Doubts;
use super::rebuilding::Rebuilding;
use crate::background::Passes;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::patience::Patience;
use crate::semantics::Semantics;
use crate::stores::Stores;

/// Pause between two looks at how far another process has come.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What every pass needs, and what one pass leaves to the next.
pub(super) struct Pass {
    pub(super) stores: Stores,
    pub(super) projection: ProjectionName,
    pub(super) length_drift: f32,
    /// The model whose vectors are projected; none projects those that an index has already.
    pub(super) semantics: Option<Arc<Semantics>>,
    pub(super) stop: CancellationToken,
    pub(super) rebuilding: Rebuilding,
    doubts: Doubts,
    pub(super) leadership: Leadership,
    /// Collections whose index was found whole; the others are looked at even when nothing has changed.
    settled: HashSet<CollectionId>,
    patience: Patience,
    /// Whether the index held nothing of unknown collections.
    is_swept: bool,
    interval: Duration,
    /// When the index is next asked what it holds: it may have lost something without a word.
    next_look: Instant,
    /// Another process projects and has not come as far as the catalog yet.
    awaits_other: bool,
}

/// How far a pass came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    /// Everything up to here can be found, but for what `failing` says.
    pub(crate) indexed: Sequence,
    /// Some collection could not be brought further than here.
    pub(crate) failing: Option<Sequence>,
}

impl Pass {
    pub(super) fn new(
        stores: Stores,
        config: &EngineConfig,
        semantics: Option<Arc<Semantics>>,
        stop: CancellationToken,
        (rebuilding, doubts): (Rebuilding, Doubts),
        leadership: Leadership,
    ) -> Self {
        Self {
            stores,
            projection: config.projection,
            length_drift: config.length_drift,
            semantics,
            stop,
            rebuilding,
            doubts,
            leadership,
            settled: HashSet::new(),
            patience: Patience::default(),
            is_swept: false,
            interval: config.projection_interval,
            next_look: Instant::now(),
            awaits_other: false,
        }
    }

    async fn project(
        &mut self,
        ctx: &CallContext,
        head: Sequence,
        collections: Vec<ProjectedCollection>,
    ) -> Option<Reached> {
        self.awaits_other = false;
        self.patience.keep(|id| collections.iter().any(|projected| projected.collection.id == id));
        let mut failing: Option<Sequence> = None;
        let mut lag: u64 = collections.iter().map(lag_of).sum();
        show_lag(lag);
        for projected in collections {
            let id = projected.collection.id;
            if self.settled.contains(&id) && !projected.is_behind() {
                continue;
            }
            let from = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
            if !self.patience.allows(id) {
                failing = Some(least(failing, from));
                continue;
            }
            let its_lag = lag_of(&projected);
            let round = tracing::debug_span!(span::PROJECT, { field::COLLECTION_ID } = %id);
            let outcome = CollectionPass::new(self, ctx, projected).run().instrument(round).await;
            if self.stop.is_cancelled() {
                return None;
            }
            match outcome {
                Ok(()) => {
                    self.settled.insert(id);
                    self.patience.succeeded(id);
                    lag = lag.saturating_sub(its_lag);
                    show_lag(lag);
                }
                Err(error) if self.leadership.is_lost(&error) => {
                    tracing::info!("another process projects from here on");
                    return None;
                }
                Err(error) => {
                    count_failure();
                    tracing::error!(collection.id = %id, %error, "cannot project the collection");
                    self.settled.remove(&id);
                    self.patience.failed(id);
                    failing = Some(least(failing, from));
                }
            }
        }
        Some(Reached { indexed: head, failing })
    }

    /// How far the process that projects has come, by the marks that it leaves in the catalog.
    fn follow(&mut self, head: Sequence, listed: &[ProjectedCollection]) -> Reached {
        // What it did since is unknown, should this process take over.
        self.settled.clear();
        self.is_swept = false;
        self.patience.keep(|_| false);
        let mut indexed = head;
        for projected in listed {
            let watermark = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
            let id = projected.collection.id;
            if watermark == Sequence::ZERO {
                self.rebuilding.begin(id);
            } else {
                self.rebuilding.end(id);
            }
            if projected.is_behind() {
                indexed = indexed.min(watermark);
            }
        }
        self.awaits_other = indexed < head;
        Reached { indexed, failing: None }
    }

    /// Reads the head before the collections, so that all up to the head is in the list.
    async fn collections(&self, ctx: &CallContext) -> Result<(Sequence, Vec<ProjectedCollection>)> {
        let catalog: &dyn DynCatalog = &*self.stores.catalog;
        let head = catalog.head(ctx).await?;
        let collections = catalog.projected_collections(ctx, self.projection).await?;
        Ok((head, collections))
    }

    /// Compares what the index holds with what there is, the first time, when a collection has gone, and once in each
    /// interval.
    ///
    /// What the index has lost, such as one that was restarted empty, is looked at in this pass and so built again.
    /// What it holds of collections that are forgotten is removed: another projection was the last to see them
    /// deleted.
    async fn sweep(&mut self, ctx: &CallContext, collections: &[ProjectedCollection]) {
        let is_known = |id: &CollectionId| collections.iter().any(|projected| projected.collection.id == *id);
        if self.is_swept && self.next_look > Instant::now() && self.settled.iter().all(is_known) {
            return;
        }
        match self.held(ctx, is_known).await {
            Ok(held) => {
                self.settled.retain(|id| is_known(id) && held.contains(id));
                self.is_swept = true;
            }
            Err(error) => tracing::warn!(%error, "cannot compare the index with the catalog"),
        }
        self.next_look = Instant::now() + self.interval;
    }

    /// The collections of which the index holds something, once the forgotten ones are removed.
    async fn held(
        &self,
        ctx: &CallContext,
        is_known: impl Fn(&CollectionId) -> bool,
    ) -> Result<HashSet<CollectionId>> {
        let index: &dyn DynChunkIndex = &*self.stores.index;
        let mut held = HashSet::new();
        for target in index.targets(ctx).await? {
            if is_known(&target.collection) {
                held.insert(target.collection);
                continue;
            }
            tracing::info!(collection.id = %target.collection, "removing the index of a forgotten collection");
            let ctx = self.leadership.step(ctx, &*self.stores.clock).await?;
            index.remove(&ctx, &target).await?;
        }
        Ok(held)
    }
}

impl Passes for Pass {
    type Reached = Reached;

    /// Brings every collection up to date, or sees how far the process has come that does so.
    ///
    /// One failing collection does not stop the others; it is tried again after a pause that grows.
    /// `None` when even the list of collections could not be read, or the engine stops.
    async fn run(&mut self) -> Option<Reached> {
        let ctx = CallContext::system();
        let leads = self.leadership.take(&ctx).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell which process projects");
            false
        });
        let (head, collections) = match self.collections(&ctx).await {
            Ok(listed) => listed,
            Err(error) => {
                tracing::error!(%error, "cannot read the change feed");
                return None;
            }
        };
        for doubted in self.doubts.take() {
            self.settled.remove(&doubted);
        }
        if !leads {
            return Some(self.follow(head, &collections));
        }
        self.sweep(&ctx, &collections).await;
        self.project(&ctx, head, collections).await
    }

    fn next(&self) -> Option<Instant> {
        let look = self.awaits_other.then(|| Instant::now() + LOOK_AGAIN);
        look.into_iter().chain(self.patience.next()).min()
    }

    async fn resign(&self) {
        self.leadership.resign(&CallContext::system()).await;
    }
}

fn least(failing: Option<Sequence>, from: Sequence) -> Sequence {
    failing.map_or(from, |least| least.min(from))
}

/// Changes of a collection that the projection has still to see, counted in sequence numbers.
fn lag_of(projected: &ProjectedCollection) -> u64 {
    let seen = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
    projected.head.0.saturating_sub(seen.0)
}

fn show_lag(lag: u64) {
    // A gauge is a floating-point number; beyond 32 bits nobody counts.
    let lag = u32::try_from(lag).unwrap_or(u32::MAX);
    metrics::gauge!(metric::PROJECTION_LAG.name, metric::PROJECTION => super::CHUNK_INDEX.as_str()).set(lag);
}

fn count_failure() {
    metrics::counter!(metric::PROJECTION_FAILURES.name, metric::PROJECTION => super::CHUNK_INDEX.as_str())
        .increment(1);
}
