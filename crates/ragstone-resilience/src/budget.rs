//! A shared limit on how many retries a backend may get.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::policy::InvalidPolicy;

/// What one retry costs; a call earns its percentage of it.
const RETRY_COST: u64 = 100;
const MAX_PERCENT: u8 = 10;
const MAX_RESERVE: u32 = 10_000;

/// A token bucket that keeps retries at or below a share of the calls.
///
/// Over any stretch of time, `retries ≤ reserve + percent / 100 × calls`. One budget is shared by all calls
/// to one backend: when that is down, its callers together add little load instead of multiplying it.
#[derive(Debug)]
pub struct RetryBudget {
    percent: u64,
    capacity: u64,
    tokens: AtomicU64,
}

impl RetryBudget {
    /// Allows retries of `percent` (1 to 10) of the calls, and `reserve` (1 to 10,000) more after a quiet time.
    ///
    /// The reserve is what makes retries possible at all while there are few calls.
    pub fn try_new(percent: u8, reserve: u32) -> Result<Self, InvalidPolicy> {
        if !(1..=MAX_PERCENT).contains(&percent) {
            return Err(InvalidPolicy::new("retry budget", "percent", "must be from 1 to 10"));
        }
        if !(1..=MAX_RESERVE).contains(&reserve) {
            return Err(InvalidPolicy::new("retry budget", "reserve", "must be from 1 to 10000"));
        }
        let capacity = u64::from(reserve) * RETRY_COST;
        Ok(Self { percent: u64::from(percent), capacity, tokens: AtomicU64::new(capacity) })
    }

    /// Counts a call, which earns its share of a retry.
    pub fn deposit(&self) {
        self.update(|tokens| Some((tokens + self.percent).min(self.capacity)));
    }

    /// Takes a retry out of the budget; `false` when it is used up.
    pub fn withdraw(&self) -> bool {
        self.update(|tokens| tokens.checked_sub(RETRY_COST))
    }

    /// Retries that could be made now.
    pub fn available(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed) / RETRY_COST
    }

    fn update(&self, change: impl Fn(u64) -> Option<u64>) -> bool {
        // Relaxed suffices: the count guards no other memory.
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_stay_within_reserve_and_share() {
        let budget = RetryBudget::try_new(10, 5).expect("valid");
        let retries = (0..1000)
            .filter(|_| {
                budget.deposit();
                budget.withdraw()
            })
            .count();
        assert!((100..=105).contains(&retries), "{retries}");
    }

    #[test]
    fn a_quiet_time_fills_no_more_than_the_reserve() {
        let budget = RetryBudget::try_new(10, 2).expect("valid");
        (0..1000).for_each(|_| budget.deposit());
        assert_eq!(budget.available(), 2);
        assert_eq!([budget.withdraw(), budget.withdraw(), budget.withdraw()], [true, true, false]);
    }

    #[test]
    fn senseless_numbers_are_refused() {
        for (percent, reserve, field) in [(0, 1, "percent"), (11, 1, "percent"), (10, 0, "reserve")] {
            let built = RetryBudget::try_new(percent, reserve).map_err(|error| error.field);
            assert_eq!(built.err(), Some(field));
        }
    }
}
