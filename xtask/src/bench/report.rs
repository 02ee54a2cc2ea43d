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

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    source: String,
    #[serde(flatten)]
    pub(super) measurement: Measurement,
}

/// All figures of one run, with the time and the machine they belong to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    time: String,
    os: String,
    arch: String,
    processor: String,
    cores: usize,
    /// Programs that ran or waited to run before the first figure, where the system tells.
    load: Option<f64>,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(time: String) -> Self {
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let [os, arch] = [std::env::consts::OS, std::env::consts::ARCH].map(str::to_owned);
        Self { time, os, arch, processor: processor(), cores, load: load(), rows: Vec::new() }
    }

    /// One that was written before.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no report of a run", path.display()))
    }

    /// When it was measured.
    pub(super) fn time(&self) -> &str {
        &self.time
    }

    /// What it was measured on.
    pub(super) fn machine(&self) -> String {
        let Self { os, arch, processor, cores, .. } = self;
        let load = self.load.map(|load| format!(", with a load of {load} by other programs at the start"));
        format!("Measured on {os} {arch}, {processor}, {cores} cores{}.", load.unwrap_or_default())
    }

    /// Whether it has a figure for what a row of another report is the figure of.
    pub(super) fn has(&self, other: &Row) -> bool {
        self.rows
            .iter()
            .any(|row| row.source == other.source && row.measurement.name == other.measurement.name)
    }

    /// The figures of each source, in order.
    pub(super) fn by_source(&self) -> impl Iterator<Item = (&str, Vec<&Row>)> {
        let parts = self.rows.chunk_by(|left, right| left.source == right.source);
        parts.filter_map(|part| Some((part.first()?.source.as_str(), part.iter().collect())))
    }

    pub(crate) fn add(&mut self, source: &str, measurements: Vec<Measurement>) {
        self.rows.extend(
            measurements.into_iter().map(|measurement| Row { source: source.to_owned(), measurement }),
        );
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text = format!("# Benchmarks of {}\n\n{}\n\n", self.time, self.machine());
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

/// Name of the processor, where the system tells.
fn processor() -> String {
    let known = fs::read_to_string("/proc/cpuinfo").ok();
    let name = known.as_deref().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(": ")?.1.trim().to_owned())
    });
    name.unwrap_or_else(|| "unknown processor".to_owned())
}

/// Average load of the last minute.
fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
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
        let again = Report::read(&dir.path().join("2026-01-02T030405.json")).unwrap();
        assert_eq!(again.to_markdown(), report.to_markdown());
    }
}
