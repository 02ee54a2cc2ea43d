//! The measures of one ranking.

use std::collections::HashMap;

/// Quality of a ranking; each from 0 to 1, greater is better.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Normalised discounted cumulative gain of the first ten, with the grade as gain (`ndcg_cut_10`).
    ///
    /// Source: Järvelin and Kekäläinen, *Cumulated gain-based evaluation of IR techniques*, 2002.
    pub ndcg_at_10: f64,
    /// Mean over the relevant documents of the precision at their rank (`map`).
    pub average_precision: f64,
    /// Share of the relevant documents among the first hundred (`recall_100`).
    pub recall_at_100: f64,
    /// One over the rank of the first relevant document (`recip_rank`).
    pub reciprocal_rank: f64,
}

impl Measures {
    /// Measures a ranking, best first, against the grades of its query.
    pub(super) fn of(ranking: &[(String, f32)], grades: &HashMap<String, i64>) -> Self {
        let gains: Vec<i64> =
            ranking.iter().map(|(document, _)| grades.get(document).copied().unwrap_or(0).max(0)).collect();
        let relevant = grades.values().filter(|grade| **grade > 0).count();
        Self {
            ndcg_at_10: ndcg(&gains, grades, 10),
            average_precision: average_precision(&gains, relevant),
            recall_at_100: ratio(found(&gains, 100), relevant),
            reciprocal_rank: gains.iter().position(|gain| *gain > 0).map_or(0.0, |at| ratio(1, at + 1)),
        }
    }

    /// The mean of every measure; zeros for nothing.
    pub(super) fn mean(all: impl Iterator<Item = Self>) -> Self {
        let (mut sum, mut count) = (Self::default(), 0);
        for measures in all {
            sum.ndcg_at_10 += measures.ndcg_at_10;
            sum.average_precision += measures.average_precision;
            sum.recall_at_100 += measures.recall_at_100;
            sum.reciprocal_rank += measures.reciprocal_rank;
            count += 1;
        }
        let scale = ratio(1, count.max(1));
        Self {
            ndcg_at_10: sum.ndcg_at_10 * scale,
            average_precision: sum.average_precision * scale,
            recall_at_100: sum.recall_at_100 * scale,
            reciprocal_rank: sum.reciprocal_rank * scale,
        }
    }
}

fn ndcg(gains: &[i64], grades: &HashMap<String, i64>, depth: usize) -> f64 {
    let mut ideal: Vec<i64> = grades.values().copied().filter(|grade| *grade > 0).collect();
    ideal.sort_unstable_by(|left, right| right.cmp(left));
    let best = discounted(&ideal, depth);
    if best > 0.0 { discounted(gains, depth) / best } else { 0.0 }
}

/// Sum of gains, each divided by the binary logarithm of its rank plus one.
#[expect(clippy::cast_precision_loss, reason = "grades and ranks are small")]
fn discounted(gains: &[i64], depth: usize) -> f64 {
    gains.iter().take(depth).enumerate().map(|(at, gain)| *gain as f64 / ((at + 2) as f64).log2()).sum()
}

fn average_precision(gains: &[i64], relevant: usize) -> f64 {
    let mut hits = 0;
    let mut sum = 0.0;
    for (at, gain) in gains.iter().enumerate() {
        if *gain > 0 {
            hits += 1;
            sum += ratio(hits, at + 1);
        }
    }
    sum * ratio(1, relevant.max(1))
}

fn found(gains: &[i64], depth: usize) -> usize {
    gains.iter().take(depth).filter(|gain| **gain > 0).count()
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents are far below 2^53")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
