//! Search: the request, its hits and where they stand.

use std::collections::BTreeSet;

use ragstone_core::SearchMode;
use ragstone_core::answer;
use ragstone_core::metadata::Metadata;
use serde::{Deserialize, Serialize};

pub use self::correction::Correction;
pub use self::explanation::{Explanation, HitExplanation};
pub use self::options::{Accuracy, Fusion, SourceWeight};
use crate::citation::Citation;
use crate::detail::Detail;
use crate::facets::FacetsResponse;
use crate::place::Span;

pub mod correction;
pub mod explanation;
pub mod options;

mod definition;

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

impl From<SearchMode> for Mode {
    fn from(mode: SearchMode) -> Self {
        match mode {
            SearchMode::Keyword => Self::Keyword,
            SearchMode::Semantic => Self::Semantic,
            SearchMode::Hybrid => Self::Hybrid,
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
    /// `"some words"` must stand in a passage, `-word` and `-"some words"` must not; `tag:rust` and the other fields of
    /// filters are conditions.
    pub query: String,
    /// Names of the collections to search; all of them where empty.
    #[serde(default)]
    pub collections: Vec<String>,
    /// Condition on the documents, such as `tag = "rust" and metadata.year >= 2020`,
    /// `source under "file:///srv/docs/"`, `source glob "**/api/*.md"`, `language = "de"` or `updated >= "2026-01-01"`.
    /// Fields are `document`, `source`, `format`, `language`, `tag`, `updated` and `metadata.<key>`; operators are `=`,
    /// `!=`, `<`, `<=`, `>`, `>=`, `in (…)`, `exists`, `under`, `glob`, `and`, `or`, `not` and parentheses.
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
    /// Least score of a hit, 0 to 1; scores compare the candidates of one search.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub min_score: Option<f32>,
    /// Most hits of one document, 1 to 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100))]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 100)))]
    pub per_document: Option<u32>,
    /// How much a hit loses for having the words of better ones, 0 to 1; needs a `limit` of at most 200.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub diversity: Option<f32>,
    /// Days since its last change after which a document counts half; above 0, at most 36,500.
    #[serde(default)]
    pub recency_half_life_days: Option<f32>,
    /// Factors for scores by source, at most 64.
    #[serde(default)]
    pub source_weights: Vec<SourceWeight>,
    /// How both ways of searching are fused; `rrf` needs the mode `hybrid` and a model.
    #[serde(default)]
    pub fusion: Fusion,
    /// How much of the index search by meaning looks at.
    #[serde(default)]
    pub accuracy: Accuracy,
    /// Share of meaning in the score, 0 to 1, in place of the configured one; needs the mode `hybrid` and a model.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 1)))]
    pub weight: Option<f32>,
    /// Lets a model read the best candidates again, each with the query, and orders by its scores; needs a reranking
    /// model and a `limit` of at most 100.
    #[serde(default)]
    pub rerank: bool,
    /// Whether a word that no passage has is looked for in other spellings too; it is where this is left out. Not for
    /// the mode `semantic`.
    #[serde(default)]
    pub typo_tolerance: Option<bool>,
    /// Says how the answer came about.
    #[serde(default)]
    pub explain: bool,
    /// Fields whose ten most frequent values are counted among all documents that the collections, the filter and the
    /// fields of the query admit, whether they have the words or not; at most 16: `format`, `language`, `tag`,
    /// `metadata.<key>`.
    #[serde(default)]
    pub facets: Vec<String>,
}

impl SearchRequest {
    /// Asks for `query`, and for nothing else.
    pub fn of(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            collections: Vec::new(),
            filter: None,
            limit: DEFAULT_LIMIT,
            mode: Mode::default(),
            min_sequence: None,
            detail: Detail::default(),
            min_score: None,
            per_document: None,
            diversity: None,
            recency_half_life_days: None,
            source_weights: Vec::new(),
            fusion: Fusion::default(),
            accuracy: Accuracy::default(),
            weight: None,
            rerank: false,
            typo_tolerance: None,
            explain: false,
            facets: Vec::new(),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchResponse {
    /// Hits, best first.
    pub hits: Vec<Hit>,
    /// Words that no passage has, which were looked for in other spellings too; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// Ways of searching that are missing from the answer; empty where it is complete.
    pub degraded: Vec<Degradation>,
    /// How the answer came about; left out where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// Values of the fields that were asked for; left out where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<FacetsResponse>,
    /// Time taken in milliseconds.
    pub took_ms: f64,
}

impl From<answer::FacetedAnswer> for SearchResponse {
    fn from(found: answer::FacetedAnswer) -> Self {
        let facets = found.facets.map(FacetsResponse::from);
        Self { facets, ..Self::from(found.answer) }
    }
}

impl From<answer::SearchAnswer> for SearchResponse {
    fn from(answer: answer::SearchAnswer) -> Self {
        Self {
            hits: answer.hits.into_iter().map(Hit::from).collect(),
            corrections: answer.corrections.into_iter().map(Correction::from).collect(),
            degraded: answer.degraded.into_iter().map(Degradation::from).collect(),
            explanation: answer.explanation.map(Explanation::from),
            facets: None,
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
    /// How the score came about; left out where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<HitExplanation>,
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
            explanation: hit.explanation.map(HitExplanation::from),
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
    use ragstone_core::{Error, ErrorKind, SearchOptions, SearchQuery, index, query};

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
        assert_eq!((query.options(), query.is_explained()), (&SearchOptions::default(), false));
    }

    #[test]
    fn options_reach_the_query() {
        let body = r#"{"query":"x","min_score":0.5,"per_document":2,"diversity":0.25,"recency_half_life_days":30,
            "source_weights":[{"prefix":"file:","weight":2}],"fusion":"rrf","accuracy":"exact","weight":0.75,
            "rerank":true,"typo_tolerance":false,"explain":true}"#;
        let query = query(body).expect("valid");
        let source_weights = vec![query::SourceWeight { prefix: "file:".to_owned(), weight: 2.0 }];
        let options = SearchOptions {
            min_score: Some(0.5),
            per_document: Some(2),
            diversity: Some(0.25),
            half_life_days: Some(30.0),
            source_weights,
            fusion: query::FusionMethod::ReciprocalRank,
            accuracy: index::Accuracy::Exact,
            weight: Some(0.75),
            is_reranked: true,
            typo_tolerance: Some(false),
        };
        assert_eq!((query.options(), query.is_explained()), (&options, true));
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
            (r#"{"query":"-x"}"#, "query"),
            (r#"{"query":"x","min_score":1.5}"#, "min_score"),
            (r#"{"query":"x","per_document":0}"#, "per_document"),
            (r#"{"query":"x","diversity":-1}"#, "diversity"),
            (r#"{"query":"x","diversity":0.5,"limit":201}"#, "limit"),
            (r#"{"query":"x","recency_half_life_days":0}"#, "recency_half_life_days"),
            (r#"{"query":"x","recency_half_life_days":1e6}"#, "recency_half_life_days"),
            (r#"{"query":"x","source_weights":[{"prefix":"a","weight":11}]}"#, "source_weights"),
            (r#"{"query":"x","fusion":"sum"}"#, "fusion"),
            (r#"{"query":"x","accuracy":"some"}"#, "accuracy"),
            (r#"{"query":"x","weight":2}"#, "weight"),
            (r#"{"query":"x","typo_tolerance":"some"}"#, "typo_tolerance"),
            (r"{}", "body"),
        ] {
            let error = query(body).expect_err(field);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{field}");
            assert_eq!(error.violations()[0].field, field);
        }
    }
}
