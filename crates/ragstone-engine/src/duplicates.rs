//! Documents that say the same as others, or nearly so. They are named, and nothing is done to them.

use std::collections::{BTreeSet, HashMap};

use ragstone_core::document::{IngestReceipt, WriteEffect, WriteReceipt};
use ragstone_core::duplicate::{Duplicate, DuplicateGroup, DuplicateThreshold, MAX_SIGNED, SignedDocument};
use ragstone_core::page::{MAX_PAGE_SIZE, Page, PageRequest};
use ragstone_core::{
    CallContext, CollectionId, CollectionName, DocumentId, Error, ErrorKind, Principal, Result, Scope,
};

use self::bands::BandIndex;
pub(crate) use self::bands::BandIndexes;
use self::groups::{Groups, cut};
use crate::engine::Engine;
use crate::panics::caught;

mod bands;
mod groups;

/// Most documents of a collection that are listed in groups; their signatures take about 70 MiB.
pub const MAX_COMPARED_DOCUMENTS: usize = 100_000;
/// Changes that are read at once.
const CHANGES: u32 = 512;
/// Documents that are looked at for those that were written together; among them are such as the caller may not read.
const CANDIDATES: usize = 1024;
/// Documents that are looked at for each of them, however many they are.
const LEAST_CANDIDATES: usize = 64;

impl Engine {
    /// Lists groups of documents of a collection that say the same or nearly so, by the source of the first document
    /// of each.
    ///
    /// Each document of a group has the bytes of the first one, or is as similar to it as `threshold` demands; where that
    /// is left out, the configured one. A document is in one group at most, and documents that the caller may not read
    /// are in none. Documents that were stored before there were signatures are compared by their bytes alone.
    /// Errors: `NotFound` for the collection, `TooLarge` for one of more than [`MAX_COMPARED_DOCUMENTS`].
    /// Cost: reads the signatures of the whole collection for each page.
    pub async fn duplicate_groups(
        &self,
        ctx: &CallContext,
        collection: &CollectionName,
        threshold: Option<DuplicateThreshold>,
        page: &PageRequest,
    ) -> Result<Page<DuplicateGroup>> {
        ctx.principal().require(Scope::Read)?;
        let threshold = threshold.unwrap_or(self.config().duplicates);
        let collection = self.find_collection(ctx, collection).await?;
        let signed = self.signed_documents(ctx, collection.id).await?;
        let grouping = tokio::task::spawn_blocking(move || Groups::of(signed, threshold));
        let groups = grouping.await.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot compare documents").with_source(source)
        })?;
        Ok(cut(groups, page))
    }

    /// Receipts with what the documents that were written are like.
    ///
    /// They are written, whatever comes of this: where the others cannot be looked at within half of the caller's time, or
    /// are more than [`MOST`](bands::MOST), the receipts name none.
    pub(crate) async fn with_duplicates(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        receipts: Vec<WriteReceipt>,
    ) -> Vec<IngestReceipt> {
        let is_written = |receipt: &&WriteReceipt| receipt.effect != WriteEffect::Unchanged;
        let written: Vec<DocumentId> =
            receipts.iter().filter(is_written).map(|receipt| receipt.document).collect();
        let mut found = match caught(self.near_in_time(ctx, collection, written)).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(collection.id = %collection, %error, "did not look for duplicates");
                HashMap::new()
            }
        };
        let with = |receipt: WriteReceipt| {
            let duplicates = found.remove(&receipt.document).unwrap_or_default();
            IngestReceipt::new(receipt, duplicates)
        };
        receipts.into_iter().map(with).collect()
    }

    async fn near_in_time(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: Vec<DocumentId>,
    ) -> Result<HashMap<DocumentId, Vec<Duplicate>>> {
        if documents.is_empty() {
            return Ok(HashMap::new());
        }
        let near = self.near(ctx, collection, documents);
        let Some(left) = ctx.remaining(self.clock())? else { return near.await };
        tokio::time::timeout(left / 2, near).await.unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::DeadlineExceeded,
                "the documents of the collection are not compared yet",
            ))
        })
    }

    /// What documents are like that were just written.
    async fn near(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: Vec<DocumentId>,
    ) -> Result<HashMap<DocumentId, Vec<Duplicate>>> {
        let system = CallContext::new(Principal::system_of(ctx.tenant().clone()));
        let count = self.catalog().statistics(&system, collection).await?.documents;
        let Some(index) = self.shared.bands.of(collection, count) else { return Ok(HashMap::new()) };
        let own = self.signed(ctx, collection, &documents).await?;
        let most = (CANDIDATES / own.len().max(1)).max(LEAST_CANDIDATES);
        let threshold = self.config().duplicates;
        let mut index = index.lock().await;
        index.forget_if_outdated(count);
        self.catch_up(&system, collection, &mut index).await?;
        let like: Vec<(BTreeSet<DocumentId>, SignedDocument)> =
            own.into_values().map(|own| (index.sharing(&own, threshold, most), own)).collect();
        drop(index);
        let others: BTreeSet<DocumentId> = like.iter().flat_map(|(sharing, _)| sharing).copied().collect();
        let others = self.signed(ctx, collection, &others.into_iter().collect::<Vec<_>>()).await?;
        let duplicates = |(sharing, own): (BTreeSet<DocumentId>, SignedDocument)| {
            let sharing = sharing.iter().filter_map(|other| others.get(other));
            (own.document, own.duplicates(sharing, threshold))
        };
        Ok(like.into_iter().map(duplicates).collect())
    }

    /// Brings an index up to what was written.
    async fn catch_up(
        &self,
        system: &CallContext,
        collection: CollectionId,
        index: &mut BandIndex,
    ) -> Result<()> {
        loop {
            let changes = self.catalog().changes(system, collection, index.reached(), CHANGES).await?;
            let Some(last) = changes.last() else { return Ok(()) };
            let documents: Vec<DocumentId> = changes.iter().map(|change| change.document).collect();
            let signed = self.catalog().signatures(system, collection, &documents).await?;
            index.take(&signed, last.sequence);
            if changes.len() < CHANGES as usize {
                return Ok(());
            }
        }
    }

    async fn signed(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
        documents: &[DocumentId],
    ) -> Result<HashMap<DocumentId, SignedDocument>> {
        let mut signed = HashMap::with_capacity(documents.len());
        for part in documents.chunks(MAX_SIGNED) {
            let found = self.catalog().signatures(ctx, collection, part).await?;
            signed.extend(found.into_iter().map(|signed| (signed.document, signed)));
        }
        Ok(signed)
    }

    async fn signed_documents(
        &self,
        ctx: &CallContext,
        collection: CollectionId,
    ) -> Result<Vec<SignedDocument>> {
        let mut signed = Vec::new();
        let mut page = PageRequest::try_new(MAX_PAGE_SIZE)?;
        loop {
            let part = self.catalog().signed_documents(ctx, collection, &page).await?;
            signed.extend(part.items);
            if signed.len() > MAX_COMPARED_DOCUMENTS {
                return Err(Error::new(
                    ErrorKind::TooLarge,
                    "the collection has too many documents to compare",
                )
                .with_context("most_documents", MAX_COMPARED_DOCUMENTS)
                .with_help("what an ingest reports names the duplicates of each document that it stores"));
            }
            let Some(next) = part.next else { return Ok(signed) };
            page = page.after(next);
        }
    }
}
