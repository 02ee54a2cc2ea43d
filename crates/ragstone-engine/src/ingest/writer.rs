//! Collects drafts into batches and stores them.

use ragstone_core::document::{DocumentDraft, WriteEffect, WriteReceipt};
use ragstone_core::report::IngestReport;
use ragstone_core::{CallContext, CollectionId, Result, Sequence};
use ragstone_observability::{field, metric, span};

use crate::engine::Engine;
use crate::stage::Stages;

/// Stores drafts in batches and counts what happened.
pub(super) struct BatchWriter<'a> {
    engine: &'a Engine,
    ctx: &'a CallContext,
    collection: CollectionId,
    batch: Vec<DocumentDraft>,
    batch_bytes: usize,
    pub(super) report: IngestReport,
}

impl<'a> BatchWriter<'a> {
    pub(super) fn new(engine: &'a Engine, ctx: &'a CallContext, collection: CollectionId) -> Self {
        Self { engine, ctx, collection, batch: Vec::new(), batch_bytes: 0, report: IngestReport::default() }
    }

    /// Takes a draft and stores the batch when it is full.
    pub(super) async fn push(&mut self, draft: DocumentDraft) -> Result<()> {
        let config = self.engine.config();
        if !self.batch.is_empty() && self.batch_bytes + draft.text.len() > config.batch_bytes {
            self.store().await?;
        }
        self.batch_bytes += draft.text.len();
        self.batch.push(draft);
        if self.batch.len() >= config.batch_documents { self.store().await } else { Ok(()) }
    }

    /// Stores what is left.
    pub(super) async fn store(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let drafts = std::mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let receipts = store(self.engine, self.ctx, self.collection, drafts).await?;
        for receipt in receipts {
            match receipt.effect {
                WriteEffect::Created => self.report.created += 1,
                WriteEffect::Updated => self.report.updated += 1,
                WriteEffect::Unchanged => self.report.unchanged += 1,
            }
            if receipt.effect != WriteEffect::Unchanged {
                self.saw(receipt.sequence);
            }
        }
        self.engine.wake();
        Ok(())
    }

    /// Remembers the latest change.
    pub(super) fn saw(&mut self, sequence: Sequence) {
        self.report.sequence = self.report.sequence.max(Some(sequence));
    }
}

/// Stores one batch and counts what it did.
pub(super) async fn store(
    engine: &Engine,
    ctx: &CallContext,
    collection: CollectionId,
    drafts: Vec<DocumentDraft>,
) -> Result<Vec<WriteReceipt>> {
    let storing = tracing::debug_span!(
        span::INGEST_STORE,
        { field::COLLECTION_ID } = %collection,
        { field::DOCUMENTS_COUNT } = drafts.len(),
    );
    let stages = Stages::new(engine.clock(), &metric::INGEST_STAGE_DURATION);
    let writing = engine.catalog().put_documents(ctx, collection, drafts);
    let receipts = stages.wait("store", storing, writing).await?;
    for receipt in &receipts {
        let effect = match receipt.effect {
            WriteEffect::Created => "created",
            WriteEffect::Updated => "updated",
            WriteEffect::Unchanged => "unchanged",
        };
        metrics::counter!(metric::DOCUMENTS_INGESTED.name, metric::EFFECT => effect).increment(1);
    }
    Ok(receipts)
}
