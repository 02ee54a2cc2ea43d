//! One pass over all collections.

use std::collections::HashSet;

use ragstone_core::change::ProjectedCollection;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, CollectionId, Result, Sequence};
use ragstone_observability::{field, metric, span};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::CHUNK_INDEX;
use super::collection::CollectionPass;
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
        Self { stores, length_drift, stop, rebuilding, settled: HashSet::new() }
    }

    /// Brings every collection up to date.
    ///
    /// One failing collection does not stop the others; it is tried again in the next pass.
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
        let mut failing: Option<Sequence> = None;
        let mut lag: u64 = behind.iter().map(lag_of).sum();
        show_lag(lag);
        for projected in behind {
            let id = projected.collection.id;
            let from = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
            let its_lag = lag_of(&projected);
            let round = tracing::debug_span!(span::PROJECT, { field::COLLECTION_ID } = %id);
            let outcome = CollectionPass::new(self, &ctx, projected).run().instrument(round).await;
            if self.stop.is_cancelled() {
                return None;
            }
            match outcome {
                Ok(()) => {
                    self.settled.insert(id);
                    lag -= its_lag;
                    show_lag(lag);
                }
                Err(error) => {
                    count_failure();
                    tracing::error!(collection.id = %id, %error, "cannot project the collection");
                    self.settled.remove(&id);
                    failing = Some(failing.map_or(from, |least| least.min(from)));
                }
            }
        }
        Some(Reached { indexed: head, failing })
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

/// Changes of a collection that the projection has still to see, counted in sequence numbers.
fn lag_of(projected: &ProjectedCollection) -> u64 {
    let seen = projected.mark.map_or(Sequence::ZERO, |mark| mark.watermark);
    projected.head.0.saturating_sub(seen.0)
}

fn show_lag(lag: u64) {
    // A gauge is a floating-point number; beyond 32 bits nobody counts.
    let lag = u32::try_from(lag).unwrap_or(u32::MAX);
    metrics::gauge!(metric::PROJECTION_LAG.name, metric::PROJECTION => CHUNK_INDEX.as_str()).set(lag);
}

fn count_failure() {
    metrics::counter!(metric::PROJECTION_FAILURES.name, metric::PROJECTION => CHUNK_INDEX.as_str())
        .increment(1);
}
