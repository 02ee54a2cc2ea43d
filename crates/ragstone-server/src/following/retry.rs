//! Pauses between tries that fail.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_mins(5);

/// Doubles its pause with each failure.
#[derive(Debug, Default)]
pub(super) struct Retry {
    failures: u32,
}

impl Retry {
    /// It worked.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// It failed; how long to wait.
    pub(super) fn failed(&mut self) -> Duration {
        let pause = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_start_over() {
        let mut retry = Retry::default();
        let pauses: Vec<u64> = (0..9).map(|_| retry.failed().as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 300]);
        retry.succeeded();
        assert_eq!(retry.failed(), FIRST);
    }
}
