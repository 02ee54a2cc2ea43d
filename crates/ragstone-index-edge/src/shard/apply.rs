//! Changing a shard: replacing and removing the chunks of documents.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use qdrant_edge::{
    Condition, FieldCondition, Filter as EdgeFilter, Match, PayloadSchemaType, PointId,
    PointInsertOperations, PointOperations, PointStructPersisted, ScrollRequest, UpdateOperation,
    WithPayloadInterface, WithVector,
};
use ragstone_core::Result;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::index::keyword::StoredAttributes;
use ragstone_core::index::{DocumentChange, IndexOperation};

use super::{Shard, create_index, lock};
use crate::{fault, point};

/// Chunks that are written at a time.
const BATCH_CHUNKS: usize = 512;
/// Documents that are looked up at a time.
const BATCH_DOCUMENTS: usize = 256;
/// Points read at a time.
const READ_PAGE: usize = 4096;
/// Most fields of numbers and of values that are indexed; ranges over others, and counts of them, are exact but slower.
const MAX_INDEXED_FIELDS: usize = 128;

/// A point that is there, with its terms.
struct Stored {
    id: PointId,
    terms: Vec<u32>,
}

/// A write that leaves the shard suspect if it ends, by an error or a panic, before it succeeds.
struct Attempt<'a> {
    is_suspect: &'a AtomicBool,
}

impl Attempt<'_> {
    fn succeed(self) {
        std::mem::forget(self);
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.is_suspect.store(true, Ordering::Release);
    }
}

impl Shard {
    /// Applies operations; the caller keeps other writers out. Applying them again gives the same state.
    ///
    /// New chunks are written before old ones go, so that a search beside it never misses the document.
    pub(crate) fn apply(&self, operations: Vec<IndexOperation>) -> Result<()> {
        let schema = self.state().schema;
        for operation in &operations {
            operation.check(schema)?;
        }
        let changes = DocumentChange::last_of(operations)?;
        if self.has_saved_terms.load(Ordering::Acquire) {
            self.folder.forget_terms()?;
            self.has_saved_terms.store(false, Ordering::Release);
        }
        let attempt = Attempt { is_suspect: &self.is_suspect };
        for batch in DocumentChange::batches(changes, BATCH_CHUNKS, BATCH_DOCUMENTS) {
            self.apply_batch(batch)?;
        }
        attempt.succeed();
        Ok(())
    }

    fn apply_batch(&self, batch: Vec<DocumentChange>) -> Result<()> {
        let stored = self.stored_chunks(&batch)?;
        let mut fresh_terms = Vec::new();
        let mut points = Vec::new();
        for change in batch {
            let Some(replacement) = change.replacement else {
                continue;
            };
            let stored = StoredAttributes::of(change.document, &replacement.attributes);
            self.index_fields(&stored)?;
            let (first, other) = point::payloads(replacement.version, stored);
            let payloads = std::iter::once(first).chain(std::iter::repeat(other));
            for (chunk, payload) in replacement.chunks.into_iter().zip(payloads) {
                fresh_terms.push(chunk.keyword.indices().to_vec());
                points.push(point::of_chunk(chunk, payload)?);
            }
        }
        let kept: HashSet<PointId> = points.iter().map(|point| point.id).collect();
        let stale: Vec<PointId> =
            stored.iter().map(|chunk| chunk.id).filter(|id| !kept.contains(id)).collect();
        self.unsealed.fetch_add(points.len() + stale.len(), Ordering::AcqRel);
        self.upsert(points)?;
        reach(FailPoint::IndexApplyAdded)?;
        self.delete(stale)?;
        reach(FailPoint::IndexApplyRemoved)?;
        let mut statistics = self.statistics_mut();
        for chunk in &stored {
            statistics.subtract(&chunk.terms);
        }
        for terms in &fresh_terms {
            statistics.add(terms);
        }
        Ok(())
    }

    fn stored_chunks(&self, batch: &[DocumentChange]) -> Result<Vec<Stored>> {
        if self.statistics().chunks() == 0 {
            return Ok(Vec::new());
        }
        let documents: Vec<String> = batch.iter().map(|change| change.document.to_string()).collect();
        let of_documents = FieldCondition::new_match(point::path(point::DOCUMENT), Match::from(documents));
        let filter = EdgeFilter::new_must(Condition::Field(of_documents));
        let mut stored = Vec::new();
        let mut offset = None;
        loop {
            let page = ScrollRequest {
                offset,
                limit: Some(READ_PAGE),
                filter: Some(filter.clone()),
                with_payload: Some(WithPayloadInterface::Bool(false)),
                with_vector: WithVector::Bool(true),
                order_by: None,
            };
            let (records, next) = self.edge.scroll(page).map_err(fault::of_edge)?;
            stored.extend(
                records
                    .into_iter()
                    .map(|record| Stored { id: record.id, terms: point::terms(record.vector).0 }),
            );
            if next.is_none() {
                return Ok(stored);
            }
            offset = next;
        }
    }

    /// Sees to it that ranges over the numbers of these attributes, and counts of their values, have an index.
    fn index_fields(&self, attributes: &StoredAttributes) -> Result<()> {
        let numbers = attributes.numbers.iter().map(|(field, _)| (field, PayloadSchemaType::Float));
        let values = attributes.facets.iter().map(|(field, _)| (field, PayloadSchemaType::Keyword));
        let mut indexed = lock(&self.indexed);
        for (field, schema) in numbers.chain(values) {
            if !indexed.contains(field) && indexed.len() < MAX_INDEXED_FIELDS {
                create_index(&self.edge, point::path(field), schema)?;
                indexed.insert(field.clone());
            }
        }
        Ok(())
    }

    fn upsert(&self, points: Vec<PointStructPersisted>) -> Result<()> {
        let mut points = points.into_iter().peekable();
        while points.peek().is_some() {
            let batch = points.by_ref().take(BATCH_CHUNKS).collect();
            let upsert = PointOperations::UpsertPoints(PointInsertOperations::PointsList(batch));
            self.edge.update(UpdateOperation::PointOperation(upsert)).map_err(fault::of_edge)?;
        }
        Ok(())
    }

    fn delete(&self, ids: Vec<PointId>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let delete = PointOperations::DeletePoints { ids };
        self.edge.update(UpdateOperation::PointOperation(delete)).map_err(fault::of_edge)
    }
}
