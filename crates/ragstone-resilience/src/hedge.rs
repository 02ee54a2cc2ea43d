//! Hedged calls: a second attempt where the first one takes suspiciously long.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use crate::budget::RetryBudget;
use crate::latency::Latencies;
use crate::policy::InvalidPolicy;

#[cfg(test)]
mod tests;

const MIN_DELAY: Duration = Duration::from_micros(100);

/// When a second attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HedgePolicy {
    percent: Option<u8>,
    least: Duration,
    most: Duration,
}

impl HedgePolicy {
    /// Makes a second attempt after `delay`, 100 µs or more.
    pub fn after(delay: Duration) -> Result<Self, InvalidPolicy> {
        if delay < MIN_DELAY {
            return Err(InvalidPolicy::new("hedge", "delay", "must be at least 100 µs"));
        }
        Ok(Self { percent: None, least: delay, most: delay })
    }

    /// Makes a second attempt after what `percent` (50 to 99) of the last calls took, but not before `least`
    /// (100 µs or more) nor after `most` (`least` or more), which also holds until enough is known.
    ///
    /// Dean and Barroso, *The Tail at Scale*, 2013, hedge after the 95th percentile: about 5 % more calls.
    pub fn after_percentile(percent: u8, least: Duration, most: Duration) -> Result<Self, InvalidPolicy> {
        if !(50..=99).contains(&percent) {
            return Err(InvalidPolicy::new("hedge", "percent", "must be from 50 to 99"));
        }
        if least < MIN_DELAY {
            return Err(InvalidPolicy::new("hedge", "least", "must be at least 100 µs"));
        }
        if most < least {
            return Err(InvalidPolicy::new("hedge", "most", "must not be below the least delay"));
        }
        Ok(Self { percent: Some(percent), least, most })
    }

    /// Delay of the second attempt, given what the last calls took.
    pub fn delay(&self, latencies: &Latencies) -> Duration {
        let Some(percent) = self.percent else {
            return self.most;
        };
        latencies.percentile(percent).map_or(self.most, |usual| usual.clamp(self.least, self.most))
    }
}

/// Runs `operation`, and once more if the first run takes too long; the first success wins.
///
/// The operation is given the number of the attempt, 0 or 1, and must be safe to run twice at once, such as
/// a read. The second attempt is paid for from `budget`; where that is used up, there is none. It stands beside
/// the first one, whose failure ends the call only if no second one runs. The loser is dropped, so the
/// operation must be safe to drop. Retries, hedges and the calls that earn them share one budget:
/// [`retry`](crate::retry()) counts its calls itself, elsewhere call [`RetryBudget::deposit`] once for each.
pub async fn hedge<T, E, F>(
    policy: &HedgePolicy,
    latencies: &Latencies,
    budget: &RetryBudget,
    operation: impl Fn(u32) -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    let start = Instant::now();
    let delay = pin!(sleep(policy.delay(latencies)));
    let first = pin!(operation(0));
    let second = pin!(None);
    let race = Race { first: Some(first), second, delay: Some(delay), operation, budget };
    let answer = race.await;
    if answer.is_ok() {
        latencies.record(start.elapsed());
    }
    answer
}

/// The two attempts and the time between them.
struct Race<'a, F, O> {
    first: Option<Pin<&'a mut F>>,
    second: Pin<&'a mut Option<F>>,
    /// Runs until the second attempt is decided on.
    delay: Option<Pin<&'a mut Sleep>>,
    operation: O,
    budget: &'a RetryBudget,
}

impl<F, O> Unpin for Race<'_, F, O> {}

impl<T, E, F, O> Future for Race<'_, F, O>
where
    F: Future<Output = Result<T, E>>,
    O: Fn(u32) -> F,
{
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(first) = &mut this.first
            && let Poll::Ready(answer) = first.as_mut().poll(cx)
        {
            if answer.is_ok() || this.second.is_none() {
                return Poll::Ready(answer);
            }
            this.first = None;
        }
        if let Some(delay) = &mut this.delay
            && delay.as_mut().poll(cx).is_ready()
        {
            this.delay = None;
            if this.budget.withdraw() {
                this.second.set(Some((this.operation)(1)));
            }
        }
        let Some(second) = this.second.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        match second.poll(cx) {
            Poll::Ready(Err(_)) if this.first.is_some() => {
                this.second.set(None);
                Poll::Pending
            }
            answer => answer,
        }
    }
}
