//! What the server says of a measurement.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Measures that are printed, with their names for people.
pub(crate) const MEASURES: [(&str, &str); 6] = [
    ("ndcg_cut_10", "nDCG@10"),
    ("map", "MAP"),
    ("recip_rank", "MRR"),
    ("recall_100", "Recall@100"),
    ("P_5", "P@5"),
    ("all_found_10", "All found@10"),
];

/// As `ragstone eval --json` prints it; further fields are left alone.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) documents: usize,
    pub(crate) queries: usize,
    measures: BTreeMap<String, f64>,
    pub(crate) weight: Option<f32>,
    pub(crate) index: Index,
    pub(crate) fingerprint: String,
    pub(crate) tuning: Option<Tuning>,
    #[serde(default)]
    pub(crate) comparison: BTreeMap<String, Comparison>,
}

/// What an index was made with.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Index {
    pub(crate) version: String,
    pub(crate) analyzer: String,
    pub(crate) k1: f32,
    pub(crate) b: f32,
    pub(crate) model: Option<String>,
    pub(crate) runtime: Option<String>,
}

/// A choice by cross-validation.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tuning {
    pub(crate) best: String,
    pub(crate) held_out: f64,
    pub(crate) chosen: Vec<String>,
    pub(crate) candidates: BTreeMap<String, f64>,
}

/// A run beside another one.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Comparison {
    pub(crate) p_value: f64,
}

impl Outcome {
    pub(crate) fn parse(output: &str) -> Result<Self> {
        serde_json::from_str(output).context("cannot read what the server printed")
    }

    pub(crate) fn measure(&self, name: &str) -> Result<f64> {
        self.measures.get(name).copied().with_context(|| format!("the server printed no {name}"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} documents, {} queries", self.documents, self.queries)?;
        for (name, value) in &self.measures {
            write!(f, "\n{name:<18} {value:.4}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What the server prints, as far as it is read.
    pub(crate) fn outcome(queries: usize, measures: &[(&str, f64)]) -> Outcome {
        let measures: BTreeMap<&str, f64> = measures.iter().copied().collect();
        let text = serde_json::json!({
            "documents": 7, "queries": queries, "measures": measures, "weight": null, "fingerprint": "ab12",
            "index": {"version": "0.1.0", "analyzer": "english", "k1": 1.5, "b": 0.75, "model": "m", "runtime": null},
            "beir": {},
        });
        Outcome::parse(&text.to_string()).unwrap()
    }

    #[test]
    fn measures_are_found_by_name() {
        let outcome = outcome(3, &[("map", 0.5)]);
        assert!((outcome.measure("map").unwrap() - 0.5).abs() < 1e-12);
        assert!(outcome.measure("ndcg_cut_10").is_err());
        assert!(outcome.to_string().ends_with("map                0.5000"));
        assert!(Outcome::parse("{}").is_err());
    }
}
