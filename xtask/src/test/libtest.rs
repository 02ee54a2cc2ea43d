//! Reads the lines in which libtest reports results.

use crate::steps::{Counts, Outcome};

/// Lines of a failing test that are said again at the end of a run.
const LINES: usize = 20;

/// Sums over every test binary of one `cargo test`.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    binaries: usize,
    passed: usize,
    failed: usize,
    ignored: usize,
    /// Names of the tests that failed, each with what it printed.
    failures: Vec<String>,
    /// Lines that the report of a failing test may still take.
    room: usize,
}

impl Tally {
    /// Takes in one line of output; other lines than results are passed over.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.binaries += 1;
            self.passed += number(result, " passed");
            self.failed += number(result, " failed");
            self.ignored += number(result, " ignored");
            self.room = 0;
        } else if let Some(name) =
            line.strip_prefix("---- ").and_then(|test| test.strip_suffix(" stdout ----"))
        {
            self.failures.push(name.to_owned());
            self.room = LINES;
        } else if line == "failures:" {
            self.room = 0;
        } else if self.room > 0 && !line.trim().is_empty() {
            self.room -= 1;
            if let Some(failure) = self.failures.last_mut() {
                failure.push_str("\n    ");
                failure.push_str(line);
            }
        }
    }

    /// The sums, where `skipped` of the tests that passed said that they tested nothing. A run that failed
    /// without a failing test (it did not build, a binary crashed), or that reported no result at all, counts as one
    /// failure.
    pub(crate) fn outcome(self, skipped: usize, succeeded: bool) -> Outcome {
        let is_sound = succeeded && self.binaries > 0;
        let failed = if is_sound { self.failed } else { self.failed.max(1) };
        let passed = self.passed.saturating_sub(skipped);
        let counts = Counts { passed, failed, skipped: skipped + self.ignored };
        let mut failures = self.failures;
        if failed > failures.len() {
            failures.push(format!("{} more, of which only the log above tells", failed - failures.len()));
        }
        Outcome { counts, failures }
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

failures:

---- a::c stdout ----

thread 'a::c' panicked at src/a.rs:1:2:
no cat

failures:
    a::c

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
        let outcome = tally(OUTPUT).outcome(0, false);
        assert_eq!(outcome.counts, Counts { passed: 13, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_failing_test_is_told_of_with_what_it_printed() {
        let outcome = tally(OUTPUT).outcome(0, false);
        assert_eq!(outcome.failures, ["a::c\n    thread 'a::c' panicked at src/a.rs:1:2:\n    no cat"]);
    }

    #[test]
    fn a_test_that_reports_a_skip_did_not_pass() {
        assert_eq!(tally(OUTPUT).outcome(2, false).counts, Counts { passed: 11, failed: 1, skipped: 3 });
    }

    #[test]
    fn a_run_that_did_not_build_failed() {
        assert_eq!(tally("").outcome(0, false).counts, Counts::FAILED);
    }

    #[test]
    fn a_run_without_a_result_failed() {
        assert_eq!(tally("").outcome(0, true).counts, Counts::FAILED);
    }
}
