//! The change feed of the in-memory catalog.

use std::ops::Bound;

use super::MemoryCatalog;
use super::catalog::{CollectionEntry, missing_collection};
use crate::change::{Change, ProjectedCollection, ProjectionMark, ProjectionName};
use crate::context::CallContext;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{CollectionId, Sequence};
use crate::port::ChangeFeed;

impl ChangeFeed for MemoryCatalog {
    async fn head(&self, _ctx: &CallContext) -> Result<Sequence> {
        Ok(self.state().head)
    }

    async fn projected_collections(
        &self,
        _ctx: &CallContext,
        projection: ProjectionName,
    ) -> Result<Vec<ProjectedCollection>> {
        let state = self.state();
        Ok(state.collections.values().map(|entry| entry.projected(projection)).collect())
    }

    async fn projected(
        &self,
        _ctx: &CallContext,
        projection: ProjectionName,
        collections: &[CollectionId],
    ) -> Result<Vec<ProjectedCollection>> {
        let state = self.state();
        let known = collections.iter().filter_map(|id| state.collections.get(id));
        Ok(known.map(|entry| entry.projected(projection)).collect())
    }

    async fn changes(
        &self,
        _ctx: &CallContext,
        collection: CollectionId,
        after: Sequence,
        limit: u32,
    ) -> Result<Vec<Change>> {
        let state = self.state();
        let Some(entry) = state.collections.get(&collection) else {
            return Ok(Vec::new());
        };
        let behind = entry.changes.range((Bound::Excluded(after), Bound::Unbounded));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(behind.take(limit).map(|(_, change)| *change).collect())
    }

    async fn mark(
        &self,
        _ctx: &CallContext,
        projection: ProjectionName,
        collection: CollectionId,
        mark: ProjectionMark,
    ) -> Result<()> {
        let mut state = self.state();
        let entry = state.collections.get_mut(&collection).ok_or_else(|| missing_collection(collection))?;
        let goes_back = entry
            .marks
            .get(&projection)
            .is_some_and(|held| held.generation == mark.generation && held.watermark > mark.watermark);
        if !goes_back {
            entry.marks.insert(projection, mark);
            entry.prune();
        }
        Ok(())
    }

    async fn purge_collection(&self, _ctx: &CallContext, collection: CollectionId) -> Result<()> {
        let mut state = self.state();
        if state.collections.get(&collection).is_some_and(|entry| !entry.is_deleted) {
            let error = Error::new(ErrorKind::FailedPrecondition, "collection was not deleted");
            return Err(error.with_context("collection", collection));
        }
        state.collections.remove(&collection);
        Ok(())
    }
}

impl CollectionEntry {
    fn projected(&self, projection: ProjectionName) -> ProjectedCollection {
        ProjectedCollection {
            collection: self.collection.clone(),
            is_deleted: self.is_deleted,
            head: self.head,
            mark: self.marks.get(&projection).copied(),
        }
    }

    /// Drops the deletions that every projection of this collection has passed.
    fn prune(&mut self) {
        let Some(passed) = self.marks.values().map(|mark| mark.watermark).min() else {
            return;
        };
        let changes = &mut self.changes;
        self.tombstones.retain(|_, stone| {
            let is_kept = stone.sequence > passed;
            if !is_kept {
                changes.remove(&stone.sequence);
            }
            is_kept
        });
    }
}
