//! The report of tests that had nothing to test here: one line `name<TAB>reason` for each.
//!
//! A test appends to the file named by `RAGSTONE_SKIP_REPORT`, if that is set, and returns.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Skipped tests by name, with the reason.
#[derive(Debug, Default)]
pub(crate) struct Skips {
    reasons: BTreeMap<String, String>,
}

impl Skips {
    /// Empties the report.
    pub(crate) fn start(path: &Path) -> Result<()> {
        fs::write(path, "").with_context(|| format!("cannot write {}", path.display()))
    }

    /// Reads the report; a test that reported twice counts once.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let reports = lines.map(|line| line.split_once('\t').unwrap_or((line, "no reason given")));
        Self {
            reasons: reports
                .map(|(name, reason)| (name.trim().to_owned(), reason.trim().to_owned()))
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.reasons.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.reasons.iter().map(|(name, reason)| (name.as_str(), reason.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_counts_once() {
        let skips =
            Skips::parse("b::scifact\tno data set\na::book\tno data set\nb::scifact\tno data set\n\n");
        assert_eq!(
            skips.iter().collect::<Vec<_>>(),
            [("a::book", "no data set"), ("b::scifact", "no data set")]
        );
    }

    #[test]
    fn a_line_without_a_reason_is_kept() {
        assert_eq!(Skips::parse("a\n").iter().collect::<Vec<_>>(), [("a", "no reason given")]);
    }

    #[test]
    fn a_started_report_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("skips.txt");
        fs::write(&path, "old\treason\n").unwrap();
        Skips::start(&path).unwrap();
        assert_eq!(Skips::read(&path).unwrap().len(), 0);
    }
}
