//! Signatures of documents, by which those that say nearly the same are found.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::duplicate::SignedDocument;
use crate::error::Result;
use crate::id::{CollectionId, DocumentId};
use crate::page::{Page, PageRequest};

/// Signatures of the current versions of documents, as [`DocumentDraft`](crate::document::DocumentDraft)s brought them.
///
/// A document that the caller may not read is as if it were not there.
pub trait DuplicateStore: Send + Sync + 'static {
    /// Finds documents of a collection with their signatures, in no particular order; missing ones are left out.
    ///
    /// A missing collection is `NotFound`, more than [`MAX_SIGNED`](crate::duplicate::MAX_SIGNED) documents are
    /// `InvalidArgument`.
    fn signatures(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> impl Future<Output = Result<Vec<SignedDocument>>> + Send;

    /// Lists the documents of a collection with their signatures by source; a missing collection is `NotFound`.
    ///
    /// An `after` key need not exist.
    fn signed_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<SignedDocument>>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`DuplicateStore`].
    pub trait DynDuplicateStore for DuplicateStore {
        async fn signatures<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            documents: &'a [DocumentId],
        ) -> Vec<SignedDocument>;
        async fn signed_documents<'a>(
            ctx: &'a CallContext,
            collection: CollectionId,
            page: &'a PageRequest,
        ) -> Page<SignedDocument>;
    }
}
