//! Signatures in the in-memory catalog.

use super::MemoryCatalog;
use super::catalog::{CatalogState, StoredDocument, is_behind, page_of};
use crate::context::CallContext;
use crate::duplicate::{SignedDocument, check_signed};
use crate::error::Result;
use crate::id::{CollectionId, DocumentId};
use crate::page::{Page, PageRequest};
use crate::port::DuplicateStore;

impl DuplicateStore for MemoryCatalog {
    async fn signatures(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> Result<Vec<SignedDocument>> {
        check_signed(documents)?;
        let state = self.state();
        let signed = state.signed(ctx, collection)?;
        Ok(signed.filter(|signed| documents.contains(&signed.document)).collect())
    }

    async fn signed_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        page: &PageRequest,
    ) -> Result<Page<SignedDocument>> {
        let state = self.state();
        let signed = state.signed(ctx, collection)?.filter(|signed| is_behind(page, signed.source.as_str()));
        Ok(page_of(signed, page, |signed| signed.source.to_string()))
    }
}

impl CatalogState {
    /// The documents of a collection that the caller may read, by source.
    fn signed<'s>(
        &'s self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> Result<impl Iterator<Item = SignedDocument> + use<'s>> {
        let reader = ctx.principal().reader();
        let held = self.live(ctx, collection)?.sources.values().filter_map(|id| self.documents.get(id));
        let read = held.filter(move |stored| stored.document.access.admits(&reader));
        Ok(read.map(StoredDocument::signed))
    }
}

impl StoredDocument {
    fn signed(&self) -> SignedDocument {
        SignedDocument {
            document: self.document.id,
            source: self.document.source.clone(),
            title: self.document.title.clone(),
            content_digest: self.document.content_digest,
            signature: self.signature.clone(),
        }
    }
}
