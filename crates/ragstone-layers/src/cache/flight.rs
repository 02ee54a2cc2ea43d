//! Single flight: of many calls with one key, one goes on and the others wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ragstone_core::cache::{CacheKey, CacheValue};

/// What became of a flight, for those who wait for it.
pub(super) enum Turn {
    /// Nobody is back yet: whoever sees this goes.
    Open,
    /// Somebody came back with a value.
    Landed(CacheValue),
    /// Somebody came back with an error: all go for themselves.
    Failed,
}

/// The flights that are under way.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<CacheKey, Arc<Flight>>>);

type Flight = tokio::sync::Mutex<Turn>;

/// A place on a flight; the last one to leave clears it away.
pub(super) struct Seat<'a> {
    flights: &'a Flights,
    key: &'a CacheKey,
    flight: Arc<Flight>,
}

impl Flights {
    pub(super) fn board<'a>(&'a self, key: &'a CacheKey) -> Seat<'a> {
        let mut flights = self.lock();
        let flight = flights.entry(key.clone()).or_insert_with(|| Arc::new(Flight::new(Turn::Open)));
        Seat { flights: self, key, flight: Arc::clone(flight) }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CacheKey, Arc<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat<'_> {
    /// Waits for the one who goes. If that one is dropped, the next one sees [`Turn::Open`] and goes.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, Turn> {
        self.flight.lock().await
    }

    /// Lets nobody else board: whoever comes now starts a new flight.
    pub(super) fn land(&self) {
        self.clear(usize::MAX);
    }

    fn clear(&self, most_seats: usize) {
        let mut flights = self.flights.lock();
        let is_same = flights.get(self.key).is_some_and(|flight| Arc::ptr_eq(flight, &self.flight));
        if is_same && Arc::strong_count(&self.flight) <= most_seats {
            flights.remove(self.key);
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        // The table's handle and this one.
        self.clear(2);
    }
}
