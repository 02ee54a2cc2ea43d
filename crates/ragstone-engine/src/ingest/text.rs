//! Ingest of a text or a document that a caller gives.

use std::sync::Arc;

use ragstone_core::collection::Collection;
use ragstone_core::document::{DocumentDraft, IngestReceipt};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::metadata::{check_metadata, check_tags};
use ragstone_core::request::{IngestDocument, IngestText};
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope, SourceUri};
use ragstone_observability::{field, span};
use ragstone_text::Format;
use tracing::Instrument as _;

use super::preparation::{Hints, Preparation};
use super::reader::too_large;
use super::source;
use super::writer::store;
use crate::analyzers::analyzer_of;
use crate::engine::Engine;
use crate::panics::of_lost;

/// Longest title in bytes.
const MAX_TITLE_LEN: usize = 1024;

impl Engine {
    /// Stores a text under the caller's own id; the same id again replaces it.
    ///
    /// When this returns, the document is durable; it can be found once
    /// [`wait_indexed`](Engine::wait_indexed) has seen the receipt's sequence. Errors: `InvalidArgument` for an
    /// unknown format, an empty text or bad attributes, `NotFound` for a missing collection, `TooLarge`,
    /// `PermissionDenied` where the id is that of a document which the caller may not read.
    pub async fn ingest_text(&self, ctx: &CallContext, request: IngestText) -> Result<IngestReceipt> {
        let media_type = media_type(request.format.as_deref())?;
        let document = IngestDocument {
            collection: request.collection,
            external_id: request.external_id,
            file_name: None,
            media_type: Some(media_type.to_owned()),
            title: request.title,
            tags: request.tags,
            metadata: request.metadata,
            access: request.access,
            bytes: request.text.into_bytes(),
        };
        self.ingest_document(ctx, document).await
    }

    /// Stores a document under the caller's own id from its original bytes, as [`ingest_text`](Self::ingest_text) does.
    ///
    /// The format is what the media type says, else what the name or the content does; `UnsupportedMedia` where none
    /// reads it.
    pub async fn ingest_document(&self, ctx: &CallContext, request: IngestDocument) -> Result<IngestReceipt> {
        ctx.principal().require(Scope::Write)?;
        let span = tracing::info_span!(span::INGEST, { field::TENANT_ID } = ctx.tenant().as_str());
        self.store_document(ctx, request).instrument(span).await
    }

    /// Refuses what [`ingest_document`](Self::ingest_document) would refuse before it reads the content.
    pub(crate) async fn check_document(
        &self,
        ctx: &CallContext,
        request: &IngestDocument,
    ) -> Result<Collection> {
        ctx.principal().require(Scope::Write)?;
        check_tags(&request.tags)?;
        check_metadata(&request.metadata)?;
        check_title(request.title.as_deref())?;
        source::of_text(&request.external_id)?;
        let limit = self.config().extraction.max_bytes;
        if request.bytes.len() > limit {
            return Err(too_large(request.bytes.len(), limit));
        }
        self.collection_for_write(ctx, &request.collection).await
    }

    async fn store_document(&self, ctx: &CallContext, request: IngestDocument) -> Result<IngestReceipt> {
        let collection = self.check_document(ctx, &request).await?;
        let source = source::of_text(&request.external_id)?;
        reach(FailPoint::EngineIngestReceived)?;
        let preparation = Arc::new(Preparation {
            clock: Arc::clone(&self.shared.stores.clock),
            analyzer: analyzer_of(&collection),
            cutter: self.cutter(ctx, &collection).await?,
            limits: self.config().extraction,
            extractor: Arc::clone(&self.config().extractor),
            has_properties: self.config().has_properties,
            tags: request.tags.clone(),
            metadata: request.metadata.clone(),
            access: request.access.clone(),
        });
        let draft = prepare(preparation, request, source).await?;
        reach(FailPoint::EngineIngestExtracted)?;
        let receipts = store(self, &ctx.bound(), collection.id, vec![draft]).await?;
        self.wake();
        let receipts = self.with_duplicates(ctx, collection.id, receipts).await;
        receipts
            .into_iter()
            .next()
            .ok_or_else(|| Error::new(ErrorKind::Unexpected, "the catalog gave no receipt for a document"))
    }
}

async fn prepare(
    preparation: Arc<Preparation>,
    request: IngestDocument,
    source: SourceUri,
) -> Result<DocumentDraft> {
    let ingest = tracing::Span::current();
    tokio::task::spawn_blocking(move || {
        let hints = Hints {
            source,
            file_name: request.file_name.as_deref(),
            media_type: request.media_type.as_deref(),
            title: request.title,
            name: request.external_id,
        };
        ingest.in_scope(|| preparation.draft(&request.bytes, hints))
    })
    .await
    .map_err(|lost| of_lost("cannot extract a text", lost))?
}

fn check_title(title: Option<&str>) -> Result<()> {
    match title {
        Some(title) if title.trim().is_empty() || title.len() > MAX_TITLE_LEN => {
            Err(Error::invalid("title", format!("must have 1 to {MAX_TITLE_LEN} bytes")))
        }
        _ => Ok(()),
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
