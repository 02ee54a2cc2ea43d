//! The least that is accepted.

use anyhow::{Context, Result, ensure};

use super::dataset::Dataset;
use super::outcome::Outcome;
use super::setup::{Mode, Precision};

/// Judged queries of a collection's test split; as many as there are where versions of crates decide.
const fn judged(dataset: Dataset) -> Option<usize> {
    match dataset {
        Dataset::Scifact => Some(300),
        Dataset::Cranfield => Some(225),
        Dataset::Hotpotqa => Some(200),
        Dataset::Code => None,
    }
}

/// The measure that decides, and its least value; none where nothing was agreed on.
///
/// By keyword it is what a strong public BM25 reaches, less a little: 0.679 nDCG@10 on `SciFact`, 0.307 MAP on
/// Cranfield. For both legs it is what an independent trial reached on `SciFact`, less a little: 0.737.
const fn bar(dataset: Dataset, mode: Mode, precision: Precision) -> Option<(&'static str, f64)> {
    match (dataset, mode, precision) {
        (Dataset::Scifact, Mode::Keyword, _) => Some(("ndcg_cut_10", 0.675)),
        (Dataset::Cranfield, Mode::Keyword, _) => Some(("map", 0.305)),
        (Dataset::Scifact, Mode::Hybrid, Precision::F32) => Some(("ndcg_cut_10", 0.730)),
        (Dataset::Scifact, Mode::Hybrid, Precision::Int8) => Some(("ndcg_cut_10", 0.725)),
        _ => None,
    }
}

/// Whether there is a bar.
pub(crate) const fn is_held(dataset: Dataset, mode: Mode) -> bool {
    bar(dataset, mode, Precision::F32).is_some()
}

/// Fails when a query is missing or the measure is below its bar; refuses a search that has no bar.
pub(crate) fn check(dataset: Dataset, mode: Mode, precision: Precision, outcome: &Outcome) -> Result<()> {
    let (measure, least) = bar(dataset, mode, precision)
        .with_context(|| format!("there is no bar for {} by {}", dataset.name(), mode.name()))?;
    let asked = outcome.queries;
    let queries = judged(dataset).unwrap_or(asked);
    let value = outcome.measure(measure)?;
    ensure!(asked == queries, "{} has {queries} judged queries, but {asked} were asked", dataset.name());
    ensure!(value >= least, "{measure} on {} is {value:.4}, below {least}", dataset.name());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::outcome;
    use super::*;

    fn scifact(mode: Mode, precision: Precision, ndcg: f64) -> Result<()> {
        check(Dataset::Scifact, mode, precision, &outcome(300, &[("ndcg_cut_10", ndcg)]))
    }

    #[test]
    fn each_collection_and_mode_has_its_bar() {
        assert!(scifact(Mode::Keyword, Precision::F32, 0.675).is_ok());
        assert!(scifact(Mode::Keyword, Precision::F32, 0.6749).is_err());
        assert!(scifact(Mode::Hybrid, Precision::F32, 0.730).is_ok());
        assert!(scifact(Mode::Hybrid, Precision::F32, 0.7299).is_err());
        assert!(scifact(Mode::Hybrid, Precision::Int8, 0.725).is_ok());
        let cranfield =
            |map| check(Dataset::Cranfield, Mode::Keyword, Precision::F32, &outcome(225, &[("map", map)]));
        assert!(cranfield(0.305).is_ok());
        assert!(cranfield(0.3049).is_err());
    }

    #[test]
    fn missing_queries_fail() {
        let few = outcome(299, &[("ndcg_cut_10", 1.0)]);
        assert!(check(Dataset::Scifact, Mode::Keyword, Precision::F32, &few).is_err());
    }

    #[test]
    fn a_search_without_a_bar_is_refused() {
        assert!(scifact(Mode::Semantic, Precision::F32, 1.0).is_err());
        let hotpotqa = outcome(200, &[("ndcg_cut_10", 1.0)]);
        assert!(check(Dataset::Hotpotqa, Mode::Hybrid, Precision::F32, &hotpotqa).is_err());
    }
}
