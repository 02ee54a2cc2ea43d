//! What both tasks share: reading changes of a collection and giving its passages the vectors of one model.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::change::{Change, ChangeKind, ProjectionMark};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::generation::Generation;
use ragstone_core::index::IndexSlot;
use ragstone_core::port::DynCatalog;
use ragstone_core::{
    CallContext, CollectionId, Digest, DocumentId, Error, ErrorKind, GenerationId, Result, Sequence,
};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use crate::leadership::Leadership;
use crate::marks::{Listed, Marks};
use crate::models::Models;
use crate::patience::Patience;
use crate::semantics::Semantics;
use crate::stores::Stores;
use crate::troubles::{Troubles, Work};

/// Changes that are read at a time.
const CHANGES: u32 = 32;

/// What every pass needs, and what one pass leaves to the next.
pub(super) struct Pass {
    pub(super) stores: Stores,
    pub(super) models: Arc<Models>,
    pub(super) projector: Arc<Notify>,
    pub(super) stop: CancellationToken,
    leadership: Leadership,
    pub(super) troubles: Troubles,
    patience: Patience<Place>,
    /// Where documents came to stand in the feed when a model's vectors were stored, so that they are not read again.
    settled: HashMap<(Digest, DocumentId), Sequence>,
}

/// The vectors of a collection for one slot of its index.
pub(super) type Place = (CollectionId, IndexSlot);

/// The vectors of one model for one collection, and how far they have come.
pub(super) struct Series {
    slot: IndexSlot,
    build: GenerationId,
    semantics: Arc<Semantics>,
    pub(super) reached: Sequence,
}

impl Pass {
    pub(super) fn new(
        stores: Stores,
        models: Arc<Models>,
        projector: Arc<Notify>,
        stop: CancellationToken,
        leadership: Leadership,
        troubles: Troubles,
    ) -> Self {
        let (patience, settled) = (Patience::default(), HashMap::new());
        Self { stores, models, projector, stop, leadership, troubles, patience, settled }
    }

