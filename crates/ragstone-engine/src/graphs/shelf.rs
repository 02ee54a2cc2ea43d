//! Graphs in memory, each as far as its log was read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use moka::future::Cache;
use ragstone_core::GraphId;
use tokio::sync::Mutex;

use super::log::Log;
use super::view::View;

/// Time after which a graph that nobody asks for leaves, such as one that was deleted.
const IDLE: Duration = Duration::from_mins(15);
/// What a graph takes besides its nodes and edges, in KiB.
const OVERHEAD: u32 = 4;

/// Graphs that were asked for lately, up to so many bytes.
pub(super) struct Shelf {
    kept: Cache<GraphId, Arc<Held>>,
}

/// One graph. The lock is held while it is brought further, so that its log is read once for all who wait.
pub(super) struct Held {
    pub(super) log: Mutex<Log>,
    /// What it took when it was weighed last, in KiB.
    size: AtomicU32,
    /// Whether a snapshot of it is being stored.
    pub(super) is_compacting: AtomicBool,
}

impl Shelf {
    pub(super) fn new(kept_bytes: u64) -> Self {
        let kept = Cache::builder()
            .weigher(|_, held: &Arc<Held>| held.size.load(Ordering::Relaxed))
            .max_capacity(kept_bytes >> 10)
            .time_to_idle(IDLE)
            .build();
        Self { kept }
    }

    pub(super) async fn take(&self, id: GraphId) -> Arc<Held> {
        let unread = async {
            let (size, is_compacting) = (AtomicU32::new(OVERHEAD), AtomicBool::new(false));
            Arc::new(Held { log: Mutex::default(), size, is_compacting })
        };
        self.kept.get_with(id, unread).await
    }

    /// Weighs a graph anew, which may make others leave.
    pub(super) async fn weigh(&self, id: GraphId, held: &Arc<Held>, view: &View) {
        let size = u32::try_from(view.memory() >> 10).unwrap_or(u32::MAX).saturating_add(OVERHEAD);
        // Small changes of one that is kept are not worth the bookkeeping.
        let before = held.size.load(Ordering::Relaxed);
        if before.abs_diff(size) > before / 8 {
            held.size.store(size, Ordering::Relaxed);
            self.kept.insert(id, Arc::clone(held)).await;
        }
    }
}
