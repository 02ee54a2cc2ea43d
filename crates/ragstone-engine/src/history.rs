//! Earlier versions of documents: look at, compare, bring back, forget.

use ragstone_core::document::{Document, DocumentContent, WriteReceipt};
use ragstone_core::history::StoredVersion;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::report::{TextPart, VersionDiff};
use ragstone_core::request::TextRange;
use ragstone_core::{
    ByteSpan, CallContext, CollectionName, DocumentId, DocumentVersion, Error, ErrorKind, Result, Scope,
    Sequence,
};

pub(crate) use self::retention::RetentionTask;
use crate::documents::{check_range, part_of};
use crate::engine::Engine;
use crate::search::ANSWERS;

mod difference;
mod retention;

impl Engine {
    /// Lists the versions of a document that are kept, the newest first; of a deleted document too.
    ///
    /// `NotFound` where there is none that the caller may read. A version is listed to those whom its own access list
    /// and that of the newest one admit.
    pub async fn document_versions(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        page: &PageRequest,
    ) -> Result<(CollectionName, Page<StoredVersion>)> {
        ctx.principal().require(Scope::Write)?;
        let versions = self.catalog().versions(ctx, id, page).await?;
        let first = match versions.items.first() {
            Some(first) => first.document.clone(),
            None => self.newest_version(ctx, id).await?,
        };
        Ok((self.collection_name(ctx, &first).await?, versions))
    }

    /// Lists the deleted documents of a collection that can be brought back, the last deleted first.
    pub async fn deleted_documents(
        &self,
        ctx: &CallContext,
        collection: &CollectionName,
        page: &PageRequest,
    ) -> Result<Page<StoredVersion>> {
        ctx.principal().require(Scope::Write)?;
        let collection = self.find_collection(ctx, collection).await?;
        self.catalog().deleted_documents(ctx, collection.id, page).await
    }

    /// Reads a part of the text of a version, cut as [`read_text`](Self::read_text) cuts it.
    ///
    /// `NotFound` where the version is not kept. Costs a read of the whole text.
    pub async fn read_version(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        version: DocumentVersion,
        range: TextRange,
    ) -> Result<TextPart> {
        ctx.principal().require(Scope::Write)?;
        let content = self.catalog().version_content(ctx, id, version).await?;
        let DocumentContent { document, text, .. } = content;
        check_range(range, text.len())?;
        let end = text.floor_char_boundary(range.start.saturating_add(range.max_len).min(text.len()));
        let span = ByteSpan::try_new(range.start, end.max(range.start));
        let shown = span.and_then(|span| span.slice(&text)).ok_or_else(|| {
            Error::invalid("start", "must not lie inside a character")
                .with_help("start at the next of an earlier part")
        })?;
        part_of(document, range, shown, text.len())
    }

    /// Says what changed from one version of a document to another, by default to the newest one.
    ///
    /// `NotFound` where one of them is not kept; `TooLarge` where a text has more than 8 MiB. Costs a read of both texts
    /// and up to some seconds of a blocking thread; texts that differ almost everywhere are compared less closely.
    pub async fn diff_versions(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        from: DocumentVersion,
        to: Option<DocumentVersion>,
    ) -> Result<VersionDiff> {
        ctx.principal().require(Scope::Write)?;
        let to = match to {
            Some(to) => to,
            None => self.newest_version(ctx, id).await?.version,
        };
        let from = self.catalog().version_content(ctx, id, from).await?;
        let to = self.catalog().version_content(ctx, id, to).await?;
        difference::between(from, to).await
    }

    /// Makes a new version that is what an earlier one was, of a live or a deleted document.
    ///
    /// Who may read the document stays as it is. `NotFound` where the version is not kept, `Conflict` where the document
    /// is at another version than `expected`. Without `version` it is the one with which the document was deleted;
    /// `FailedPrecondition` where it is not deleted.
    pub async fn restore_version(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        version: Option<DocumentVersion>,
        expected: Option<DocumentVersion>,
    ) -> Result<WriteReceipt> {
        ctx.principal().require(Scope::Write)?;
        let version = match version {
            Some(version) => version,
            None => match self.last_of_deleted(ctx, id).await {
                Ok(version) => version,
                Err(error) => return self.restored_before(ctx, id, expected).await.map_err(|()| error),
            },
        };
        let receipt = self.catalog().restore_version(&ctx.bound(), id, version, expected).await?;
        self.wake();
        Ok(receipt)
    }

    /// Deletes a document for good, with all its versions; also one that is deleted already.
    ///
    /// After the index has passed the returned sequence, it holds nothing of the document; kept answers of the tenant
    /// are forgotten at once, in caches that processes share when their time is over. `NotFound` where there is nothing
    /// that the caller may read, `Conflict` where the document is at another version than `expected`.
    pub async fn purge_document(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        ctx.principal().require(Scope::Admin)?;
        let sequence = self.catalog().purge_document(&ctx.bound(), id, expected).await?;
        if let Some(answers) = &self.shared.stores.answers
            && let Err(error) = answers.forget(ctx, ANSWERS, ctx.tenant()).await
        {
            tracing::warn!(%error, "not every process has forgotten the answers that it kept");
        }
        self.wake();
        Ok(sequence)
    }

    async fn newest_version(&self, ctx: &CallContext, id: DocumentId) -> Result<Document> {
        let newest = self.catalog().versions(ctx, id, &PageRequest::try_new(1)?).await?.items.pop();
        newest.map(|version| version.document).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "there is no such document").with_context("document", id)
        })
    }

    /// What a keyed request has brought back before: a bound write that was made answers before it looks at anything, and
    /// one that was not finds no version 0.
    async fn restored_before(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<WriteReceipt, ()> {
        let bound = ctx.bound();
        if bound.bound_claim().is_none() {
            return Err(());
        }
        self.catalog().restore_version(&bound, id, DocumentVersion(0), expected).await.map_err(|_| ())
    }

    async fn last_of_deleted(&self, ctx: &CallContext, id: DocumentId) -> Result<DocumentVersion> {
        let newest = self.catalog().versions(ctx, id, &PageRequest::try_new(1)?).await?.items.pop();
        match newest {
            Some(StoredVersion { document, ended_at: Some(_) }) => Ok(document.version),
            Some(_) => Err(Error::new(ErrorKind::FailedPrecondition, "the document is not deleted")
                .with_context("document", id)
                .with_help("name the version to bring back")),
            None => {
                Err(Error::new(ErrorKind::NotFound, "there is no such document").with_context("document", id))
            }
        }
    }
}
