//! A run of named steps: each is timed and counted, a failing one does not stop the others.

use std::fmt;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How many tests or checks ended which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Counts {
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// What a step came to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    /// What went wrong, said again at the end of the run.
    pub(crate) failures: Vec<String>,
}

impl Outcome {
    fn failed(why: String) -> Self {
        Self { counts: Counts::FAILED, failures: vec![why] }
    }
}

impl From<Counts> for Outcome {
    fn from(counts: Counts) -> Self {
        Self { counts, failures: Vec::new() }
    }
}

impl AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.counts += other.counts;
        self.failures.extend(other.failures);
    }
}

struct Step {
    name: String,
    outcome: Outcome,
    duration: Duration,
}

/// The steps that ran, in order.
#[derive(Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
}

impl Steps {
    /// Runs a step; an error is printed and counts as one failed check.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Result<Outcome>) {
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = step().unwrap_or_else(|error| {
            let why = format!("{error:#}");
            println!("{name}: {why}");
            Outcome::failed(why)
        });
        self.steps.push(Step { name: name.to_owned(), outcome, duration: start.elapsed() });
    }

    /// Sum over all steps.
    pub(crate) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for step in &self.steps {
            total += step.outcome.counts;
        }
        total
    }

    /// What went wrong, for who sees only the end of a log, and then one line for each step: verdict, time, counts.
    pub(crate) fn print(&self) {
        println!("\n=== summary");
        for step in &self.steps {
            for failure in &step.outcome.failures {
                println!("{}: {failure}", step.name);
            }
        }
        for step in &self.steps {
            let counts = step.outcome.counts;
            let verdict = if counts.failed == 0 { "ok" } else { "FAILED" };
            let seconds = step.duration.as_secs_f64();
            println!("{:<12} {verdict:<7} {seconds:>8.1} s   {counts}", step.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn steps_after_a_failure_still_run_and_count() {
        let mut steps = Steps::default();
        steps.run("first", || bail!("broken"));
        steps.run("second", || Ok(Counts { passed: 3, failed: 0, skipped: 1 }.into()));
        assert_eq!(steps.total().to_string(), "3 passed, 1 failed, 1 skipped");
        assert_eq!(steps.steps[0].outcome.failures, ["broken"]);
    }
}
