//! Collections.

use ragstone_core::collection::{AnalyzerChoice, KeywordSettings};
use ragstone_core::report::CollectionOverview;
use ragstone_core::request::CreateCollection;
use ragstone_core::{CollectionName, Error};
use serde::{Deserialize, Serialize};

use crate::time::rfc3339;

/// A collection to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCollectionRequest {
    /// Name: 1 to 64 characters of `a-z`, `0-9`, `_` and `-`, starting with a letter or a digit.
    pub name: String,
    /// What it holds, for people and agents; at most 1,024 bytes.
    #[serde(default)]
    pub description: String,
    /// How its keyword search works; fixed from then on.
    #[serde(default)]
    pub keyword: Keyword,
}

impl TryFrom<CreateCollectionRequest> for CreateCollection {
    type Error = Error;

    fn try_from(request: CreateCollectionRequest) -> Result<Self, Error> {
        let keyword = KeywordSettings::from(request.keyword);
        keyword.check()?;
        Ok(Self { name: CollectionName::try_new(request.name)?, description: request.description, keyword })
    }
}

/// How the keyword search of a collection works.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Keyword {
    /// How text is cut into terms.
    pub analyzer: Analyzer,
    /// Saturation of term frequency in BM25, 0 to 10.
    pub k1: f32,
    /// Length normalisation in BM25, 0 to 1.
    pub b: f32,
}

/// How text is cut into terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(rename_all = "snake_case")]
pub enum Analyzer {
    /// English stemming and stop words; identifiers are split into their parts.
    English,
    /// Lower-cased words as they stand; identifiers are split into their parts.
    Simple,
}

impl Default for Keyword {
    fn default() -> Self {
        KeywordSettings::default().into()
    }
}

impl From<KeywordSettings> for Keyword {
    fn from(settings: KeywordSettings) -> Self {
        Self {
            analyzer: match settings.analyzer {
                AnalyzerChoice::English => Analyzer::English,
                AnalyzerChoice::Simple => Analyzer::Simple,
            },
            k1: settings.k1,
            b: settings.b,
        }
    }
}

impl From<Keyword> for KeywordSettings {
    fn from(keyword: Keyword) -> Self {
        Self {
            analyzer: match keyword.analyzer {
                Analyzer::English => AnalyzerChoice::English,
                Analyzer::Simple => AnalyzerChoice::Simple,
            },
            k1: keyword.k1,
            b: keyword.b,
        }
    }
}

/// A collection and how much it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Collection {
    /// Id; a new collection of an old name has another one.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it holds.
    pub description: String,
    /// How its keyword search works.
    pub keyword: Keyword,
    /// When it was created (RFC 3339).
    pub created_at: String,
    /// Number of documents.
    pub documents: u64,
    /// Number of passages.
    pub chunks: u64,
    /// Bytes of extracted text.
    pub text_bytes: u64,
}

impl From<CollectionOverview> for Collection {
    fn from(overview: CollectionOverview) -> Self {
        let CollectionOverview { collection, statistics } = overview;
        Self {
            id: collection.id.to_string(),
            name: collection.name.into(),
            description: collection.description,
            keyword: collection.keyword.into(),
            created_at: rfc3339(collection.created_at),
            documents: statistics.documents,
            chunks: statistics.chunks,
            text_bytes: statistics.text_bytes,
        }
    }
}

/// Part of a listing of collections, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CollectionPage {
    /// The collections.
    pub collections: Vec<Collection>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
