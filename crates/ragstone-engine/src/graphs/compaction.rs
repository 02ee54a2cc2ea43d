//! Snapshots in the place of logs that have grown long.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ragstone_core::graph::GraphEntry;
use ragstone_core::port::DynCatalog;
use ragstone_core::{CallContext, Clock, Principal, Result};

use super::change::{count, snapshot};
use super::shelf::Held;
use super::view::View;
use crate::engine::Engine;

/// Time that storing a snapshot may take.
const PATIENCE: Duration = Duration::from_mins(5);

impl Engine {
    /// Has a snapshot of a version stored in the place of all before it, in a task that the engine waits for when it closes.
    ///
    /// A failure leaves the log as it is, which is as good; the next attempt comes when it is twice as long.
    pub(super) fn compact(&self, entry: &GraphEntry, view: View, held: Arc<Held>) {
        if held.is_compacting.swap(true, Ordering::AcqRel) {
            return;
        }
        let stores = &self.shared.stores;
        let (catalog, clock) = (Arc::clone(&stores.catalog), Arc::clone(&stores.clock));
        let entry = entry.clone();
        self.shared.graphs.compactions.spawn(async move {
            let len = match store(&*catalog, &*clock, &entry, view).await {
                Ok(len) => len,
                Err(error) => {
                    tracing::warn!(graph.id = %entry.id, %error, "the log of a graph stays long");
                    entry.log_len
                }
            };
            held.log.lock().await.compacted(len);
            held.is_compacting.store(false, Ordering::Release);
        });
    }
}

/// Stores a snapshot and answers with its length.
async fn store(catalog: &dyn DynCatalog, clock: &dyn Clock, entry: &GraphEntry, view: View) -> Result<u64> {
    let ctx = CallContext::new(Principal::system_of(entry.tenant.clone())).with_timeout(clock, PATIENCE);
    let version = view.version;
    let parts = snapshot(view.graph).await?;
    let len = parts.iter().map(|part| count(part.len())).sum();
    catalog.compact_graph(&ctx, entry.id, version, parts).await?;
    Ok(len)
}
