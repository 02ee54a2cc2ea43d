//! What a measurement says: numbers for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ragstone_core::Result;
use ragstone_engine::evaluation::{
    Comparison, Judgements, Measure, PERMUTATIONS, Run, by_query, compare, mean,
};
use serde::Serialize;

use super::settings::IndexSettings;
use super::tuning::Tuning;
use crate::render;

/// Measures in which runs are compared.
const COMPARED: [&str; 4] = ["ndcg_cut_10", "map", "recip_rank", "recall_100"];

/// Values by the name of the measure.
type Values = BTreeMap<String, f64>;

#[derive(Serialize)]
pub(super) struct Report {
    pub(super) mode: &'static str,
    pub(super) split: String,
    pub(super) documents: usize,
    pub(super) queries: usize,
    /// Means, by their names in `trec_eval`.
    measures: Values,
    /// The same by their names in BEIR.
    beir: Values,
    /// Share of meaning in the scores; none where they are of one leg.
    pub(super) weight: Option<f32>,
    pub(super) index: IndexSettings,
    /// Fingerprint of the settings of the index.
    fingerprint: String,
    /// Digest of documents and queries.
    pub(super) collection: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tuning: Option<Tuning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<BTreeMap<String, Difference>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_query: Option<BTreeMap<String, Values>>,
}

/// This run beside another one.
#[derive(Serialize)]
struct Difference {
    mean: f64,
    baseline: f64,
    wins: usize,
    losses: usize,
    queries: usize,
    p_value: f64,
    permutations: u32,
}

impl From<Comparison> for Difference {
    fn from(comparison: Comparison) -> Self {
        let Comparison { mean, baseline, wins, losses, queries, p_value } = comparison;
        Self { mean, baseline, wins, losses, queries, p_value, permutations: PERMUTATIONS }
    }
}

/// What a report is about, besides its numbers.
pub(super) struct Subject {
    pub(super) mode: &'static str,
    pub(super) split: String,
    pub(super) documents: usize,
    pub(super) weight: Option<f32>,
    pub(super) index: IndexSettings,
    pub(super) collection: String,
}

impl Report {
    pub(super) fn of(subject: Subject, judgements: &Judgements, run: &Run) -> Self {
        let Subject { mode, split, documents, weight, index, collection } = subject;
        let value = |measure: Measure| mean(judgements, run, measure);
        let by_beir = |measure: Measure| Some((measure.beir_name()?, value(measure)));
        Self {
            mode,
            split,
            documents,
            queries: by_query(judgements, run).count(),
            measures: Measure::REPORTED
                .into_iter()
                .map(|measure| (measure.to_string(), value(measure)))
                .collect(),
            beir: Measure::REPORTED.into_iter().filter_map(by_beir).collect(),
            weight,
            fingerprint: index.fingerprint().to_string(),
            index,
            collection,
            tuning: None,
            comparison: None,
            per_query: None,
        }
    }

    pub(super) fn compare(&mut self, judgements: &Judgements, run: &Run, baseline: &Run) {
        let measures = COMPARED.into_iter().filter_map(|name| Some((name, name.parse::<Measure>().ok()?)));
        let differences = measures
            .map(|(name, measure)| (name.to_owned(), compare(judgements, run, baseline, measure).into()));
        self.comparison = Some(differences.collect());
    }

    pub(super) fn list_queries(&mut self, judgements: &Judgements, run: &Run) {
        let rows = by_query(judgements, run).map(|(query, ranked)| {
            let values =
                Measure::REPORTED.into_iter().map(|measure| (measure.to_string(), ranked.value(measure)));
            (query.to_owned(), values.collect())
        });
        self.per_query = Some(rows.collect());
    }

    /// Prints the table.
    pub(super) fn show(&self) -> Result<()> {
        let mut out = String::new();
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            let _ = writeln!(out, "{name:<18} {value}");
        };
        line("mode", &self.mode);
        line("split", &self.split);
        line("documents", &self.documents);
        line("queries", &self.queries);
        line("model", &self.index.model());
        if let Some(weight) = self.weight {
            line("weight", &weight);
        }
        line("fingerprint", &self.fingerprint);
        for measure in Measure::REPORTED {
            let name = measure.to_string();
            if let Some(value) = self.measures.get(&name) {
                line(&name, &format_args!("{value:.4}"));
            }
        }
        if let Some(tuning) = &self.tuning {
            let _ = write!(out, "\n{tuning}");
        }
        self.write_comparison(&mut out);
        self.write_queries(&mut out);
        render::text(&out)
    }

    fn write_comparison(&self, out: &mut String) {
        let Some(comparison) = &self.comparison else { return };
        let _ = writeln!(
            out,
            "\n{:<18} this    other   wins  losses  p ({PERMUTATIONS} permutations)",
            "compared"
        );
        for (name, difference) in comparison {
            let Difference { mean, baseline, wins, losses, p_value, .. } = difference;
            let _ =
                writeln!(out, "{name:<18} {mean:.4}  {baseline:.4}  {wins:>4}  {losses:>6}  {p_value:.5}");
        }
    }

    fn write_queries(&self, out: &mut String) {
        let Some(per_query) = &self.per_query else { return };
        let names: Vec<String> = Measure::REPORTED.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "\nquery\t{}", names.join("\t"));
        for (query, values) in per_query {
            let cells: Vec<String> = names
                .iter()
                .map(|name| values.get(name).map_or_else(String::new, |value| format!("{value:.4}")))
                .collect();
            let _ = writeln!(out, "{query}\t{}", cells.join("\t"));
        }
    }
}
