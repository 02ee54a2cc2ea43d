//! Measures of retrieval quality, as `trec_eval` computes them.
//!
//! Rankings are ordered by score, descending; equal scores by document id, descending, as `trec_eval` does.
//! Scores are compared as 32-bit floats, which is what `trec_eval` reads them as.

use std::collections::{BTreeMap, HashMap};

pub use self::format::FormatError;
pub use self::measures::Measures;

mod format;
mod measures;

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

/// Measures a run query by query: those that are both judged and in the run, as `trec_eval` without `-c`.
pub fn by_query<'a>(judgements: &'a Judgements, run: &'a Run) -> impl Iterator<Item = (&'a str, Measures)> {
    run.rankings.iter().filter_map(|(query, ranking)| {
        let grades = judgements.of(query).filter(|grades| grades.values().any(|grade| *grade > 0))?;
        Some((query.as_str(), Measures::of(ranking, grades)))
    })
}

/// The mean of every measure over the queries of [`by_query`]; zeros where there are none.
pub fn mean(judgements: &Judgements, run: &Run) -> Measures {
    Measures::mean(by_query(judgements, run).map(|(_, measures)| measures))
}

#[cfg(test)]
mod tests;
