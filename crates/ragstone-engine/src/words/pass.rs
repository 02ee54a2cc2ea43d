//! One pass over all collections.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::{Change, ChangeKind, ProjectedCollection, ProjectionMark};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::port::DynCatalog;
use ragstone_core::{
    CallContext, CollectionId, Digest, Error, ErrorKind, GenerationId, Principal, Result, Sequence,
};
use ragstone_observability::{field, span};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::WORDS;
use super::gathering::Gathering;
use super::known::Known;
use crate::background::Passes;
use crate::contents::stored;
use crate::leadership::Leadership;
use crate::panics::caught;
use crate::patience::Patience;
use crate::stores::Stores;
use crate::vocabulary::Vocabularies;

/// What counts as a word; where that changes, the feed is read again from its start.
const RECIPE: &[u8] = b"words 1";
/// Changes that are read at a time.
const CHANGES: u32 = 64;
/// Least time from one pass to the next, so that a run of writes is one pass and its marks do not crowd the writers.
const PAUSE: Duration = Duration::from_millis(250);

/// What every pass needs, and what one pass leaves to the next.
pub(super) struct Pass {
    stores: Stores,
    vocabularies: Arc<Vocabularies>,
    stop: CancellationToken,
    bulk: Handle,
    leadership: Leadership,
    patience: Patience<CollectionId>,
    known: Known,
    generation: GenerationId,
    /// When a vocabulary that has grown may be read again.
    growing: Option<Instant>,
    /// When the next pass may begin.
    rested: Instant,
}

impl Pass {
    pub(super) fn new(
        stores: Stores,
        vocabularies: Arc<Vocabularies>,
        (stop, bulk): (CancellationToken, Handle),
        leadership: Leadership,
    ) -> Self {
        let (patience, known, growing) = (Patience::default(), Known::default(), None);
        let generation = GenerationId::derive(&Digest::of(RECIPE));
        let rested = Instant::now();
        Self { stores, vocabularies, stop, bulk, leadership, patience, known, generation, growing, rested }
    }

    /// The head is read before the collections, so that all up to the head is in the list.
    async fn collections(&mut self, ctx: &CallContext) -> Result<(Sequence, Vec<ProjectedCollection>)> {
        let head = self.catalog().head(ctx).await?;
        let mut collections = self.catalog().projected_collections(ctx, WORDS).await?;
        collections.retain(|projected| !projected.is_deleted);
        for projected in &mut collections {
            projected.mark = projected.mark.filter(|mark| mark.generation == self.generation);
        }
        let ids: HashSet<CollectionId> = collections.iter().map(|one| one.collection.id).collect();
        self.known.keep(|collection| ids.contains(&collection));
        self.patience.keep(|collection| ids.contains(&collection));
        Ok((head, collections))
    }

