//! Vectors of the texts of documents, as the catalog keeps them.

use crate::id::{CollectionId, Digest, DocumentId, DocumentVersion};
use crate::index::DenseVector;

/// Whose vectors are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddedScope {
    /// Those of one document.
    Document(DocumentId),
    /// Those of any document of a collection, so that a text that another document has need not be embedded again.
    Collection(CollectionId),
}

/// The vectors that one model gave the texts of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct EmbeddedDocument {
    /// The document.
    pub document: DocumentId,
    /// The version that has the texts.
    pub version: DocumentVersion,
    /// Hashes of the texts, in any order, with their vectors.
    pub vectors: Vec<(Digest, DenseVector)>,
}
