//! Load shedding at an edge: under pressure, what matters least is refused first, and at once.

use std::fmt;
use std::time::Duration;

use crate::adaptive::{AdaptiveLimit, Slot};
use crate::jitter::Jitter;
use crate::policy::InvalidPolicy;

/// How much a call matters to those who run the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Background work that is repeated anyway, such as a crawl or a large import.
    Low,
    /// Work that somebody started and does not wait for.
    #[default]
    Normal,
    /// A person or an agent waits for the answer.
    High,
    /// What operation depends on, such as signing in or administration under load.
    Critical,
}

impl Priority {
    /// Every priority, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Critical];

    /// Name for metrics and headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Share of the limit, in percent, that calls of this priority may fill.
    pub const fn share(self) -> u8 {
        match self {
            Self::Low => 60,
            Self::Normal => 80,
            Self::High => 95,
            Self::Critical => 100,
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A call was refused to keep the others in time; it has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call of {priority} priority was refused under load")]
pub struct Shed {
    /// Priority of the call.
    pub priority: Priority,
    /// When to come back, from now; drawn anew for each refusal, so that callers do not return together.
    pub retry_after: Duration,
}

/// Admits calls by priority within an [`AdaptiveLimit`], and refuses the rest at once.
///
/// A lower priority may fill a smaller [share](Priority::share) of the limit, so that the places above it are
/// left to higher ones. Nothing waits: a queue at the edge turns overload into lateness.
#[derive(Debug)]
pub struct LoadShedder {
    limit: AdaptiveLimit,
    retry_after: Duration,
    jitter: Jitter,
}

impl LoadShedder {
    /// Refused callers are asked to come back after `retry_after` (1 ms to 1 h) to twice that.
    pub fn try_new(limit: AdaptiveLimit, retry_after: Duration) -> Result<Self, InvalidPolicy> {
        if !(Duration::from_millis(1)..=Duration::from_hours(1)).contains(&retry_after) {
            return Err(InvalidPolicy::new("load shedder", "retry_after", "must be from 1 ms to 1 h"));
        }
        Ok(Self { limit, retry_after, jitter: Jitter::random() })
    }

    /// Draws the times to come back from `jitter`.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The limit, for metrics.
    pub const fn limit(&self) -> &AdaptiveLimit {
        &self.limit
    }

    /// Admits a call, or refuses it at once. End the slot with what the call says of the load.
    pub fn try_admit(&self, priority: Priority) -> Result<Slot<'_>, Shed> {
        self.limit.try_admit(priority.share()).ok_or_else(|| Shed {
            priority,
            retry_after: self.retry_after + self.jitter.up_to(self.retry_after),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adaptive::AdaptivePolicy;

    const SECOND: Duration = Duration::from_secs(1);

    fn shedder() -> LoadShedder {
        let policy = AdaptivePolicy::try_new(100, 100, SECOND).expect("valid");
        LoadShedder::try_new(AdaptiveLimit::new(policy), SECOND)
            .expect("valid")
            .with_jitter(Jitter::seeded(5))
    }

    #[tokio::test(start_paused = true)]
    async fn the_least_important_is_refused_first() {
        let shedder = shedder();
        let mut slots = Vec::new();
        let mut admitted = Vec::new();
        for priority in Priority::ALL {
            let before = slots.len();
            slots.extend(std::iter::from_fn(|| shedder.try_admit(priority).ok()));
            admitted.push(slots.len() - before);
        }
        assert_eq!(admitted, [60, 20, 15, 5]);
        slots.pop();
        assert!(shedder.try_admit(Priority::High).is_err());
        assert!(shedder.try_admit(Priority::Critical).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn refused_callers_are_told_different_times() {
        let shedder = shedder();
        let _slots: Vec<_> = std::iter::from_fn(|| shedder.try_admit(Priority::Critical).ok()).collect();
        let times: std::collections::BTreeSet<_> =
            (0..100).map(|_| shedder.try_admit(Priority::Low).expect_err("full").retry_after).collect();
        assert!(times.len() > 90);
        assert!(times.iter().all(|time| (SECOND..=SECOND * 2).contains(time)));
    }

    #[test]
    fn a_senseless_time_is_refused() {
        let policy = AdaptivePolicy::try_new(1, 1, SECOND).expect("valid");
        let built = LoadShedder::try_new(AdaptiveLimit::new(policy), Duration::ZERO);
        assert_eq!(built.map_err(|error| error.field).err(), Some("retry_after"));
    }
}
