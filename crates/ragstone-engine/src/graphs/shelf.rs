//! Graphs in memory, each as far as its log was read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use moka::future::Cache;
use ragstone_core::GraphId;
use tokio::sync::Mutex;

use super::log::Log;

/// What a graph takes besides its nodes and edges, in KiB.
const OVERHEAD: u32 = 4;

/// Graphs that were asked for lately, up to so many bytes.
pub(super) struct Shelf {
    kept: Cache<GraphId, Arc<Held>>,
}

/// One graph. The lock is held while it is brought further, so that its log is read once for all who wait.
pub(super) struct Held {
    pub(super) log: Mutex<Log>,
    /// What it takes, in KiB.
    size: AtomicU32,
}

impl Shelf {
    pub(super) fn new(kept_bytes: u64) -> Self {
        let kept = Cache::builder()
            .weigher(|_, held: &Arc<Held>| held.size.load(Ordering::Relaxed))
            .max_capacity(kept_bytes >> 10)
            .build();
        Self { kept }
    }

    pub(super) async fn take(&self, id: GraphId) -> Arc<Held> {
        let unread = async { Arc::new(Held { log: Mutex::default(), size: AtomicU32::new(OVERHEAD) }) };
        self.kept.get_with(id, unread).await
    }

    /// Weighs a graph anew, which may make others leave.
    pub(super) async fn weigh(&self, id: GraphId, held: &Arc<Held>, bytes: usize) {
        let size = u32::try_from(bytes >> 10).unwrap_or(u32::MAX).saturating_add(OVERHEAD);
        // Small changes of one that is kept are not worth the bookkeeping.
        let before = held.size.swap(size, Ordering::Relaxed);
        if before.abs_diff(size) > before / 8 {
            self.kept.insert(id, Arc::clone(held)).await;
        }
    }

    pub(super) async fn forget(&self, id: GraphId) {
        self.kept.invalidate(&id).await;
    }
}
