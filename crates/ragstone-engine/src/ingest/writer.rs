//! Collects drafts into batches and stores them.

use std::path::PathBuf;

use ragstone_core::document::{DocumentDraft, WriteEffect, WriteReceipt};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::report::{
    IngestFailure, IngestReport, MAX_REPORTED_DUPLICATES, MAX_REPORTED_FAILURES, ReportedDuplicate,
};
use ragstone_core::stamp::{MAX_STAMPS, StampedDocument};
use ragstone_core::{CallContext, CollectionId, Error, ErrorKind, Reader, Result, Sequence, SourceUri};
use ragstone_observability::{field, metric, span};

use super::source;
use crate::engine::Engine;
use crate::stage::Stages;

/// Stores drafts in batches and counts what happened.
pub(super) struct BatchWriter<'a> {
    engine: &'a Engine,
    ctx: &'a CallContext,
    collection: CollectionId,
    batch: Vec<DocumentDraft>,
    batch_bytes: usize,
    stamped: Vec<StampedDocument>,
    pub(super) report: IngestReport,
}

impl<'a> BatchWriter<'a> {
    pub(super) fn new(engine: &'a Engine, ctx: &'a CallContext, collection: CollectionId) -> Self {
        let (batch, stamped, report) = (Vec::new(), Vec::new(), IngestReport::default());
        Self { engine, ctx, collection, batch, batch_bytes: 0, stamped, report }
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
        // Only who may not read everything can be refused, and then only for the place of some of the documents.
        let spare = match self.ctx.principal().reader() {
            Reader::Everything => Vec::new(),
            Reader::Named(_) => drafts.clone(),
        };
        let sources = drafts.iter().map(|draft| draft.source.clone()).collect();
        match store(self.engine, self.ctx, self.collection, drafts).await {
            Ok(receipts) => self.count(receipts, sources).await,
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !spare.is_empty() => {
                self.store_each(spare).await?;
            }
            Err(error) => return Err(error),
        }
        self.engine.wake();
        Ok(())
    }

    /// Counts a document that is as it was, and keeps what its source shows now.
    pub(super) async fn leave(&mut self, stamped: Option<StampedDocument>) {
        self.report.unchanged += 1;
        self.stamped.extend(stamped);
        if self.stamped.len() >= MAX_STAMPS {
            self.note_stamps().await;
        }
    }

    /// Notes what is left of stamps. Without one a file is read again the next time, and nothing else is lost.
    pub(super) async fn note_stamps(&mut self) {
        let stamped = std::mem::take(&mut self.stamped);
        if stamped.is_empty() {
            return;
        }
        if let Err(error) = self.engine.catalog().note_stamps(self.ctx, self.collection, stamped).await {
            tracing::warn!(%error, "what unchanged files look like was not noted");
        }
    }

    /// Stores drafts one by one and reports those in whose place the caller may not write.
    async fn store_each(&mut self, drafts: Vec<DocumentDraft>) -> Result<()> {
        for draft in drafts {
            let (path, sources) = (source::path_of(&draft.source), vec![draft.source.clone()]);
            match store(self.engine, self.ctx, self.collection, vec![draft]).await {
                Ok(receipts) => self.count(receipts, sources).await,
                Err(error) if error.kind() == ErrorKind::PermissionDenied => self.fail(path, &error),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn count(&mut self, receipts: Vec<WriteReceipt>, sources: Vec<SourceUri>) {
        for receipt in &receipts {
            match receipt.effect {
                WriteEffect::Created => self.report.created += 1,
                WriteEffect::Updated => self.report.updated += 1,
                WriteEffect::Unchanged => self.report.unchanged += 1,
            }
            if receipt.effect != WriteEffect::Unchanged {
                self.saw(receipt.sequence);
            }
        }
        let receipts = self.engine.with_duplicates(self.ctx, self.collection, receipts).await;
        for (receipt, source) in receipts.into_iter().zip(sources) {
            let Some(of) = receipt.duplicates.into_iter().next() else { continue };
            self.report.duplicates_total += 1;
            if self.report.duplicates.len() < MAX_REPORTED_DUPLICATES {
                let document = receipt.document;
                self.report.duplicates.push(ReportedDuplicate { document, source, of });
            }
        }
    }

    /// Reports a file that could not be ingested.
    pub(super) fn fail(&mut self, path: PathBuf, error: &Error) {
        self.report.failed_total += 1;
        if self.report.failed.len() < MAX_REPORTED_FAILURES {
            self.report.failed.push(IngestFailure {
                path,
                kind: error.kind(),
                reason: error.public_message(),
                help: error.help().map(ToOwned::to_owned),
            });
        }
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
    reach(FailPoint::EngineIngestStored)?;
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
