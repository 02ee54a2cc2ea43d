//! How far an attempt is.

use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_core::job::JobProgress;

use crate::ingest::IngestProgress;

/// Files that were found and done; written by the work, read by who renews its claim.
#[derive(Debug, Default)]
pub(super) struct Progress {
    found: AtomicU64,
    done: AtomicU64,
}

impl Progress {
    pub(super) fn now(&self) -> JobProgress {
        let found = self.found.load(Ordering::Relaxed);
        JobProgress { done: self.done.load(Ordering::Relaxed), total: (found > 0).then_some(found) }
    }
}

impl IngestProgress for Progress {
    fn discovered(&self, files: u64, _bytes: u64) {
        self.found.store(files, Ordering::Relaxed);
    }

    fn processed(&self, files: u64, _bytes: u64) {
        self.done.store(files, Ordering::Relaxed);
    }
}
