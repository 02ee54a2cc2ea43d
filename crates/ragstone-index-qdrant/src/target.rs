//! Changing and reading one target: its generations, its chunks, its state and statistics.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use prost::Message;
use qdrant_client::qdrant::{Filter as WireFilter, PointId, PointStruct};
use ragstone_core::index::{IndexOperation, IndexTarget};
use ragstone_core::{DocumentId, Error, ErrorKind, GenerationId, Result, Retry, Sequence};
use uuid::Uuid;

use crate::batch::{self, Change};
use crate::slot::{Registry, Slot, Table, Unsettled};
use crate::state::{self, StoredState};
use crate::statistics::{self, TermStatistics};
use crate::store::{Place, Store};
use crate::{condition, fault, name, point, schema};

/// Points read at a time.
const READ_PAGE: u32 = 2048;
/// Ids removed, or looked up, at a time.
const ID_PAGE: usize = 4096;

/// What all targets of an index share.
#[derive(Debug)]
pub(crate) struct Targets {
    pub(crate) store: Store,
    pub(crate) registry: Registry,
    /// Names this index among all that use the server.
    pub(crate) writer: Uuid,
}

/// A chunk that is there, with its terms.
struct Stored {
    id: PointId,
    terms: Vec<u32>,
}

impl Targets {
    /// Where a target is found, whatever its generation.
    pub(crate) fn place(&self, target: &IndexTarget, limit: Duration) -> Place {
        let collection = name::alias(&self.store.config().prefix, target);
        Place { collection, tenant: target.tenant.clone(), limit }
    }

    /// Condition that every chunk of a target meets, and no other point.
    pub(crate) fn of_tenant(place: &Place) -> qdrant_client::qdrant::Condition {
        condition::keyword(point::TENANT, vec![place.tenant.as_str().to_owned()])
    }

    /// State of a target. `NotFound` where it does not exist.
    pub(crate) async fn state(&self, place: &Place) -> Result<StoredState> {
        let found = self.store.get(place, vec![state::id()], false).await?;
        let found = found.first().ok_or_else(|| fault::corrupt("the state is missing"))?;
        StoredState::of_payload(&found.payload)
    }

    async fn write_state(&self, place: &Place, state: StoredState) -> Result<()> {
        self.store.upsert(place, vec![state.to_point()?]).await
    }

    /// Loads the stored statistics of a target, and checks its form.
    pub(crate) async fn load(&self, slot: &Slot, place: &Place) -> Result<()> {
        let _loading = slot.loading.lock().await;
        if slot.table().is_some() {
            return Ok(());
        }
        let state = self.state(place).await?;
        let collection = name::physical(&place.collection, state.generation);
        let table = self.stored_table(&place.with_collection(collection), &state).await?;
        slot.put_loaded(table);
        Ok(())
    }

    /// Checks that a target can be used with the settings.
    pub(crate) async fn check(&self, place: &Place) -> Result<StoredState> {
        let state = self.state(place).await?;
        schema::check(self.store.config(), &self.store.info(place).await?)?;
        Ok(state)
    }

    async fn stored_table(&self, place: &Place, state: &StoredState) -> Result<Table> {
        let numeric_keys = schema::check(self.store.config(), &self.store.info(place).await?)?;
        let mut buckets = Vec::new();
        if state.revision > 0 {
            let ids: Vec<PointId> = (0..state.buckets).map(statistics::bucket_id).collect();
            for page in ids.chunks(ID_PAGE) {
                buckets.extend(self.store.get(place, page.to_vec(), false).await?);
            }
        }
        let payloads = buckets.iter().map(|bucket| &bucket.payload);
        Ok(Table {
            number: self.registry.next_table(),
            generation: state.generation,
            revision: state.revision,
            is_owned: false,
            is_ahead: false,
            statistics: TermStatistics::of_buckets(state.chunks, state.buckets, payloads)?,
            numeric_keys,
            unsettled: None,
        })
    }

    async fn scan(&self, place: &Place, filter: WireFilter) -> Result<Vec<Stored>> {
        let mut stored = Vec::new();
        let mut offset = None;
        loop {
            let (page, next) = self.store.scroll(place, filter.clone(), offset, READ_PAGE).await?;
            for found in page {
                let terms = point::terms(found.vectors.as_ref()).0;
                stored.push(Stored { id: point::id(point::uuid(found.id.as_ref())?), terms });
            }
            if next.is_none() {
                return Ok(stored);
            }
            offset = next;
        }
    }

