//! Reads and prepares the files of one ingest on blocking threads.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_core::document::DocumentDraft;
use ragstone_core::{Digest, Error, ErrorKind, Result, SourceUri};
use ragstone_observability::span;

use super::preparation::{Hints, Preparation};
use super::roots::unreadable;
use super::source;

/// What became of one file.
pub(super) enum FileOutcome {
    /// It is new or has changed.
    Changed(Box<DocumentDraft>),
    /// Its bytes and the recipe are those of the stored version.
    Unchanged(SourceUri),
    /// It cannot be ingested; its stored version, if any, stays.
    Failed(PathBuf, Option<SourceUri>, Error),
}

/// What the stored documents below the ingested paths are, by source.
pub(super) type Stored = HashMap<SourceUri, (Digest, String)>;

/// Reads, compares and prepares files.
pub(super) struct FileReader {
    pub(super) preparation: Preparation,
    pub(super) stored: Stored,
    pub(super) recipe: String,
    pub(super) bytes_read: AtomicU64,
}

impl FileReader {
    pub(super) fn read(self: &Arc<Self>, path: &Path) -> FileOutcome {
        let source = match source::of_file(path) {
            Ok(source) => source,
            Err(error) => return FileOutcome::Failed(path.to_owned(), None, error),
        };
        match self.outcome(path, source.clone()) {
            Ok(outcome) => outcome,
            Err(error) => FileOutcome::Failed(path.to_owned(), Some(source), error),
        }
    }

    fn outcome(&self, path: &Path, source: SourceUri) -> Result<FileOutcome> {
        let reading = tracing::debug_span!(span::INGEST_READ);
        let bytes = self.preparation.stages().run("read", &reading, || self.bytes(path))?;
        if self.is_unchanged(&source, &bytes) {
            return Ok(FileOutcome::Unchanged(source));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let hints =
            Hints { source, file_name: Some(&name), media_type: None, title: None, name: name.clone() };
        self.preparation.draft(&bytes, hints).map(Box::new).map(FileOutcome::Changed)
    }

    fn is_unchanged(&self, source: &SourceUri, bytes: &[u8]) -> bool {
        self.stored
            .get(source)
            .is_some_and(|(digest, recipe)| *recipe == self.recipe && *digest == Digest::of(bytes))
    }

    /// Reads a file, refusing one that is too large before and while it is read.
    fn bytes(&self, path: &Path) -> Result<Vec<u8>> {
        let limit = self.preparation.limits.max_bytes;
        let file = File::open(path).map_err(|source| unreadable(path, source))?;
        let metadata = file.metadata().map_err(|source| unreadable(path, source))?;
        if !metadata.is_file() {
            return Err(Error::new(ErrorKind::UnsupportedMedia, "the path is not a regular file"));
        }
        let len = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        if len > limit {
            return Err(too_large(len, limit));
        }
        let mut bytes = Vec::with_capacity(len);
        let read =
            file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|source| unreadable(path, source))?;
        self.bytes_read.fetch_add(read as u64, Ordering::Relaxed);
        if bytes.len() > limit { Err(too_large(bytes.len(), limit)) } else { Ok(bytes) }
    }
}

pub(super) fn too_large(len: usize, limit: usize) -> Error {
    Error::new(ErrorKind::TooLarge, "the content is larger than its limit")
        .with_context("bytes", len)
        .with_context("limit", limit)
        .with_help("raise `ingest.max_file_bytes`, or split the file")
}
