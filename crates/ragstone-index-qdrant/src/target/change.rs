//! Changing the chunks of a target. The caller holds the write permit.

use std::collections::HashSet;
use std::time::Duration;

use prost::Message;
use qdrant_client::qdrant::{PointId, PointStruct};
use ragstone_core::index::keyword::StoredAttributes;
use ragstone_core::index::{DocumentChange, IndexOperation, IndexTarget};
use ragstone_core::{DocumentId, Error, ErrorKind, Result, Retry, Sequence};

use super::{ID_PAGE, Stored, Targets};
use crate::batch;
use crate::slot::{Slot, Unsettled};
use crate::state::StoredState;
use crate::store::Place;
use crate::{condition, fault, name, point, schema};

/// Most documents that are looked up at a time.
const MAX_DOCUMENTS: usize = 256;

impl Targets {
    /// Applies operations. Applying them again gives the same state.
    ///
    /// New chunks are written before old ones go, so that a search beside it never misses the document.
    pub(crate) async fn apply(
        &self,
        slot: &Slot,
        target: &IndexTarget,
        operations: Vec<IndexOperation>,
        limit: Duration,
    ) -> Result<()> {
        let place = self.place(target, limit);
        let state = self.state(&place).await?;
        for operation in &operations {
            operation.check(state.schema)?;
        }
        let changes = DocumentChange::last_of(operations)?;
        if changes.is_empty() {
            return Ok(());
        }
        let place = place.with_collection(name::physical(&place.collection, state.generation));
        let table = self.own(slot, &place, state).await?;
        let most = self.store.config().batch_points;
        for changes in DocumentChange::batches(changes, most, MAX_DOCUMENTS) {
            self.apply_batch(slot, table, &place, changes).await?;
        }
        Ok(())
    }

    /// Sees to it that the table in memory is exact, and that the state says that chunks are changing.
    async fn own(&self, slot: &Slot, place: &Place, state: StoredState) -> Result<u64> {
        let held = slot.table().as_ref().and_then(|table| {
            let is_exact = table.is_owned && table.generation == state.generation;
            let is_mine = is_exact && state.writer == self.writer;
            is_mine.then(|| (table.number, table.unsettled.clone()))
        });
        // What was sent before is applied before this, so that what is read after it is what is there.
        let marked = StoredState { writer: self.writer, is_dirty: true, ..state };
        match held {
            Some((number, None)) if state.is_dirty => Ok(number),
            Some((number, unsettled)) => {
                self.write_state(place, marked).await?;
                slot.change(number, |table| table.is_ahead = true);
                if let Some(unsettled) = unsettled {
                    self.settle(slot, number, place, unsettled).await?;
                }
                Ok(number)
            }
            None => {
                let mut table = self.stored_table(place, &state).await?;
                self.write_state(place, marked).await?;
                if state.is_dirty {
                    tracing::info!(
                        collection.name = place.collection,
                        "counting the terms of a collection anew"
                    );
                    table.statistics = self.count_anew(place, state.buckets).await?;
                }
                (table.is_owned, table.is_ahead) = (true, true);
                let number = table.number;
                slot.put(Some(table));
                Ok(number)
            }
        }
    }

    /// Counts the documents of a batch that did not end well as they are.
    async fn settle(&self, slot: &Slot, table: u64, place: &Place, unsettled: Unsettled) -> Result<()> {
        let stored = self.stored_chunks(place, unsettled.documents.iter().copied()).await?;
        slot.change(table, |table| {
            for terms in &unsettled.counted {
                table.statistics.subtract(terms);
            }
            for chunk in &stored {
                table.statistics.add(&chunk.terms);
            }
            table.unsettled = None;
        });
        Ok(())
    }

    async fn apply_batch(
        &self,
        slot: &Slot,
        table: u64,
        place: &Place,
        changes: Vec<DocumentChange>,
    ) -> Result<()> {
        let documents: Vec<DocumentId> = changes.iter().map(|change| change.document).collect();
        let is_empty = slot.change(table, |table| table.statistics.chunks() == 0);
        let stored = match is_empty {
            Some(true) => Vec::new(),
            _ => self.stored_chunks(place, documents.iter().copied()).await?,
        };
        let (points, fresh) = self.points(slot, table, place, changes).await?;
        let kept: HashSet<PointId> = points.iter().filter_map(|point| point.id.clone()).collect();
        let stale = stored.iter().map(|chunk| &chunk.id).filter(|id| !kept.contains(*id)).cloned().collect();
        let counted: Vec<Vec<u32>> = stored.into_iter().map(|chunk| chunk.terms).collect();
        let unsettled = Unsettled { documents, counted: counted.clone() };
        slot.change(table, |table| table.unsettled = Some(unsettled));
        self.upsert(place, points).await?;
        self.delete(place, stale).await?;
        let is_counted = slot.change(table, |table| {
            for terms in &counted {
                table.statistics.subtract(terms);
            }
            for terms in &fresh {
                table.statistics.add(terms);
            }
            table.unsettled = None;
        });
        is_counted.ok_or_else(|| {
            Error::new(ErrorKind::Conflict, "another process changes the index").with_retry(Retry::Backoff)
        })
    }

