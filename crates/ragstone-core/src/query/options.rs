//! How hits are scored, ordered and cut, as a caller may choose for one search.

use crate::error::{Error, Result};
use crate::id::SourceUri;
use crate::index::Accuracy;

/// Most hits of one document that a search may ask for.
pub const MAX_PER_DOCUMENT: u32 = 100;
/// Most weights of sources.
pub const MAX_SOURCE_WEIGHTS: usize = 64;
/// Greatest weight of a source.
pub const MAX_SOURCE_WEIGHT: f32 = 10.0;
/// Most hits of a search that asks for diversity, which compares hits with each other.
pub const MAX_DIVERSE_LIMIT: u32 = 200;
/// Most hits of a search whose hits a model reads again.
pub const MAX_RERANKED_LIMIT: u32 = 100;
/// Longest half-life in days: a hundred years.
pub const MAX_HALF_LIFE_DAYS: f32 = 36_500.0;

/// How the rankings of both legs become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FusionMethod {
    /// Scores, scaled and weighted.
    #[default]
    Convex,
    /// Reciprocal ranks, weighted.
    ReciprocalRank,
}

impl FusionMethod {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Convex => "convex",
            Self::ReciprocalRank => "rrf",
        }
    }
}

/// A factor for the scores of documents whose source begins with a text.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceWeight {
    /// How the source begins, such as `file:///home/ada/notes/`.
    pub prefix: String,
    /// Factor, from 0 to [`MAX_SOURCE_WEIGHT`].
    pub weight: f32,
}

/// Choices of one search beyond what is looked for; by default none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchOptions {
    /// Least score of a hit, from 0 to 1.
    pub min_score: Option<f32>,
    /// Most hits of one document, 1 to [`MAX_PER_DOCUMENT`].
    pub per_document: Option<u32>,
    /// How much a hit loses for being like better ones, from 0 (nothing) to 1 (likeness is all that counts).
    pub diversity: Option<f32>,
    /// Days after which a document that was not changed counts half, above 0 to [`MAX_HALF_LIFE_DAYS`].
    pub half_life_days: Option<f32>,
    /// Factors by source; the longest prefix that fits a source counts.
    pub source_weights: Vec<SourceWeight>,
    /// How both legs are fused.
    pub fusion: FusionMethod,
    /// How much of the index the semantic leg looks at.
    pub accuracy: Accuracy,
    /// Share of the semantic leg, from 0 to 1, in place of the configured one.
    pub weight: Option<f32>,
    /// Whether a model reads the best candidates again, each with the query, and its score is what counts.
    pub is_reranked: bool,
    /// Whether a word that no passage has is looked for in other spellings too; where that is not said, it is. Nothing
    /// for a search by meaning alone.
    pub typo_tolerance: Option<bool>,
}

impl SearchOptions {
    /// Checks every range.
    pub(super) fn check(&self, limit: u32) -> Result<()> {
        check_share("min_score", self.min_score)?;
        check_share("diversity", self.diversity)?;
        check_share("weight", self.weight)?;
        if self.per_document.is_some_and(|most| !(1..=MAX_PER_DOCUMENT).contains(&most)) {
            return Err(Error::invalid("per_document", format!("must be from 1 to {MAX_PER_DOCUMENT}")));
        }
        if self.diversity.is_some() && limit > MAX_DIVERSE_LIMIT {
            let rule = format!("must be at most {MAX_DIVERSE_LIMIT} with diversity, is {limit}");
            return Err(Error::invalid("limit", rule).with_help("ask for fewer hits, or without diversity"));
        }
        if self.is_reranked && limit > MAX_RERANKED_LIMIT {
            let rule = format!("must be at most {MAX_RERANKED_LIMIT} with `rerank`, is {limit}");
            return Err(Error::invalid("limit", rule).with_help("ask for fewer hits, or without `rerank`"));
        }
        if self.half_life_days.is_some_and(|days| !(days > 0.0 && days <= MAX_HALF_LIFE_DAYS)) {
            let rule = format!("must be above 0 and at most {MAX_HALF_LIFE_DAYS}");
            return Err(Error::invalid("recency_half_life_days", rule));
        }
        check_source_weights(&self.source_weights)
    }

    /// Whether hits are compared by scores from 0 to 1 also where one leg looks alone.
    pub fn needs_scaled_scores(&self) -> bool {
        self.min_score.is_some() || self.reorders() || self.fusion != FusionMethod::Convex
    }

