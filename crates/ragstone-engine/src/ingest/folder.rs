//! Ingest of files and folders: brings a collection in line with what lies on disk.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::StreamExt;
use ragstone_core::collection::Collection;
use ragstone_core::document::SourceState;
use ragstone_core::metadata::{check_metadata, check_tags};
use ragstone_core::page::{MAX_PAGE_SIZE, PageRequest};
use ragstone_core::report::IngestReport;
use ragstone_core::request::{IngestPaths, MAX_INGEST_PATHS};
use ragstone_core::{CallContext, Error, ErrorKind, Result, Scope, Sequence, SourceUri, TenantId};
use ragstone_observability::{field, span};
use tokio::sync::mpsc;
use tracing::Instrument as _;
use tracing::field::Empty;

use super::files::{FileOutcome, FileReader, Stored};
use super::preparation::Preparation;
use super::progress::IngestProgress;
use super::walker::{Prepared, StopOnDrop, Walked, Walker, prepare};
use super::writer::BatchWriter;
use super::{roots, source};
use crate::analyzers::analyzer_of;
use crate::engine::Engine;

/// Files that wait between the walk and the workers.
const WALK_QUEUE: usize = 1024;

impl Engine {
    /// Makes the collection hold what the paths hold: new and changed files are stored, files that are gone
    /// are deleted, and unchanged ones are left alone.
    ///
    /// A file that cannot be ingested is reported and its stored version stays; so is one whose document the caller may
    /// not read, and a document that the caller may not read stays when its file is gone. Batches that were stored
    /// before a failure or a dropped call stay stored; the same call again completes the rest.
    /// Errors: `PermissionDenied` for a path outside the roots, `NotFound` for a missing path or collection.
    pub async fn ingest_paths(
        &self,
        ctx: &CallContext,
        request: IngestPaths,
        progress: &dyn IngestProgress,
    ) -> Result<IngestReport> {
        require_roots(ctx)?;
        let span = tracing::info_span!(
            span::INGEST,
            { field::TENANT_ID } = ctx.tenant().as_str(),
            { field::DOCUMENTS_COUNT } = Empty,
        );
        self.follow_paths(ctx, request, progress).instrument(span).await
    }

    /// Refuses what [`ingest_paths`](Self::ingest_paths) would refuse before it looks into files.
    pub(crate) async fn check_paths(&self, ctx: &CallContext, request: &IngestPaths) -> Result<()> {
        require_roots(ctx)?;
        self.admitted(request)?;
        self.collection_for_write(ctx, &request.collection).await.map(|_| ())
    }

    async fn follow_paths(
        &self,
        ctx: &CallContext,
        request: IngestPaths,
        progress: &dyn IngestProgress,
    ) -> Result<IngestReport> {
        let start = self.clock().instant();
        let paths = self.admitted(&request)?;
        let collection = self.collection_for_write(ctx, &request.collection).await?;
        let stored = self.stored_below(ctx, &collection, &paths).await?;
        let reader = Arc::new(self.file_reader(&collection, &request, &stored));
        let mut run = Run {
            writer: BatchWriter::new(self, ctx, collection.id),
            progress,
            seen: HashSet::new(),
            blind: Vec::new(),
            files: 0,
        };
        let bytes = run.follow(Arc::clone(&reader), paths, self.config().extraction_threads).await?;
        run.writer.store().await?;
        run.delete_missing(self, ctx, &stored).await?;
        let mut report = run.writer.report;
        report.bytes = bytes;
        tracing::Span::current().record(field::DOCUMENTS_COUNT, run.files);
        report.took = self.clock().instant() - start;
        Ok(report)
    }

    fn admitted(&self, request: &IngestPaths) -> Result<Vec<PathBuf>> {
        check_tags(&request.tags)?;
        check_metadata(&request.metadata)?;
        if request.paths.is_empty() || request.paths.len() > MAX_INGEST_PATHS {
            return Err(Error::invalid("paths", format!("must be 1 to {MAX_INGEST_PATHS}")));
        }
        request.paths.iter().map(|path| roots::admit(path, &self.config().roots)).collect()
    }

    fn file_reader(
        &self,
        collection: &Collection,
        request: &IngestPaths,
        stored: &[SourceState],
    ) -> FileReader {
        let preparation = Preparation {
            clock: Arc::clone(&self.shared.stores.clock),
            analyzer: analyzer_of(collection),
            chunking: self.config().chunking,
            limits: self.config().extraction,
            extractor: Arc::clone(&self.config().extractor),
            tags: request.tags.clone(),
            metadata: request.metadata.clone(),
            access: request.access.clone(),
        };
        let stored: Stored = stored
            .iter()
            .map(|state| (state.source.clone(), (state.content_digest, state.recipe.clone())))
            .collect();
        let recipe = preparation.recipe();
        FileReader { preparation, stored, recipe, bytes_read: AtomicU64::new(0) }
    }

    async fn stored_below(
        &self,
        ctx: &CallContext,
        collection: &Collection,
        paths: &[PathBuf],
    ) -> Result<Vec<SourceState>> {
        let mut states = Vec::new();
        for path in paths {
            if !path.is_dir() {
                states.extend(self.stored_file(ctx, collection, path).await?);
                continue;
            }
            let prefix = source::prefix_of_folder(path)?;
            let mut page = PageRequest::try_new(MAX_PAGE_SIZE)?;
            loop {
                let part = self.catalog().source_states(ctx, collection.id, &prefix, &page).await?;
                states.extend(part.items);
                let Some(next) = part.next else { break };
                page = page.after(next);
            }
        }
        Ok(states)
    }

