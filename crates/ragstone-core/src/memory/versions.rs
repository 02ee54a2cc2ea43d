//! How writes make and end versions of documents in the in-memory catalog.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::catalog::{CatalogState, CollectionEntry, StoredDocument, Tombstone};
use super::history::Keep;
use crate::change::{Change, ChangeKind};
use crate::clock::Timestamp;
use crate::collection::CollectionStatistics;
use crate::context::CallContext;
use crate::document::{Chunk, ChunkDraft, Document, DocumentDraft, WriteEffect, WriteReceipt};
use crate::error::{Error, ErrorKind, Result};
use crate::id::{ChunkId, CollectionId, DocumentId, DocumentVersion, Sequence};

/// Checks a whole batch, so that nothing is stored unless all of it can be.
pub(super) fn check_batch(drafts: &[DocumentDraft]) -> Result<()> {
    let mut sources = BTreeSet::new();
    for draft in drafts {
        draft.check()?;
        if !sources.insert(&draft.source) {
            return Err(Error::invalid("documents", "must not name a source twice")
                .with_context("source", &draft.source));
        }
    }
    Ok(())
}

impl CatalogState {
    /// Refuses to put a draft in the place of a document that the caller may not read.
    pub(super) fn check_overwrite(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        draft: &DocumentDraft,
    ) -> Result<()> {
        let id = DocumentId::derive(collection, &draft.source);
        match self.documents.get(&id) {
            Some(stored) => stored.document.access.check_overwrite(&ctx.principal().reader(), &draft.source),
            None => Ok(()),
        }
    }

    pub(super) fn put(
        &mut self,
        ctx: &CallContext,
        collection: CollectionId,
        draft: DocumentDraft,
        keep: Keep,
    ) -> Result<WriteReceipt> {
        let id = DocumentId::derive(collection, &draft.source);
        if let Some(stored) = self.documents.get(&id)
            && stored.equals(&draft)
        {
            return Ok(stored.receipt(WriteEffect::Unchanged));
        }
        let (now, kept) = (keep.now, self.last_kept(id));
        let sequence = self.next_sequence();
        let previous = self.take_document(id);
        let entry = self.live_mut(ctx, collection)?;
        if let Some(stored) = &previous {
            entry.forget(stored);
        }
        let (effect, version, created_at) = entry.succession(id, previous.as_ref(), kept, now);
        let place = Place { id, collection, version, sequence, created_at, updated_at: now };
        let stored = StoredDocument::new(draft, place);
        entry.remember(&stored);
        let receipt = stored.receipt(effect);
        for (ordinal, chunk) in stored.chunks.iter().enumerate() {
            self.chunks.insert(chunk.id, (id, ordinal));
        }
        self.documents.insert(id, stored);
        self.keep(id, previous, keep, false);
        Ok(receipt)
    }

    pub(super) fn delete(
        &mut self,
        ctx: &CallContext,
        id: DocumentId,
        expected: Option<DocumentVersion>,
        keep: Keep,
    ) -> Result<Sequence> {
        let document = Arc::clone(&self.stored(ctx, id)?.document);
        check_version(expected, document.version)?;
        let sequence = self.next_sequence();
        let stored = self.take_document(id);
        let entry = self.live_mut(ctx, document.collection)?;
        if let Some(stored) = &stored {
            entry.forget(stored);
        }
        entry.sources.remove(&document.source);
        entry.bury(id, document.version, (sequence, ChangeKind::Deleted));
        self.hand_over_embeddings(&document);
        self.forget_embeddings(id);
        self.keep(id, stored, keep, true);
        Ok(sequence)
    }
}

// ---- Books of a collection ----

impl CollectionEntry {
    /// What a write does to a document, the version it makes, and since when the document exists.
    fn succession(
        &self,
        id: DocumentId,
        previous: Option<&StoredDocument>,
        kept: Option<DocumentVersion>,
        now: Timestamp,
    ) -> (WriteEffect, DocumentVersion, Timestamp) {
        if let Some(stored) = previous {
            let document = &stored.document;
            return (WriteEffect::Updated, after(document.version), document.created_at);
        }
        let stone = self.tombstones.get(&id);
        let last = stone.map(|stone| stone.last_version).max(kept).unwrap_or(DocumentVersion(0));
        (WriteEffect::Created, after(last), now)
    }

