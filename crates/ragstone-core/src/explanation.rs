//! How an answer came about: what was looked for, who gave which candidates, what was cut, and how long it took.

use std::time::Duration;

use crate::answer::{Leg, LegRank};
use crate::collection::AnalyzerChoice;
use crate::id::CollectionName;

/// How an answer came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What was looked for.
    pub query: EffectiveQuery,
    /// Candidates of each leg in each collection.
    pub yields: Vec<LegYield>,
    /// Candidates that are no hits, by reason.
    pub cuts: Cuts,
    /// How much the filter lets through; `None` without a filter, and where an index cannot say.
    pub selectivity: Option<Selectivity>,
    /// Stages in the order in which they began.
    pub stages: Vec<StageTime>,
}

/// A query as it was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveQuery {
    /// Text of which the legs search words and meaning.
    pub words: String,
    /// What a passage must have.
    pub phrases: Vec<String>,
    /// What a passage must not have.
    pub exclusions: Vec<String>,
    /// Conditions that stood in the query.
    pub fields: Vec<String>,
    /// The words as each analyzer of the searched collections reads them.
    pub readings: Vec<Reading>,
}

/// A text as an analyzer reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The analyzer.
    pub analyzer: AnalyzerChoice,
    /// Terms that are searched, in the order of the text.
    pub terms: Vec<String>,
    /// Words that are not.
    pub ignored: Vec<String>,
}

/// What a leg found in a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegYield {
    /// The leg.
    pub leg: Leg,
    /// The collection.
    pub collection: CollectionName,
    /// Number of chunks.
    pub candidates: usize,
}

/// Candidates of all legs, each chunk counted once, that are no hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cuts {
    /// Their document was replaced or deleted while the search ran.
    pub replaced: usize,
    /// They lack a phrase.
    pub without_phrase: usize,
    /// They have what is excluded.
    pub excluded: usize,
    /// Their score is too low.
    pub below_min_score: usize,
    /// Better hits of the same document fill its share.
    pub beyond_per_document: usize,
    /// They are too much like better hits.
    pub too_alike: usize,
    /// There is no room for them.
    pub beyond_limit: usize,
}

/// What a filter lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selectivity {
    /// Chunks that it admits.
    pub admitted: u64,
    /// All chunks of the searched collections.
    pub chunks: u64,
}

/// Time of one stage, from its first start to its last end over all collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageTime {
    /// Name of the stage, as metrics have it.
    pub stage: &'static str,
    /// Time that it took.
    pub took: Duration,
}

/// How the score of a hit came about: the sum of the contributions, times every factor.
#[derive(Clone, Debug, PartialEq)]
pub struct HitExplanation {
    /// What each leg that found it gave.
    pub legs: Vec<LegShare>,
    /// Factor for its age; `None` where age does not count.
    pub recency: Option<f32>,
    /// Factor for its source; `None` where sources have no weights.
    pub source_weight: Option<f32>,
    /// Score of the reranking model from 0 to 1, in place of the sum of the contributions.
    pub relevance: Option<f32>,
}

/// What a leg gave to the score of a hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegShare {
    /// Place and score in the leg's own ranking.
    pub rank: LegRank,
    /// That score, or that place, from 0 to 1.
    pub normalised: f32,
    /// Weight of the leg, from 0 to 1.
    pub weight: f32,
    /// What was added to the score of the hit.
    pub contribution: f32,
}
