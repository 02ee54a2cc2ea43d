//! One pass over all collections.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::ProjectedCollection;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::index::IndexSlot;
use ragstone_core::port::{DynCatalog, DynChunkIndex};
use ragstone_core::{CallContext, CollectionId, Error, ErrorKind, Result, Sequence};
use ragstone_observability::{field, metric, span};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span};

use super::collection::{CollectionPass, Vectors};
use super::doubts::Doubts;
use super::rebuilding::{Place, Rebuilding};
use super::standby::{Advance, StandbyPass};
use crate::background::Passes;
use crate::config::EngineConfig;
use crate::leadership::Leadership;
use crate::marks::{Listed, Marks};
use crate::models::Models;
use crate::panics::caught;
use crate::patience::Patience;
use crate::stores::Stores;
use crate::troubles::{Troubles, Work};

/// Pause between two looks at how far another process has come.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What every pass needs, and what one pass leaves to the next.
pub(super) struct Pass {
    pub(super) stores: Stores,
    pub(super) marks: Marks,
    pub(super) length_drift: f32,
    pub(super) bulk: Handle,
    /// The configured one is projected where a collection names none; without one, what an index has already.
    models: Arc<Models>,
    stop: CancellationToken,
    pub(super) rebuilding: Rebuilding,
    doubts: Doubts,
    leadership: Leadership,
    troubles: Troubles,
    /// Targets that were found whole; the others are looked at even when nothing has changed.
    settled: HashSet<Place>,
    patience: Patience<Place>,
    /// Targets that were gone when they were last looked at, such as those of a collection that was deleted meanwhile.
    missed: HashSet<Place>,
    /// Whether the index held nothing that does not belong there.
    is_swept: bool,
    interval: Duration,
    /// When the index is next asked what it holds: it may have lost something without a word.
    next_look: Instant,
    /// Another process projects and has not come as far as the catalog yet.
    awaits_other: bool,
    /// A standby can be brought further at once.
    has_more: bool,
}

/// How far a pass came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    /// Everything up to here can be found, but for what `failing` says.
    pub(crate) indexed: Sequence,
    /// Some collection could not be brought further than here.
    pub(crate) failing: Option<Sequence>,
}

/// What became of one target.
enum Outcome {
    Done,
    /// Not brought further than here.
    Failed(Sequence),
    /// The right to project is gone, or the engine stops.
    Over,
}

impl Pass {
    pub(super) fn new(
        stores: Stores,
        config: &EngineConfig,
        models: Arc<Models>,
        stop: CancellationToken,
        (rebuilding, doubts): (Rebuilding, Doubts),
        leadership: Leadership,
        troubles: Troubles,
    ) -> Self {
        Self {
            stores,
            marks: Marks::of_index(config.projection),
            length_drift: config.length_drift,
            bulk: config.bulk(),
            models,
            stop,
            rebuilding,
            doubts,
            leadership,
            troubles,
            settled: HashSet::new(),
            patience: Patience::default(),
            missed: HashSet::new(),
            is_swept: false,
            interval: config.projection_interval,
            next_look: Instant::now(),
            awaits_other: false,
            has_more: false,
        }
    }

