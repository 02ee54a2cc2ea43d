//! What the suites reported: a line for each law that was tried on an adapter.

use anyhow::{Context, Result};

/// Every trial, in the order in which it ended.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) trials: Vec<Trial>,
}

/// A law that was tried on an adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trial {
    pub(super) package: String,
    pub(super) adapter: String,
    pub(super) suite: String,
    pub(super) law: String,
    pub(super) verdict: Verdict,
    /// Empty where the store stands on nothing, or nothing was tried.
    pub(super) backend: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Held,
    /// It asks for an ability that the adapter does not claim.
    NotApplicable(String),
    /// There was no server.
    NotTried,
    Broken,
}

impl Report {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let trials = text.lines().map(|line| {
            Trial::parse(line).with_context(|| format!("the report has a line that is none: {line}"))
        });
        Ok(Self { trials: trials.collect::<Result<_>>()? })
    }
}

impl Trial {
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [package, adapter, suite, law, verdict, why, backend] = fields[..] else { return None };
        let verdict = match verdict {
            "held" => Verdict::Held,
            "not applicable" => Verdict::NotApplicable(why.to_owned()),
            "not tried" => Verdict::NotTried,
            "broken" => Verdict::Broken,
            _ => return None,
        };
        Some(Self {
            package: package.to_owned(),
            adapter: adapter.to_owned(),
            suite: suite.to_owned(),
            law: law.to_owned(),
            verdict,
            backend: backend.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_nonsense_is_refused() {
        let text = "a\tA\tcache\tx::y\theld\t\tA 1\na\tA\tcache\tx::z\tnot applicable\tno clock\tA 1\n";
        let report = Report::parse(text).unwrap();
        assert_eq!(report.trials[0].verdict, Verdict::Held);
        assert_eq!(report.trials[1].verdict, Verdict::NotApplicable("no clock".to_owned()));
        assert_eq!(report.trials[1].backend, "A 1");
        for bad in ["", "held", "a\tA\tcache\tx::y\tperhaps\t\tA 1"] {
            assert!(Report::parse(&format!("{bad}\n")).is_err(), "{bad}");
        }
    }
}