    async fn stored_chunks(
        &self,
        place: &Place,
        documents: impl Iterator<Item = DocumentId>,
    ) -> Result<Vec<Stored>> {
        let documents = documents.map(|document| document.to_string()).collect();
        let of_documents = condition::keyword(point::DOCUMENT, documents);
        self.scan(place, condition::every(vec![Self::of_tenant(place), of_documents])).await
    }

    /// Points to write, and the terms of each.
    async fn points(
        &self,
        slot: &Slot,
        table: u64,
        place: &Place,
        changes: Vec<DocumentChange>,
    ) -> Result<(Vec<PointStruct>, Vec<Vec<u32>>)> {
        let (mut points, mut terms) = (Vec::new(), Vec::new());
        for change in changes {
            let Some(replacement) = change.replacement else {
                continue;
            };
            let stored = StoredAttributes::of(change.document, &replacement.attributes);
            self.index_fields(slot, table, place, &stored).await?;
            let (first, other) = point::payloads(&place.tenant, replacement.version, stored);
            let payloads = std::iter::once(first).chain(std::iter::repeat(other));
            for (chunk, payload) in replacement.chunks.iter().zip(payloads) {
                terms.push(chunk.keyword.indices().to_vec());
                points.push(point::of_chunk(chunk, payload));
            }
        }
        Ok((points, terms))
    }

    /// Sees to it that ranges over the numbers of these attributes, and counts of their values, have an index.
    async fn index_fields(
        &self,
        slot: &Slot,
        table: u64,
        place: &Place,
        attributes: &StoredAttributes,
    ) -> Result<()> {
        let (config, collection) = (self.store.config(), place.collection.as_str());
        let numbers = attributes.numbers.iter().map(|(field, _)| field);
        let numbers = numbers.map(|field| (field, schema::number_index(config, collection, field)));
        let values = attributes.facets.iter().map(|(field, _)| field);
        let values = values.map(|field| (field, schema::value_index(config, collection, field)));
        for (field, request) in numbers.chain(values) {
            let is_new = slot.change(table, |table| {
                !table.indexed.contains(field) && table.indexed.len() < schema::MAX_INDEXED_FIELDS
            });
            if is_new == Some(true) {
                self.store.create_index(place.limit, request).await?;
                slot.change(table, |table| table.indexed.insert(field.clone()));
            }
        }
        Ok(())
    }

    /// Writes points in pieces of bounded size.
    async fn upsert(&self, place: &Place, points: Vec<PointStruct>) -> Result<()> {
        let config = self.store.config();
        for piece in batch::pieces(points, config.batch_points, config.batch_bytes, Message::encoded_len) {
            self.store.upsert(place, piece).await?;
        }
        Ok(())
    }

    async fn delete(&self, place: &Place, ids: Vec<PointId>) -> Result<()> {
        for page in ids.chunks(ID_PAGE) {
            self.store.delete(place, page.to_vec()).await?;
        }
        Ok(())
    }

    /// Stores the statistics, then the checkpoint.
    pub(crate) async fn flush(
        &self,
        slot: &Slot,
        target: &IndexTarget,
        checkpoint: Sequence,
        limit: Duration,
    ) -> Result<()> {
        let place = self.place(target, limit);
        let state = self.state(&place).await?;
        let place = place.with_collection(name::physical(&place.collection, state.generation));
        if !state.is_dirty {
            return self.write_state(&place, StoredState { checkpoint, ..state }).await;
        }
        let table = self.own(slot, &place, state).await?;
        let unsaved = slot.change(table, |table| {
            table.statistics.make_room();
            let statistics = &table.statistics;
            (statistics.unsaved(), statistics.chunks(), statistics.buckets())
        });
        let (points, chunks, buckets) = unsaved.ok_or_else(fault::missing)?;
        self.upsert(&place, points).await?;
        let revision = state.revision + 1;
        let writer = self.writer;
        let stored = StoredState { checkpoint, revision, chunks, buckets, writer, is_dirty: false, ..state };
        self.write_state(&place, stored).await?;
        slot.change(table, |table| {
            table.statistics.saved();
            table.revision = revision;
            table.is_ahead = false;
        });
        Ok(())
    }
}
