//! Steps of an algorithm whose cost is known only while it runs.

use crate::error::{GraphError, Result};
use crate::watch::Watch;

/// Steps between two looks at the watch.
const PACE: u64 = 4096;

/// Counts steps, and ends the work once they are more than the caller allows.
#[derive(Debug)]
pub(crate) struct Meter<'a> {
    watch: &'a Watch,
    remedy: &'static str,
    limit: u64,
    steps: u64,
    next: u64,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(watch: &'a Watch, remedy: &'static str) -> Self {
        Self { watch, remedy, limit: u64::MAX, steps: 0, next: 0 }
    }

    /// With a limit of the algorithm's own.
    pub(crate) fn with_limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    #[inline]
    pub(crate) fn add(&mut self, steps: u64) -> Result<()> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps < self.next { Ok(()) } else { self.look() }
    }

    #[cold]
    fn look(&mut self) -> Result<()> {
        self.next = self.steps.saturating_add(PACE).min(self.limit.saturating_add(1).max(self.steps + 1));
        self.watch.check()?;
        self.watch.afford(0, self.steps, self.remedy)?;
        if self.steps > self.limit {
            let (estimate, limit, remedy) = (self.steps, self.limit, self.remedy);
            return Err(GraphError::TooExpensive { estimate, unit: "steps", limit, remedy });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_ends_the_work_at_the_step_after_it() {
        let watch = Watch::unbounded();
        let mut meter = Meter::new(&watch, "less").with_limit(10_000);
        let done = (0..100_000).take_while(|_| meter.add(1).is_ok()).count();
        assert_eq!(done, 10_000);
    }

    #[test]
    fn budget_of_the_watch_ends_the_work_within_its_pace() {
        let watch = Watch::unbounded().with_max_steps(10_000);
        let mut meter = Meter::new(&watch, "less");
        let done = (0..100_000).take_while(|_| meter.add(1).is_ok()).count();
        assert!((10_000..15_000).contains(&done), "{done}");
    }
}
