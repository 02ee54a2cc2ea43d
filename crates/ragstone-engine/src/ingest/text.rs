//! Ingest of a text that a caller gives.

use std::sync::Arc;

use ragstone_core::document::{DocumentDraft, WriteReceipt};
use ragstone_core::metadata::{check_metadata, check_tags};
use ragstone_core::request::IngestText;
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope, SourceUri};
use ragstone_observability::{field, span};
use ragstone_text::Format;
use tracing::Instrument as _;

use super::preparation::{Hints, Preparation};
use super::source;
use super::writer::store;
use crate::analyzers::analyzer_of;
use crate::engine::Engine;

/// Longest title in bytes.
const MAX_TITLE_LEN: usize = 1024;

impl Engine {
    /// Stores a text under the caller's own id; the same id again replaces it.
    ///
    /// When this returns, the document is durable; it can be found once
    /// [`wait_indexed`](Engine::wait_indexed) has seen the receipt's sequence. Errors: `InvalidArgument` for an
    /// unknown format, an empty text or bad attributes, `NotFound` for a missing collection, `TooLarge`,
    /// `PermissionDenied` where the id is that of a document which the caller may not read.
    pub async fn ingest_text(&self, ctx: &CallContext, request: IngestText) -> Result<WriteReceipt> {
        ctx.principal().require(Scope::Write)?;
        let span = tracing::info_span!(span::INGEST, { field::TENANT_ID } = ctx.tenant().as_str());
        self.store_text(ctx, request).instrument(span).await
    }

    async fn store_text(&self, ctx: &CallContext, request: IngestText) -> Result<WriteReceipt> {
        check_tags(&request.tags)?;
        check_metadata(&request.metadata)?;
        let source = source::of_text(&request.external_id)?;
        let media_type = media_type(request.format.as_deref())?;
        let collection = self.collection_for_write(ctx, &request.collection).await?;
        let preparation = Arc::new(Preparation {
            clock: Arc::clone(&self.shared.stores.clock),
            analyzer: analyzer_of(&collection),
            chunking: self.config().chunking,
            limits: self.config().extraction,
            tags: request.tags.clone(),
            metadata: request.metadata.clone(),
            access: request.access.clone(),
        });
        let draft = prepare(preparation, request, source, media_type).await?;
        let receipts = store(self, ctx, collection.id, vec![draft]).await?;
        self.wake();
        receipts
            .into_iter()
            .next()
            .ok_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog gave no receipt for a document"))
    }
}

async fn prepare(
    preparation: Arc<Preparation>,
    request: IngestText,
    source: SourceUri,
    media_type: &'static str,
) -> Result<DocumentDraft> {
    let title = checked_title(request.title)?;
    let ingest = tracing::Span::current();
    tokio::task::spawn_blocking(move || {
        let hints =
            Hints { source, file_name: None, media_type: Some(media_type), title, name: request.external_id };
        ingest.in_scope(|| preparation.draft(request.text.as_bytes(), hints))
    })
    .await
    .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot extract a text").with_source(source))?
}

fn checked_title(title: Option<String>) -> Result<Option<String>> {
    match title {
        Some(title) if title.trim().is_empty() || title.len() > MAX_TITLE_LEN => {
            Err(Error::invalid("title", format!("must have 1 to {MAX_TITLE_LEN} bytes")))
        }
        title => Ok(title),
    }
}

fn media_type(format: Option<&str>) -> Result<&'static str> {
    let Some(name) = format else {
        return Ok(Format::PlainText.media_type());
    };
    let is_textual = |format: &Format| format.is_textual();
    let names: Vec<&str> = Format::all().filter(is_textual).map(Format::name).collect();
    Format::from_name(name).filter(is_textual).map(Format::media_type).ok_or_else(|| {
        Error::invalid("format", "is unknown").with_help(format!("formats are {}", names.join(", ")))
    })
}
