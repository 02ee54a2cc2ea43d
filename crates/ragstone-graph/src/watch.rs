//! How long and how large a computation may become: deadline, cancellation, progress and budget.

use std::fmt;
use std::sync::Arc;

use crate::error::{GraphError, Result};

/// Why a computation was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Interruption {
    /// The deadline has passed.
    #[error("the deadline passed before the computation ended")]
    Deadline,
    /// The caller no longer wants the answer.
    #[error("the computation was cancelled")]
    Cancelled,
}

type Ask = dyn Fn() -> Option<Interruption> + Send + Sync;
type Tell = dyn Fn(f64) + Send + Sync;

/// The caller's hold on a computation. Cheap to clone.
#[derive(Clone, Default)]
pub struct Watch {
    ask: Option<Arc<Ask>>,
    tell: Option<Arc<Tell>>,
    max_bytes: Option<u64>,
    max_steps: Option<u64>,
}

impl Watch {
    /// Neither deadline nor budget.
    pub fn unbounded() -> Self {
        Self::default()
    }

    /// Asks `ask` at least every few milliseconds, from any thread, whether to stop.
    #[must_use]
    pub fn with_interruption(
        mut self,
        ask: impl Fn() -> Option<Interruption> + Send + Sync + 'static,
    ) -> Self {
        self.ask = Some(Arc::new(ask));
        self
    }

    /// Tells `tell` which part of the work is done, from 0 to 1, where an algorithm knows it.
    #[must_use]
    pub fn with_progress(mut self, tell: impl Fn(f64) + Send + Sync + 'static) -> Self {
        self.tell = Some(Arc::new(tell));
        self
    }

    /// Refuses what would need more working memory than this, the answer included.
    #[must_use]
    pub fn with_max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Refuses what would look at more entries than this; ten million take some tens of milliseconds.
    #[must_use]
    pub fn with_max_steps(mut self, steps: u64) -> Self {
        self.max_steps = Some(steps);
        self
    }

    /// Ends the computation with an error if the caller wants it to end. Costs a call and a clock: not for inner loops.
    pub fn check(&self) -> Result<()> {
        match self.ask.as_ref().and_then(|ask| ask()) {
            Some(interruption) => Err(interruption.into()),
            None => Ok(()),
        }
    }

    /// [`check`](Self::check) once in 4,096 steps, counted by `step`.
    #[inline]
    pub fn pace(&self, step: &mut u32) -> Result<()> {
        *step = step.wrapping_add(1);
        if step.is_multiple_of(4096) { self.check() } else { Ok(()) }
    }

    /// Says which part of the work is done.
    pub fn progress(&self, done: usize, total: usize) {
        if let Some(tell) = &self.tell {
            #[expect(clippy::cast_precision_loss, reason = "a part of the work need not be exact")]
            tell(if total == 0 { 1.0 } else { done as f64 / total as f64 });
        }
    }

    /// The same hold for a part of the work, which then does not speak for the whole.
    pub(crate) fn without_progress(&self) -> Self {
        Self { tell: None, ..self.clone() }
    }

    /// Refuses what needs more than the caller allows; `remedy` says what to do in its place.
    pub fn afford(&self, bytes: u64, steps: u64, remedy: &'static str) -> Result<()> {
        let over = |estimate: u64, limit: Option<u64>, unit| match limit {
            Some(limit) if estimate > limit => {
                Err(GraphError::TooExpensive { estimate, unit, limit, remedy })
            }
            _ => Ok(()),
        };
        over(bytes, self.max_bytes, "bytes")?;
        over(steps, self.max_steps, "steps")
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Watch")
            .field("max_bytes", &self.max_bytes)
            .field("max_steps", &self.max_steps)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimate_over_the_budget_is_refused() {
        let watch = Watch::unbounded().with_max_bytes(10);
        assert_eq!(watch.afford(10, u64::MAX, "ask for less"), Ok(()));
        let refusal = watch.afford(11, 0, "ask for less").unwrap_err();
        assert_eq!(refusal.to_string(), "this takes about 11 bytes, and 10 are allowed: ask for less");
    }

    #[test]
    fn cancelled_computation_stops_within_its_pace() {
        let watch = Watch::unbounded().with_interruption(|| Some(Interruption::Cancelled));
        let mut step = 0;
        let stopped = (0..5000).find(|_| watch.pace(&mut step).is_err());
        assert_eq!(stopped, Some(4095));
    }
}
