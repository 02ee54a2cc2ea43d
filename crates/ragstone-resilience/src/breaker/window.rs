//! Counts of calls and failures over a window that slides in tenths of itself.

use std::time::Duration;

use tokio::time::Instant;

const BUCKETS: usize = 10;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) calls: u64,
    pub(super) failures: u64,
}

/// Counts what happened in the last nine to ten tenths of its length.
#[derive(Debug)]
pub(super) struct Window {
    tenth: Duration,
    buckets: [Counts; BUCKETS],
    /// Where the buckets are and when the newest of them began.
    newest: Option<(usize, Instant)>,
}

impl Window {
    pub(super) fn new(length: Duration) -> Self {
        let tenth = (length / 10).max(Duration::from_nanos(1));
        Self { tenth, buckets: [Counts::default(); BUCKETS], newest: None }
    }

    pub(super) fn clear(&mut self) {
        self.newest = None;
    }

    pub(super) fn record(&mut self, now: Instant, is_failure: bool) {
        let place = self.slide(now);
        if let Some(bucket) = self.buckets.get_mut(place) {
            bucket.calls += 1;
            bucket.failures += u64::from(is_failure);
        }
    }

    pub(super) fn total(&mut self, now: Instant) -> Counts {
        self.slide(now);
        self.buckets.iter().fold(Counts::default(), |sum, bucket| Counts {
            calls: sum.calls + bucket.calls,
            failures: sum.failures + bucket.failures,
        })
    }

    /// Empties the buckets that time has passed over and says which one is the newest.
    fn slide(&mut self, now: Instant) -> usize {
        let Some((place, began)) = self.newest else {
            self.buckets = [Counts::default(); BUCKETS];
            self.newest = Some((0, now));
            return 0;
        };
        let passed = now.saturating_duration_since(began).as_nanos() / self.tenth.as_nanos();
        if passed == 0 {
            return place;
        }
        let Some(steps) = usize::try_from(passed).ok().filter(|steps| *steps < BUCKETS) else {
            self.newest = None;
            return self.slide(now);
        };
        for step in 1..=steps {
            self.buckets[(place + step) % BUCKETS] = Counts::default();
        }
        let place = (place + steps) % BUCKETS;
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.newest = Some((place, began + self.tenth * steps));
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut window = Window::new(Duration::from_secs(1));
        window.record(at(0), true);
        window.record(at(950), false);
        assert_eq!(window.total(at(999)), Counts { calls: 2, failures: 1 });
        assert_eq!(window.total(at(1000)), Counts { calls: 1, failures: 0 });
        assert_eq!(window.total(at(1899)), Counts { calls: 1, failures: 0 });
        assert_eq!(window.total(at(1900)), Counts::default());
        window.record(at(60_000), true);
        assert_eq!(window.total(at(60_001)), Counts { calls: 1, failures: 1 });
    }

    #[test]
    fn a_cleared_window_is_empty() {
        let start = Instant::now();
        let mut window = Window::new(Duration::from_secs(1));
        window.record(start, true);
        window.clear();
        assert_eq!(window.total(start), Counts::default());
    }
}
