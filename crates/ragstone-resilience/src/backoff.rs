//! How long to wait between attempts.

use std::time::Duration;

use crate::jitter::Jitter;
use crate::policy::InvalidPolicy;

/// Growth of the waits between attempts, up to a cap.
///
/// The wait before a retry is uniform from zero to [`Backoff::ceiling`] (full jitter): callers that failed
/// together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    base: Duration,
    growth: Growth,
    cap: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Growth {
    Factor(f64),
    Step(Duration),
}

impl Backoff {
    /// Waits of background work: up to 1 s, doubling to at most 60 s.
    pub const fn for_background() -> Self {
        Self { base: Duration::from_secs(1), growth: Growth::Factor(2.0), cap: Duration::from_mins(1) }
    }

    /// Waits of calls that somebody waits for: up to 10 ms, doubling to at most 200 ms.
    pub const fn for_requests() -> Self {
        Self { base: Duration::from_millis(10), growth: Growth::Factor(2.0), cap: Duration::from_millis(200) }
    }

    /// Cool-downs of a breaker: up to 0.5 s, doubling to at most 5 s.
    pub(crate) const fn of_cool_down() -> Self {
        Self { base: Duration::from_millis(500), growth: Growth::Factor(2.0), cap: Duration::from_secs(5) }
    }

    /// Multiplies the ceiling by `factor`, 1 to 10, after each attempt; `base` is above zero and at most `cap`.
    pub fn exponential(base: Duration, factor: f64, cap: Duration) -> Result<Self, InvalidPolicy> {
        if !(1.0..=10.0).contains(&factor) {
            return Err(InvalidPolicy::new("backoff", "factor", "must be from 1 to 10"));
        }
        Self::checked(base, Growth::Factor(factor), cap)
    }

    /// Adds `step` to the ceiling after each attempt; `base` is above zero and at most `cap`.
    pub fn linear(base: Duration, step: Duration, cap: Duration) -> Result<Self, InvalidPolicy> {
        Self::checked(base, Growth::Step(step), cap)
    }

    fn checked(base: Duration, growth: Growth, cap: Duration) -> Result<Self, InvalidPolicy> {
        if base.is_zero() {
            return Err(InvalidPolicy::new("backoff", "base", "must be above zero"));
        }
        if cap < base {
            return Err(InvalidPolicy::new("backoff", "cap", "must not be below the base"));
        }
        Ok(Self { base, growth, cap })
    }

    /// Longest wait before retry `retry`, counted from 1.
    pub fn ceiling(&self, retry: u32) -> Duration {
        let steps = retry.saturating_sub(1);
        match self.growth {
            Growth::Factor(factor) => self.scaled(factor, steps),
            Growth::Step(step) => self.base.saturating_add(step.saturating_mul(steps)).min(self.cap),
        }
    }

    /// Draws the wait before retry `retry`, counted from 1.
    pub fn wait(&self, retry: u32, jitter: &Jitter) -> Duration {
        jitter.up_to(self.ceiling(retry))
    }

    /// Draws a wait from the upper half below the ceiling (equal jitter), where a wait of nearly zero is none.
    pub(crate) fn wait_at_least_half(&self, retry: u32, jitter: &Jitter) -> Duration {
        let half = self.ceiling(retry) / 2;
        half + jitter.up_to(half)
    }

    fn scaled(&self, factor: f64, steps: u32) -> Duration {
        let exponent = i32::try_from(steps).unwrap_or(i32::MAX);
        let seconds = self.base.as_secs_f64() * factor.powi(exponent);
        // A product beyond every duration, infinity included, is certainly beyond the cap.
        Duration::try_from_secs_f64(seconds).map_or(self.cap, |ceiling| ceiling.min(self.cap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn ceilings_grow_to_the_cap() {
        let exponential = Backoff::exponential(millis(10), 2.0, millis(50)).expect("valid");
        let linear = Backoff::linear(millis(10), millis(15), millis(50)).expect("valid");
        let ceilings = |backoff: &Backoff| [1, 2, 3, 4, u32::MAX].map(|retry| backoff.ceiling(retry));
        assert_eq!(ceilings(&exponential), [10, 20, 40, 50, 50].map(millis));
        assert_eq!(ceilings(&linear), [10, 25, 40, 50, 50].map(millis));
    }

    #[test]
    fn senseless_numbers_are_refused() {
        let cases = [
            (Backoff::exponential(Duration::ZERO, 2.0, millis(1)), "base"),
            (Backoff::exponential(millis(2), 2.0, millis(1)), "cap"),
            (Backoff::exponential(millis(1), 0.5, millis(1)), "factor"),
            (Backoff::exponential(millis(1), f64::NAN, millis(1)), "factor"),
            (Backoff::exponential(millis(1), f64::INFINITY, millis(1)), "factor"),
            (Backoff::linear(Duration::ZERO, millis(1), millis(1)), "base"),
        ];
        for (built, field) in cases {
            assert_eq!(built.map_err(|error| error.field), Err(field));
        }
    }

    proptest! {
        #[test]
        fn no_wait_is_above_its_ceiling(seed: u64, retry in 1_u32..200, base in 1_u64..1000, factor in 1.0_f64..10.0) {
            let backoff = Backoff::exponential(millis(base), factor, millis(60_000)).expect("valid");
            let wait = backoff.wait(retry, &Jitter::seeded(seed));
            prop_assert!(wait <= backoff.ceiling(retry));
            prop_assert!(backoff.ceiling(retry) <= millis(60_000));
        }
    }
}