    /// The document of one file. Its URI may be the start of others, so that a listing by prefix would not do.
    async fn stored_file(
        &self,
        ctx: &CallContext,
        collection: &Collection,
        path: &Path,
    ) -> Result<Option<SourceState>> {
        let source = source::of_file(path)?;
        let page = PageRequest::try_new(1)?;
        let first = self.catalog().source_states(ctx, collection.id, source.as_str(), &page).await?;
        Ok(first.items.into_iter().find(|state| state.source == source))
    }

    /// Deletes the document of a file that is gone; one that another ingest has stored anew meanwhile stays.
    async fn delete_gone(&self, ctx: &CallContext, state: &SourceState) -> Result<Option<Sequence>> {
        let outcome = match self.catalog().document(ctx, state.document).await {
            Ok(document) if document.content_digest != state.content_digest => return Ok(None),
            Ok(document) => self.catalog().delete_document(ctx, state.document, Some(document.version)).await,
            Err(error) => Err(error),
        };
        match outcome {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Conflict) => Ok(None),
            outcome => outcome.map(Some),
        }
    }
}

/// Roots belong to the operator; tenants besides the operator's own need more than the right to write.
fn require_roots(ctx: &CallContext) -> Result<()> {
    let is_own = *ctx.tenant() == TenantId::default();
    ctx.principal().require(if is_own { Scope::Write } else { Scope::Admin })
}

/// One ingest under way.
struct Run<'a> {
    writer: BatchWriter<'a>,
    progress: &'a dyn IngestProgress,
    /// Sources that are still on disk.
    seen: HashSet<SourceUri>,
    /// Places that could not be looked at; nothing below them is taken for deleted.
    blind: Vec<PathBuf>,
    files: u64,
}

impl Run<'_> {
    /// Walks, prepares and stores; returns the bytes read.
    async fn follow(&mut self, reader: Arc<FileReader>, paths: Vec<PathBuf>, threads: usize) -> Result<u64> {
        let (found, mut entries) = mpsc::channel(WALK_QUEUE);
        let walker = Walker {
            found,
            is_stopped: Arc::default(),
            max_file_bytes: reader.preparation.limits.max_bytes as u64,
        };
        let stop = StopOnDrop(Arc::clone(&walker.is_stopped));
        let walking = tokio::task::spawn_blocking(move || walker.walk(&paths));
        let entries = futures::stream::poll_fn(move |cx| entries.poll_recv(cx));
        let (mut discovered, mut discovered_bytes) = (0, 0);
        let progress = self.progress;
        let shared = Arc::clone(&reader);
        let mut outcomes = entries
            .map(move |entry| {
                if let Walked::File(_, len) = &entry {
                    discovered += 1;
                    discovered_bytes += len;
                    progress.discovered(discovered, discovered_bytes);
                }
                prepare(Arc::clone(&shared), entry)
            })
            .buffer_unordered(threads);
        while let Some(outcome) = outcomes.next().await {
            self.take(outcome?).await?;
            self.progress.processed(self.files, reader.bytes_read.load(Ordering::Relaxed));
        }
        drop(outcomes);
        drop(stop);
        walking
            .await
            .map_err(|source| Error::new(ErrorKind::Unexpected, "the walk failed").with_source(source))?;
        Ok(reader.bytes_read.load(Ordering::Relaxed))
    }

    async fn take(&mut self, outcome: Prepared) -> Result<()> {
        match outcome {
            Prepared::File(FileOutcome::Changed(draft)) => {
                self.files += 1;
                if self.seen.insert(draft.source.clone()) {
                    self.writer.push(*draft).await?;
                }
            }
            Prepared::File(FileOutcome::Unchanged(source)) => {
                self.files += 1;
                if self.seen.insert(source) {
                    self.writer.report.unchanged += 1;
                }
            }
            Prepared::File(FileOutcome::Failed(path, source, error)) => {
                self.files += 1;
                self.seen.extend(source);
                self.writer.fail(path, &error);
            }
            Prepared::Blind(path, error) => {
                self.writer.fail(path.clone(), &error);
                self.blind.push(path);
            }
        }
        Ok(())
    }

    /// Deletes the documents whose files are gone.
    async fn delete_missing(
        &mut self,
        engine: &Engine,
        ctx: &CallContext,
        stored: &[SourceState],
    ) -> Result<()> {
        let mut blind = Vec::new();
        for path in &self.blind {
            blind.push(source::prefix_of_folder(path)?);
            blind.push(String::from(source::of_file(path)?));
        }
        for state in stored {
            let is_hidden = blind.iter().any(|prefix| state.source.as_str().starts_with(prefix.as_str()));
            if is_hidden || self.seen.contains(&state.source) {
                continue;
            }
            if let Some(sequence) = engine.delete_gone(ctx, state).await? {
                self.writer.saw(sequence);
                self.writer.report.deleted += 1;
            }
        }
        engine.wake();
        Ok(())
    }
}
