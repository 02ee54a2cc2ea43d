//! One point in time that a chain of calls shares.

use std::time::Duration;

use tokio::time::Instant;

/// When an answer is no longer wanted; may be never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

/// The deadline passed before the answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deadline passed")]
pub struct DeadlinePassed;

impl Deadline {
    /// No deadline.
    pub const NEVER: Self = Self(None);

    /// Deadline at a point in time.
    pub const fn at(instant: Instant) -> Self {
        Self(Some(instant))
    }

    /// Deadline this long from now; one too far to be told is never.
    pub fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// The earlier of two deadlines.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(left), Some(right)) => Self(Some(left.min(right))),
            (left, right) => Self(left.or(right)),
        }
    }

    /// Time that is left, zero once it has passed; `None` for never.
    pub fn remaining(&self) -> Option<Duration> {
        self.0.map(|instant| instant.saturating_duration_since(Instant::now()))
    }

    /// Whether no time is left.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_some_and(|left| left.is_zero())
    }

    /// Whether a wait of this length ends in time.
    pub fn allows(&self, wait: Duration) -> bool {
        self.remaining().is_none_or(|left| wait < left)
    }
}

/// Runs a future until the deadline, then drops it.
///
/// A deadline that has already passed fails without polling the future. Dropping the returned future drops
/// the inner one, so the call is as cancel-safe as that.
pub async fn with_deadline<F: Future>(deadline: Deadline, future: F) -> Result<F::Output, DeadlinePassed> {
    let Some(instant) = deadline.0 else {
        return Ok(future.await);
    };
    if deadline.has_passed() {
        return Err(DeadlinePassed);
    }
    tokio::time::timeout_at(instant, future).await.map_err(|_| DeadlinePassed)
}
