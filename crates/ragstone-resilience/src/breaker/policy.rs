//! When a breaker opens, for how long, and what closes it.

use std::time::Duration;

use crate::backoff::Backoff;
use crate::policy::InvalidPolicy;

const NAME: &str = "breaker";
const MAX_COUNT: u32 = 100_000;
const MAX_PROBES: u32 = 100;
const MIN_TIME: Duration = Duration::from_millis(1);
const MAX_TIME: Duration = Duration::from_hours(1);

/// The numbers of a [`CircuitBreaker`](super::CircuitBreaker).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerPolicy {
    consecutive: u32,
    rate: Option<FailureRate>,
    cool_down: Backoff,
    probes: u32,
    probe_time: Duration,
    slow_call: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FailureRate {
    pub(super) percent: u8,
    pub(super) window: Duration,
    pub(super) min_calls: u32,
}

impl BreakerPolicy {
    /// Opens after `consecutive` failures in a row, 1 to 100,000.
    ///
    /// The ceiling of the cool-down is that of `cool_down` for the number of openings in a row; the cool-down
    /// itself is drawn from the upper half below it. Without further settings, one probe at a time that
    /// may take 5 seconds closes the circuit; neither a failure rate nor slowness opens it.
    pub fn try_new(consecutive: u32, cool_down: Backoff) -> Result<Self, InvalidPolicy> {
        in_range("consecutive", consecutive, MAX_COUNT, "must be from 1 to 100000")?;
        let probe_time = Duration::from_secs(5);
        Ok(Self { consecutive, rate: None, cool_down, probes: 1, probe_time, slow_call: None })
    }

    /// Breaker of calls that somebody waits for.
    ///
    /// Opens after 12 failures in a row, or when half of at least 20 calls in 10 seconds failed; a call
    /// counts as failed after 1.5 s. Cools down for up to 0.5 s, doubling to 5 s; 2 probes close it, which
    /// hold their slots for up to 2 s.
    pub const fn for_requests() -> Self {
        Self {
            consecutive: 12,
            rate: Some(FailureRate { percent: 50, window: Duration::from_secs(10), min_calls: 20 }),
            cool_down: Backoff::of_cool_down(),
            probes: 2,
            probe_time: Duration::from_secs(2),
            slow_call: Some(Duration::from_millis(1500)),
        }
    }

    /// Also opens when `percent` (1 to 100) of at least `min_calls` (1 to 100,000) calls failed within `window`
    /// (1 ms to 1 h), which slides in tenths of itself.
    pub fn with_failure_rate(
        mut self,
        percent: u8,
        window: Duration,
        min_calls: u32,
    ) -> Result<Self, InvalidPolicy> {
        in_range("percent", u32::from(percent), 100, "must be from 1 to 100")?;
        time("window", window)?;
        in_range("min_calls", min_calls, MAX_COUNT, "must be from 1 to 100000")?;
        self.rate = Some(FailureRate { percent, window, min_calls });
        Ok(self)
    }

    /// Closes after `count` (1 to 100) successful probes, of which at most as many run at once.
    ///
    /// A probe holds its slot for at most `time` (1 ms to 1 h), so that one that hangs does not keep the circuit
    /// from closing.
    pub fn with_probes(mut self, count: u32, time_held: Duration) -> Result<Self, InvalidPolicy> {
        in_range("probes", count, MAX_PROBES, "must be from 1 to 100")?;
        time("probe_time", time_held)?;
        (self.probes, self.probe_time) = (count, time_held);
        Ok(self)
    }

    /// Counts a call that takes longer than `limit` (1 ms to 1 h) as a failure, as soon as it has.
    pub fn with_slow_calls(mut self, limit: Duration) -> Result<Self, InvalidPolicy> {
        time("slow_call", limit)?;
        self.slow_call = Some(limit);
        Ok(self)
    }

    /// Time after which a call counts as failed.
    pub const fn slow_call(&self) -> Option<Duration> {
        self.slow_call
    }

    pub(super) const fn consecutive(&self) -> u32 {
        self.consecutive
    }

    pub(super) const fn rate(&self) -> Option<FailureRate> {
        self.rate
    }

    pub(super) const fn cool_down(&self) -> Backoff {
        self.cool_down
    }

    pub(super) const fn probes(&self) -> u32 {
        self.probes
    }

    pub(super) const fn probe_time(&self) -> Duration {
        self.probe_time
    }

    /// Time without an opening after which the cool-downs begin anew.
    pub(super) fn calm(&self) -> Duration {
        self.rate.map_or(Duration::ZERO, |rate| rate.window).max(self.cool_down.ceiling(u32::MAX))
    }
}

fn in_range(field: &'static str, value: u32, max: u32, rule: &'static str) -> Result<(), InvalidPolicy> {
    if (1..=max).contains(&value) { Ok(()) } else { Err(InvalidPolicy::new(NAME, field, rule)) }
}

fn time(field: &'static str, value: Duration) -> Result<(), InvalidPolicy> {
    if (MIN_TIME..=MAX_TIME).contains(&value) {
        return Ok(());
    }
    Err(InvalidPolicy::new(NAME, field, "must be from 1 ms to 1 h"))
}
