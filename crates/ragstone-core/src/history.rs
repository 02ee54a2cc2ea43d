//! Earlier versions of documents, and documents that were deleted, as long as they are kept.

use std::cmp::Reverse;
use std::fmt;

use crate::clock::Timestamp;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::id::{DocumentId, DocumentVersion};

/// Most earlier versions of a document that a store can be told to keep.
pub const MAX_KEPT_VERSIONS: u32 = 1000;

/// Earlier versions of a document that a store keeps unless told otherwise.
pub const DEFAULT_KEPT_VERSIONS: u32 = 10;

/// Most versions that are forgotten in one call.
pub const MAX_FORGOTTEN: u32 = 1000;

/// A version of a document that can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredVersion {
    /// The document as it is, or was, in this version.
    pub document: Document,
    /// When another version or a deletion followed; `None` while it is current.
    pub ended_at: Option<Timestamp>,
}

/// Checks how many earlier versions a store is told to keep: 0 to [`MAX_KEPT_VERSIONS`].
pub fn check_kept_versions(versions: u32) -> Result<u32> {
    if versions > MAX_KEPT_VERSIONS {
        return Err(Error::invalid("versions", format!("must be from 0 to {MAX_KEPT_VERSIONS}")));
    }
    Ok(versions)
}

/// The key of a version in a page: versions are listed from the newest.
pub fn version_key(version: DocumentVersion) -> String {
    version.0.to_string()
}

/// Reads [`version_key`].
pub fn version_of_key(key: &str) -> Result<DocumentVersion> {
    key.parse().map(DocumentVersion).map_err(|_| Error::invalid("after", "must be the key of a version"))
}

/// Checks how many versions one call may forget: 1 to [`MAX_FORGOTTEN`].
pub fn check_limit(limit: u32) -> Result<u32> {
    if !(1..=MAX_FORGOTTEN).contains(&limit) {
        return Err(Error::invalid("limit", format!("must be from 1 to {MAX_FORGOTTEN}")));
    }
    Ok(limit)
}

/// Place of a deleted document in a listing: the last deleted stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeletionKey {
    ended_at: Reverse<Timestamp>,
    document: DocumentId,
}

impl DeletionKey {
    /// The place of a document that was deleted at a time.
    pub fn new(ended_at: Timestamp, document: DocumentId) -> Self {
        Self { ended_at: Reverse(ended_at), document }
    }

    /// When the document was deleted.
    pub fn ended_at(self) -> Timestamp {
        self.ended_at.0
    }

    /// The document.
    pub fn document(self) -> DocumentId {
        self.document
    }

    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(key: &str) -> Result<Self> {
        let parts = key.split_once('/').and_then(|(millis, document)| {
            Some((Timestamp::from_millis(millis.parse().ok()?), document.parse().ok()?))
        });
        let invalid = || Error::invalid("after", "must be the key of a deleted document");
        parts.map(|(ended_at, document)| Self::new(ended_at, document)).ok_or_else(invalid)
    }
}

impl fmt::Display for DeletionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ended_at.0.as_millis(), self.document)
    }
}
