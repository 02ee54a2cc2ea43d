//! One pass over all collections.

use ragstone_core::change::ProjectedCollection;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, Result, Sequence};
use tokio_util::sync::CancellationToken;

use super::CHUNK_INDEX;
use super::collection::CollectionPass;
use crate::stores::Stores;

/// What every pass needs.
pub(super) struct Pass {
    pub(super) stores: Stores,
    pub(super) length_drift: f32,
    pub(super) stop: CancellationToken,
}

impl Pass {
    pub(super) fn new(stores: Stores, length_drift: f32, stop: CancellationToken) -> Self {
        Self { stores, length_drift, stop }
    }

    /// Brings every collection up to date and returns the sequence up to which all of them are.
    ///
    /// One failing collection does not stop the others; it is tried again in the next pass.
    /// `None` when even the list of collections could not be read.
    pub(super) async fn run(&self) -> Option<Sequence> {
        let ctx = CallContext::system();
        let listed = self.behind(&ctx).await;
        let (head, behind) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                tracing::error!(%error, "cannot read the change feed");
                return None;
            }
        };
        let mut reached = head;
        for projected in behind {
            let id = projected.collection.id;
            let from = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
            if self.stop.is_cancelled() {
                return None;
            }
            if let Err(error) = CollectionPass::new(self, &ctx, projected).run().await {
                tracing::error!(collection.id = %id, %error, "cannot project the collection");
                reached = reached.min(from);
            }
        }
        (!self.stop.is_cancelled()).then_some(reached)
    }

    /// Reads the head before the collections, so that all up to the head is in the list.
    async fn behind(&self, ctx: &CallContext) -> Result<(Sequence, Vec<ProjectedCollection>)> {
        let catalog: &dyn DynCatalog = &*self.stores.catalog;
        let head = catalog.head(ctx).await?;
        let all = catalog.projected_collections(ctx, CHUNK_INDEX).await?;
        let mut behind = Vec::new();
        for projected in all {
            if projected.is_behind() || self.is_lost(ctx, &projected).await {
                behind.push(projected);
            }
        }
        Ok((head, behind))
    }

    /// Whether the index does not have what the catalog says it has.
    async fn is_lost(&self, ctx: &CallContext, projected: &ProjectedCollection) -> bool {
        let target = super::collection::target(&projected.collection);
        let Some(mark) = projected.mark else { return true };
        match self.stores.index.state(ctx, &target).await {
            Ok(Some(state)) => state.generation != mark.generation || state.checkpoint < mark.watermark,
            Ok(None) | Err(_) => true,
        }
    }
}
