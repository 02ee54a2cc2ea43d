//! Searching for the best setting by cross-validation.

use std::collections::BTreeMap;
use std::fmt;

use ragstone_core::collection::KeywordSettings;
use ragstone_core::{Error, ErrorKind, Result};
use ragstone_engine::evaluation::{
    CrossValidation, FOLDS, Judgements, Legs, Measure, Run, by_query, cross_validate,
};
use serde::Serialize;

use super::dataset::Dataset;
use super::indexed::Indexed;
use crate::cli::ModeArg;
use crate::config::Config;

/// Shares of meaning that are tried, in hundredths.
const STEP: u8 = 5;
/// Pairs that are tried: the published defaults of Anserini, Lucene, BEIR and this server lie within.
const K1: [f32; 5] = [0.6, 0.9, 1.2, 1.5, 2.0];
const B: [f32; 4] = [0.3, 0.4, 0.6, 0.75];

/// What came of the search.
#[derive(Serialize)]
pub(super) struct Tuning {
    what: &'static str,
    measure: String,
    folds: usize,
    /// Best over all queries.
    best: String,
    /// Mean of each query with what the other folds chose.
    held_out: f64,
    /// Choice of each fold, made by the other ones.
    chosen: Vec<String>,
    /// Mean of every candidate over all queries.
    candidates: BTreeMap<String, f64>,
}

impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "tuned {} by {}, {} folds", self.what, self.measure, self.folds)?;
        for (candidate, mean) in &self.candidates {
            writeln!(f, "{candidate:<18} {mean:.4}")?;
        }
        writeln!(f, "chosen by folds    {}", self.chosen.join(", "))?;
        writeln!(f, "held out           {:.4}", self.held_out)?;
        writeln!(f, "best over all      {}", self.best)
    }
}

/// Tries shares of meaning on what the legs found.
pub(super) fn weight(judgements: &Judgements, legs: &Legs) -> Result<Tuning> {
    let weights: Vec<f32> =
        (0..=100).step_by(STEP.into()).map(|share: u8| f32::from(share) / 100.0).collect();
    let scores: Vec<Vec<f64>> =
        weights.iter().map(|weight| values(judgements, &legs.fused(*weight))).collect();
    let names = weights.iter().map(|weight| format!("{weight:.2}")).collect();
    tuning("weight", names, &scores)
}

/// Indexes the collection once for each pair, without a model, and tries them all.
pub(super) async fn bm25(dataset: &Dataset, config: &Config, keyword: &KeywordSettings) -> Result<Tuning> {
    if dataset.judged().count() < FOLDS {
        return Err(too_few());
    }
    let mut scores = Vec::new();
    let mut names = Vec::new();
    for k1 in K1 {
        for b in B {
            let keyword = KeywordSettings { k1, b, ..*keyword };
            let indexed = Indexed::build(dataset, config.clone(), &keyword).await?;
            let run = indexed.run(dataset.judged(), ModeArg::Keyword).await;
            indexed.close().await?;
            scores.push(values(&dataset.judgements, &run?));
            names.push(format!("k1={k1} b={b}"));
        }
    }
    tuning("bm25", names, &scores)
}

fn values(judgements: &Judgements, run: &Run) -> Vec<f64> {
    by_query(judgements, run).map(|(_, ranked)| ranked.value(Measure::MAIN)).collect()
}

fn tuning(what: &'static str, names: Vec<String>, scores: &[Vec<f64>]) -> Result<Tuning> {
    let CrossValidation { best, chosen, held_out, means } = cross_validate(scores).ok_or_else(too_few)?;
    let name = |place: usize| names.get(place).cloned().unwrap_or_default();
    Ok(Tuning {
        what,
        measure: Measure::MAIN.to_string(),
        folds: FOLDS,
        best: name(best),
        held_out,
        chosen: chosen.into_iter().map(name).collect(),
        candidates: names.iter().cloned().zip(means).collect(),
    })
}

fn too_few() -> Error {
    Error::new(ErrorKind::InvalidArgument, "there are too few queries to tune on")
        .with_context("folds", FOLDS)
}
