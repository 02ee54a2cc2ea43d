//! The change feed: what projections follow.

use std::fmt;

use crate::collection::Collection;
use crate::id::{Digest, DocumentId, GenerationId, Sequence};

/// Name of a projection, such as `chunk-index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectionName(&'static str);

impl ProjectionName {
    /// Names a projection; the name is stored and must never change.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ProjectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The last thing that happened to a document. The feed holds one change for each document, at its latest sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Position in the feed.
    pub sequence: Sequence,
    /// The document.
    pub document: DocumentId,
    /// What happened.
    pub kind: ChangeKind,
}

/// What happened to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A version was stored.
    Stored,
    /// It was deleted.
    Deleted,
    /// It was deleted for good: nothing that was computed from it may stay.
    Purged,
}

/// How far a projection of one collection has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProjectionMark {
    /// Which build of the projection.
    pub generation: GenerationId,
    /// Every change up to here has been applied durably.
    pub watermark: Sequence,
    /// Average chunk length in terms that its BM25 weights were computed with; 0 where none were.
    pub average_length: f32,
    /// Digest of the model whose vectors are in it; `None` where there are none.
    pub model: Option<Digest>,
}

/// A collection as a projector sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectedCollection {
    /// The collection.
    pub collection: Collection,
    /// Whether it was deleted and waits to be dropped from the projections.
    pub is_deleted: bool,
    /// Latest change of any of its documents, or its own creation or deletion.
    pub head: Sequence,
    /// Where the projection stands; `None` before its first mark.
    pub mark: Option<ProjectionMark>,
}

impl ProjectedCollection {
    /// Whether the projection has something to do.
    pub fn is_behind(&self) -> bool {
        self.is_deleted || self.mark.is_none_or(|mark| mark.watermark < self.head)
    }
}
