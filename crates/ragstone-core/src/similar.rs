//! Documents that are like another one.

use std::sync::Arc;

use crate::answer::{Citation, Degradation, Leg};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::id::{CollectionName, DocumentId, SourceUri};

/// Most documents of one answer.
pub const MAX_SIMILAR: u32 = 100;

/// Names a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentReference {
    /// By its id.
    Id(DocumentId),
    /// By where it comes from.
    Source(CollectionName, SourceUri),
}

/// A question for documents that are like one of the same collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarQuery {
    document: DocumentReference,
    limit: u32,
}

impl SimilarQuery {
    /// Checks the limit, 1 to [`MAX_SIMILAR`].
    pub fn try_new(document: DocumentReference, limit: u32) -> Result<Self> {
        if limit == 0 || limit > MAX_SIMILAR {
            return Err(Error::invalid("limit", format!("must be from 1 to {MAX_SIMILAR}, is {limit}")));
        }
        Ok(Self { document, limit })
    }

    /// The document.
    pub fn document(&self) -> &DocumentReference {
        &self.document
    }

    /// Most documents.
    pub fn limit(&self) -> u32 {
        self.limit
    }
}

/// One document that is like the other.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarDocument {
    /// Likeness of its nearest passage; comparable within one answer only.
    pub score: f32,
    /// The document.
    pub document: Arc<Document>,
    /// Where its nearest passage stands.
    pub citation: Citation,
}

/// Documents that are like another one.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarAnswer {
    /// Collection of all of them.
    pub collection: CollectionName,
    /// How they were found.
    pub leg: Leg,
    /// The documents, most like it first.
    pub documents: Vec<SimilarDocument>,
    /// Legs that could not look, or not everywhere.
    pub degraded: Vec<Degradation>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn limits_are_checked() {
        let name = || {
            let source = SourceUri::try_new("text:x").expect("valid");
            DocumentReference::Source(CollectionName::default(), source)
        };
        for limit in [0, MAX_SIMILAR + 1] {
            let kind = SimilarQuery::try_new(name(), limit).map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::InvalidArgument), "{limit}");
        }
        assert!(SimilarQuery::try_new(name(), MAX_SIMILAR).is_ok());
    }
}