    /// Whether candidates may change places after fusion.
    pub fn reorders(&self) -> bool {
        let has_factors = self.half_life_days.is_some() || !self.source_weights.is_empty();
        self.is_reranked || self.diversity.is_some() || has_factors
    }

    /// Name of an option that means something where the keyword leg looks, and there only.
    pub fn of_the_keyword_leg(&self) -> Option<&'static str> {
        self.typo_tolerance.map(|_| "typo_tolerance")
    }

    /// Name of an option that means something where both legs look, and there only.
    pub fn of_both_legs(&self) -> Option<&'static str> {
        match self {
            Self { weight: Some(_), .. } => Some("weight"),
            Self { fusion: FusionMethod::ReciprocalRank, .. } => Some("fusion"),
            _ => None,
        }
    }
}

fn check_share(name: &'static str, value: Option<f32>) -> Result<()> {
    match value {
        Some(value) if !(0.0..=1.0).contains(&value) => Err(Error::invalid(name, "must be from 0 to 1")),
        _ => Ok(()),
    }
}

fn check_source_weights(weights: &[SourceWeight]) -> Result<()> {
    if weights.len() > MAX_SOURCE_WEIGHTS {
        return Err(Error::invalid("source_weights", format!("must be at most {MAX_SOURCE_WEIGHTS}")));
    }
    for SourceWeight { prefix, weight } in weights {
        if prefix.is_empty() || prefix.len() > SourceUri::MAX_LEN {
            let rule = format!("prefixes must have 1 to {} bytes", SourceUri::MAX_LEN);
            return Err(Error::invalid("source_weights", rule)
                .with_help("write how the source begins, such as `file:///home/ada/notes/`"));
        }
        if !(0.0..=MAX_SOURCE_WEIGHT).contains(weight) {
            let rule = format!("weights must be from 0 to {MAX_SOURCE_WEIGHT}");
            return Err(Error::invalid("source_weights", rule));
        }
    }
    let mut prefixes: Vec<&str> = weights.iter().map(|weight| weight.prefix.as_str()).collect();
    prefixes.sort_unstable();
    if prefixes.windows(2).any(|pair| matches!(pair, [left, right] if left == right)) {
        return Err(Error::invalid("source_weights", "name one prefix more than once"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::query::SearchQuery;

    fn refused(options: SearchOptions, limit: u32) -> Option<String> {
        let query = SearchQuery::try_new("x", limit).expect("valid");
        let error = query.with_options(options).err()?;
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        error.violations().first().map(|violation| violation.field.to_string())
    }

    fn weights(list: &[(&str, f32)]) -> SearchOptions {
        let weight =
            |(prefix, weight): &(&str, f32)| SourceWeight { prefix: (*prefix).to_owned(), weight: *weight };
        SearchOptions { source_weights: list.iter().map(weight).collect(), ..SearchOptions::default() }
    }

    #[test]
    fn options_out_of_range_are_refused_by_name() {
        let none = SearchOptions::default;
        for (options, field) in [
            (SearchOptions { min_score: Some(1.1), ..none() }, "min_score"),
            (SearchOptions { min_score: Some(f32::NAN), ..none() }, "min_score"),
            (SearchOptions { per_document: Some(0), ..none() }, "per_document"),
            (SearchOptions { per_document: Some(101), ..none() }, "per_document"),
            (SearchOptions { diversity: Some(-0.1), ..none() }, "diversity"),
            (SearchOptions { half_life_days: Some(0.0), ..none() }, "recency_half_life_days"),
            (SearchOptions { half_life_days: Some(f32::INFINITY), ..none() }, "recency_half_life_days"),
            (SearchOptions { weight: Some(2.0), ..none() }, "weight"),
            (weights(&[("", 1.0)]), "source_weights"),
            (weights(&[("a", 10.5)]), "source_weights"),
            (weights(&[("a", f32::NAN)]), "source_weights"),
            (weights(&[("a", 1.0), ("b", 1.0), ("a", 2.0)]), "source_weights"),
        ] {
            assert_eq!(refused(options.clone(), 10).as_deref(), Some(field), "{options:?}");
        }
        let diverse = SearchOptions { diversity: Some(0.5), ..none() };
        assert_eq!(refused(diverse.clone(), MAX_DIVERSE_LIMIT + 1).as_deref(), Some("limit"));
        assert_eq!(refused(diverse, MAX_DIVERSE_LIMIT), None);
        assert_eq!(refused(weights(&[("a", 0.0), ("ab", 10.0)]), 10), None);
    }
}
