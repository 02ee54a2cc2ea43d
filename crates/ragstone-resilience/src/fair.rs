//! A bulkhead whose places are shared out fairly between keys, such as the tenants of a backend.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::bulkhead::{Bulkhead, Rejected};
use crate::deadline::{Deadline, with_deadline};
use crate::policy::InvalidPolicy;

use self::books::{Books, Entry};

mod books;
#[cfg(test)]
mod tests;

/// The numbers of a [`FairBulkhead`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairPolicy {
    places: usize,
    places_per_key: usize,
    queue: usize,
    queue_per_key: usize,
}

impl FairPolicy {
    /// Has `places` for calls, of which one key takes at most `per_key`; both from 1 to [`Bulkhead::MAX`], and
    /// `per_key` not above `places`. No call waits unless a queue is added.
    pub fn try_new(places: usize, per_key: usize) -> Result<Self, InvalidPolicy> {
        if !(1..=Bulkhead::MAX).contains(&places) {
            return Err(InvalidPolicy::new("fair bulkhead", "places", "must be from 1 to 1000000"));
        }
        if !(1..=places).contains(&per_key) {
            return Err(InvalidPolicy::new(
                "fair bulkhead",
                "places_per_key",
                "must be from 1 to the places",
            ));
        }
        Ok(Self { places, places_per_key: per_key, queue: 0, queue_per_key: 0 })
    }

    /// Lets `queue` calls (0 to [`Bulkhead::MAX`]) wait, of which one key has at most `per_key`, 0 to `queue`.
    pub fn with_queue(mut self, queue: usize, per_key: usize) -> Result<Self, InvalidPolicy> {
        if queue > Bulkhead::MAX {
            return Err(InvalidPolicy::new("fair bulkhead", "queue", "must be from 0 to 1000000"));
        }
        if per_key > queue {
            return Err(InvalidPolicy::new("fair bulkhead", "queue_per_key", "must not be above the queue"));
        }
        (self.queue, self.queue_per_key) = (queue, per_key);
        Ok(self)
    }
}

/// Admits so many calls at once over all keys and for each, lets so many wait, and refuses the rest at once.
///
/// A place that becomes free goes to the keys that wait in turn, whatever the lengths of their queues, and
/// within a key to the call that came first. When the queue is full, a key that waits less pushes out the
/// newest call of the key that waits most (McKenney, *Stochastic Fairness Queueing*, 1990), so that one key
/// can fill neither the places nor the queue against the others. A key without calls costs nothing.
pub struct FairBulkhead<K: Key> {
    shared: Arc<Shared<K>>,
}

/// What places are shared out between.
pub trait Key: Clone + Eq + Hash + Send + 'static {}

impl<K: Clone + Eq + Hash + Send + 'static> Key for K {}

/// A place that is held; dropping it gives it to the next call.
#[must_use = "dropping the place gives it away"]
pub struct Place<K: Key> {
    shared: Arc<Shared<K>>,
    key: K,
}

struct Shared<K: Key> {
    policy: FairPolicy,
    books: Mutex<Books<K>>,
}

impl<K: Key> FairBulkhead<K> {
    /// Builds an empty bulkhead.
    pub fn new(policy: FairPolicy) -> Self {
        let books = Mutex::new(Books::new(policy.places));
        Self { shared: Arc::new(Shared { policy, books }) }
    }

    /// Takes a place if one is free, and nobody of the key waits for one.
    pub fn try_admit(&self, key: &K) -> Option<Place<K>> {
        let is_admitted = self.shared.lock().take_free(key, &self.shared.policy);
        is_admitted.then(|| Place { shared: Arc::clone(&self.shared), key: key.clone() })
    }

    /// Waits for a place until the deadline. Dropping the future leaves the queue.
    pub async fn admit(&self, key: &K, deadline: Deadline) -> Result<Place<K>, Rejected> {
        let (number, granted) = match self.shared.enter(key)? {
            Entry::Admitted => return Ok(Place { shared: Arc::clone(&self.shared), key: key.clone() }),
            Entry::Waits(number, granted) => (number, granted),
        };
        let _waiting = Waiting { shared: &self.shared, key, number };
        match with_deadline(deadline, granted).await {
            Ok(Ok(place)) => Ok(place),
            // The sender is dropped when the call is pushed out, and when the bulkhead closes.
            Ok(Err(_)) => Err(self.shared.refusal()),
            Err(_) => Err(Rejected::DeadlinePassed),
        }
    }

    /// Runs a future in a place; the deadline bounds the wait, not the future.
    pub async fn run<F: Future>(
        &self,
        key: &K,
        deadline: Deadline,
        future: F,
    ) -> Result<F::Output, Rejected> {
        let _place = self.admit(key, deadline).await?;
        Ok(future.await)
    }

    /// Refuses every later and every waiting call; admitted ones finish.
    pub fn close(&self) {
        let refused = self.shared.lock().close();
        drop(refused);
    }

    /// What the bulkhead holds now.
    pub fn load(&self) -> Load {
        let books = self.shared.lock();
        let running = self.shared.policy.places - books.free;
        Load { running, waiting: books.waiting, keys: books.lanes.len() }
    }
}

/// What a [`FairBulkhead`] holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Calls that have a place.
    pub running: usize,
    /// Calls that wait for one.
    pub waiting: usize,
    /// Keys with calls of either sort.
    pub keys: usize,
}

impl<K: Key> Shared<K> {
    fn lock(&self) -> MutexGuard<'_, Books<K>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self) -> Rejected {
        if self.lock().is_closed { Rejected::Closed } else { Rejected::QueueFull }
    }

    fn enter(&self, key: &K) -> Result<Entry<K>, Rejected> {
        let mut pushed_out = None;
        let entered = self.lock().enter(key, &self.policy, &mut pushed_out);
        // Wakes the other call, which must not happen inside of the lock.
        drop(pushed_out);
        entered
    }

    fn leave(self: &Arc<Self>, key: &K) {
        let granted = self.lock().release(key, self.policy.places_per_key);
        for (key, grant) in granted {
            // A call that was dropped meanwhile hands the place back, and its drop gives it to the next one.
            drop(grant.send(Place { shared: Arc::clone(self), key }));
        }
    }
}

impl<K: Key> Drop for Place<K> {
    fn drop(&mut self) {
        self.shared.leave(&self.key);
    }
}

/// Leaves the queue when the call that waits is dropped or gives up.
struct Waiting<'a, K: Key> {
    shared: &'a Arc<Shared<K>>,
    key: &'a K,
    number: u64,
}

impl<K: Key> Drop for Waiting<'_, K> {
    fn drop(&mut self) {
        let left = self.shared.lock().forget(self.key, self.number);
        drop(left);
    }
}

impl<K: Key> fmt::Debug for FairBulkhead<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FairBulkhead")
            .field("policy", &self.shared.policy)
            .field("load", &self.load())
            .finish_non_exhaustive()
    }
}

impl<K: Key> fmt::Debug for Place<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}
