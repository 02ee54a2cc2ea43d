//! One pass over all collections.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::change::{Change, ChangeKind, ProjectedCollection, ProjectionMark, ProjectionName};
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, DocumentId, Error, ErrorKind, GenerationId, Result, Sequence};
use ragstone_observability::{field, span};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::batch::Batch;
use crate::background::Passes;
use crate::leadership::Leadership;
use crate::patience::Patience;
use crate::semantics::Semantics;
use crate::stores::Stores;

/// How far the embedding of passages has come.
const EMBEDDINGS: ProjectionName = ProjectionName::new("embeddings");
/// Changes that are read at a time.
const CHANGES: u32 = 32;

/// What every pass needs, and what one pass leaves to the next.
pub(super) struct Pass {
    pub(super) stores: Stores,
    pub(super) semantics: Arc<Semantics>,
    projector: Arc<Notify>,
    stop: CancellationToken,
    leadership: Leadership,
    patience: Patience,
    /// Where documents came to stand in the feed when their vectors were stored, so that they are not read again.
    settled: HashMap<DocumentId, Sequence>,
}

impl Pass {
    pub(super) fn new(
        stores: Stores,
        semantics: Arc<Semantics>,
        projector: Arc<Notify>,
        stop: CancellationToken,
        leadership: Leadership,
    ) -> Self {
        let (patience, settled) = (Patience::default(), HashMap::new());
        Self { stores, semantics, projector, stop, leadership, patience, settled }
    }

    /// The head is read before the collections, so that all up to the head is in the list.
    async fn collections(&self, ctx: &CallContext) -> Result<(Sequence, Vec<ProjectedCollection>)> {
        let head = self.catalog().head(ctx).await?;
        let mut collections = self.catalog().projected_collections(ctx, EMBEDDINGS).await?;
        collections.retain(|projected| !projected.is_deleted);
        Ok((head, collections))
    }

    async fn collection(&mut self, ctx: &CallContext, projected: &ProjectedCollection) -> Result<()> {
        let collection = projected.collection.id;
        let generation = generation(&self.semantics);
        let mark = projected.mark.filter(|mark| mark.generation == generation);
        let mut after = mark.map_or(Sequence::ZERO, |mark| mark.watermark);
        while after < projected.head {
            let ctx = self.step(ctx).await?;
            let changes = self.catalog().changes(&ctx, collection, after, CHANGES).await?;
            let Some(last) = changes.last().copied() else { break };
            self.embed(projected, &changes).await?;
            after = last.sequence;
            let model = Some(*self.semantics.model());
            let mark = ProjectionMark { generation, watermark: after, average_length: 0.0, model };
            self.catalog().mark(&ctx, EMBEDDINGS, collection, mark).await?;
        }
        Ok(())
    }

    async fn embed(&mut self, projected: &ProjectedCollection, changes: &[Change]) -> Result<()> {
        let mut batch = Batch::new(self, &projected.collection);
        for change in changes {
            let is_settled = self.settled.get(&change.document) == Some(&change.sequence);
            if change.kind == ChangeKind::Stored && !is_settled {
                batch.add(change.document).await?;
            }
        }
        let stored = batch.store().await?;
        if !stored.is_empty() {
            self.projector.notify_one();
        }
        self.settled.extend(stored);
        Ok(())
    }

    /// A context for the next call, while the engine runs and this process is the one that embeds.
    pub(super) async fn step(&self, ctx: &CallContext) -> Result<CallContext> {
        if self.stop.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "the engine is stopping"));
        }
        self.leadership.step(ctx, &*self.stores.clock).await
    }

    pub(super) fn catalog(&self) -> &dyn DynCatalog {
        &*self.stores.catalog
    }
}

impl Passes for Pass {
    type Reached = Sequence;

    /// Embeds what is new in every collection, or sees whether the process that does so is done.
    ///
    /// Answers up to where all passages have vectors, if they have. One failing collection does not stop the others.
    async fn run(&mut self) -> Option<Sequence> {
        let ctx = CallContext::system();
        let leads = self.leadership.take(&ctx).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot tell which process embeds");
            false
        });
        let (head, collections) = match self.collections(&ctx).await {
            Ok(listed) => listed,
            Err(error) => {
                tracing::warn!(%error, "cannot read the change feed");
                return None;
            }
        };
        if !leads {
            return collections.iter().all(|projected| !projected.is_behind()).then_some(head);
        }
        let mut is_whole = true;
        for projected in collections {
            let id = projected.collection.id;
            if self.stop.is_cancelled() || !self.patience.allows(id) {
                is_whole = false;
                continue;
            }
            let round = tracing::debug_span!(span::EMBED, { field::COLLECTION_ID } = %id);
            match self.collection(&ctx, &projected).instrument(round).await {
                Ok(()) => self.patience.succeeded(id),
                Err(error) if self.leadership.is_lost(&error) || error.kind() == ErrorKind::Cancelled => {
                    return None;
                }
                Err(error) => {
                    tracing::warn!(collection.id = %id, %error, "cannot embed the passages of the collection");
                    self.patience.failed(id);
                    is_whole = false;
                }
            }
        }
        self.settled.clear();
        is_whole.then_some(head)
    }

    fn next(&self) -> Option<Instant> {
        self.patience.next()
    }

    async fn resign(&self) {
        self.leadership.resign(&CallContext::system()).await;
    }
}

/// Another model begins the feed from its start.
fn generation(semantics: &Semantics) -> GenerationId {
    GenerationId::derive(semantics.model())
}
