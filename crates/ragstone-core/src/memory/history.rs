//! Earlier versions in the in-memory catalog.

use super::MemoryCatalog;
use super::catalog::{CatalogState, KeptVersion, StoredDocument, missing, page_of};
use super::versions::check_version;
use crate::access::AccessList;
use crate::change::ChangeKind;
use crate::clock::Timestamp;
use crate::context::CallContext;
use crate::document::{Document, DocumentContent, DocumentDraft, WriteReceipt};
use crate::error::{Error, ErrorKind, Result};
use crate::history::{DeletionKey, StoredVersion, check_limit, version_key, version_of_key};
use crate::id::{CollectionId, DocumentId, DocumentVersion, Sequence};
use crate::page::{Page, PageRequest};
use crate::port::HistoryStore;

/// What becomes of a version that ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keep {
    /// Most earlier versions of a document.
    pub(super) versions: u32,
    pub(super) now: Timestamp,
}

impl HistoryStore for MemoryCatalog {
    async fn versions(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let before = page.after_key().map(version_of_key).transpose()?;
        let state = self.state();
        let newest = state.newest(ctx, document)?;
        let current = state.documents.get(&document).map(|stored| (stored, None));
        let kept = state.kept_of(document).rev().map(|kept| (&kept.stored, Some(kept.ended_at)));
        let reader = ctx.principal().reader();
        let listed = current
            .into_iter()
            .chain(kept)
            .filter(|(stored, _)| newest.admits(&reader) && stored.document.access.admits(&reader))
            .filter(|(stored, _)| before.is_none_or(|before| stored.document.version < before));
        let page = page_of(listed, page, |(stored, _)| version_key(stored.document.version));
        Ok(page.map(|(stored, ended_at)| StoredVersion {
            document: Document::clone(&stored.document),
            ended_at,
        }))
    }

    async fn version_content(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
    ) -> Result<DocumentContent> {
        let state = self.state();
        Ok(state.version(ctx, document, version)?.content())
    }

    async fn deleted_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        let after = page.after_key().map(DeletionKey::parse).transpose()?;
        let state = self.state();
        state.live(ctx, collection)?;
        let reader = ctx.principal().reader();
        let mut deleted: Vec<&KeptVersion> = state
            .kept
            .values()
            .filter(|kept| kept.is_of_deleted && kept.stored.document.collection == collection)
            .filter(|kept| kept.stored.document.access.admits(&reader))
            .filter(|kept| after.is_none_or(|after| kept.key() > after))
            .collect();
        deleted.sort_by_key(|kept| kept.key());
        let page = page_of(deleted.into_iter(), page, |kept| kept.key().to_string());
        Ok(page.map(|kept| StoredVersion {
            document: Document::clone(&kept.stored.document),
            ended_at: Some(kept.ended_at),
        }))
    }

    async fn restore_version(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
        expected: Option<DocumentVersion>,
    ) -> Result<WriteReceipt> {
        let keep = Keep { versions: self.kept_versions(), now: self.now() };
        let receipts = self.keys().bind(ctx, || {
            self.state().restore(ctx, (document, version), expected, keep).map(|receipt| vec![receipt])
        })?;
        receipts.into_iter().next().ok_or_else(|| missing("receipt"))
    }

    async fn purge_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        let keep = Keep { versions: 0, now: self.now() };
        self.keys().bind(ctx, || {
            let mut state = self.state();
            state.newest(ctx, document)?;
            if let Some(stored) = state.documents.get(&document) {
                check_version(expected, stored.document.version)?;
                state.delete(ctx, document, expected, keep)?;
            } else if expected.is_some() {
                return Err(Error::new(ErrorKind::Conflict, "the document is deleted"));
            }
            state.purge(ctx, document)
        })
    }

    async fn forget_versions(&self, _ctx: &CallContext, ended_before: Timestamp, limit: u32) -> Result<u32> {
        let limit = check_limit(limit)?;
        let mut state = self.state();
        let mut ended: Vec<_> = state
            .kept
            .iter()
            .filter(|(_, kept)| kept.ended_at < ended_before)
            .map(|(key, kept)| (kept.ended_at, *key))
            .collect();
        ended.sort_unstable();
        ended.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        for (_, key) in &ended {
            state.kept.remove(key);
        }
        Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
    }
}

