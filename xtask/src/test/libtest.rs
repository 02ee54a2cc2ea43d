//! Reads the lines in which libtest reports results.

use crate::steps::Counts;

/// Sums over every test binary of one `cargo test`.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    binaries: usize,
    passed: usize,
    failed: usize,
    ignored: usize,
    failures: Vec<String>,
}

impl Tally {
    /// Takes in one line of output; other lines than results are passed over.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.binaries += 1;
            self.passed += number(result, " passed");
            self.failed += number(result, " failed");
            self.ignored += number(result, " ignored");
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|test| test.strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
    }

    /// Names of the tests that failed, in order of report.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// The sums, where `skipped` of the tests that passed said that they tested nothing. A run that failed
    /// without a failing test (it did not build, a binary crashed), or that reported no result at all, counts as one
    /// failure.
    pub(crate) fn counts(&self, skipped: usize, succeeded: bool) -> Counts {
        let is_sound = succeeded && self.binaries > 0;
        let failed = if is_sound { self.failed } else { self.failed.max(1) };
        Counts { passed: self.passed.saturating_sub(skipped), failed, skipped: skipped + self.ignored }
    }
}

/// The number before a word, as in `3 passed;`.
fn number(text: &str, word: &str) -> usize {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    before.rsplit([' ', ';']).next().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 3 tests
test a::b ... ok
test a::c ... FAILED
test a::d ... ignored
test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests ragstone-core
test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s
";

    fn tally(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn results_of_all_binaries_add_up() {
        let tally = tally(OUTPUT);
        assert_eq!(tally.counts(0, false), Counts { passed: 13, failed: 1, skipped: 1 });
        assert_eq!(tally.failures(), ["a::c"]);
    }

    #[test]
    fn a_test_that_reports_a_skip_did_not_pass() {
        assert_eq!(tally(OUTPUT).counts(2, false), Counts { passed: 11, failed: 1, skipped: 3 });
    }

    #[test]
    fn a_run_that_did_not_build_failed() {
        assert_eq!(tally("").counts(0, false), Counts::FAILED);
    }

    #[test]
    fn a_run_without_a_result_failed() {
        assert_eq!(tally("").counts(0, true), Counts::FAILED);
    }
}
