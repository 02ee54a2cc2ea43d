//! When a collection whose background work failed is tried again.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use tokio::time::Instant;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Short enough that a store that comes back is in use again within seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Failures in a row of each failing collection, or part of one, with pauses that double.
#[derive(Debug)]
pub(crate) struct Patience<K>(HashMap<K, Attempt>);

impl<K> Default for Patience<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

#[derive(Debug)]
struct Attempt {
    pause: Duration,
    not_before: Instant,
}

impl<K: Copy + Eq + Hash> Patience<K> {
    /// Whether the collection may be tried now.
    pub(crate) fn allows(&self, collection: K) -> bool {
        self.0.get(&collection).is_none_or(|attempt| attempt.not_before <= Instant::now())
    }

    pub(crate) fn failed(&mut self, collection: K) {
        let pause =
            self.0.get(&collection).map_or(FIRST_PAUSE, |attempt| attempt.pause * 2).min(LONGEST_PAUSE);
        self.0.insert(collection, Attempt { pause, not_before: Instant::now() + pause });
    }

    pub(crate) fn succeeded(&mut self, collection: K) {
        self.0.remove(&collection);
    }

    /// Forgets collections that are gone, so that nothing waits for them.
    pub(crate) fn keep(&mut self, is_there: impl Fn(K) -> bool) {
        self.0.retain(|collection, _| is_there(*collection));
    }

    /// The earliest moment at which a failing collection may be tried.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.values().map(|attempt| attempt.not_before).min()
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::CollectionId;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_a_limit_and_end_with_success() {
        let collection = CollectionId::from_uuid(uuid::Uuid::from_u128(1));
        let mut patience = Patience::default();
        assert!(patience.allows(collection));
        let mut pauses = Vec::new();
        for _ in 0..8 {
            patience.failed(collection);
            assert!(!patience.allows(collection));
            let start = Instant::now();
            tokio::time::sleep_until(patience.next().expect("a next attempt")).await;
            assert!(patience.allows(collection));
            pauses.push(start.elapsed().as_millis());
        }
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        patience.succeeded(collection);
        assert!(patience.allows(collection) && patience.next().is_none());
        patience.failed(collection);
        patience.keep(|_| false);
        assert!(patience.next().is_none());
    }
}
