//! What the last calls took, for decisions that follow a backend's speed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const KEPT: usize = 256;
/// A percentile of fewer calls says little.
const MIN_SAMPLES: usize = 20;
/// Calls between two computations of a percentile.
const REFRESH: usize = 16;

/// The durations of the last 256 calls of one kind.
///
/// Recording takes one short lock; a percentile is sorted anew after every 16 calls.
#[derive(Debug, Default)]
pub struct Latencies(Mutex<Ring>);

#[derive(Debug, Default)]
struct Ring {
    samples: Vec<Duration>,
    next: usize,
    recorded: usize,
    /// The last answer: for which percentile, and after how many calls.
    answer: Option<(u8, usize, Duration)>,
}

impl Latencies {
    /// Knows of no call yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the duration of a call.
    pub fn record(&self, duration: Duration) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = ring.next;
        match ring.samples.get_mut(place) {
            Some(sample) => *sample = duration,
            None => ring.samples.push(duration),
        }
        ring.next = (place + 1) % KEPT;
        ring.recorded = ring.recorded.wrapping_add(1);
    }

    /// Duration that `percent` (capped at 100) of the last calls did not exceed; `None` before 20 calls.
    pub fn percentile(&self, percent: u8) -> Option<Duration> {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ring.samples.len() < MIN_SAMPLES {
            return None;
        }
        if let Some((asked, when, answer)) = ring.answer
            && asked == percent
            && ring.recorded.wrapping_sub(when) < REFRESH
        {
            return Some(answer);
        }
        let mut sorted = ring.samples.clone();
        let rank = (sorted.len() * usize::from(percent.min(100))).div_ceil(100).max(1) - 1;
        let (_, answer, _) = sorted.select_nth_unstable(rank);
        let answer = *answer;
        ring.answer = Some((percent, ring.recorded, answer));
        Some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_last_calls() {
        let latencies = Latencies::new();
        for millis in 1..=19 {
            latencies.record(Duration::from_millis(millis));
        }
        assert_eq!(latencies.percentile(50), None);
        for millis in 20..=100 {
            latencies.record(Duration::from_millis(millis));
        }
        assert_eq!(latencies.percentile(50), Some(Duration::from_millis(50)));
        assert_eq!(latencies.percentile(95), Some(Duration::from_millis(95)));
        assert_eq!(latencies.percentile(0), Some(Duration::from_millis(1)));
        for _ in 0..KEPT {
            latencies.record(Duration::from_secs(1));
        }
        assert_eq!(latencies.percentile(1), Some(Duration::from_secs(1)));
    }
}
