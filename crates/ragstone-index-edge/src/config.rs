//! Settings of the index, with their limits.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the index lives and how much it may use.
#[derive(Clone, Debug)]
pub struct EdgeIndexConfig {
    root: PathBuf,
    max_open: NonZeroUsize,
    max_searches: NonZeroUsize,
    seal_after: NonZeroUsize,
    compact_after: Duration,
}

impl EdgeIndexConfig {
    /// Settings for the folder `root`, which is made if it is missing.
    ///
    /// Defaults: 64 open targets, 16 searches at a time, sealing after 10,000 chunks, compaction after 2 s.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            max_open: NonZeroUsize::MIN.saturating_add(63),
            max_searches: NonZeroUsize::MIN.saturating_add(15),
            seal_after: NonZeroUsize::MIN.saturating_add(9_999),
            compact_after: Duration::from_secs(2),
        }
    }

    /// Keeps at most this many targets open; the least recently used idle one is closed first.
    ///
    /// Targets in use are never closed, so more may be open for a moment.
    #[must_use]
    pub fn with_max_open(mut self, targets: NonZeroUsize) -> Self {
        self.max_open = targets;
        self
    }

    /// Runs at most this many searches and counts at a time; more wait their turn.
    #[must_use]
    pub fn with_max_searches(mut self, searches: NonZeroUsize) -> Self {
        self.max_searches = searches;
        self
    }

    /// Turns the writable part of a target into a compact one, in the background, after this many chunks.
    ///
    /// The cost of adding a chunk grows with the size of the writable part.
    #[must_use]
    pub fn with_seal_after(mut self, chunks: NonZeroUsize) -> Self {
        self.seal_after = chunks;
        self
    }

    /// Merges the compact parts of a target once nothing was sealed for this long.
    #[must_use]
    pub fn with_compact_after(mut self, idle: Duration) -> Self {
        self.compact_after = idle;
        self
    }

    /// Folder of the index.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Most open targets.
    pub fn max_open(&self) -> NonZeroUsize {
        self.max_open
    }

    /// Most searches and counts at a time.
    pub fn max_searches(&self) -> NonZeroUsize {
        self.max_searches
    }

    /// Chunks after which the writable part is sealed.
    pub fn seal_after(&self) -> NonZeroUsize {
        self.seal_after
    }

    /// Idle time before compact parts are merged.
    pub fn compact_after(&self) -> Duration {
        self.compact_after
    }
}
