//! Collections whose index is not what the projector took it for.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::CollectionId;

/// Shared between search, which finds an index missing or damaged, and the projector, which looks at it again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubts(Arc<Mutex<HashSet<CollectionId>>>);

impl Doubts {
    /// The index of the collection did not answer as one that is there and whole.
    pub(crate) fn raise(&self, collection: CollectionId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(collection);
    }

    /// All that were raised since the last time.
    pub(super) fn take(&self) -> HashSet<CollectionId> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
