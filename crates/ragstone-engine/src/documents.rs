//! Documents: look at, read, delete.

use ragstone_core::document::{Document, Passage};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::page::{MAX_PAGE_SIZE, Page, PageRequest};
use ragstone_core::report::{DocumentOverview, TextPart};
use ragstone_core::request::TextRange;
use ragstone_core::{
    ByteSpan, CallContext, ChunkId, CollectionName, DocumentId, DocumentVersion, Error, ErrorKind, Result,
    Scope, Sequence,
};

use crate::engine::Engine;

/// Longest part of a text that one call returns, in bytes.
pub(crate) const MAX_TEXT_PART: usize = 1 << 20;

impl Engine {
    /// Looks at a document; a missing one, or one that the caller may not read, is `NotFound`.
    pub async fn document(&self, ctx: &CallContext, id: DocumentId) -> Result<DocumentOverview> {
        ctx.principal().require(Scope::Read)?;
        let document = self.catalog().document(ctx, id).await?;
        let collection = self.collection_name(ctx, &document).await?;
        Ok(DocumentOverview { collection, document })
    }

    /// Lists the documents of a collection that the caller may read, by source.
    pub async fn documents(
        &self,
        ctx: &CallContext,
        collection: &CollectionName,
        page: &PageRequest,
    ) -> Result<Page<Document>> {
        ctx.principal().require(Scope::Read)?;
        let collection = self.find_collection(ctx, collection).await?;
        self.catalog().documents(ctx, collection.id, page).await
    }

    /// Deletes a document, which can be brought back while its versions are kept; a missing one, or one that the caller may not read, is `NotFound`, one at another version
    /// than `expected` is `Conflict`.
    pub async fn delete_document(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        expected: Option<DocumentVersion>,
    ) -> Result<Sequence> {
        ctx.principal().require(Scope::Write)?;
        let sequence = self.catalog().delete_document(&ctx.bound(), id, expected).await?;
        reach(FailPoint::EngineDocumentDeleted)?;
        self.wake();
        Ok(sequence)
    }

    /// Reads a part of a document's text, ending at a line where one ends in the second half of the part.
    ///
    /// A start beyond the text or inside a character is `InvalidArgument`. The answer may be of a newer version
    /// than an earlier part: compare [`TextPart::document`].
    pub async fn read_text(&self, ctx: &CallContext, id: DocumentId, range: TextRange) -> Result<TextPart> {
        ctx.principal().require(Scope::Read)?;
        let document = self.catalog().document(ctx, id).await?;
        let len = usize::try_from(document.text_len).unwrap_or(usize::MAX);
        check_range(range, len)?;
        let text = self.text_up_to(ctx, id, range, len).await?;
        part_of(document, range, &text, len)
    }

    /// Reads a chunk with its text and document; a chunk of no current version that the caller may read is `NotFound`.
    pub async fn passage(&self, ctx: &CallContext, chunk: ChunkId) -> Result<Passage> {
        ctx.principal().require(Scope::Read)?;
        let found = self.catalog().passages(ctx, &[chunk]).await?.pop();
        found.ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "cannot find passage")
                .with_context("chunk", chunk)
                .with_help("the document may have changed; search again")
        })
    }

    pub(crate) async fn collection_name(
        &self,
        ctx: &CallContext,
        document: &Document,
    ) -> Result<CollectionName> {
        let mut page = PageRequest::try_new(MAX_PAGE_SIZE)?;
        loop {
            let Page { items, next } = self.catalog().collections(ctx, &page).await?;
            if let Some(found) = items.into_iter().find(|collection| collection.id == document.collection) {
                return Ok(found.name);
            }
            let Some(next) = next else {
                return Err(Error::new(ErrorKind::NotFound, "cannot find the document's collection"));
            };
            page = page.after(next);
        }
    }

    /// Reads from `range.start`, moving the far end back to a character boundary.
    async fn text_up_to(
        &self,
        ctx: &CallContext,
        id: DocumentId,
        range: TextRange,
        len: usize,
    ) -> Result<String> {
        let wanted = range.start.saturating_add(range.max_len).min(len);
        for end in (range.start..=wanted).rev().take(4) {
            let span = ByteSpan::try_new(range.start, end).unwrap_or(ByteSpan::of(""));
            match self.catalog().document_text(ctx, id, span).await {
                Err(error) if error.kind() == ErrorKind::InvalidArgument => {}
                outcome => return outcome,
            }
        }
        Err(Error::invalid("start", "must not lie inside a character")
            .with_help("start at the next of an earlier part"))
    }
}

/// Refuses a range that asks for nothing, for too much, or from behind a text of `len` bytes.
pub(crate) fn check_range(range: TextRange, len: usize) -> Result<()> {
    if range.max_len == 0 || range.max_len > MAX_TEXT_PART {
        return Err(Error::invalid("max_len", format!("must be from 1 to {MAX_TEXT_PART}")));
    }
    if range.start > len {
        return Err(Error::invalid("start", format!("must be at most {len}, the length of the text")));
    }
    Ok(())
}

/// The part of a document's text of `len` bytes that is shown of what was read from `range.start`.
pub(crate) fn part_of(document: Document, range: TextRange, text: &str, len: usize) -> Result<TextPart> {
    if text.is_empty() && range.start < len {
        return Err(Error::invalid("max_len", "must be at least 4, the longest character"));
    }
    let kept = if range.start + text.len() < len { line_end(text) } else { text.len() };
    let end = range.start + kept;
    let text = text.get(..kept).unwrap_or_default().to_owned();
    let span = ByteSpan::try_new(range.start, end).unwrap_or(ByteSpan::of(""));
    Ok(TextPart { document, span, text, next: (end < len).then_some(end) })
}

/// Length of `text` up to its last line break, if that lies in the second half; else all of it.
fn line_end(text: &str) -> usize {
    match text.rfind('\n') {
        Some(at) if at + 1 > text.len() / 2 => at + 1,
        _ => text.len(),
    }
}
