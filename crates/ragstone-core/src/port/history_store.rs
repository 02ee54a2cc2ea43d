//! Earlier versions of documents, and deleted documents.

use std::future::Future;

use super::dyn_twin;
use crate::clock::Timestamp;
use crate::context::CallContext;
use crate::document::{DocumentContent, WriteReceipt};
use crate::error::Result;
use crate::history::StoredVersion;
use crate::id::{CollectionId, DocumentId, DocumentVersion, Sequence};
use crate::page::{Page, PageRequest};

/// What documents of a tenant were before their last write or deletion.
///
/// A store keeps so many earlier versions of each document as it was told
/// ([`DEFAULT_KEPT_VERSIONS`](crate::history::DEFAULT_KEPT_VERSIONS) unless told otherwise); the version that a deletion
/// ended is one of them. With 0, a deleted document is gone at once.
/// An earlier version is readable by those whom its own access list *and* that of the newest version admit; to all others
/// it is as if it did not exist.
pub trait HistoryStore: Send + Sync + 'static {
    /// Lists the versions of a document that can be read, the newest first; the current one is among them.
    ///
    /// `NotFound` where there is none, not even of a deleted document. An `after` key is that of a
    /// [version](crate::history::version_key) and need not exist.
    fn versions(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<StoredVersion>>> + Send;

    /// Reads a version with its text and chunks; one that is not kept is `NotFound`.
    fn version_content(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
    ) -> impl Future<Output = Result<DocumentContent>> + Send;

    /// Lists the deleted documents of a collection in the version that their deletion ended, the last deleted first.
    fn deleted_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<StoredVersion>>> + Send;

    /// Makes a new version, durably, that is what an earlier one was, of a live or a deleted document.
    ///
    /// Who may read it stays as in the newest version. `Unchanged` where the current version is no other.
    /// With `expected`, a document that is at another version, or is deleted, stays: `Conflict`. A version that is not kept
    /// is `NotFound`.
    fn restore_version(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        version: DocumentVersion,
        expected: Option<DocumentVersion>,
    ) -> impl Future<Output = Result<WriteReceipt>> + Send;

    /// Deletes a document with all its versions for good, durably; also one that is deleted already.
    ///
    /// Nothing of it is left but its id, its version number and times. `NotFound` where neither a current nor a kept version
    /// is readable; `expected` as for [`delete_document`](super::DocumentStore::delete_document).
    /// The feed tells it as [`Purged`](crate::change::ChangeKind::Purged) at the returned sequence, which is new also
    /// where the document was deleted before: what has passed it holds nothing of the document.
    fn purge_document(
        &self,
        ctx: &CallContext,
        document: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> impl Future<Output = Result<Sequence>> + Send;

    /// Forgets at most `limit` (1 to [`MAX_FORGOTTEN`](crate::history::MAX_FORGOTTEN)) earlier versions that ended before a
    /// time, the oldest first, and answers how many. Serves the process itself: of all tenants.
    fn forget_versions(
        &self,
        ctx: &CallContext,
        ended_before: Timestamp,
        limit: u32,
    ) -> impl Future<Output = Result<u32>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`HistoryStore`].
    pub trait DynHistoryStore for HistoryStore {
        async fn versions<'a>(ctx: &'a CallContext, document: DocumentId, page: &'a PageRequest) -> Page<StoredVersion>;
        async fn version_content<'a>(
            ctx: &'a CallContext,
            document: DocumentId,
            version: DocumentVersion,
        ) -> DocumentContent;
        async fn deleted_documents<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            page: &'a PageRequest,
        ) -> Page<StoredVersion>;
        async fn restore_version<'a>(
            ctx: &'a CallContext,
            document: DocumentId,
            version: DocumentVersion,
            expected: Option<DocumentVersion>,
        ) -> WriteReceipt;
        async fn purge_document<'a>(
            ctx: &'a CallContext,
            document: DocumentId,
            expected: Option<DocumentVersion>,
        ) -> Sequence;
        async fn forget_versions<'a>(ctx: &'a CallContext, ended_before: Timestamp, limit: u32) -> u32;
    }
}