    /// Whether this process is the one that works.
    pub(super) async fn leads(&self, ctx: &CallContext) -> bool {
        self.leadership.take(ctx).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell which process embeds");
            false
        })
    }

    pub(super) async fn resign(&self) {
        self.leadership.resign(&CallContext::system()).await;
    }

    /// The head is read before the collections, so that all up to the head is in the list. `None` where they cannot be
    /// read.
    pub(super) async fn collections(&self, ctx: &CallContext) -> Option<(Sequence, Vec<Listed>)> {
        let read = async {
            reach(FailPoint::EngineEmbeddingPass)?;
            let head = self.catalog().head(ctx).await?;
            let mut collections = Marks::EMBEDDINGS.list(self.catalog(), ctx).await?;
            collections.retain(|listed| !listed.is_deleted());
            Ok::<_, Error>((head, collections))
        };
        match read.await {
            Ok(listed) => Some(listed),
            Err(error) => {
                tracing::warn!(%error, "cannot read the change feed");
                None
            }
        }
    }

    /// Reads changes and embeds what lacks vectors, to the head.
    pub(super) async fn embed(
        &mut self,
        ctx: &CallContext,
        listed: &Listed,
        series: &mut Series,
    ) -> Result<()> {
        let head = listed.at(series.slot).head;
        while series.reached < head {
            self.embed_some(ctx, listed, series, head).await?;
        }
        Ok(())
    }

    /// Reads changes once and embeds what lacks vectors. The mark comes no further than `to`.
    pub(super) async fn embed_some(
        &mut self,
        ctx: &CallContext,
        listed: &Listed,
        series: &mut Series,
        to: Sequence,
    ) -> Result<()> {
        let (collection, head) = (listed.id(), listed.at(series.slot).head);
        let ctx = self.step(ctx).await?;
        let changes = self.catalog().changes(&ctx, collection, series.reached, CHANGES).await?;
        self.embed_changes(listed, series, &changes).await?;
        // Behind the last change there may be one of the collection itself.
        let after = changes.last().map_or(head, |last| last.sequence);
        series.reached = after.min(to.max(series.reached));
        let (generation, watermark) = (series.build, series.reached);
        let model = Some(*series.semantics.model());
        let mark = ProjectionMark { generation, watermark, average_length: 0.0, model };
        self.catalog().mark(&ctx, Marks::EMBEDDINGS.of(series.slot), collection, mark).await
    }

    async fn embed_changes(&mut self, listed: &Listed, series: &Series, changes: &[Change]) -> Result<()> {
        let model = *series.semantics.model();
        let mut batch = Batch::new(self, listed.collection(), &series.semantics);
        for change in changes {
            let is_settled = self.settled.get(&(model, change.document)) == Some(&change.sequence);
            if change.kind == ChangeKind::Stored && !is_settled {
                batch.add(change.document).await?;
            }
        }
        let stored = batch.store().await?;
        reach(FailPoint::EngineEmbeddingStored)?;
        if !stored.is_empty() {
            self.projector.notify_one();
        }
        self.settled.extend(stored.into_iter().map(|(document, sequence)| ((model, document), sequence)));
        Ok(())
    }

    /// Forgets what is only of use within a pass.
    pub(super) fn end(&mut self) {
        self.settled.clear();
    }

    /// A context for the next call, while the engine runs and this process is the one that works.
    pub(super) async fn step(&self, ctx: &CallContext) -> Result<CallContext> {
        if self.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "the engine is stopping"));
        }
        self.leadership.step(ctx, &*self.stores.clock).await
    }

    pub(super) fn catalog(&self) -> &dyn DynCatalog {
        &*self.stores.catalog
    }

    // ---- Failures ----

    pub(super) fn allows(&self, place: Place) -> bool {
        self.patience.allows(place)
    }

    /// Keeps book of what became of a place; false where the whole pass is over.
    pub(super) fn note(&mut self, place: Place, outcome: &Result<()>) -> bool {
        let (collection, slot) = place;
        match outcome {
            Ok(()) => {
                self.patience.succeeded(place);
                self.troubles.clear(collection, slot, Work::Embedding);
            }
            Err(error) if self.leadership.is_lost(error) || error.kind() == ErrorKind::Cancelled => {
                return false;
            }
            Err(error) => {
                tracing::warn!(collection.id = %collection, %error, "cannot embed the passages of the collection");
                self.troubles.note(collection, slot, Work::Embedding, error);
                self.patience.failed(place);
            }
        }
        true
    }

    /// When something that failed is tried again.
    pub(super) fn again(&self) -> Option<Instant> {
        self.patience.next()
    }
}

impl Series {
    /// The vectors of the configured model, for a collection that names none.
    pub(super) fn configured(listed: &Listed, semantics: Arc<Semantics>) -> Self {
        let (slot, build) = (IndexSlot::First, GenerationId::derive(semantics.model()));
        Self { slot, build, semantics, reached: reached(listed, slot, build) }
    }

    /// Opens the model of a generation, where that is needed.
    pub(super) async fn of(pass: &Pass, listed: &Listed, generation: &Generation) -> Result<Self> {
        let semantics = pass.models.get(&generation.model).await?;
        let Generation { slot, build, .. } = *generation;
        Ok(Self { slot, build, semantics, reached: reached(listed, slot, build) })
    }
}

/// How far a set of vectors has come; nowhere where the mark is of an earlier one.
fn reached(listed: &Listed, slot: IndexSlot, build: GenerationId) -> Sequence {
    let mark = listed.at(slot).mark.filter(|mark| mark.generation == build);
    mark.map_or(Sequence::ZERO, |mark| mark.watermark)
}

/// How far building brings the standby of a collection: up to the last step, which would make it the equal of the
/// active generation.
///
/// That step is for who embeds for the active generation: only so does the standby have all that the active one has
/// from then on, at every moment.
pub(super) fn last_but_one(listed: &Listed) -> Option<Sequence> {
    let (generations, standby) = listed.generations().zip(listed.standby())?;
    let active = reached(listed, generations.active.slot, generations.active.build);
    Some(Sequence(active.max(standby.since).0.saturating_sub(1)))
}

/// Whether the standby of a collection has been built, so that it is brought on ahead of the active generation.
pub(super) fn follows(listed: &Listed) -> bool {
    let Some((standby, enough)) = listed.standby().zip(last_but_one(listed)) else { return false };
    reached(listed, standby.generation.slot, standby.generation.build) >= enough
}
