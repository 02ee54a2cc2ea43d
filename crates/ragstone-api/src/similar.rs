//! Documents that are like another one.

use std::str::FromStr;

use ragstone_core::similar as core;
use ragstone_core::{CollectionName, DocumentId, Error, Result, Scope, SourceUri};
use serde::{Deserialize, Serialize};

use crate::citation::Citation;
use crate::document::Document;
use crate::search::Degradation;

/// Documents of an answer whose number is not named.
pub const DEFAULT_SIMILAR: u32 = 10;

fn default_limit() -> u32 {
    DEFAULT_SIMILAR
}

/// How many documents are wanted, and where the other one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SimilarQuery {
    /// Most documents, 1 to 100; 10 where left out.
    #[serde(default = "default_limit")]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 100))]
    pub limit: u32,
    /// Collection of a document that is named by its source; `default` where left out.
    #[serde(default)]
    pub collection: Option<String>,
}

impl SimilarQuery {
    /// Reads the question for documents like a named one.
    ///
    /// A collection beside an id is `InvalidArgument`, for it would say nothing.
    pub fn open(self, document: DocumentName) -> Result<core::SimilarQuery> {
        let reference = match (document, self.collection) {
            (DocumentName::Id(id), None) => core::DocumentReference::Id(id),
            (DocumentName::Id(_), Some(_)) => {
                let rule = "must be left out where the document is named by its id";
                return Err(Error::invalid("collection", rule));
            }
            (DocumentName::Source(source), collection) => {
                let collection = collection.map(CollectionName::try_new).transpose()?.unwrap_or_default();
                core::DocumentReference::Source(collection, source)
            }
        };
        core::SimilarQuery::try_new(reference, self.limit)
    }
}

/// What a document is named by: its id, or its source, which no id looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentName {
    /// Its id.
    Id(DocumentId),
    /// Where it comes from.
    Source(SourceUri),
}

impl FromStr for DocumentName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        if !text.contains(':') {
            return Err(Error::invalid("document", "is neither an id (a UUID) nor a source (a URI)"));
        }
        SourceUri::try_new(text).map(Self::Source)
    }
}

/// Documents that are like another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SimilarResponse {
    /// How they were found: `semantic`, near the mean of the document's vectors, or `keyword`, by its words.
    pub leg: String,
    /// The documents, most like it first.
    pub documents: Vec<SimilarDocument>,
    /// Ways of searching that are missing from the answer; empty where it is complete.
    pub degraded: Vec<Degradation>,
}

/// A document that is like another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SimilarDocument {
    /// Likeness of its nearest passage; comparable within one answer only.
    pub score: f32,
    /// The document.
    pub document: Document,
    /// Where its nearest passage stands.
    pub citation: Citation,
}

impl SimilarResponse {
    /// The answer for a caller with this scope, which decides what is shown of each document.
    pub fn new(answer: core::SimilarAnswer, scope: Scope) -> Self {
        let core::SimilarAnswer { collection, leg, documents, degraded } = answer;
        let document = |similar: core::SimilarDocument| SimilarDocument {
            score: similar.score,
            document: Document::new(&collection, (*similar.document).clone(), scope),
            citation: similar.citation.into(),
        };
        Self {
            leg: leg.as_str().to_owned(),
            documents: documents.into_iter().map(document).collect(),
            degraded: degraded.into_iter().map(Degradation::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(document: &str, collection: Option<&str>) -> Result<core::SimilarQuery> {
        let query = SimilarQuery { limit: 3, collection: collection.map(str::to_owned) };
        query.open(document.parse()?)
    }

    #[test]
    fn documents_are_named_by_id_or_source() {
        let id = "00000000-0000-4000-8000-000000000000";
        let by_id = open(id, None).expect("valid");
        assert!(matches!(by_id.document(), core::DocumentReference::Id(_)));
        let by_source = open("file:///a b.md", Some("work")).expect("valid");
        let source = SourceUri::try_new("file:///a b.md").expect("valid");
        let work = CollectionName::try_new("work").expect("valid");
        assert_eq!(by_source.document(), &core::DocumentReference::Source(work, source));
        for (document, collection) in [(id, Some("work")), ("text:a", Some("No Slug")), ("note", None)] {
            assert!(open(document, collection).is_err(), "{document}");
        }
    }
}
