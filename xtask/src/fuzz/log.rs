//! What libFuzzer says of a run.

/// Edges and features that the inputs reached, by a line such as `#8192 pulse  cov: 314 ft: 900 corp: …`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) edges: u64,
    pub(super) features: u64,
}

/// The figures of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// Inputs that were run.
    pub(super) runs: u64,
    /// Reach of the seeds.
    pub(super) seeds: Reach,
    /// Reach of all inputs.
    pub(super) all: Reach,
    /// Most memory, in MiB.
    pub(super) peak_mb: u64,
    /// The input that a failure was written to.
    pub(super) written: Option<String>,
    /// Why libFuzzer ended, where it was not for time: such as `deadly signal` or `timeout after 11 seconds`.
    pub(super) reason: Option<String>,
    /// Whether nothing that is run is instrumented.
    pub(super) is_blind: bool,
}

impl Figures {
    pub(super) fn read(log: &str) -> Self {
        let mut figures = Self::default();
        for line in log.lines() {
            figures.line(line);
        }
        figures
    }

    fn line(&mut self, line: &str) {
        if let Some(count) = line.strip_prefix('#').and_then(|rest| rest.split_whitespace().next()) {
            self.runs = self.runs.max(count.trim_end_matches(':').parse().unwrap_or_default());
            if let Some((edges, features)) = number(line, "cov: ").zip(number(line, "ft: ")) {
                self.all = Reach { edges, features };
                if line.contains("\tINITED") {
                    self.seeds = self.all;
                }
            }
        } else if let Some(count) = number(line, "stat::number_of_executed_units: ") {
            self.runs = count;
        } else if let Some(peak) = number(line, "stat::peak_rss_mb: ") {
            self.peak_mb = peak;
        } else if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.written = Some(path.trim().to_owned());
        } else if let Some((_, reason)) = line.split_once("ERROR: libFuzzer: ") {
            self.reason = Some(reason.trim().to_owned());
        } else if line.contains("Is the code instrumented for coverage?") {
            self.is_blind = true;
        }
    }
}

/// The number behind a label.
fn number(line: &str, label: &str) -> Option<u64> {
    let (_, rest) = line.split_once(label)?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_seeds_and_of_the_end() {
        let log = "INFO: Seed: 1\n#9\tINITED cov: 120 ft: 300 corp: 7/1kb exec/s: 0 rss: 40Mb\n\
            #2048\tNEW    cov: 130 ft: 345 corp: 8/1kb lim: 4096 exec/s: 9\n\
            #4096\tDONE   cov: 131 ft: 350 corp: 8/1kb\n\
            stat::number_of_executed_units: 4097\nstat::peak_rss_mb:              77\n";
        let figures = Figures::read(log);
        assert_eq!((figures.runs, figures.peak_mb), (4097, 77));
        assert_eq!(figures.seeds, Reach { edges: 120, features: 300 });
        assert_eq!(figures.all, Reach { edges: 131, features: 350 });
        assert_eq!((figures.written, figures.reason, figures.is_blind), (None, None, false));
    }

    #[test]
    fn a_failure_has_its_reason_and_its_input() {
        let log = "==1== ERROR: libFuzzer: timeout after 11 seconds\n\
            artifact_prefix='x/'; Test unit written to x/timeout-abc\n";
        let figures = Figures::read(log);
        assert_eq!(figures.reason.as_deref(), Some("timeout after 11 seconds"));
        assert_eq!(figures.written.as_deref(), Some("x/timeout-abc"));
        let blind =
            "WARNING: no interesting inputs were found so far. Is the code instrumented for coverage?";
        assert!(Figures::read(blind).is_blind);
    }
}
