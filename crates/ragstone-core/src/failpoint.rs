//! Named places where the crash suite lets a process die, or a call fail.
//!
//! Without the feature `failpoints` a place costs nothing and does nothing. With it, nothing happens either until the
//! program arms some of them; no library does that.

use crate::error::Result;

#[cfg(feature = "failpoints")]
mod armed;

#[cfg(feature = "failpoints")]
pub use self::armed::{Action, arm};

/// Declares the places, each with its name and what is true there.
macro_rules! places {
    ($($(#[doc = $doc:literal])+ $place:ident => $name:literal,)+) => {
        /// A place on the way of what must not get lost, doubled or told wrongly.
        ///
        /// Names are stable: `<crate>.<work>.<moment>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum FailPoint {
            $($(#[doc = $doc])+ $place,)+
        }

        impl FailPoint {
            /// Every place, from the arrival of a document to its index.
            pub const ALL: &'static [Self] = &[$(Self::$place,)+];

            /// The name by which a place is armed.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$place => $name,)+
                }
            }
        }
    };
}

places! {
    // ---- Server ----
    /// An upload has arrived whole, and no job is asked for yet.
    ServerUploadReceived => "server.upload.received",
    /// A write is done, and its answer is not sent yet.
    ServerAnswerReady => "server.answer.ready",
    /// The process that reads a document is about to be started.
    ServerExtractionStart => "server.extraction.start",
    /// That process has answered, and its answer is not looked at yet.
    ServerExtractionAnswered => "server.extraction.answered",

    // ---- Engine: ingest ----
    /// A document has been checked, and is not read yet.
    EngineIngestReceived => "engine.ingest.received",
    /// A document has been read and cut, and is not stored yet.
    EngineIngestExtracted => "engine.ingest.extracted",
    /// A batch of documents is durable, and nobody has been told.
    EngineIngestStored => "engine.ingest.stored",
    /// All files of a folder are stored, and what is gone is not deleted yet.
    EngineFolderStored => "engine.folder.stored",
    /// A deletion is durable, and nobody has been told.
    EngineDocumentDeleted => "engine.document.deleted",

    // ---- Engine: jobs ----
    /// A job is claimed, and its attempt has not begun.
    EngineJobClaimed => "engine.job.claimed",
    /// What a job works on was read, and the work has not begun.
    EngineJobRead => "engine.job.read",
    /// The work of a job is done, and the queue does not know.
    EngineJobPerformed => "engine.job.performed",
    /// The queue knows that a job has ended, and its worker has not gone on.
    EngineJobFinished => "engine.job.finished",

    // ---- Engine: projection ----
    /// A pass over all collections begins, such as the one that replays after a start.
    EngineProjectionPass => "engine.projection.pass",
    /// The index has a new generation, and the catalog does not know.
    EngineProjectionRebuilt => "engine.projection.rebuilt",
    /// Changes were read and weighed, and the index has none of them.
    EngineProjectionRead => "engine.projection.read",
    /// The index has taken changes, and is not flushed.
    EngineProjectionApplied => "engine.projection.applied",
    /// The index is flushed, and the mark has not moved.
    EngineProjectionFlushed => "engine.projection.flushed",
    /// The mark has moved, and the projector does not know.
    EngineProjectionMarked => "engine.projection.marked",
    /// The index of a deleted collection is gone, and the catalog still has its rows.
    EngineProjectionRemoved => "engine.projection.removed",

    // ---- Engine: embedding and words ----
    /// A pass of the embedding begins.
    EngineEmbeddingPass => "engine.embedding.pass",
    /// Vectors were computed, and are not stored.
    EngineEmbeddingComputed => "engine.embedding.computed",
    /// Vectors are stored, and the mark has not moved.
    EngineEmbeddingStored => "engine.embedding.stored",
    /// Words were gathered, and the mark has not moved.
    EngineWordsGathered => "engine.words.gathered",

    // ---- Catalog ----
    /// A step of the schema is taken, and the transaction goes on.
    CatalogMigrationStep => "catalog.migration.step",
    /// The schema is whole, and nothing is committed.
    CatalogMigrationCommit => "catalog.migration.commit",
    /// The schema is committed, and the catalog is not open yet.
    CatalogMigrationCommitted => "catalog.migration.committed",
    /// A transaction that writes has begun, and has written nothing.
    CatalogWriteBegun => "catalog.write.begun",
    /// A collection is created in a transaction that is not committed.
    CatalogCollectionCreated => "catalog.collection.created",
    /// A collection is hidden in a transaction that is not committed.
    CatalogCollectionHidden => "catalog.collection.hidden",
    /// The old content of documents is gone in a transaction that is not committed.
    CatalogPutRemoved => "catalog.put.removed",
    /// The rows of documents are written, their texts and chunks are not.
    CatalogPutRecorded => "catalog.put.recorded",
    /// Everything of a batch is written, and nothing is committed.
    CatalogPutCommit => "catalog.put.commit",
    /// A batch is committed, and its receipts are not handed out.
    CatalogPutCommitted => "catalog.put.committed",
    /// The content of a document is gone, its row is not buried, nothing is committed.
    CatalogDeleteRemoved => "catalog.delete.removed",
    /// A deletion is whole, and not committed.
    CatalogDeleteCommit => "catalog.delete.commit",
    /// A deletion is committed, and not handed out.
    CatalogDeleteCommitted => "catalog.delete.committed",
    /// A mark is written, and not committed.
    CatalogMarkCommit => "catalog.mark.commit",
    /// A mark is committed.
    CatalogMarkCommitted => "catalog.mark.committed",
    /// A part of a deleted collection is gone, and not committed.
    CatalogPurgeCommit => "catalog.purge.commit",
    /// Vectors are written, and not committed.
    CatalogEmbeddingsCommit => "catalog.embeddings.commit",
    /// Vectors are committed.
    CatalogEmbeddingsCommitted => "catalog.embeddings.committed",
    /// A job is written, its attachment is not.
    CatalogJobRecorded => "catalog.job.recorded",
    /// A job is whole, and not committed.
    CatalogJobEnqueueCommit => "catalog.job.enqueue-commit",
    /// A job is committed, and its receipt is not handed out.
    CatalogJobEnqueued => "catalog.job.enqueued",
    /// A claim is written, and not committed.
    CatalogJobClaimCommit => "catalog.job.claim-commit",
    /// A claim is committed, and not handed out.
    CatalogJobClaimed => "catalog.job.claimed",
    /// The change of a claimed job is written, and not committed.
    CatalogJobChangeCommit => "catalog.job.change-commit",
    /// The change of a claimed job is committed.
    CatalogJobChanged => "catalog.job.changed",

    // ---- Index ----
    /// The folder of a new target is empty.
    IndexCreateEmpty => "index.create.empty",
    /// The shard of a new target is made, and its state is not written.
    IndexCreateMade => "index.create.made",
    /// A shard was loaded, and its terms are not counted.
    IndexOpenLoaded => "index.open.loaded",
    /// New chunks are in, and the old ones of the same documents are, too.
    IndexApplyAdded => "index.apply.added",
    /// The old chunks are out, and the counts of terms are of before.
    IndexApplyRemoved => "index.apply.removed",
    /// The data is durable, and the checkpoint is not.
    IndexFlushData => "index.flush.data",
    /// The new state is written beside the old one.
    IndexStateWritten => "index.state.written",
    /// The new state is in its place.
    IndexStateReplaced => "index.state.replaced",
    /// The state of a target is gone, its files are not.
    IndexRemoveState => "index.remove.state",
    /// What was written is about to be sealed.
    IndexSealBegin => "index.seal.begin",
    /// It is sealed, and not flushed.
    IndexSealDone => "index.seal.done",
    /// Segments were merged, and are not flushed.
    IndexMergeDone => "index.merge.done",
}

impl FailPoint {
    /// The place of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|place| place.name() == name)
    }
}

/// Says that a place is reached.
///
/// Does nothing unless the place was armed; then it panics, ends the process, or answers with an
/// [`Unavailable`](crate::ErrorKind::Unavailable) that names the place, as a store that fails there would.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub fn reach(_place: FailPoint) -> Result<()> {
    Ok(())
}

/// Says that a place is reached.
///
/// Does nothing unless the place was armed; then it panics, ends the process, or answers with an
/// [`Unavailable`](crate::ErrorKind::Unavailable) that names the place, as a store that fails there would.
#[cfg(feature = "failpoints")]
pub fn reach(place: FailPoint) -> Result<()> {
    armed::reach(place)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_distinct_and_say_whose_they_are() {
        let names: BTreeSet<_> = FailPoint::ALL.iter().map(|place| place.name()).collect();
        assert_eq!(names.len(), FailPoint::ALL.len());
        for place in FailPoint::ALL {
            let parts: Vec<&str> = place.name().split('.').collect();
            assert!(
                parts.len() == 3 && ["server", "engine", "catalog", "index"].contains(&parts[0]),
                "{parts:?}"
            );
            assert_eq!(FailPoint::from_name(place.name()), Some(*place));
        }
        assert_eq!(FailPoint::from_name("catalog"), None);
    }
}
