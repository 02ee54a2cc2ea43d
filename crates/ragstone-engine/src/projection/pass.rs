//! One pass over all collections.

use std::collections::HashSet;

use ragstone_core::change::ProjectedCollection;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, CollectionId, Result, Sequence};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::CHUNK_INDEX;
use super::collection::CollectionPass;
use super::patience::Patience;
use super::rebuilding::Rebuilding;
use crate::stores::Stores;

/// What every pass needs, and what one pass leaves to the next.
pub(super) struct Pass {
    pub(super) stores: Stores,
    pub(super) length_drift: f32,
    pub(super) stop: CancellationToken,
    pub(super) rebuilding: Rebuilding,
    /// Collections whose index was found whole; the others are looked at even when nothing has changed.
    settled: HashSet<CollectionId>,
    patience: Patience,
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
        length_drift: f32,
        stop: CancellationToken,
        rebuilding: Rebuilding,
    ) -> Self {
        Self {
            stores,
            length_drift,
            stop,
            rebuilding,
            settled: HashSet::new(),
            patience: Patience::default(),
        }
    }

    /// Brings every collection up to date.
    ///
    /// One failing collection does not stop the others; it is tried again after a pause that grows.
    /// `None` when even the list of collections could not be read, or the engine stops.
    pub(super) async fn run(&mut self) -> Option<Reached> {
        let ctx = CallContext::system();
        let (head, behind) = match self.behind(&ctx).await {
            Ok(listed) => listed,
            Err(error) => {
                tracing::error!(%error, "cannot read the change feed");
                return None;
            }
        };
        self.patience.keep(|id| behind.iter().any(|projected| projected.collection.id == id));
        let mut failing: Option<Sequence> = None;
        for projected in behind {
            let id = projected.collection.id;
            let from = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
            if !self.patience.allows(id) {
                failing = least(failing, from);
                continue;
            }
            let outcome = CollectionPass::new(self, &ctx, projected).run().await;
            if self.stop.is_cancelled() {
                return None;
            }
            match outcome {
                Ok(()) => {
                    self.settled.insert(id);
                    self.patience.succeeded(id);
                }
                Err(error) => {
                    tracing::error!(collection.id = %id, %error, "cannot project the collection");
                    self.settled.remove(&id);
                    self.patience.failed(id);
                    failing = least(failing, from);
                }
            }
        }
        Some(Reached { indexed: head, failing })
    }

    /// When a failing collection may be tried again.
    pub(super) fn next_attempt(&self) -> Option<Instant> {
        self.patience.next()
    }

    /// Reads the head before the collections, so that all up to the head is in the list.
    async fn behind(&self, ctx: &CallContext) -> Result<(Sequence, Vec<ProjectedCollection>)> {
        let catalog: &dyn DynCatalog = &*self.stores.catalog;
        let head = catalog.head(ctx).await?;
        let mut collections = catalog.projected_collections(ctx, CHUNK_INDEX).await?;
        collections
            .retain(|projected| projected.is_behind() || !self.settled.contains(&projected.collection.id));
        Ok((head, collections))
    }
}

fn least(failing: Option<Sequence>, from: Sequence) -> Option<Sequence> {
    Some(failing.map_or(from, |least| least.min(from)))
}