impl CatalogState {
    /// Keeps a version that has ended, and forgets those that are too many.
    pub(super) fn keep(
        &mut self,
        id: DocumentId,
        ended: Option<StoredDocument>,
        keep: Keep,
        is_of_deleted: bool,
    ) {
        for (_, kept) in self.kept.range_mut((id, DocumentVersion(0))..=(id, DocumentVersion(u32::MAX))) {
            kept.is_of_deleted = false;
        }
        let Some(stored) = ended else { return };
        let last = stored.document.version;
        self.kept.insert((id, last), KeptVersion { stored, ended_at: keep.now, is_of_deleted });
        self.kept.retain(|(document, version), _| {
            *document != id || version.0.saturating_add(keep.versions) > last.0
        });
    }

    /// The greatest version that is kept.
    pub(super) fn last_kept(&self, id: DocumentId) -> Option<DocumentVersion> {
        self.kept_of(id).next_back().map(|kept| kept.stored.document.version)
    }

    fn kept_of(&self, id: DocumentId) -> impl DoubleEndedIterator<Item = &KeptVersion> {
        self.kept.range((id, DocumentVersion(0))..=(id, DocumentVersion(u32::MAX))).map(|(_, kept)| kept)
    }

    /// Who may read the newest version, which the caller may.
    fn newest(&self, ctx: &CallContext, id: DocumentId) -> Result<&AccessList> {
        let stored =
            self.documents.get(&id).or_else(|| self.kept_of(id).next_back().map(|kept| &kept.stored));
        stored
            .filter(|stored| self.live(ctx, stored.document.collection).is_ok())
            .map(|stored| &stored.document.access)
            .filter(|access| access.admits(&ctx.principal().reader()))
            .ok_or_else(|| missing("document").with_context("document", id))
    }

    fn version(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        version: DocumentVersion,
    ) -> Result<&StoredDocument> {
        self.newest(ctx, id)?;
        let current = self.documents.get(&id).filter(|stored| stored.document.version == version);
        current
            .or_else(|| self.kept.get(&(id, version)).map(|kept| &kept.stored))
            .filter(|stored| stored.document.access.admits(&ctx.principal().reader()))
            .ok_or_else(|| missing("version").with_context("document", id).with_context("version", version))
    }

    fn restore(
        &mut self,
        ctx: &CallContext,
        (document, version): (DocumentId, DocumentVersion),
        expected: Option<DocumentVersion>,
        keep: Keep,
    ) -> Result<WriteReceipt> {
        let newest = self.newest(ctx, document)?.clone();
        if let Some(expected) = expected {
            match self.documents.get(&document) {
                Some(stored) => check_version(Some(expected), stored.document.version)?,
                None => return Err(Error::new(ErrorKind::Conflict, "the document is deleted")),
            }
        }
        let stored = self.version(ctx, document, version)?;
        let collection = stored.document.collection;
        let content = stored.content().into_draft(stored.recipe.clone());
        self.put(ctx, collection, DocumentDraft { access: newest, ..content }, keep)
    }

    /// Forgets all of a document that is deleted.
    fn purge(&mut self, ctx: &CallContext, id: DocumentId) -> Result<Sequence> {
        let sequence = self.next_sequence();
        let kept =
            self.kept_of(id).next_back().map(|kept| (kept.stored.document.collection, self.last_kept(id)));
        self.kept.retain(|(document, _), _| *document != id);
        let buried = self.collections.values().find(|entry| entry.tombstones.contains_key(&id));
        let collection = kept.map(|(collection, _)| collection).or(buried.map(|entry| entry.collection.id));
        let Some(collection) = collection else { return Ok(sequence) };
        let entry = self.live_mut(ctx, collection)?;
        let stone = entry.tombstones.get(&id).map(|stone| stone.last_version);
        let last = stone.max(kept.and_then(|(_, last)| last)).unwrap_or(DocumentVersion(0));
        entry.bury(id, last, (sequence, ChangeKind::Purged));
        Ok(sequence)
    }
}

impl KeptVersion {
    fn key(&self) -> DeletionKey {
        DeletionKey::new(self.ended_at, self.stored.document.id)
    }
}
