//! Vectors of the texts of documents, as the catalog keeps them.

use std::collections::BTreeSet;

use crate::error::{Error, Result};
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

/// How much of a collection has vectors of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EmbeddedCount {
    /// Documents with at least one.
    pub documents: u64,
    /// Vectors; a text that several documents have counts for each.
    pub vectors: u64,
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

impl EmbeddedDocument {
    /// `InvalidArgument` where a batch names a document twice.
    pub fn check_distinct(batch: &[Self]) -> Result<()> {
        let distinct: BTreeSet<DocumentId> = batch.iter().map(|embedded| embedded.document).collect();
        if distinct.len() == batch.len() {
            return Ok(());
        }
        Err(Error::invalid("documents", "must not name a document twice"))
    }
}
