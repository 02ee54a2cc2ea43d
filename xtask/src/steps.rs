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

struct Step {
    name: String,
    counts: Counts,
    duration: Duration,
}

/// The steps that ran, in order.
#[derive(Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
}

impl Steps {
    /// Runs a step; an error is printed and counts as one failed check.
    pub(crate) fn run(&mut self, name: &str, step: impl FnOnce() -> Result<Counts>) {
        println!("\n=== {name}");
        let start = Instant::now();
        let counts = step().unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Counts::FAILED
        });
        self.steps.push(Step { name: name.to_owned(), counts, duration: start.elapsed() });
    }

    /// Sum over all steps.
    pub(crate) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for step in &self.steps {
            total += step.counts;
        }
        total
    }

    /// One line for each step: verdict, time, counts.
    pub(crate) fn print(&self) {
        println!("\n=== summary");
        for step in &self.steps {
            let verdict = if step.counts.failed == 0 { "ok" } else { "FAILED" };
            let seconds = step.duration.as_secs_f64();
            println!("{:<12} {verdict:<7} {seconds:>8.1} s   {}", step.name, step.counts);
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
        steps.run("second", || Ok(Counts { passed: 3, failed: 0, skipped: 1 }));
        assert_eq!(steps.total().to_string(), "3 passed, 1 failed, 1 skipped");
    }
}
