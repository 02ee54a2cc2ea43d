//! Documents with all that was computed for them, as they are carried from one catalog to another.

use crate::document::DocumentDraft;
use crate::id::Digest;
use crate::index::DenseVector;

/// Most documents of one part of an archive.
pub const MAX_ARCHIVED: u32 = 100;

/// A document as it is carried over.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchivedDocument {
    /// What makes the document again, under the same source.
    pub draft: DocumentDraft,
    /// The vectors of its texts; none where no model answers for the collection.
    pub vectors: Option<ArchivedVectors>,
}

/// Vectors that one model gave the texts of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchivedVectors {
    /// The model, by the digest of its fingerprint.
    pub model: Digest,
    /// Hashes of the texts, with their vectors.
    pub of_texts: Vec<(Digest, DenseVector)>,
}
