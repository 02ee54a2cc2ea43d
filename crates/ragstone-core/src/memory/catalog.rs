//! State of the in-memory catalog and the look-ups that all its ports share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use super::graphs::StoredGraph;
use super::{MemoryKeys, lock};
use crate::change::{Change, ProjectionMark, ProjectionName};
use crate::clock::{Clock, Timestamp};
use crate::collection::{Collection, CollectionStatistics};
use crate::context::CallContext;
use crate::document::{Chunk, Document};
use crate::duplicate::Signature;
use crate::error::{Error, ErrorKind, Result};
use crate::history::{DEFAULT_KEPT_VERSIONS, check_kept_versions};
use crate::id::{
    ChunkId, CollectionId, CollectionName, Digest, DocumentId, DocumentVersion, GraphId, SavedSearchName,
    Sequence, SourceUri, TenantId,
};
use crate::index::DenseVector;
use crate::page::{Page, PageRequest};
use crate::saved_search::StoredSearch;
use crate::stamp::SourceStamp;

/// A catalog in memory: the reference for every system of record.
///
/// One lock guards everything, so each call is one transaction. A document that is created again after its
/// deletion continues the old version numbers while the deletion is in the change feed, and starts at 1 after
/// the deletion was pruned, when no projection knows the old versions any more.
#[derive(Debug)]
pub struct MemoryCatalog {
    clock: Arc<dyn Clock>,
    kept_versions: u32,
    state: Mutex<CatalogState>,
    keys: Arc<MemoryKeys>,
}

impl MemoryCatalog {
    /// Builds an empty catalog that takes its timestamps from `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let keys = Arc::new(MemoryKeys::new(Arc::clone(&clock)));
        Self { clock, kept_versions: DEFAULT_KEPT_VERSIONS, state: Mutex::default(), keys }
    }

    /// Keeps so many earlier versions of each document, 0 to [`MAX_KEPT_VERSIONS`](crate::history::MAX_KEPT_VERSIONS).
    pub fn with_kept_versions(mut self, versions: u32) -> Result<Self> {
        self.kept_versions = check_kept_versions(versions)?;
        Ok(self)
    }

    pub(super) fn kept_versions(&self) -> u32 {
        self.kept_versions
    }

    /// The keys of requests that writes can be bound to, for [`MemoryJobs::with_keys`](super::MemoryJobs::with_keys).
    pub fn keys(&self) -> &Arc<MemoryKeys> {
        &self.keys
    }

    pub(super) fn state(&self) -> MutexGuard<'_, CatalogState> {
        lock(&self.state)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[derive(Debug, Default)]
pub(super) struct CatalogState {
    pub(super) head: Sequence,
    pub(super) collections: BTreeMap<CollectionId, CollectionEntry>,
    pub(super) documents: BTreeMap<DocumentId, StoredDocument>,
    /// Earlier versions.
    pub(super) kept: BTreeMap<(DocumentId, DocumentVersion), KeptVersion>,
    /// Document and ordinal of every chunk of a current version.
    pub(super) chunks: BTreeMap<ChunkId, (DocumentId, usize)>,
    /// Vectors by document, model and text.
    pub(super) embeddings: BTreeMap<(DocumentId, Digest, Digest), DenseVector>,
    pub(super) graphs: BTreeMap<GraphId, StoredGraph>,
    pub(super) saved_searches: BTreeMap<(TenantId, SavedSearchName), StoredSearch>,
}

