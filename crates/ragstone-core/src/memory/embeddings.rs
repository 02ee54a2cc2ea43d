//! Vectors in the in-memory catalog.

use super::MemoryCatalog;
use super::catalog::CatalogState;
use crate::change::ChangeKind;
use crate::context::CallContext;
use crate::embedded::{EmbeddedDocument, EmbeddedScope};
use crate::error::Result;
use crate::id::{Digest, DocumentId, Sequence};
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

    /// Drops the vectors of a document that is no more.
    pub(super) fn forget_embeddings(&mut self, document: DocumentId) {
        self.embeddings.retain(|(held, ..), _| *held != document);
    }
}
