//! How an answer came about.

use ragstone_core::collection::AnalyzerChoice;
use ragstone_core::explanation;
use serde::{Deserialize, Serialize};

/// How an answer came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// What was looked for.
    pub query: EffectiveQuery,
    /// Candidates of each way of searching in each collection.
    pub candidates: Vec<Candidates>,
    /// Candidates that are no hits, by reason.
    pub cuts: Cuts,
    /// How much the filter lets through; left out without a filter, and where an index cannot say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Selectivity>,
    /// Stages in the order in which they began.
    pub stages: Vec<StageTime>,
}

impl From<explanation::Explanation> for Explanation {
    fn from(explanation: explanation::Explanation) -> Self {
        Self {
            query: explanation.query.into(),
            candidates: explanation.yields.into_iter().map(Candidates::from).collect(),
            cuts: explanation.cuts.into(),
            filter: explanation.selectivity.map(Selectivity::from),
            stages: explanation.stages.into_iter().map(StageTime::from).collect(),
        }
    }
}

/// A query as it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EffectiveQuery {
    /// Text that is looked for, without operators.
    pub words: String,
    /// What a passage must have.
    pub phrases: Vec<String>,
    /// What a passage must not have.
    pub exclusions: Vec<String>,
    /// Conditions that stood in the query, such as `tag:rust`.
    pub fields: Vec<String>,
    /// The words as each analyzer of the searched collections reads them; none where words are not searched.
    pub readings: Vec<Reading>,
}

impl From<explanation::EffectiveQuery> for EffectiveQuery {
    fn from(query: explanation::EffectiveQuery) -> Self {
        Self {
            words: query.words,
            phrases: query.phrases,
            exclusions: query.exclusions,
            fields: query.fields,
            readings: query.readings.into_iter().map(Reading::from).collect(),
        }
    }
}

/// A text as an analyzer reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reading {
    /// Name of the analyzer.
    pub analyzer: String,
    /// Terms that are searched.
    pub terms: Vec<String>,
    /// Stop words, which are not.
    pub ignored: Vec<String>,
}

impl From<explanation::Reading> for Reading {
    fn from(reading: explanation::Reading) -> Self {
        let analyzer = match reading.analyzer {
            AnalyzerChoice::English => "english",
            AnalyzerChoice::Simple => "simple",
        };
        Self { analyzer: analyzer.to_owned(), terms: reading.terms, ignored: reading.ignored }
    }
}

/// What one way of searching found in a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Candidates {
    /// Way of searching, such as `keyword`.
    pub leg: String,
    /// The collection.
    pub collection: String,
    /// Number of passages.
    pub count: usize,
}

impl From<explanation::LegYield> for Candidates {
    fn from(found: explanation::LegYield) -> Self {
        Self {
            leg: found.leg.as_str().to_owned(),
            collection: found.collection.into(),
            count: found.candidates,
        }
    }
}

/// Candidates that are no hits, each passage counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cuts {
    /// Their document was replaced or deleted while the search ran.
    pub replaced: usize,
    /// They lack a phrase.
    pub without_phrase: usize,
    /// They have what is excluded.
    pub excluded: usize,
    /// Their score is below `min_score`.
    pub below_min_score: usize,
    /// Better hits of the same document fill `per_document`.
    pub beyond_per_document: usize,
    /// They are too much like better hits (`diversity`).
    pub too_alike: usize,
    /// There is no room for them in `limit`.
    pub beyond_limit: usize,
}

impl From<explanation::Cuts> for Cuts {
    fn from(cuts: explanation::Cuts) -> Self {
        Self {
            replaced: cuts.replaced,
            without_phrase: cuts.without_phrase,
            excluded: cuts.excluded,
            below_min_score: cuts.below_min_score,
            beyond_per_document: cuts.beyond_per_document,
            too_alike: cuts.too_alike,
            beyond_limit: cuts.beyond_limit,
        }
    }
}

/// What a filter lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Selectivity {
    /// Passages that it admits.
    pub admitted: u64,
    /// All passages of the searched collections.
    pub passages: u64,
}

impl From<explanation::Selectivity> for Selectivity {
    fn from(selectivity: explanation::Selectivity) -> Self {
        Self { admitted: selectivity.admitted, passages: selectivity.chunks }
    }
}

/// Time of one stage, from its first start to its last end over all collections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageTime {
    /// Name of the stage, such as `keyword_leg`.
    pub stage: String,
    /// Time in milliseconds.
    pub took_ms: f64,
}

impl From<explanation::StageTime> for StageTime {
    fn from(time: explanation::StageTime) -> Self {
        Self { stage: time.stage.to_owned(), took_ms: time.took.as_secs_f64() * 1000.0 }
    }
}

/// How a score came about: the sum of the contributions, times every factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HitExplanation {
    /// What each way of searching gave that found it.
    pub legs: Vec<LegShare>,
    /// Factor for its age; left out where age does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recency: Option<f32>,
    /// Factor for its source; left out where sources have no weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_weight: Option<f32>,
    /// Score of the reranking model, 0 to 1, in place of the sum; left out where it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevance: Option<f32>,
}

impl From<explanation::HitExplanation> for HitExplanation {
    fn from(explanation: explanation::HitExplanation) -> Self {
        Self {
            legs: explanation.legs.into_iter().map(LegShare::from).collect(),
            recency: explanation.recency,
            source_weight: explanation.source_weight,
            relevance: explanation.relevance,
        }
    }
}

/// What one way of searching gave to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LegShare {
    /// Way of searching, such as `keyword`.
    pub leg: String,
    /// Place in its ranking, from 1.
    pub rank: u32,
    /// Score in its own scale.
    pub score: f32,
    /// Score or place, scaled from 0 to 1.
    pub normalised: f32,
    /// Weight of this way of searching, 0 to 1.
    pub weight: f32,
    /// What was added to the score of the hit.
    pub contribution: f32,
}

impl From<explanation::LegShare> for LegShare {
    fn from(share: explanation::LegShare) -> Self {
        Self {
            leg: share.rank.leg.as_str().to_owned(),
            rank: share.rank.rank,
            score: share.rank.score,
            normalised: share.normalised,
            weight: share.weight,
            contribution: share.contribution,
        }
    }
}