    /// Counts the terms of every chunk anew, as is needed when an index died with changes that it had not stored.
    async fn count_anew(&self, place: &Place, buckets: u32) -> Result<TermStatistics> {
        let mut statistics = TermStatistics::of_buckets(0, buckets, [])?;
        let filter = condition::every(vec![Self::of_tenant(place)]);
        let mut offset = None;
        loop {
            let (page, next) = self.store.scroll(place, filter.clone(), offset, READ_PAGE).await?;
            for found in &page {
                statistics.add(&point::terms(found.vectors.as_ref()).0);
            }
            if next.is_none() {
                statistics.forget_saved();
                return Ok(statistics);
            }
            offset = next;
        }
    }
}

// ---- Changes; the caller holds the write permit ----

impl Targets {
    /// Makes an empty collection of a new generation, lets the alias stand for it, and drops the others.
    pub(crate) async fn create(
        &self,
        slot: &Slot,
        target: &IndexTarget,
        generation: GenerationId,
        limit: Duration,
    ) -> Result<()> {
        let place = self.place(target, limit);
        let alias = &place.collection;
        let collection = name::physical(alias, generation);
        let mut others = self.generations(alias, limit).await?;
        if others.contains(&collection) {
            self.store.delete_collection(limit, collection.clone()).await?;
            others.retain(|other| *other != collection);
        }
        let new_place = place.with_collection(collection.clone());
        let config = self.store.config();
        self.store.create_collection(&new_place, schema::collection(config, collection.clone())).await?;
        for request in schema::keyword_indexes(config, &collection) {
            self.store.create_index(limit, request).await?;
        }
        self.write_state(&new_place, StoredState::new(generation, self.writer)).await?;
        let is_taken = self.is_alias(alias, limit).await?;
        self.store.switch_alias(limit, alias, is_taken, Some(collection)).await?;
        slot.put(Some(Table {
            number: self.registry.next_table(),
            generation,
            revision: 0,
            is_owned: true,
            is_ahead: false,
            statistics: TermStatistics::default(),
            numeric_keys: BTreeSet::new(),
            unsettled: None,
        }));
        self.drop_collections(others, limit).await
    }

    async fn generations(&self, alias: &str, limit: Duration) -> Result<Vec<String>> {
        let mut collections = self.store.collections(limit).await?;
        collections.retain(|collection| name::is_generation(alias, collection));
        Ok(collections)
    }

    async fn is_alias(&self, alias: &str, limit: Duration) -> Result<bool> {
        Ok(self.store.aliases(limit).await?.iter().any(|held| held.alias_name == alias))
    }

    async fn drop_collections(&self, collections: Vec<String>, limit: Duration) -> Result<()> {
        for collection in collections {
            self.store.delete_collection(limit, collection).await?;
        }
        Ok(())
    }

    /// Removes every generation of a target; from the first step on it does not exist.
    pub(crate) async fn remove(&self, slot: &Slot, target: &IndexTarget, limit: Duration) -> Result<()> {
        let alias = self.place(target, limit).collection;
        slot.put(None);
        if self.is_alias(&alias, limit).await? {
            self.store.switch_alias(limit, &alias, true, None).await?;
        }
        let collections = self.generations(&alias, limit).await?;
        self.drop_collections(collections, limit).await
    }

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
        let changes = batch::changes(operations)?;
        let place = self.place(target, limit);
        let state = self.state(&place).await?;
        if changes.is_empty() {
            return Ok(());
        }
        let place = place.with_collection(name::physical(&place.collection, state.generation));
        let table = self.own(slot, &place, state).await?;
        for changes in batch::batches(changes, self.store.config().batch_points) {
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

    async fn apply_batch(&self, slot: &Slot, table: u64, place: &Place, changes: Vec<Change>) -> Result<()> {
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
        changes: Vec<Change>,
    ) -> Result<(Vec<PointStruct>, Vec<Vec<u32>>)> {
        let (mut points, mut terms) = (Vec::new(), Vec::new());
        for change in changes {
            let Some(replacement) = change.replacement else {
                continue;
            };
            for (key, value) in &replacement.attributes.metadata {
                if value.as_number().is_some() {
                    self.index_number(slot, table, place, key).await?;
                }
            }
            let (version, attributes) = (replacement.version, &replacement.attributes);
            let payload = point::payload(&place.tenant, change.document, version, attributes);
            for chunk in &replacement.chunks {
                terms.push(chunk.keyword.indices().to_vec());
                points.push(point::of_chunk(chunk, payload.clone()));
            }
        }
        Ok((points, terms))
    }

    /// Sees to it that ranges over a numeric attribute have an index.
    async fn index_number(&self, slot: &Slot, table: u64, place: &Place, key: &str) -> Result<()> {
        let is_new = slot.change(table, |table| {
            !table.numeric_keys.contains(key) && table.numeric_keys.len() < schema::MAX_NUMERIC_KEYS
        });
        if is_new == Some(true) {
            let request = schema::number_index(self.store.config(), &place.collection, key);
            self.store.create_index(place.limit, request).await?;
            slot.change(table, |table| table.numeric_keys.insert(key.to_owned()));
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
