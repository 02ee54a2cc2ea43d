//! Collections of the in-memory catalog.

use std::collections::{BTreeMap, BTreeSet};

use super::MemoryCatalog;
use super::catalog::{CatalogState, CollectionEntry, StoredDocument, is_behind, page_of};
use crate::access::Reader;
use crate::collection::{Collection, CollectionStatistics, NewCollection};
use crate::context::CallContext;
use crate::error::{Error, ErrorKind, Result};
use crate::generation::Generations;
use crate::id::{CollectionId, CollectionName, Sequence};
use crate::page::{Page, PageRequest};
use crate::port::CollectionStore;

impl CollectionStore for MemoryCatalog {
    async fn create_collection(&self, ctx: &CallContext, new: NewCollection) -> Result<Collection> {
        new.check()?;
        self.keys().bind(ctx, || self.create(ctx, new))
    }

    async fn collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Collection> {
        let state = self.state();
        let entry = state.named(ctx.tenant(), name)?;
        Ok(entry.collection.clone())
    }

    async fn collections(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<Collection>> {
        let state = self.state();
        let by_name: BTreeMap<&str, &Collection> = state
            .collections
            .values()
            .filter(|entry| entry.is_live_for(ctx.tenant()))
            .map(|entry| (entry.collection.name.as_str(), &entry.collection))
            .filter(|(name, _)| is_behind(page, name))
            .collect();
        let listed = page_of(by_name.into_values(), page, |collection| collection.name.to_string());
        Ok(listed.map(Collection::clone))
    }

    async fn delete_collection(&self, ctx: &CallContext, name: &CollectionName) -> Result<Sequence> {
        self.keys().bind(ctx, || self.delete_named(ctx, name))
    }

    async fn set_generations(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        expected: Option<Generations>,
        new: Generations,
    ) -> Result<Sequence> {
        new.check()?;
        let mut state = self.state();
        if state.live(ctx, collection)?.collection.generations != expected {
            let error = Error::new(ErrorKind::Conflict, "the generations of the collection have changed");
            return Err(error.with_context("collection", collection));
        }
        let sequence = state.next_sequence();
        let entry = state.live_mut(ctx, collection)?;
        entry.collection.generations = Some(new);
        entry.head = sequence;
        Ok(sequence)
    }

    async fn statistics(&self, ctx: &CallContext, collection: CollectionId) -> Result<CollectionStatistics> {
        let state = self.state();
        let mut statistics = state.live(ctx, collection)?.statistics;
        for stored in state.hidden(ctx, collection) {
            statistics.subtract(stored.sizes());
        }
        Ok(statistics)
    }

    async fn metadata_keys(&self, ctx: &CallContext, collection: CollectionId) -> Result<Vec<String>> {
        let state = self.state();
        let entry = state.live(ctx, collection)?;
        let reader = ctx.principal().reader();
        if reader == Reader::Everything {
            return Ok(entry.metadata_keys.iter().cloned().collect());
        }
        let mut keys = entry.open_keys.clone();
        let documents = entry.sources.values().filter_map(|id| state.documents.get(id));
        for stored in documents.filter(|stored| stored.document.access.admits(&reader)) {
            keys.extend(stored.document.metadata.keys().cloned());
        }
        Ok(keys.into_iter().collect())
    }
}

impl MemoryCatalog {
    fn create(&self, ctx: &CallContext, new: NewCollection) -> Result<Collection> {
        let mut state = self.state();
        let is_taken = state.named(ctx.tenant(), &new.name).is_ok();
        if is_taken || state.collections.contains_key(&new.id) {
            let error = Error::new(ErrorKind::AlreadyExists, "collection exists");
            return Err(error.with_context("collection", new.name));
        }
        let collection = Collection {
            id: new.id,
            tenant: ctx.tenant().clone(),
            name: new.name,
            description: new.description,
            keyword: new.keyword,
            created_at: self.now(),
            generations: None,
        };
        let head = state.next_sequence();
        let entry = CollectionEntry::new(collection.clone(), head);
        state.collections.insert(collection.id, entry);
        Ok(collection)
    }

    fn delete_named(&self, ctx: &CallContext, name: &CollectionName) -> Result<Sequence> {
        let mut state = self.state();
        let id = state.named(ctx.tenant(), name)?.collection.id;
        let sequence = state.next_sequence();
        let entry = state.live_mut(ctx, id)?;
        entry.is_deleted = true;
        entry.head = sequence;
        entry.changes.clear();
        entry.tombstones.clear();
        for document in std::mem::take(&mut entry.sources).into_values() {
            state.take_document(document);
            state.forget_embeddings(document);
        }
        state.kept.retain(|_, kept| kept.stored.document.collection != id);
        Ok(sequence)
    }
}

impl CatalogState {
    /// Documents of a collection that the caller may not read.
    fn hidden(&self, ctx: &CallContext, collection: CollectionId) -> impl Iterator<Item = &StoredDocument> {
        let reader = ctx.principal().reader();
        let documents = self.documents.values();
        documents.filter(move |stored| {
            stored.document.collection == collection && !stored.document.access.admits(&reader)
        })
    }
}

impl CollectionEntry {
    fn new(collection: Collection, head: Sequence) -> Self {
        Self {
            collection,
            is_deleted: false,
            head,
            statistics: CollectionStatistics::default(),
            metadata_keys: BTreeSet::new(),
            open_keys: BTreeSet::new(),
            sources: BTreeMap::new(),
            changes: BTreeMap::new(),
            tombstones: BTreeMap::new(),
            marks: BTreeMap::new(),
            words: BTreeMap::new(),
        }
    }
}
