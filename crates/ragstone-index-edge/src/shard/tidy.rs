//! Background care of a shard: sealing what was written, merging what was sealed, erasing what was removed.

use std::sync::atomic::Ordering;

use qdrant_edge::{EdgeOptimizersConfig, PointId, PointOperations, UpdateOperation};
use ragstone_core::Result;
use ragstone_core::failpoint::{FailPoint, reach};

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
/// Ids, which no chunk has, that take more than a file of the journal, at 9 bytes each.
const FILLING_IDS: usize = super::JOURNAL_CAPACITY / 8;

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
        reach(FailPoint::IndexSealBegin)?;
        self.unsealed.store(0, Ordering::Release);
        self.optimize(ANY_SEGMENTS)?;
        reach(FailPoint::IndexSealDone)?;
        self.optimize(SEGMENTS_WHILE_GROWING)
    }

    /// Merges segments. Searches and writers go on beside it; it costs seconds for each 100,000 chunks.
    pub(crate) fn compact(&self) -> Result<()> {
        self.optimize(SEGMENTS_AT_REST)?;
        reach(FailPoint::IndexMergeDone)
    }

    /// Writes every segment anew that holds removed chunks. Searches and writers go on beside it; it costs seconds for
    /// each 100,000 chunks of those segments.
    pub(crate) fn vacuum(&self) -> Result<()> {
        self.optimize_by(EdgeOptimizersConfig {
            deleted_threshold: Some(0.0),
            vacuum_min_vector_number: Some(0),
            ..settings(ANY_SEGMENTS)
        })?;
        self.edge.set_optimizers_config(while_growing()).map_err(fault::of_edge)
    }

    /// Fills the journal until what was written before is in full files that closing and opening the shard removes. The
    /// caller keeps other writers out.
    ///
    /// The newest full file stays, and so it must be a filling, too. Each is larger than a file, and removes nothing.
    pub(crate) fn outgrow_journal(&self) -> Result<()> {
        for _ in 0..2 {
            let ids = vec![PointId::NumId(u64::MAX); FILLING_IDS];
            let filling = UpdateOperation::PointOperation(PointOperations::DeletePoints { ids });
            self.edge.update(filling).map_err(fault::of_edge)?;
        }
        Ok(())
    }

    /// Whether so much journal has gathered that the shard should be closed to drop it.
    pub(crate) fn is_journal_long(&self) -> bool {
        self.folder.full_journals() >= JOURNALS_TO_TRIM
    }

    fn optimize(&self, segments: usize) -> Result<()> {
        self.optimize_by(settings(segments))
    }

    fn optimize_by(&self, settings: EdgeOptimizersConfig) -> Result<()> {
        self.edge.set_optimizers_config(settings).map_err(fault::of_edge)?;
        self.edge.optimize().map_err(fault::of_edge)?;
        Ok(())
    }
}
