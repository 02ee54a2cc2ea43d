//! Settings of the index, with their limits.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ragstone_core::Result;
use tokio::runtime::Handle;

use crate::fault;

/// Where the index lives and how much it may use.
#[derive(Clone, Debug)]
pub struct EdgeIndexConfig {
    root: PathBuf,
    max_open: NonZeroUsize,
    max_searches: NonZeroUsize,
    seal_after: NonZeroUsize,
    compact_after: Duration,
    room: Option<Room>,
    writes: Option<Handle>,
}

/// The free space that has to be left.
#[derive(Clone, Copy, Debug)]
struct Room {
    least: u64,
    free_bytes: fn(&Path) -> Option<u64>,
}

impl EdgeIndexConfig {
    /// Settings for the folder `root`, which is made if it is missing.
    ///
    /// Defaults: 64 open targets, 16 searches at a time, sealing after 4,000 chunks, compaction after 2 s.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            max_open: NonZeroUsize::MIN.saturating_add(63),
            max_searches: NonZeroUsize::MIN.saturating_add(15),
            seal_after: NonZeroUsize::MIN.saturating_add(3_999),
            compact_after: Duration::from_secs(2),
            room: None,
            writes: None,
        }
    }

    /// Writes on blocking tasks of this runtime, such as one whose threads give way to those that search; it must outlive
    /// the index.
    #[must_use]
    pub fn with_writes_on(mut self, runtime: Handle) -> Self {
        self.writes = Some(runtime);
        self
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

    /// Refuses changes with `ReadOnly` while the disk of the folder has less than `least` free bytes, by `free_bytes`;
    /// where that knows no answer, nothing is refused.
    ///
    /// The index writes through memory that is mapped to files: on a disk without a free block the system ends the
    /// process for that.
    #[must_use]
    pub fn with_least_free(mut self, least: u64, free_bytes: fn(&Path) -> Option<u64>) -> Self {
        self.room = Some(Room { least, free_bytes });
        self
    }

    /// Runtime of what writes, where it is one of its own.
    pub(crate) fn writes(&self) -> Option<&Handle> {
        self.writes.as_ref()
    }

    /// `ReadOnly` where too little space is left for a change.
    pub(crate) fn check_room(&self) -> Result<()> {
        let Some(Room { least, free_bytes }) = self.room else { return Ok(()) };
        match free_bytes(&self.root) {
            Some(free) if free < least => Err(fault::full().with_context("free_bytes", free)),
            _ => Ok(()),
        }
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