#[derive(Debug)]
pub(super) struct CollectionEntry {
    pub(super) collection: Collection,
    pub(super) is_deleted: bool,
    pub(super) head: Sequence,
    pub(super) statistics: CollectionStatistics,
    /// Keys that documents have ever had.
    pub(super) metadata_keys: BTreeSet<String>,
    /// Those of them that documents open to everybody had.
    pub(super) open_keys: BTreeSet<String>,
    pub(super) sources: BTreeMap<SourceUri, DocumentId>,
    pub(super) changes: BTreeMap<Sequence, Change>,
    pub(super) tombstones: BTreeMap<DocumentId, Tombstone>,
    pub(super) marks: BTreeMap<ProjectionName, ProjectionMark>,
    /// Words that documents have had, and whether an open document was among them.
    pub(super) words: BTreeMap<String, bool>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Tombstone {
    pub(super) sequence: Sequence,
    pub(super) last_version: DocumentVersion,
}

/// An earlier version.
#[derive(Debug)]
pub(super) struct KeptVersion {
    pub(super) stored: StoredDocument,
    pub(super) ended_at: Timestamp,
    /// Whether its document was deleted in this version, and is still.
    pub(super) is_of_deleted: bool,
}

#[derive(Debug)]
pub(super) struct StoredDocument {
    pub(super) document: Arc<Document>,
    pub(super) recipe: String,
    pub(super) signature: Option<Signature>,
    pub(super) stamp: Option<SourceStamp>,
    pub(super) text: String,
    pub(super) chunks: Vec<Chunk>,
}

// ---- Look-ups ----

impl CatalogState {
    pub(super) fn next_sequence(&mut self) -> Sequence {
        self.head = Sequence(self.head.0 + 1);
        self.head
    }

    pub(super) fn named(&self, tenant: &TenantId, name: &CollectionName) -> Result<&CollectionEntry> {
        self.collections
            .values()
            .find(|entry| entry.is_live_for(tenant) && entry.collection.name == *name)
            .ok_or_else(|| missing("collection").with_context("collection", name))
    }

    pub(super) fn live(&self, ctx: &CallContext, id: CollectionId) -> Result<&CollectionEntry> {
        self.collections
            .get(&id)
            .filter(|entry| entry.is_live_for(ctx.tenant()))
            .ok_or_else(|| missing_collection(id))
    }

    pub(super) fn live_mut(&mut self, ctx: &CallContext, id: CollectionId) -> Result<&mut CollectionEntry> {
        self.collections
            .get_mut(&id)
            .filter(|entry| entry.is_live_for(ctx.tenant()))
            .ok_or_else(|| missing_collection(id))
    }

    /// A document of the tenant, whoever may read it.
    pub(super) fn held(&self, ctx: &CallContext, id: DocumentId) -> Option<&StoredDocument> {
        self.documents.get(&id).filter(|stored| self.live(ctx, stored.document.collection).is_ok())
    }

    /// A document that the caller may read; another one is as if it were not there.
    pub(super) fn stored(&self, ctx: &CallContext, id: DocumentId) -> Result<&StoredDocument> {
        self.held(ctx, id)
            .filter(|stored| stored.document.access.admits(&ctx.principal().reader()))
            .ok_or_else(|| missing("document").with_context("document", id))
    }

    /// Takes a document out of the texts and chunks, which leaves its collection's books to the caller.
    pub(super) fn take_document(&mut self, id: DocumentId) -> Option<StoredDocument> {
        let stored = self.documents.remove(&id)?;
        for chunk in &stored.chunks {
            self.chunks.remove(&chunk.id);
        }
        Some(stored)
    }
}

impl CollectionEntry {
    pub(super) fn is_live_for(&self, tenant: &TenantId) -> bool {
        !self.is_deleted && self.collection.tenant == *tenant
    }
}

pub(super) fn missing_collection(id: CollectionId) -> Error {
    missing("collection").with_context("collection", id)
}

pub(super) fn missing(noun: &'static str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{noun} does not exist"))
}

// ---- Listings ----

/// Cuts a page out of `items`, which come in key order and lie behind the page's start.
pub(super) fn page_of<T>(
    items: impl Iterator<Item = T>,
    page: &PageRequest,
    key: impl Fn(&T) -> String,
) -> Page<T> {
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let mut items: Vec<T> = items.take(size.saturating_add(1)).collect();
    let has_more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| has_more).map(key);
    Page { items, next }
}

/// Whether a key lies behind the page's start.
pub(super) fn is_behind(page: &PageRequest, key: &str) -> bool {
    page.after_key().is_none_or(|after| key > after)
}