    /// A context for the next call that changes something, while the engine runs and this process is the one
    /// that projects.
    pub(super) async fn step(&self, ctx: &CallContext) -> Result<CallContext> {
        if self.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "the engine is stopping"));
        }
        self.leadership.step(ctx, &*self.stores.clock).await
    }

    pub(super) fn is_settled(&self, place: Place) -> bool {
        self.settled.contains(&place)
    }

    async fn project(
        &mut self,
        ctx: &CallContext,
        head: Sequence,
        collections: Vec<Listed>,
    ) -> Option<Reached> {
        (self.awaits_other, self.has_more) = (false, false);
        let is_there = |place: Place| holds(&collections, place);
        self.patience.keep(is_there);
        self.missed.retain(|place| is_there(*place));
        self.rebuilding.keep(is_there);
        let mut failing: Option<Sequence> = None;
        let mut lag: u64 = collections.iter().map(lag_of).sum();
        show_lag(lag);
        for listed in &collections {
            match self.bring(ctx, listed).await {
                Outcome::Done => {
                    lag = lag.saturating_sub(lag_of(listed));
                    show_lag(lag);
                }
                Outcome::Failed(from) => failing = Some(least(failing, from)),
                Outcome::Over => return None,
            }
            if let Outcome::Over = self.advance(ctx, listed).await {
                return None;
            }
        }
        Some(Reached { indexed: head, failing })
    }

    /// Brings the target that answers up to the catalog.
    async fn bring(&mut self, ctx: &CallContext, listed: &Listed) -> Outcome {
        let slot = listed.active_slot();
        let (place, projected) = ((listed.id(), slot), listed.at(slot));
        if self.settled.contains(&place) && !projected.is_behind() {
            return Outcome::Done;
        }
        let from = watermark(&projected);
        if !self.patience.allows(place) {
            return Outcome::Failed(from);
        }
        let vectors = match listed.generations() {
            Some(generations) => Some(Vectors::of(&generations.active)),
            None => self.models.configured().map(|semantics| Vectors::by(semantics)),
        };
        let pass = CollectionPass::new(self, ctx, projected, (slot, vectors));
        let outcome = caught(pass.run().instrument(round(listed.id()))).await;
        self.note(place, outcome.map(drop), from)
    }

    /// Brings the target that does not answer further, if there is one.
    async fn advance(&mut self, ctx: &CallContext, listed: &Listed) -> Outcome {
        let Some((generations, standby)) = listed.generations().zip(listed.standby()) else {
            return Outcome::Done;
        };
        let place = (listed.id(), standby.generation.slot);
        if listed.is_deleted() || !self.patience.allows(place) {
            return Outcome::Done;
        }
        let pass = StandbyPass { pass: self, ctx, listed, generations, standby };
        let outcome = caught(pass.run().instrument(round(listed.id()))).await;
        match &outcome {
            Ok(Advance::Waits) | Err(_) => {}
            Ok(Advance::Whole) => _ = self.settled.insert(place),
            Ok(Advance::HasMore | Advance::Switched) => self.has_more = true,
        }
        match outcome {
            // Not what callers wait for.
            Ok(Advance::Waits | Advance::HasMore) => Outcome::Done,
            other => self.note(place, other.map(drop), Sequence::ZERO),
        }
    }

    /// Keeps book of what became of a target.
    fn note(&mut self, place: Place, outcome: Result<()>, from: Sequence) -> Outcome {
        if self.stop.is_cancelled() {
            return Outcome::Over;
        }
        let (collection, slot) = place;
        match outcome {
            Ok(()) => {
                self.settled.insert(place);
                self.missed.remove(&place);
                self.patience.succeeded(place);
                self.troubles.clear(collection, slot, Work::Projection);
                Outcome::Done
            }
            Err(error) if self.leadership.is_lost(&error) => {
                tracing::info!("another process projects from here on");
                Outcome::Over
            }
            Err(error) if error.kind() == ErrorKind::NotFound && self.missed.insert(place) => {
                // The next pass, at once, sees what has become of it; nobody who waits is told of a failure.
                tracing::debug!(collection.id = %collection, %error, "the collection is gone");
                self.settled.remove(&place);
                self.has_more = true;
                Outcome::Over
            }
            Err(error) => {
                count_failure();
                tracing::error!(collection.id = %collection, %error, "cannot project the collection");
                self.troubles.note(collection, slot, Work::Projection, &error);
                self.settled.remove(&place);
                self.patience.failed(place);
                Outcome::Failed(from)
            }
        }
    }

    /// How far the process that projects has come, by the marks that it leaves in the catalog.
    fn follow(&mut self, head: Sequence, collections: &[Listed]) -> Reached {
        // What it did since is unknown, should this process take over.
        self.settled.clear();
        (self.is_swept, self.has_more) = (false, false);
        self.patience.keep(|_| false);
        let mut indexed = head;
        for listed in collections {
            let slots = IndexSlot::ALL.into_iter().filter(|slot| listed.holds(*slot));
            for slot in slots {
                if watermark(&listed.at(slot)) == Sequence::ZERO {
                    self.rebuilding.begin((listed.id(), slot));
                } else {
                    self.rebuilding.end((listed.id(), slot));
                }
            }
            let active = listed.at(listed.active_slot());
            if active.is_behind() {
                indexed = indexed.min(watermark(&active));
            }
        }
        self.awaits_other = indexed < head;
        Reached { indexed, failing: None }
    }

    /// Reads the head before the collections, so that all up to the head is in the list.
    async fn collections(&self, ctx: &CallContext) -> Result<(Sequence, Vec<Listed>)> {
        reach(FailPoint::EngineProjectionPass)?;
        let catalog: &dyn DynCatalog = &*self.stores.catalog;
        let head = catalog.head(ctx).await?;
        Ok((head, self.marks.list(catalog, ctx).await?))
    }

    /// Compares what the index holds with what there is, the first time, when something has gone, and once in each
    /// interval.
    ///
    /// What the index has lost, such as one that was restarted empty, is looked at in this pass and so built again.
    /// What it holds of collections that are forgotten is removed: another projection was the last to see them
    /// deleted. So is what it holds of generations that are dropped.
    async fn sweep(&mut self, ctx: &CallContext, collections: &[Listed]) {
        let is_known = |place: &Place| holds(collections, *place);
        if self.is_swept && self.next_look > Instant::now() && self.settled.iter().all(is_known) {
            return;
        }
        match self.held(ctx, is_known).await {
            Ok(held) => {
                self.settled.retain(|place| is_known(place) && held.contains(place));
                self.is_swept = true;
            }
            Err(error) => tracing::warn!(%error, "cannot compare the index with the catalog"),
        }
        self.next_look = Instant::now() + self.interval;
    }

    /// The targets that the index holds, once those that belong to nothing are removed.
    async fn held(&self, ctx: &CallContext, is_known: impl Fn(&Place) -> bool) -> Result<HashSet<Place>> {
        let index: &dyn DynChunkIndex = &*self.stores.index;
        let mut held = HashSet::new();
        for target in index.targets(ctx).await? {
            let place = (target.collection, target.slot);
            if is_known(&place) {
                held.insert(place);
                continue;
            }
            tracing::info!(collection.id = %target.collection, "removing an index that nothing belongs to");
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
            self.settled.retain(|(collection, _)| *collection != doubted);
        }
        if !leads {
            return Some(self.follow(head, &collections));
        }
        self.sweep(&ctx, &collections).await;
        self.project(&ctx, head, collections).await
    }

    fn forget(&mut self) {
        self.settled.clear();
        (self.is_swept, self.has_more) = (false, false);
    }

    fn next(&self) -> Option<Instant> {
        let look = self.awaits_other.then(|| Instant::now() + LOOK_AGAIN);
        let more = self.has_more.then(Instant::now);
        look.into_iter().chain(more).chain(self.patience.next()).min()
    }

    async fn resign(&self) {
        self.leadership.resign(&CallContext::system()).await;
    }
}

/// Whether something belongs into a target.
fn holds(collections: &[Listed], (collection, slot): Place) -> bool {
    collections.iter().any(|listed| listed.id() == collection && listed.holds(slot))
}

fn round(collection: CollectionId) -> Span {
    tracing::debug_span!(span::PROJECT, { field::COLLECTION_ID } = %collection)
}

fn least(failing: Option<Sequence>, from: Sequence) -> Sequence {
    failing.map_or(from, |least| least.min(from))
}

fn watermark(projected: &ProjectedCollection) -> Sequence {
    projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark)
}

/// Changes of a collection that the projection has still to see, counted in sequence numbers.
fn lag_of(listed: &Listed) -> u64 {
    let projected = listed.at(listed.active_slot());
    projected.head.0.saturating_sub(watermark(&projected).0)
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
