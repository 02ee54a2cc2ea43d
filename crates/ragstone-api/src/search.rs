//! Search: the request, its hits and where they stand.

use std::collections::BTreeSet;

use ragstone_core::answer;
use ragstone_core::metadata::Metadata;
use ragstone_core::{CollectionName, Error, Filter, SearchMode, SearchQuery, Sequence};
use serde::{Deserialize, Serialize};

use crate::citation::Citation;
use crate::detail::Detail;
use crate::place::Span;

/// Hits of a search that names no limit.
pub const DEFAULT_LIMIT: u32 = 10;

fn default_limit() -> u32 {
    DEFAULT_LIMIT
}

/// Which ways of searching look for hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Shared words alone.
    Keyword,
    /// Meaning alone; needs a model.
    Semantic,
    /// Both, fused; without a model shared words alone.
    #[default]
    Hybrid,
}

impl From<Mode> for SearchMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Keyword => Self::Keyword,
            Mode::Semantic => Self::Semantic,
            Mode::Hybrid => Self::Hybrid,
        }
    }
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// Words or a question to look for; at most 8,192 bytes.
    pub query: String,
    /// Names of the collections to search; all of them where empty.
    #[serde(default)]
    pub collections: Vec<String>,
    /// Condition on the documents, such as `tag = "rust" and metadata.year >= 2020`.
    /// Fields are `document`, `source`, `format`, `tag` and `metadata.<key>`; operators are `=`, `!=`, `<`,
    /// `<=`, `>`, `>=`, `in (…)`, `exists`, `and`, `or`, `not` and parentheses.
    #[serde(default)]
    pub filter: Option<String>,
    /// Most hits, 1 to 1,000.
    #[serde(default = "default_limit")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub limit: u32,
    /// Ways of searching.
    #[serde(default)]
    pub mode: Mode,
    /// Waits until this write can be found: the `sequence` of its receipt.
    #[serde(default)]
    pub min_sequence: Option<u64>,
    /// How much of each hit is shown.
    #[serde(default)]
    pub detail: Detail,
}

impl TryFrom<SearchRequest> for SearchQuery {
    type Error = Error;

    fn try_from(request: SearchRequest) -> Result<Self, Error> {
        let collections: Result<Vec<_>, Error> =
            request.collections.into_iter().map(CollectionName::try_new).collect();
        let filter = request.filter.as_deref().map(Filter::parse).transpose()?;
        Ok(Self::try_new(request.query, request.limit)?
            .in_collections(collections?)?
            .with_filter(filter)
            .with_mode(request.mode.into())
            .at_least(request.min_sequence.map(Sequence)))
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchResponse {
    /// Hits, best first.
    pub hits: Vec<Hit>,
    /// Ways of searching that are missing from the answer; empty where it is complete.
    pub degraded: Vec<Degradation>,
    /// Time taken in milliseconds.
    pub took_ms: f64,
}

impl From<answer::SearchAnswer> for SearchResponse {
    fn from(answer: answer::SearchAnswer) -> Self {
        Self {
            hits: answer.hits.into_iter().map(Hit::from).collect(),
            degraded: answer.degraded.into_iter().map(Degradation::from).collect(),
            took_ms: answer.took.as_secs_f64() * 1000.0,
        }
    }
}

/// One passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hit {
    /// Relevance; comparable within one answer only.
    pub score: f32,
    /// Collection it was found in.
    pub collection: String,
    /// Format of the document, such as `markdown`.
    pub format: String,
    /// Labels of the document.
    pub tags: BTreeSet<String>,
    /// Attributes of the document.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_schema))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::attribute::json_schema"))]
    pub metadata: Metadata,
    /// The passage, or as much as is wanted; left out where nothing is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Bytes of the document's whole text, of which `span` of the citation is a part.
    pub text_len: u64,
    /// Bytes of `text` that match the query, ascending and apart.
    pub highlights: Vec<Span>,
    /// Where the passage stands.
    pub citation: Citation,
    /// What each way of searching said of it.
    pub legs: Vec<LegRank>,
}

impl From<answer::Hit> for Hit {
    fn from(hit: answer::Hit) -> Self {
        Self {
            score: hit.score,
            collection: hit.collection.into(),
            format: hit.document.format.clone(),
            tags: hit.document.tags.clone(),
            metadata: hit.document.metadata.clone(),
            text: hit.text,
            text_len: hit.document.text_len,
            highlights: hit.highlights.into_iter().map(Span::from).collect(),
            citation: hit.citation.into(),
            legs: hit.legs.into_iter().map(LegRank::from).collect(),
        }
    }
}

/// Place of a hit in the ranking of one way of searching.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LegRank {
    /// Way of searching, such as `keyword`.
    pub leg: String,
    /// Place, from 1.
    pub rank: u32,
    /// Score in that ranking's own scale.
    pub score: f32,
}

impl From<answer::LegRank> for LegRank {
    fn from(rank: answer::LegRank) -> Self {
        Self { leg: rank.leg.as_str().to_owned(), rank: rank.rank, score: rank.score }
    }
}

/// A way of searching that could not take part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Degradation {
    /// Way of searching, such as `keyword`.
    pub leg: String,
    /// Collection in which it was missing.
    pub collection: String,
    /// Why.
    pub reason: String,
}

impl From<answer::Degradation> for Degradation {
    fn from(degradation: answer::Degradation) -> Self {
        Self {
            leg: degradation.leg.as_str().to_owned(),
            collection: degradation.collection.into(),
            reason: degradation.reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    fn query(text: &str) -> Result<SearchQuery, Error> {
        SearchQuery::try_from(crate::json::decode::<SearchRequest>(text.as_bytes())?)
    }

    #[test]
    fn left_out_fields_have_their_defaults() {
        let query = query(r#"{"query":"x"}"#).expect("valid");
        assert_eq!(query.limit(), DEFAULT_LIMIT);
        assert!(query.collections().is_empty());
        assert_eq!((query.filter(), query.min_sequence()), (None, None));
    }

    #[test]
    fn bad_requests_name_the_field() {
        let long = format!(r#"{{"query":"{}"}}"#, "x".repeat(1 << 20));
        for (body, field) in [
            (r#"{"query":""}"#, "query"),
            (long.as_str(), "query"),
            (r#"{"query":"x","limit":0}"#, "limit"),
            (r#"{"query":"x","limit":1000000000}"#, "limit"),
            (r#"{"query":"x","limit":-1}"#, "limit"),
            (r#"{"query":"x","limit":"ten"}"#, "limit"),
            (r#"{"query":"x","filter":"colour = 1"}"#, "filter"),
            (r#"{"query":"x","collections":["No Slug"]}"#, "collection"),
            (r#"{"query":"x","collections":[1]}"#, "collections[0]"),
            (r#"{"query":"x","mode":"magic"}"#, "mode"),
            (r#"{"query":"x","top_k":1}"#, "top_k"),
            (r"{}", "body"),
        ] {
            let error = query(body).expect_err(field);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{field}");
            assert_eq!(error.violations()[0].field, field);
        }
    }
}
