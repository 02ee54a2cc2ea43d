//! Which targets of the index are being filled, and which were found whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::CollectionId;
use ragstone_core::index::IndexSlot;

/// What callers are told of a target that is being filled.
pub(crate) const BEING_REBUILT: &str = "the index is being rebuilt and does not hold everything yet";

/// A target of the index, as the projector keeps book of it.
pub(crate) type Place = (CollectionId, IndexSlot);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filled {
    Partly,
    Wholly,
}

/// Shared between the projector, which fills, and search, which says so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rebuilding(Arc<Mutex<HashMap<Place, Filled>>>);

impl Rebuilding {
    /// The target is empty and about to be filled.
    pub(super) fn begin(&self, place: Place) {
        self.with(|places| places.insert(place, Filled::Partly));
    }

    /// The target holds everything again.
    pub(super) fn end(&self, place: Place) {
        self.with(|places| places.insert(place, Filled::Wholly));
    }

    /// Forgets targets that are gone.
    pub(super) fn keep(&self, is_there: impl Fn(Place) -> bool) {
        self.with(|places| places.retain(|place, _| is_there(*place)));
    }

    /// Whether the target lacks what it had before.
    pub(crate) fn contains(&self, place: Place) -> bool {
        self.with(|places| places.get(&place) == Some(&Filled::Partly))
    }

    /// Whether the target held everything when it was last looked at.
    pub(crate) fn is_whole(&self, place: Place) -> bool {
        self.with(|places| places.get(&place) == Some(&Filled::Wholly))
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Place, Filled>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
