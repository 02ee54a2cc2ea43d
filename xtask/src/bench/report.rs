//! What was measured, as JSON for machines and Markdown for people.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// One figure; for times it is the median.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measurement {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
}

#[derive(Debug, Serialize)]
struct Row {
    source: String,
    #[serde(flatten)]
    measurement: Measurement,
}

/// All figures of one run, with the time and the machine they belong to.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    time: String,
    os: &'static str,
    arch: &'static str,
    cores: usize,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(time: String) -> Self {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        Self { time, os: std::env::consts::OS, arch: std::env::consts::ARCH, cores, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, source: &str, measurements: Vec<Measurement>) {
        self.rows.extend(
            measurements.into_iter().map(|measurement| Row { source: source.to_owned(), measurement }),
        );
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text =
            format!("# Benchmarks of {}\n\n{} {}, {} cores.\n\n", self.time, self.os, self.arch, self.cores);
        text.push_str("| Source | Benchmark | Median | Unit |\n|---|---|---:|---|\n");
        for Row { source, measurement } in &self.rows {
            let Measurement { name, value, unit } = measurement;
            // Writing to a string cannot fail.
            let _ = writeln!(text, "| {source} | {name} | {value:.3} | {unit} |");
        }
        text
    }

    /// Writes both forms, named after the time.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let json = serde_json::to_string_pretty(self).context("cannot write JSON")?;
        for (extension, text) in [("json", json), ("md", self.to_markdown())] {
            let path = folder.join(format!("{}.{extension}", self.time));
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {}", path.display());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_hold_every_row() {
        let mut report = Report::new("2026-01-02T030405".to_owned());
        report
            .add("crates", vec![Measurement { name: "text::chunk".into(), value: 1.25, unit: "ms".into() }]);
        assert!(report.to_markdown().contains("| crates | text::chunk | 1.250 | ms |"));
        let dir = tempfile::tempdir().unwrap();
        report.write(dir.path()).unwrap();
        let json = fs::read_to_string(dir.path().join("2026-01-02T030405.json")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["rows"][0]["name"], "text::chunk");
    }
}
