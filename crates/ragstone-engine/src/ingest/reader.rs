//! Reads, compares and prepares what an ingest finds, on blocking threads.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_core::document::{DocumentDraft, SourceState};
use ragstone_core::stamp::{SourceStamp, StampedDocument};
use ragstone_core::{Digest, Error, ErrorKind, Result, SourceUri};
use ragstone_observability::span;
use tokio::runtime::Handle;

use super::found::{Content, Found, Item};
use super::preparation::{Hints, Preparation};
use super::roots::unreadable;
use super::stamp::stamp_of;
use crate::panics::of_lost;

/// What became of something that was found.
pub(super) enum Outcome {
    /// It is new or has changed.
    Changed(Box<DocumentDraft>),
    /// Its content and the recipe are those of the stored version; with a stamp, where another one is known.
    Unchanged(SourceUri, Option<StampedDocument>),
    /// It cannot be ingested; its stored version, if any, stays.
    Failed(PathBuf, Option<SourceUri>, Error),
    /// It could not be looked at; nothing whose source begins with one of these is taken for deleted.
    Blind(PathBuf, Vec<String>, Error),
    /// A folder without files.
    Empty(PathBuf, String),
}

/// What the stored documents of the sources are.
pub(super) type Stored = HashMap<SourceUri, SourceState>;

/// Reads, compares and prepares.
pub(super) struct Reader {
    pub(super) preparation: Preparation,
    pub(super) stored: Stored,
    pub(super) recipe: String,
    pub(super) relies_on_stamps: bool,
    pub(super) bytes_read: AtomicU64,
    pub(super) bulk: Handle,
}

impl Reader {
    /// Reads and prepares on a blocking thread.
    pub(super) async fn prepare(self: Arc<Self>, found: Found) -> Result<Outcome> {
        let item = match found {
            Found::Item(item) => item,
            Found::Refused(path, source, error) => return Ok(Outcome::Failed(path, source, error)),
            Found::Blind(path, hidden, error) => return Ok(Outcome::Blind(path, hidden, error)),
            Found::Empty(path, prefix) => return Ok(Outcome::Empty(path, prefix)),
        };
        // Another thread knows nothing of the span of the ingest.
        let ingest = tracing::Span::current();
        let bulk = self.bulk.clone();
        bulk.spawn_blocking(move || ingest.in_scope(|| self.read(*item)))
            .await
            .map_err(|lost| of_lost("a file worker failed", lost))
    }

    fn read(&self, item: Item) -> Outcome {
        let (path, source) = (item.path.clone(), item.source.clone());
        self.outcome(item).unwrap_or_else(|error| Outcome::Failed(path, Some(source), error))
    }

    fn outcome(&self, item: Item) -> Result<Outcome> {
        let Item { source, path, content, key, origin, .. } = item;
        // With the key, so that the same one is known without a look at the content.
        let recipe = match &key {
            Some(key) => format!("{};{key}", self.recipe),
            None => self.recipe.clone(),
        };
        let known = self.stored.get(&source).filter(|stored| stored.recipe == recipe);
        // Before it is read: what is written meanwhile shows another one.
        let stamp = self.stamp(&path, &content);
        let is_as_before = |known: &SourceState| key.is_some() || (stamp.is_some() && known.stamp == stamp);
        if known.is_some_and(is_as_before) {
            return Ok(Outcome::Unchanged(source, None));
        }
        let reading = tracing::debug_span!(span::INGEST_READ);
        let (bytes, _reserved) =
            self.preparation.stages().run("read", &reading, || self.content(&path, content))?;
        if let Some(known) = known.filter(|known| known.content_digest == Digest::of(&bytes)) {
            let (document, content_digest) = (known.document, known.content_digest);
            let stamped = stamp.map(|stamp| StampedDocument { document, content_digest, stamp });
            return Ok(Outcome::Unchanged(source, stamped));
        }
        let name = name_of(&path);
        let hints = Hints::of_file(source, &name);
        let mut draft = self.preparation.draft(&bytes, hints)?;
        draft.recipe = recipe;
        draft.stamp = stamp;
        if let Some(origin) = origin {
            // What the caller says of its documents comes first.
            for (key, value) in &*origin {
                draft.metadata.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(Outcome::Changed(Box::new(draft)))
    }

    fn stamp(&self, path: &Path, content: &Content) -> Option<SourceStamp> {
        let is_file = self.relies_on_stamps && matches!(content, Content::File);
        let file = is_file.then(|| path.metadata().ok()).flatten()?;
        stamp_of(&file, self.preparation.clock.now())
    }

    /// The bytes, and what they have reserved.
    fn content(&self, path: &Path, content: Content) -> Result<(Vec<u8>, Option<super::budget::Reserved>)> {
        let limit = self.preparation.limits.max_bytes;
        let (bytes, reserved) = match content {
            Content::File => (bytes_of(path, limit)?, None),
            Content::Bytes(bytes, reserved) => (bytes, Some(reserved)),
            Content::Blob(snapshot, blob) => (snapshot.read(&blob, limit)?, None),
        };
        self.bytes_read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok((bytes, reserved))
    }
}

/// The name of a file, without its folders.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads a file, refusing one that is larger than `limit` before and while it is read.
pub(super) fn bytes_of(path: &Path, limit: usize) -> Result<Vec<u8>> {
    // Before it is opened: a pipe would wait for a writer.
    let metadata = path.metadata().map_err(|source| unreadable(path, source))?;
    if !metadata.is_file() {
        return Err(not_a_file());
    }
    let file = File::open(path).map_err(|source| unreadable(path, source))?;
    let len = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if len > limit {
        return Err(too_large(len, limit));
    }
    let mut bytes = Vec::with_capacity(len);
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|source| unreadable(path, source))?;
    if bytes.len() > limit { Err(too_large(bytes.len(), limit)) } else { Ok(bytes) }
}

pub(super) fn not_a_file() -> Error {
    Error::new(ErrorKind::UnsupportedMedia, "the path is not a regular file")
}

pub(super) fn too_large(len: usize, limit: usize) -> Error {
    Error::new(ErrorKind::TooLarge, "the content is larger than its limit")
        .with_context("bytes", len)
        .with_context("limit", limit)
        .with_help("raise `ingest.max_file_bytes`, or split the file")
}
