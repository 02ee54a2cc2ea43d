//! A limit of concurrency that finds its own value.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::policy::InvalidPolicy;

#[cfg(test)]
mod tests;

/// What is taken off in percent when calls come back late.
const DECREASE_PERCENT: u32 = 10;
/// Share of late calls in percent that a stretch may have.
const LATE_PERCENT: u32 = 10;
const MAX_LIMIT: u32 = 100_000;

/// The numbers of an [`AdaptiveLimit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdaptivePolicy {
    least: u32,
    most: u32,
    target: Duration,
    interval: Duration,
    min_calls: u32,
}

impl AdaptivePolicy {
    /// Keeps the limit from `least` (1 or more) to `most` (at most 100,000), so that 90 of 100 calls take no
    /// longer than `target` (1 ms to 60 s).
    ///
    /// The limit starts in the middle. It is decided on every 100 ms, if at least 10 calls ended meanwhile.
    pub fn try_new(least: u32, most: u32, target: Duration) -> Result<Self, InvalidPolicy> {
        if least == 0 {
            return Err(InvalidPolicy::new("adaptive limit", "least", "must be at least 1"));
        }
        if !(least..=MAX_LIMIT).contains(&most) {
            return Err(InvalidPolicy::new("adaptive limit", "most", "must be from the least to 100000"));
        }
        if !(Duration::from_millis(1)..=Duration::from_mins(1)).contains(&target) {
            return Err(InvalidPolicy::new("adaptive limit", "target", "must be from 1 ms to 60 s"));
        }
        Ok(Self { least, most, target, interval: Duration::from_millis(100), min_calls: 10 })
    }

    /// Decides every `interval` (10 ms to 60 s), if at least `min_calls` (1 to 100,000) calls ended meanwhile.
    pub fn with_decisions(mut self, interval: Duration, min_calls: u32) -> Result<Self, InvalidPolicy> {
        if !(Duration::from_millis(10)..=Duration::from_mins(1)).contains(&interval) {
            return Err(InvalidPolicy::new("adaptive limit", "interval", "must be from 10 ms to 60 s"));
        }
        if !(1..=MAX_LIMIT).contains(&min_calls) {
            return Err(InvalidPolicy::new("adaptive limit", "min_calls", "must be from 1 to 100000"));
        }
        (self.interval, self.min_calls) = (interval, min_calls);
        Ok(self)
    }
}

/// How an admitted call ended, as far as load is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadSign {
    /// It ended; its duration says whether in time.
    Done,
    /// It failed because something behind was overloaded or too late.
    Overloaded,
    /// Says nothing, such as a call that its caller dropped or that waited for something else.
    Nothing,
}

/// A number of concurrent calls that grows while they are in time, and shrinks when they are late.
///
/// Additive increase, multiplicative decrease (Chiu and Jain, *Analysis of the Increase and Decrease
/// Algorithms for Congestion Avoidance in Computer Networks*, 1989): plus one after a stretch in
/// which the limit was reached and calls were in time, minus 10 % after one in which more than 10 % of them
/// were late. A limit that is not reached stays, because nothing was learnt of a greater one.
#[derive(Debug)]
pub struct AdaptiveLimit {
    policy: AdaptivePolicy,
    gauge: Mutex<Gauge>,
}

#[derive(Debug)]
struct Gauge {
    limit: u32,
    running: u32,
    /// Whether there was a call in this stretch that found its share of the limit full, or filled it.
    is_reached: bool,
    ended: u32,
    late: u32,
    began: Option<Instant>,
}

impl AdaptiveLimit {
    /// Starts in the middle between the policy's bounds.
    pub fn new(policy: AdaptivePolicy) -> Self {
        let limit = policy.least.midpoint(policy.most);
        let gauge = Gauge { limit, running: 0, is_reached: false, ended: 0, late: 0, began: None };
        Self { policy, gauge: Mutex::new(gauge) }
    }

    /// Calls that may run at once.
    pub fn limit(&self) -> u32 {
        self.lock().limit
    }

    /// Calls that run.
    pub fn running(&self) -> u32 {
        self.lock().running
    }

    /// Admits a call if it may use `percent` of the limit (capped at 100, and always at least one call).
    pub fn try_admit(&self, percent: u8) -> Option<Slot<'_>> {
        let mut gauge = self.lock();
        let share = (gauge.limit * u32::from(percent.min(100)) / 100).max(1);
        gauge.is_reached |= gauge.running + 1 >= share;
        if gauge.running >= share {
            return None;
        }
        gauge.running += 1;
        let began = Instant::now();
        gauge.began.get_or_insert(began);
        Some(Slot { limit: self, began, is_ended: false })
    }

    fn lock(&self) -> MutexGuard<'_, Gauge> {
        self.gauge.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, began: Instant, sign: LoadSign) {
        let now = Instant::now();
        let mut gauge = self.lock();
        gauge.running -= 1;
        let is_late = match sign {
            LoadSign::Nothing => return,
            LoadSign::Overloaded => true,
            LoadSign::Done => now.saturating_duration_since(began) > self.policy.target,
        };
        gauge.ended += 1;
        gauge.late += u32::from(is_late);
        gauge.decide(&self.policy, now);
    }
}

impl Gauge {
    fn decide(&mut self, policy: &AdaptivePolicy, now: Instant) {
        let passed = self.began.map_or(Duration::ZERO, |began| now.saturating_duration_since(began));
        if passed < policy.interval || self.ended < policy.min_calls {
            return;
        }
        if u64::from(self.late) * 100 > u64::from(self.ended) * u64::from(LATE_PERCENT) {
            let decrease = (self.limit * DECREASE_PERCENT / 100).max(1);
            self.limit = self.limit.saturating_sub(decrease).max(policy.least);
        } else if self.is_reached {
            self.limit = (self.limit + 1).min(policy.most);
        }
        (self.is_reached, self.ended, self.late, self.began) = (false, 0, 0, Some(now));
    }
}

/// A call that was admitted. Dropping it without a sign says nothing of the load.
#[derive(Debug)]
#[must_use = "dropping the slot ends the call"]
pub struct Slot<'a> {
    limit: &'a AdaptiveLimit,
    began: Instant,
    is_ended: bool,
}

impl Slot<'_> {
    /// Ends the call.
    pub fn end(mut self, sign: LoadSign) {
        self.is_ended = true;
        self.limit.end(self.began, sign);
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if !self.is_ended {
            self.limit.end(self.began, LoadSign::Nothing);
        }
    }
}
