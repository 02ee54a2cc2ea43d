//! A bound on concurrent calls, so that one slow backend does not take every task down with it.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::deadline::{Deadline, with_deadline};
use crate::policy::InvalidPolicy;

/// Admits so many calls at once, lets so many wait, and refuses the rest at once.
///
/// Waiting calls are admitted in the order they came.
#[derive(Debug)]
pub struct Bulkhead {
    places: Semaphore,
    queue: Semaphore,
}

/// Why a call was not admitted; it has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Every place is taken and the queue is full.
    #[error("too many calls are waiting")]
    QueueFull,
    /// The deadline passed in the queue.
    #[error("the deadline passed in the queue")]
    DeadlinePassed,
    /// The bulkhead was closed.
    #[error("no more calls are admitted")]
    Closed,
}

/// A place in the bulkhead; dropping it gives the place to the next call.
#[derive(Debug)]
#[must_use = "dropping the admission gives the place away"]
pub struct Admission<'a>(#[expect(dead_code, reason = "held for its drop")] SemaphorePermit<'a>);

impl Bulkhead {
    /// Most places, and most waiting calls.
    pub const MAX: usize = 1_000_000;

    /// Has `places` (1 to [`Bulkhead::MAX`]) for calls and lets `queue` (0 to [`Bulkhead::MAX`]) more wait.
    pub fn try_new(places: usize, queue: usize) -> Result<Self, InvalidPolicy> {
        if !(1..=Self::MAX).contains(&places) {
            return Err(InvalidPolicy::new("bulkhead", "places", "must be from 1 to 1000000"));
        }
        if queue > Self::MAX {
            return Err(InvalidPolicy::new("bulkhead", "queue", "must be from 0 to 1000000"));
        }
        Ok(Self { places: Semaphore::new(places), queue: Semaphore::new(queue) })
    }

    /// Waits for a place until the deadline. Dropping the future leaves the queue.
    pub async fn admit(&self, deadline: Deadline) -> Result<Admission<'_>, Rejected> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(Admission(place));
        }
        let _queued = self.queue.try_acquire().map_err(|_| self.refusal())?;
        match with_deadline(deadline, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(Admission(place)),
            Ok(Err(_)) => Err(Rejected::Closed),
            Err(_) => Err(Rejected::DeadlinePassed),
        }
    }

    /// Runs a future in a place of the bulkhead; the deadline bounds the wait, not the future.
    pub async fn run<F: Future>(&self, deadline: Deadline, future: F) -> Result<F::Output, Rejected> {
        let _admission = self.admit(deadline).await?;
        Ok(future.await)
    }

    /// Refuses every later and every waiting call; admitted ones finish.
    pub fn close(&self) {
        self.queue.close();
        self.places.close();
    }

    /// Places that are free.
    pub fn free(&self) -> usize {
        self.places.available_permits()
    }

    fn refusal(&self) -> Rejected {
        if self.places.is_closed() { Rejected::Closed } else { Rejected::QueueFull }
    }
}
