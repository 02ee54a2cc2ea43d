//! The scores a run prints, and the least that is accepted.

use std::fmt;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::dataset::Dataset;

/// Means over all queries, as `ragstone eval --json` prints them; further fields are left alone.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Scores {
    queries: usize,
    ndcg_at_10: f64,
    map: f64,
    recall_at_100: f64,
    mrr: f64,
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "nDCG@10     {:.4}", self.ndcg_at_10)?;
        writeln!(f, "MAP         {:.4}", self.map)?;
        writeln!(f, "Recall@100  {:.4}", self.recall_at_100)?;
        write!(f, "MRR         {:.4}", self.mrr)
    }
}

/// Fails when keyword search falls below what a strong public BM25 reaches, less a little: 0.679 nDCG@10 on
/// `SciFact`, 0.307 MAP on Cranfield.
pub(crate) fn check(dataset: Dataset, scores: &Scores) -> Result<()> {
    let (queries, metric, score, least) = match dataset {
        Dataset::Scifact => (300, "nDCG@10", scores.ndcg_at_10, 0.675),
        Dataset::Cranfield => (225, "MAP", scores.map, 0.305),
    };
    let asked = scores.queries;
    ensure!(asked == queries, "{} has {queries} judged queries, but {asked} were asked", dataset.name());
    ensure!(score >= least, "{metric} on {} is {score:.4}, below {least}", dataset.name());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(ndcg_at_10: f64, map: f64) -> Scores {
        Scores { queries: 300, ndcg_at_10, map, recall_at_100: 0.9, mrr: 0.7 }
    }

    fn cranfield(map: f64) -> Scores {
        Scores { queries: 225, ..scores(0.0, map) }
    }

    #[test]
    fn each_collection_has_its_metric() {
        assert!(check(Dataset::Scifact, &scores(0.675, 0.0)).is_ok());
        assert!(check(Dataset::Scifact, &scores(0.6749, 1.0)).is_err());
        assert!(check(Dataset::Cranfield, &cranfield(0.305)).is_ok());
        assert!(check(Dataset::Cranfield, &cranfield(0.3049)).is_err());
    }

    #[test]
    fn missing_queries_fail() {
        assert!(check(Dataset::Scifact, &Scores { queries: 299, ..scores(1.0, 1.0) }).is_err());
    }

    #[test]
    fn a_score_that_is_not_a_number_fails() {
        assert!(check(Dataset::Scifact, &scores(f64::NAN, 0.0)).is_err());
    }

    #[test]
    fn scores_are_read_from_the_server() {
        let text = r#"{"queries": 300, "ndcg_at_10": 0.68, "map": 0.6, "recall_at_100": 0.92, "mrr": 0.65}"#;
        let scores: Scores = serde_json::from_str(text).unwrap();
        assert!(scores.to_string().starts_with("nDCG@10     0.6800\n"));
    }
}
