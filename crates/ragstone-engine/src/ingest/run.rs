//! One ingest of paths under way.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures::StreamExt;
use ragstone_core::collection::Collection;
use ragstone_core::document::SourceState;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::report::IngestReport;
use ragstone_core::{CallContext, Error, ErrorKind, Result, SourceUri};
use ragstone_sources::ArchiveLimits;
use tokio::sync::mpsc;

use super::budget::Budget;
use super::found::Found;
use super::progress::IngestProgress;
use super::queue::{PreparedQueue, preparation_queue};
use super::reader::{Outcome, Reader};
use super::target::Target;
use super::walker::{StopOnDrop, Walker};
use super::writer::BatchWriter;
use crate::engine::Engine;
use crate::panics::of_lost;

/// What was found and waits for the workers.
const WALK_QUEUE: usize = 1024;
/// Members of archives that wait for the workers, in files of the largest size.
const UNPACKED_FILES: usize = 2;

/// One ingest of paths under way.
pub(super) struct Run<'a> {
    engine: &'a Engine,
    ctx: &'a CallContext,
    stored: &'a [SourceState],
    writer: BatchWriter<'a>,
    progress: &'a dyn IngestProgress,
    /// Sources that are still there.
    seen: HashSet<SourceUri>,
    /// What could not be looked at; no source that begins so is taken for deleted.
    hidden: Vec<String>,
    /// Folders without files, and what the sources of their files would begin with.
    emptied: Vec<(PathBuf, String)>,
    files: u64,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        ctx: &'a CallContext,
        collection: &'a Collection,
        stored: &'a [SourceState],
        progress: &'a dyn IngestProgress,
    ) -> Self {
        let writer = BatchWriter::new(engine, ctx, collection.id);
        let (seen, hidden, emptied) = (HashSet::new(), Vec::new(), Vec::new());
        Self { engine, ctx, stored, writer, progress, seen, hidden, emptied, files: 0 }
    }

    /// Files that were looked at.
    pub(super) const fn files(&self) -> u64 {
        self.files
    }

    /// What was done.
    pub(super) fn into_report(self) -> IngestReport {
        self.writer.report
    }

    /// Walks, prepares and stores; answers with the bytes read.
    pub(super) async fn follow(&mut self, reader: Arc<Reader>, targets: Vec<Target>) -> Result<u64> {
        let (found, mut entries) = mpsc::channel(WALK_QUEUE);
        let most = reader.preparation.limits.max_bytes;
        let walker = Walker {
            found,
            is_stopped: Arc::default(),
            max_file_bytes: most as u64,
            archives: ArchiveLimits { member_bytes: most as u64, ..ArchiveLimits::default() },
            budget: Budget::new(most.saturating_mul(UNPACKED_FILES)),
        };
        let stop = StopOnDrop(Arc::clone(&walker.is_stopped));
        let walking = self.engine.config().bulk().spawn_blocking(move || walker.walk(&targets));
        let entries = futures::stream::poll_fn(move |cx| entries.poll_recv(cx));
        let (mut discovered, mut discovered_bytes) = (0, 0);
        let progress = self.progress;
        let shared = Arc::clone(&reader);
        let outcomes = entries
            .map(move |entry| {
                if let Found::Item(item) = &entry {
                    discovered += 1;
                    discovered_bytes += item.len;
                    progress.discovered(discovered, discovered_bytes);
                }
                Arc::clone(&shared).prepare(entry)
            })
            .buffer_unordered(self.engine.config().extraction_threads);
        let (prepared, queue) = preparation_queue(self.engine.config());
        let ((), stored) = futures::join!(prepared.fill(outcomes), self.store(queue, &reader));
        stored?;
        drop(stop);
        walking.await.map_err(|lost| of_lost("the walk failed", lost))?;
        Ok(reader.bytes_read.load(Ordering::Relaxed))
    }

    /// Stores what is prepared, while more is.
    async fn store(&mut self, mut queue: PreparedQueue, reader: &Reader) -> Result<()> {
        while let Some(outcome) = queue.next().await {
            self.take(outcome?).await?;
            self.progress.processed(self.files, reader.bytes_read.load(Ordering::Relaxed));
        }
        Ok(())
    }

    async fn take(&mut self, outcome: Outcome) -> Result<()> {
        match outcome {
            Outcome::Changed(draft) => {
                self.files += 1;
                if self.seen.insert(draft.source.clone()) {
                    self.writer.push(*draft).await?;
                }
            }
            Outcome::Unchanged(source, stamped) => {
                self.files += 1;
                if self.seen.insert(source) {
                    self.writer.leave(stamped).await;
                }
            }
            Outcome::Failed(path, source, error) => {
                self.files += 1;
                self.seen.extend(source);
                self.writer.fail(path, &error);
            }
            Outcome::Blind(path, hidden, error) => {
                self.writer.fail(path, &error);
                self.hidden.extend(hidden);
            }
            Outcome::Empty(path, prefix) => self.emptied.push((path, prefix)),
        }
        Ok(())
    }

    /// Stores what is left, and deletes the documents whose files are gone.
    pub(super) async fn finish(&mut self, is_empty_allowed: bool) -> Result<()> {
        self.writer.store().await?;
        self.writer.note_stamps().await;
        reach(FailPoint::EngineFolderStored)?;
        if !is_empty_allowed {
            self.hold_emptied();
        }
        let gone: Vec<&SourceState> = self.stored.iter().filter(|state| self.is_gone(state)).collect();
        for state in gone {
            if let Some(sequence) = self.engine.delete_gone(self.ctx, state).await? {
                self.writer.saw(sequence);
                self.writer.report.deleted += 1;
            }
        }
        self.engine.wake();
        Ok(())
    }

    /// Keeps the documents of folders that hold nothing at all: that is what a disk looks like which is not mounted.
    fn hold_emptied(&mut self) {
        for (path, prefix) in std::mem::take(&mut self.emptied) {
            let documents =
                self.stored.iter().filter(|state| state.source.as_str().starts_with(&prefix)).count();
            if documents > 0 {
                let error = Error::new(
                    ErrorKind::FailedPrecondition,
                    "the folder holds no file to read, and its documents were kept",
                )
                .with_context("documents", documents)
                .with_help(
                    "mount the disk that belongs there, or say that the folder may be empty: `--allow-empty`",
                );
                self.writer.fail(path, &error);
                self.hidden.push(prefix);
            }
        }
    }

    fn is_gone(&self, state: &SourceState) -> bool {
        let is_hidden = self.hidden.iter().any(|prefix| state.source.as_str().starts_with(prefix.as_str()));
        !is_hidden && !self.seen.contains(&state.source)
    }
}
