//! Measures of retrieval quality, as `trec_eval` computes them, comparison of runs, and tuning.
//!
//! Rankings are ordered by score, descending; equal scores by document id, descending, as `trec_eval` does.
//! Scores are compared as 32-bit floats, which is what `trec_eval` reads them as.

use std::collections::{BTreeMap, HashMap};

pub use self::format::FormatError;
pub use self::legs::{LegHit, Legs, QueryLegs};
pub use self::measure::{Measure, UnknownMeasure};
pub use self::ranked::Ranked;
pub use self::significance::{Comparison, PERMUTATIONS, compare};
pub use self::tuning::{CrossValidation, FOLDS, cross_validate};

mod format;
mod legs;
mod measure;
mod ranked;
mod significance;
mod tuning;

/// Grades by query and document; a grade above 0 is relevant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgements {
    grades: BTreeMap<String, HashMap<String, i64>>,
}

/// Ranked documents by query.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    rankings: BTreeMap<String, Vec<(String, f32)>>,
}

impl Judgements {
    /// Adds a grade; a later one for the same pair replaces it.
    pub fn insert(&mut self, query: impl Into<String>, document: impl Into<String>, grade: i64) {
        self.grades.entry(query.into()).or_default().insert(document.into(), grade);
    }

    /// Queries that have a relevant document, in order.
    pub fn queries(&self) -> impl Iterator<Item = &str> {
        let judged = self.grades.iter().filter(|(_, grades)| grades.values().any(|grade| *grade > 0));
        judged.map(|(query, _)| query.as_str())
    }

    fn of(&self, query: &str) -> Option<&HashMap<String, i64>> {
        self.grades.get(query)
    }
}

impl Run {
    /// Sets the ranking of a query; each document should stand in it once.
    pub fn insert(&mut self, query: impl Into<String>, mut ranking: Vec<(String, f32)>) {
        ranking.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| right.0.cmp(&left.0)));
        self.rankings.insert(query.into(), ranking);
    }
}

/// The rankings that can be measured, by query: those that are both judged and in the run, as `trec_eval` without `-c`.
///
/// A query whose ranking is empty is measured: nothing was found for it.
pub fn by_query<'a>(judgements: &'a Judgements, run: &'a Run) -> impl Iterator<Item = (&'a str, Ranked)> {
    run.rankings.iter().filter_map(|(query, ranking)| {
        let grades = judgements.of(query).filter(|grades| grades.values().any(|grade| *grade > 0))?;
        Some((query.as_str(), Ranked::of(ranking, grades)))
    })
}

/// The mean of a measure over the queries of [`by_query`]; 0 where there are none.
pub fn mean(judgements: &Judgements, run: &Run, measure: Measure) -> f64 {
    mean_of(by_query(judgements, run).map(|(_, ranked)| ranked.value(measure)))
}

#[expect(clippy::cast_precision_loss, reason = "queries are far fewer than 2^53")]
fn mean_of(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values {
        sum += value;
        count += 1;
    }
    if count == 0 { 0.0 } else { sum / count as f64 }
}

#[cfg(test)]
mod tests;
