//! Sliding-window counters: their keys, limits and decisions.

use std::fmt;
use std::time::Duration;

use crate::cache::{check_duration, digest_of};
use crate::error::{Error, Result};
use crate::id::Digest;

/// Name of one counter: what is limited, and a hash of whom it is limited for.
///
/// The parts are hashed (BLAKE3, each with its length), so any bytes may be in them and none can be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CounterKey {
    namespace: &'static str,
    digest: Digest,
}

impl CounterKey {
    /// Names a counter of `namespace`, such as `rate-limit`; `parts` say whom it counts.
    pub fn new(namespace: &'static str, parts: &[&[u8]]) -> Self {
        Self { namespace, digest: digest_of(parts) }
    }

    /// What is limited.
    pub const fn namespace(&self) -> &'static str {
        self.namespace
    }

    /// Hash of the parts.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Display for CounterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.namespace, self.digest)
    }
}

/// How many hits are allowed within any window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CounterLimit {
    hits: u32,
    window: Duration,
}

impl CounterLimit {
    /// Most hits of a limit.
    pub const MAX_HITS: u32 = 1_000_000;
    /// Longest window: 1 day.
    pub const MAX_WINDOW: Duration = Duration::from_hours(24);
    /// Into how many steps of time a window is divided.
    const STEPS: u128 = 512;

    /// Allows `hits` (1 to [`Self::MAX_HITS`]) within `window` (1 ms to [`Self::MAX_WINDOW`], rounded down to
    /// milliseconds); anything else is `InvalidArgument`.
    pub fn try_new(hits: u32, window: Duration) -> Result<Self> {
        if hits == 0 || hits > Self::MAX_HITS {
            return Err(Error::invalid("hits", format!("must be from 1 to {}", Self::MAX_HITS)));
        }
        check_duration("window", window, Self::MAX_WINDOW)?;
        let millis = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        Ok(Self { hits, window: Duration::from_millis(millis) })
    }

    /// Hits that are allowed.
    pub const fn hits(self) -> u32 {
        self.hits
    }

    /// Length of the window, in whole milliseconds.
    pub const fn window(self) -> Duration {
        self.window
    }

    /// How finely a store tells times apart: 1/512 of the window, and at least 1 ms.
    pub fn step(self) -> Duration {
        let millis = (self.window.as_millis() / Self::STEPS).max(1);
        Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// Refuses more hits at once than could ever be allowed.
    pub fn check_hits(self, hits: u32) -> Result<()> {
        if hits <= self.hits {
            return Ok(());
        }
        Err(Error::invalid("hits", format!("must be at most the limit, which is {}", self.hits)))
    }
}

/// What a counter decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterDecision {
    /// The hits were counted.
    Allowed {
        /// Hits that would be allowed now.
        remaining: u32,
    },
    /// Nothing was counted.
    Denied {
        /// Hits that would be allowed now; fewer than were asked for.
        remaining: u32,
        /// When as many hits as were asked for are allowed, if nobody else hits.
        retry_after: Duration,
    },
}

impl CounterDecision {
    /// Whether the hits were counted.
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Hits that would be allowed now.
    pub const fn remaining(self) -> u32 {
        match self {
            Self::Allowed { remaining } | Self::Denied { remaining, .. } => remaining,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn limits_that_mean_nothing_are_refused() {
        for (hits, window) in [
            (0, Duration::from_secs(1)),
            (CounterLimit::MAX_HITS + 1, Duration::from_secs(1)),
            (1, Duration::ZERO),
            (1, Duration::from_micros(999)),
            (1, CounterLimit::MAX_WINDOW + Duration::from_millis(1)),
        ] {
            let refused = CounterLimit::try_new(hits, window).map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{hits} in {window:?}");
        }
    }

    #[test]
    fn a_step_is_a_small_part_of_the_window() {
        let step = |window| CounterLimit::try_new(1, window).map(CounterLimit::step).ok();
        assert_eq!(step(Duration::from_millis(1)), Some(Duration::from_millis(1)));
        assert_eq!(step(Duration::from_mins(1)), Some(Duration::from_millis(117)));
    }
}
