//! Background care of a shard: sealing what was written, merging what was sealed.

use std::sync::atomic::Ordering;

use qdrant_edge::EdgeOptimizersConfig;
use ragstone_core::Result;

use super::Shard;
use crate::fault;

/// Segments that a growing shard may have: fewer would be merged again and again, more would slow searches.
const SEGMENTS_WHILE_GROWING: usize = 16;
/// Segments of which none is merged.
const ANY_SEGMENTS: usize = 1_000_000;
/// Segments of a shard at rest: a compact one and the writable one.
const SEGMENTS_AT_REST: usize = 2;
/// Size in KiB from which the writable segment is worth sealing.
const SEAL_FROM: usize = 256;
/// Full journal files that are worth closing the shard for; 4 MiB each.
const JOURNALS_TO_TRIM: usize = 32;

/// Settings of Edge while chunks come in.
pub(super) fn while_growing() -> EdgeOptimizersConfig {
    settings(SEGMENTS_WHILE_GROWING)
}

fn settings(segments: usize) -> EdgeOptimizersConfig {
    EdgeOptimizersConfig {
        default_segment_number: Some(segments),
        indexing_threshold: Some(SEAL_FROM),
        ..EdgeOptimizersConfig::default()
    }
}

impl Shard {
    /// Whether `chunks` or more were written since the last sealing.
    pub(crate) fn has_unsealed(&self, chunks: usize) -> bool {
        self.unsealed.load(Ordering::Acquire) >= chunks
    }

    /// Makes the writable segment a compact one, and merges some where there are many. Searches and writers go on
    /// beside it.
    ///
    /// Sealed first and by itself: each chunk that Edge puts into a writable segment costs it time for all chunks there
    /// that share a term (`PostingList::upsert`), and the segment grows as long as merging takes.
    pub(crate) fn seal(&self) -> Result<()> {
        self.unsealed.store(0, Ordering::Release);
        self.optimize(ANY_SEGMENTS)?;
        self.optimize(SEGMENTS_WHILE_GROWING)
    }

    /// Merges segments. Searches and writers go on beside it; it costs seconds for each 100,000 chunks.
    pub(crate) fn compact(&self) -> Result<()> {
        self.optimize(SEGMENTS_AT_REST)
    }

    /// Whether so much journal has gathered that the shard should be closed to drop it.
    pub(crate) fn is_journal_long(&self) -> bool {
        self.folder.full_journals() >= JOURNALS_TO_TRIM
    }

    fn optimize(&self, segments: usize) -> Result<()> {
        self.edge.set_optimizers_config(settings(segments)).map_err(fault::of_edge)?;
        self.edge.optimize().map_err(fault::of_edge)?;
        Ok(())
    }
}