    /// Gathers what is new where that is this process's work, and reads vocabularies again that have grown.
    async fn pass(&mut self, ctx: &CallContext) -> Option<Sequence> {
        let leads = self.leadership.take(ctx).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell which process gathers words");
            false
        });
        let (head, mut collections) = match self.collections(ctx).await {
            Ok(listed) => listed,
            Err(error) => {
                tracing::warn!(%error, "cannot read the change feed");
                return None;
            }
        };
        let is_whole = if leads {
            self.gather_all(ctx, &mut collections).await?
        } else {
            collections.iter().all(|projected| !projected.is_behind())
        };
        self.growing = self.vocabularies.refresh(&collections).await;
        (is_whole && self.growing.is_none()).then_some(head)
    }

    /// Gathers what is new in every collection and says whether nothing is left; one that fails does not stop the
    /// others. `None` where this process is no longer the one that gathers.
    async fn gather_all(
        &mut self,
        ctx: &CallContext,
        collections: &mut [ProjectedCollection],
    ) -> Option<bool> {
        let mut is_whole = true;
        for projected in collections.iter_mut().filter(|projected| projected.is_behind()) {
            let id = projected.collection.id;
            if self.stop.is_cancelled() || !self.patience.allows(id) {
                is_whole = false;
                continue;
            }
            let round = tracing::debug_span!(span::GATHER_WORDS, { field::COLLECTION_ID } = %id);
            match caught(self.collection(ctx, projected).instrument(round)).await {
                Ok(()) => self.patience.succeeded(id),
                Err(error) if self.leadership.is_lost(&error) || error.kind() == ErrorKind::Cancelled => {
                    return None;
                }
                Err(error) => {
                    tracing::warn!(collection.id = %id, %error, "cannot gather the words of the collection");
                    self.patience.failed(id);
                    is_whole = false;
                }
            }
        }
        Some(is_whole)
    }

    async fn collection(&mut self, ctx: &CallContext, projected: &mut ProjectedCollection) -> Result<()> {
        let collection = projected.collection.id;
        let mut after = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
        let mut gathering = Gathering::of(&projected.collection, self.bulk.clone());
        while after < projected.head {
            let ctx = self.step(ctx).await?;
            let changes = self.catalog().changes(&ctx, collection, after, CHANGES).await?;
            if changes.iter().any(|change| change.kind == ChangeKind::Purged) {
                self.start_over(projected, after).await?;
            }
            self.gather(&mut gathering, &changes).await?;
            reach(FailPoint::EngineWordsGathered)?;
            let last = changes.last().map_or(after, |last| last.sequence);
            // Behind a part that is not full there was nothing more, up to the head that was read before.
            let is_full = changes.len() == CHANGES as usize;
            after = if is_full { last } else { last.max(projected.head) };
            let generation = self.generation;
            let mark = ProjectionMark { generation, watermark: after, average_length: 0.0, model: None };
            self.catalog().mark(&ctx, WORDS, collection, mark).await?;
            projected.mark = Some(mark);
        }
        Ok(())
    }

    /// Forgets the words of a collection, among which are those of documents that were purged, and gathers them again
    /// up to where they were gathered before.
    ///
    /// The mark stays where it is, before the purge: where this does not come to its end, the next pass does it again.
    async fn start_over(&mut self, projected: &ProjectedCollection, until: Sequence) -> Result<()> {
        let collection = &projected.collection;
        let ctx = CallContext::new(Principal::system_of(collection.tenant.clone()));
        self.catalog().forget_words(&ctx, collection.id).await?;
        self.known.forget(collection.id);
        let mut gathering = Gathering::of(collection, self.bulk.clone());
        let mut after = Sequence::ZERO;
        while after < until {
            let ctx = self.step(&CallContext::system()).await?;
            let mut changes = self.catalog().changes(&ctx, collection.id, after, CHANGES).await?;
            changes.retain(|change| change.sequence <= until);
            let Some(last) = changes.last() else { break };
            after = last.sequence;
            self.gather(&mut gathering, &changes).await?;
        }
        Ok(())
    }

    /// Stores the new words of the documents that have changed.
    async fn gather(&mut self, gathering: &mut Gathering, changes: &[Change]) -> Result<()> {
        let stored = stored(changes);
        let mut rest = &stored[..];
        while !rest.is_empty() {
            rest = gathering.take(&*self.stores.catalog, &self.known, rest).await?;
        }
        gathering.store(&*self.stores.catalog, &mut self.known).await
    }

    /// A context for the next call, while the engine runs and this process is the one that gathers.
    async fn step(&self, ctx: &CallContext) -> Result<CallContext> {
        if self.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "the engine is stopping"));
        }
        self.leadership.step(ctx, &*self.stores.clock).await
    }

    fn catalog(&self) -> &dyn DynCatalog {
        &*self.stores.catalog
    }
}

impl Passes for Pass {
    type Reached = Sequence;

    /// Gathers what is new in every collection, or sees whether the process that does so is done.
    ///
    /// Answers up to where this engine knows all words, if it does.
    async fn run(&mut self) -> Option<Sequence> {
        tokio::select! {
            () = self.stop.cancelled() => return None,
            () = tokio::time::sleep_until(self.rested) => {}
        }
        let reached = self.pass(&CallContext::system()).await;
        self.rested = Instant::now() + PAUSE;
        reached
    }

    fn forget(&mut self) {
        self.known = Known::default();
    }

    fn next(&self) -> Option<Instant> {
        self.patience.next().into_iter().chain(self.growing).min()
    }

    async fn resign(&self) {
        self.leadership.resign(&CallContext::system()).await;
    }
}
