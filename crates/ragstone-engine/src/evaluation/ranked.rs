//! One ranking beside the grades of its query.

use std::collections::HashMap;

use super::Measure;

/// What is relevant in a ranking, and what would be best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Grade of each document, best first; 0 for those that are not relevant.
    gains: Vec<i64>,
    /// Grades of all relevant documents, greatest first.
    ideal: Vec<i64>,
}

impl Ranked {
    pub(super) fn of(ranking: &[(String, f32)], grades: &HashMap<String, i64>) -> Self {
        let gain = |(document, _): &(String, f32)| grades.get(document).copied().unwrap_or(0).max(0);
        let mut ideal: Vec<i64> = grades.values().copied().filter(|grade| *grade > 0).collect();
        ideal.sort_unstable_by(|left, right| right.cmp(left));
        Self { gains: ranking.iter().map(gain).collect(), ideal }
    }

    /// The value of a measure; costs one walk over the ranking.
    pub fn value(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Ndcg(cut) => self.ndcg(cut.get()),
            Measure::AveragePrecision => self.average_precision(usize::MAX),
            Measure::AveragePrecisionCut(cut) => self.average_precision(cut.get()),
            Measure::Recall(cut) => ratio(self.found(cut.get()), self.ideal.len()),
            Measure::Precision(cut) => ratio(self.found(cut.get()), cut.get()),
            Measure::ReciprocalRank => self.reciprocal_rank(usize::MAX),
            Measure::ReciprocalRankCut(cut) => self.reciprocal_rank(cut.get()),
            Measure::AllFound(cut) if self.found(cut.get()) == self.ideal.len() => 1.0,
            Measure::AllFound(_) => 0.0,
        }
    }

    fn ndcg(&self, cut: usize) -> f64 {
        let best = discounted(&self.ideal, cut);
        if best > 0.0 { discounted(&self.gains, cut) / best } else { 0.0 }
    }

    fn average_precision(&self, cut: usize) -> f64 {
        let mut hits = 0;
        let mut sum = 0.0;
        for (at, gain) in self.gains.iter().take(cut).enumerate() {
            if *gain > 0 {
                hits += 1;
                sum += ratio(hits, at + 1);
            }
        }
        sum * ratio(1, self.ideal.len())
    }

    fn reciprocal_rank(&self, cut: usize) -> f64 {
        self.gains.iter().take(cut).position(|gain| *gain > 0).map_or(0.0, |at| ratio(1, at + 1))
    }

    fn found(&self, cut: usize) -> usize {
        self.gains.iter().take(cut).filter(|gain| **gain > 0).count()
    }
}

/// Sum of gains, each divided by the binary logarithm of its rank plus one.
#[expect(clippy::cast_precision_loss, reason = "grades and ranks are small")]
fn discounted(gains: &[i64], cut: usize) -> f64 {
    gains.iter().take(cut).enumerate().map(|(at, gain)| *gain as f64 / ((at + 2) as f64).log2()).sum()
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents are far below 2^53")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
