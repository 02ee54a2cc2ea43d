//! Which collections have an index that is still being filled.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::CollectionId;

/// Shared between the projector, which fills, and search, which says so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rebuilding(Arc<Mutex<HashSet<CollectionId>>>);

impl Rebuilding {
    /// The index of the collection is empty and about to be filled.
    pub(super) fn begin(&self, collection: CollectionId) {
        self.with(|set| set.insert(collection));
    }

    /// The index of the collection holds everything again.
    pub(super) fn end(&self, collection: CollectionId) {
        self.with(|set| set.remove(&collection));
    }

    /// Whether the index of the collection lacks what it had before.
    pub(crate) fn contains(&self, collection: CollectionId) -> bool {
        self.with(|set| set.contains(&collection))
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<CollectionId>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