    /// Enters a version that became current.
    fn remember(&mut self, stored: &StoredDocument) {
        let document = &stored.document;
        self.head = document.sequence;
        self.sources.insert(document.source.clone(), document.id);
        self.metadata_keys.extend(document.metadata.keys().cloned());
        if document.access.is_open() {
            self.open_keys.extend(document.metadata.keys().cloned());
        }
        if let Some(stone) = self.tombstones.remove(&document.id) {
            self.changes.remove(&stone.sequence);
        }
        self.enter(document.id, document.sequence, ChangeKind::Stored);
        self.statistics.documents += 1;
        self.statistics.chunks += u64::from(document.chunk_count);
        self.statistics.text_bytes += document.text_len;
        self.statistics.terms += stored.terms();
    }

    /// Strikes out a version that is no longer current.
    fn forget(&mut self, stored: &StoredDocument) {
        let document = &stored.document;
        self.changes.remove(&document.sequence);
        self.statistics.subtract(stored.sizes());
    }

    pub(super) fn bury(
        &mut self,
        document: DocumentId,
        last_version: DocumentVersion,
        (sequence, kind): (Sequence, ChangeKind),
    ) {
        self.head = sequence;
        if let Some(stone) = self.tombstones.insert(document, Tombstone { sequence, last_version }) {
            self.changes.remove(&stone.sequence);
        }
        self.enter(document, sequence, kind);
    }

    pub(super) fn enter(&mut self, document: DocumentId, sequence: Sequence, kind: ChangeKind) {
        let change = Change { sequence, document, kind };
        self.changes.insert(sequence, change);
    }
}

// ---- Versions ----

struct Place {
    id: DocumentId,
    collection: CollectionId,
    version: DocumentVersion,
    sequence: Sequence,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl StoredDocument {
    fn new(draft: DocumentDraft, place: Place) -> Self {
        let chunks: Vec<Chunk> =
            (0..).zip(draft.chunks).map(|(ordinal, chunk)| place.chunk(ordinal, chunk)).collect();
        let document = Document {
            id: place.id,
            collection: place.collection,
            source: draft.source,
            title: draft.title,
            format: draft.format,
            language: draft.language,
            version: place.version,
            content_digest: draft.content_digest,
            is_verbatim: draft.is_verbatim,
            text_len: draft.text.len() as u64,
            chunk_count: u32::try_from(chunks.len()).unwrap_or(u32::MAX),
            tags: draft.tags,
            metadata: draft.metadata,
            access: draft.access,
            created_at: place.created_at,
            updated_at: place.updated_at,
            sequence: place.sequence,
        };
        let DocumentDraft { recipe, signature, stamp, text, .. } = draft;
        Self { document: Arc::new(document), recipe, signature, stamp, text, chunks }
    }

    fn equals(&self, draft: &DocumentDraft) -> bool {
        let document = &self.document;
        document.content_digest == draft.content_digest
            && self.recipe == draft.recipe
            && document.title == draft.title
            && document.tags == draft.tags
            && document.metadata == draft.metadata
            && document.access == draft.access
    }

    fn receipt(&self, effect: WriteEffect) -> WriteReceipt {
        WriteReceipt {
            document: self.document.id,
            effect,
            version: self.document.version,
            sequence: self.document.sequence,
        }
    }

    pub(super) fn sizes(&self) -> CollectionStatistics {
        let document = &self.document;
        CollectionStatistics {
            documents: 1,
            chunks: u64::from(document.chunk_count),
            text_bytes: document.text_len,
            terms: self.terms(),
        }
    }

    fn terms(&self) -> u64 {
        self.chunks.iter().map(|chunk| u64::from(chunk.terms)).sum()
    }
}

impl Place {
    fn chunk(&self, ordinal: u32, draft: ChunkDraft) -> Chunk {
        Chunk {
            id: ChunkId::derive(self.id, self.version, draft.span),
            ordinal,
            span: draft.span,
            lines: draft.lines,
            pages: draft.pages,
            headings: draft.headings,
            terms: draft.terms,
        }
    }
}

/// `Conflict` where a document is at another version than was expected.
pub(super) fn check_version(expected: Option<DocumentVersion>, version: DocumentVersion) -> Result<()> {
    if expected.is_none_or(|expected| expected == version) {
        return Ok(());
    }
    let error = Error::new(ErrorKind::Conflict, "document is at another version");
    Err(error.with_context("version", version))
}

fn after(version: DocumentVersion) -> DocumentVersion {
    DocumentVersion(version.0.saturating_add(1))
}
