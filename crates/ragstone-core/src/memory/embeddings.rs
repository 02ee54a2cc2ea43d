//! Vectors in the in-memory catalog.

use std::collections::BTreeSet;

use super::MemoryCatalog;
use super::catalog::{CatalogState, StoredDocument};
use crate::change::ChangeKind;
use crate::context::CallContext;
use crate::document::Document;
use crate::embedded::{EmbeddedCount, EmbeddedDocument, EmbeddedScope};
use crate::error::Result;
use crate::id::{CollectionId, Digest, DocumentId, Sequence};
use crate::index::DenseVector;
use crate::port::EmbeddingStore;

impl EmbeddingStore for MemoryCatalog {
    async fn embeddings(
        &self,
        ctx: &CallContext,
        scope: EmbeddedScope,
        model: &Digest,
        texts: &[Digest],
    ) -> Result<Vec<Option<DenseVector>>> {
        let state = self.state();
        let is_in_scope = |document: DocumentId| match scope {
            EmbeddedScope::Document(wanted) => document == wanted,
            EmbeddedScope::Collection(wanted) => {
                state.documents.get(&document).is_some_and(|stored| stored.document.collection == wanted)
            }
        };
        let find = |text: &Digest| {
            let mut held = state.embeddings.iter();
            let found = held.find(|((document, by, of), _)| {
                by == model && of == text && is_in_scope(*document) && state.held(ctx, *document).is_some()
            });
            found.map(|(_, vector)| vector.clone())
        };
        Ok(texts.iter().map(find).collect())
    }

    async fn put_embeddings(
        &self,
        ctx: &CallContext,
        model: &Digest,
        documents: Vec<EmbeddedDocument>,
    ) -> Result<Vec<Option<Sequence>>> {
        EmbeddedDocument::check_distinct(&documents)?;
        let mut state = self.state();
        documents.into_iter().map(|embedded| state.embed(ctx, model, embedded)).collect()
    }

    async fn count_embeddings(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        model: &Digest,
    ) -> Result<EmbeddedCount> {
        let state = self.state();
        let is_counted = |document: DocumentId| {
            state.held(ctx, document).is_some_and(|stored| stored.document.collection == collection)
        };
        let keys = state.embeddings.keys().filter(|(document, by, _)| by == model && is_counted(*document));
        let documents: Vec<DocumentId> = keys.map(|(document, ..)| *document).collect();
        let distinct: BTreeSet<&DocumentId> = documents.iter().collect();
        Ok(EmbeddedCount { documents: distinct.len() as u64, vectors: documents.len() as u64 })
    }

    async fn forget_unused_embeddings(&self, ctx: &CallContext, collection: CollectionId) -> Result<bool> {
        let mut state = self.state();
        let Ok(entry) = state.live_mut(ctx, collection) else { return Ok(true) };
        let Some(generations) = &mut entry.collection.generations else { return Ok(true) };
        generations.is_untidy = false;
        let used: Vec<Digest> = generations.iter().map(|generation| generation.model.digest).collect();
        let own: BTreeSet<DocumentId> = entry.sources.values().copied().collect();
        state.embeddings.retain(|(document, by, _), _| used.contains(by) || !own.contains(document));
        Ok(true)
    }
}

impl CatalogState {
    fn embed(
        &mut self,
        ctx: &CallContext,
        model: &Digest,
        embedded: EmbeddedDocument,
    ) -> Result<Option<Sequence>> {
        let EmbeddedDocument { document, version, vectors } = embedded;
        let Some(collection) = self
            .held(ctx, document)
            .filter(|stored| stored.document.version == version)
            .filter(|stored| self.uses(stored.document.collection, model))
            .map(|stored| stored.document.collection)
        else {
            return Ok(None);
        };
        self.embeddings.retain(|(held, by, _), _| *held != document || by != model);
        for (text, vector) in vectors {
            self.embeddings.insert((document, *model, text), vector);
        }
        let sequence = self.next_sequence();
        if let Some(stored) = self.documents.get_mut(&document) {
            let before = stored.document.sequence;
            std::sync::Arc::make_mut(&mut stored.document).sequence = sequence;
            let entry = self.live_mut(ctx, collection)?;
            entry.changes.remove(&before);
            entry.head = sequence;
            entry.enter(document, sequence, ChangeKind::Stored);
        }
        Ok(Some(sequence))
    }

    /// Whether vectors of a model may be kept for a collection.
    fn uses(&self, collection: CollectionId, model: &Digest) -> bool {
        let entry = self.collections.get(&collection);
        let generations = entry.and_then(|entry| entry.collection.generations.as_ref());
        generations.is_none_or(|held| held.iter().any(|generation| generation.model.digest == *model))
    }

    /// Gives the vectors of a document that is going to one of the same content, as a file that was renamed is.
    pub(super) fn hand_over_embeddings(&mut self, going: &Document) {
        let is_heir = |stored: &&StoredDocument| {
            let held = &stored.document;
            held.collection == going.collection && held.content_digest == going.content_digest
        };
        let Some(heir) = self.documents.values().find(is_heir).map(|stored| stored.document.id) else {
            return;
        };
        let held = self.embeddings.iter().filter(|((document, ..), _)| *document == going.id);
        let held: Vec<_> = held.map(|((_, model, text), vector)| (*model, *text, vector.clone())).collect();
        for (model, text, vector) in held {
            self.embeddings.entry((heir, model, text)).or_insert(vector);
        }
    }

    /// Drops the vectors of a document that is no more.
    pub(super) fn forget_embeddings(&mut self, document: DocumentId) {
        self.embeddings.retain(|(held, ..), _| *held != document);
    }
}
