//! What a run came to: a table, and a line of figures.

use std::time::Duration;

use super::oracle::Tally;
use crate::steps::{Counts, Outcome};

/// What one part came to.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Crashes, or injected failures.
    pub(super) rounds: usize,
    pub(super) tally: Tally,
    /// Searches that were compared.
    pub(super) looked: usize,
    pub(super) violations: Vec<String>,
    ready: Vec<Duration>,
}

impl Row {
    pub(super) const fn new(name: &'static str) -> Self {
        let tally = Tally { acknowledged: 0, in_doubt: 0, not_sent: 0 };
        Self { name, rounds: 0, tally, looked: 0, violations: Vec::new(), ready: Vec::new() }
    }

    /// Adds what another site of the same part came to.
    pub(super) fn add(&mut self, other: Self) {
        self.rounds += other.rounds;
        self.tally += other.tally;
        self.looked += other.looked;
        self.violations.extend(other.violations);
        self.ready.extend(other.ready);
    }

    /// A server was ready after this time.
    pub(super) fn ready(&mut self, after: Duration) {
        self.ready.push(after);
    }

    /// The middle and the longest.
    fn ready_times(&self) -> (Duration, Duration) {
        let mut times = self.ready.clone();
        times.sort_unstable();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        (middle, times.last().copied().unwrap_or_default())
    }
}

/// What all parts came to.
#[derive(Debug, Default)]
pub(super) struct Report {
    rows: Vec<Row>,
}

impl Report {
    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(super) fn is_clean(&self) -> bool {
        self.rows.iter().all(|row| row.violations.is_empty())
    }

    /// Crashes that left everything right, and violations.
    pub(super) fn outcome(&self) -> Outcome {
        let failures: Vec<String> = self.rows.iter().flat_map(|row| row.violations.clone()).collect();
        let rounds: usize = self.rows.iter().map(|row| row.rounds).sum();
        let failed = failures.len();
        Outcome { counts: Counts { passed: rounds.saturating_sub(failed), failed, skipped: 0 }, failures }
    }

    pub(super) fn print(&self, seed: u64) {
        println!(
            "\n| Part | Crashes | Acknowledged | In doubt | Searches compared | Ready, middle | Ready, longest | Violations |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|---:|");
        for row in &self.rows {
            let (middle, longest) = row.ready_times();
            println!(
                "| {} | {} | {} | {} | {} | {} ms | {} ms | {} |",
                row.name,
                row.rounds,
                row.tally.acknowledged,
                row.tally.in_doubt,
                row.looked,
                middle.as_millis(),
                longest.as_millis(),
                row.violations.len()
            );
        }
        println!();
        for violation in self.rows.iter().flat_map(|row| &row.violations) {
            println!("violation: {violation}");
        }
        let sum = |count: fn(&Row) -> usize| self.rows.iter().map(count).sum::<usize>();
        println!(
            "crash seed={seed} crashes={} acknowledged={} violations={}",
            sum(|row| row.rounds),
            sum(|row| row.tally.acknowledged),
            sum(|row| row.violations.len())
        );
    }
}
