//! What the walk over sources finds.

use std::path::PathBuf;
use std::sync::Arc;

use ragstone_core::metadata::Metadata;
use ragstone_core::{Error, SourceUri};
use ragstone_sources::{Skipped, Snapshot};

use super::budget::Reserved;

/// What was found, or what hides from the walk.
pub(super) enum Found {
    /// Something to read.
    Item(Box<Item>),
    /// Something that cannot be a document; its stored version, if any, stays.
    Refused(PathBuf, Option<SourceUri>, Error),
    /// A place that could not be looked at; nothing whose source begins with one of these is taken for deleted.
    Blind(PathBuf, Vec<String>, Error),
    /// A folder that holds no file at all, and what the sources of its files would begin with.
    Empty(PathBuf, String),
}

/// Something to read.
pub(super) struct Item {
    pub(super) source: SourceUri,
    /// Its name for people.
    pub(super) path: PathBuf,
    pub(super) len: u64,
    pub(super) content: Content,
    /// Names the content where that is known without reading it: the same key is the same content.
    pub(super) key: Option<String>,
    /// Attributes that tell where it comes from.
    pub(super) origin: Option<Arc<Metadata>>,
}

/// How its content is read.
pub(super) enum Content {
    /// From a file.
    File,
    /// It was met on the way through an archive.
    Bytes(Vec<u8>, Reserved),
    /// From the blob of a repository.
    Blob(Arc<Snapshot>, String),
}

impl From<Skipped> for Found {
    fn from(skipped: Skipped) -> Self {
        Self::Refused(skipped.path, skipped.source, skipped.reason)
    }
}
