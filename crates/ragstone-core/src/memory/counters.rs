//! In-memory sliding-window counters.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::lock;
use crate::clock::Clock;
use crate::context::CallContext;
use crate::counter::{CounterDecision, CounterKey, CounterLimit};
use crate::error::Result;
use crate::port::Counters;

/// Counters in memory, bounded in number.
///
/// When there are too many, those that were hit longest ago are forgotten.
pub struct MemoryCounters {
    clock: Arc<dyn Clock>,
    start: Instant,
    most_counters: usize,
    counters: Mutex<HashMap<CounterKey, Counter>>,
}

/// Hits of one key, oldest first.
#[derive(Default)]
struct Counter {
    steps: VecDeque<Step>,
    total: u32,
    /// When nothing is left of it, in milliseconds.
    empty_at: u64,
}

/// Hits of one step of time, which ends at this millisecond.
struct Step {
    end: u64,
    hits: u32,
}

impl MemoryCounters {
    /// Most counters of a store built by [`MemoryCounters::new`].
    pub const DEFAULT_COUNTERS: usize = 100_000;

    /// Builds a store of at most [`Self::DEFAULT_COUNTERS`].
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_capacity(clock, Self::DEFAULT_COUNTERS)
    }

    /// Builds a store of at most `most_counters`, and at least one.
    pub fn with_capacity(clock: Arc<dyn Clock>, most_counters: usize) -> Self {
        let start = clock.instant();
        Self { clock, start, most_counters: most_counters.max(1), counters: Mutex::default() }
    }

    fn now(&self) -> u64 {
        millis(self.clock.instant().saturating_duration_since(self.start))
    }
}

impl Counter {
    fn record(&mut self, now: u64, limit: CounterLimit, hits: u32) -> CounterDecision {
        let window = millis(limit.window());
        self.forget(now, window);
        let remaining = limit.hits().saturating_sub(self.total);
        if hits > remaining {
            let retry_after = self.room_at(limit.hits(), hits, window).saturating_sub(now);
            return CounterDecision::Denied { remaining, retry_after: Duration::from_millis(retry_after) };
        }
        if hits > 0 {
            self.add(now, millis(limit.step()), hits);
            self.empty_at = now + window + millis(limit.step());
        }
        CounterDecision::Allowed { remaining: remaining - hits }
    }

    /// Drops the steps that the window has passed.
    fn forget(&mut self, now: u64, window: u64) {
        while let Some(oldest) = self.steps.front()
            && oldest.end + window <= now
        {
            self.total -= oldest.hits;
            self.steps.pop_front();
        }
    }

    fn add(&mut self, now: u64, step: u64, hits: u32) {
        let end = now - now % step + (step - 1);
        self.total += hits;
        match self.steps.back_mut() {
            Some(last) if last.end >= end => last.hits += hits,
            _ => self.steps.push_back(Step { end, hits }),
        }
    }

    /// When enough steps will have passed that `hits` fit below `most`.
    fn room_at(&self, most: u32, hits: u32, window: u64) -> u64 {
        let mut left = self.total;
        for step in &self.steps {
            left -= step.hits;
            if left.saturating_add(hits) <= most {
                return step.end + window;
            }
        }
        0
    }
}

impl Counters for MemoryCounters {
    async fn record(
        &self,
        _ctx: &CallContext,
        key: &CounterKey,
        limit: CounterLimit,
        hits: u32,
    ) -> Result<CounterDecision> {
        limit.check_hits(hits)?;
        let now = self.now();
        let mut counters = lock(&self.counters);
        if counters.len() >= self.most_counters && !counters.contains_key(key) {
            make_room(&mut counters, now);
        }
        Ok(counters.entry(*key).or_default().record(now, limit, hits))
    }
}

/// Forgets what has run out, or else the tenth that runs out first.
fn make_room(counters: &mut HashMap<CounterKey, Counter>, now: u64) {
    let before = counters.len();
    counters.retain(|_, counter| counter.empty_at > now);
    if counters.len() < before {
        return;
    }
    let mut ends: Vec<u64> = counters.values().map(|counter| counter.empty_at).collect();
    let nth = ends.len() / 10;
    let (_, end, _) = ends.select_nth_unstable(nth);
    let end = *end;
    counters.retain(|_, counter| counter.empty_at > end);
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for MemoryCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCounters").field("most_counters", &self.most_counters).finish_non_exhaustive()
    }
}
