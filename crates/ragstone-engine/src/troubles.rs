//! What keeps generations from getting further, for those who look at a migration.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ragstone_core::index::IndexSlot;
use ragstone_core::{CollectionId, Error};

/// Work on a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Work {
    Embedding,
    Projection,
}

/// What is worked on.
type Task = (CollectionId, IndexSlot, Work);

/// The last failure of each work on each generation, as this process saw it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Troubles(Arc<Mutex<HashMap<Task, String>>>);

impl Troubles {
    /// The work has failed.
    pub(crate) fn note(&self, collection: CollectionId, slot: IndexSlot, work: Work, error: &Error) {
        let told = match error.help() {
            Some(help) => format!("{}; {help}", error.public_message()),
            None => error.public_message(),
        };
        self.with(|troubles| troubles.insert((collection, slot, work), told));
    }

    /// The work goes on.
    pub(crate) fn clear(&self, collection: CollectionId, slot: IndexSlot, work: Work) {
        self.with(|troubles| troubles.remove(&(collection, slot, work)));
    }

    /// What is wrong with a generation.
    pub(crate) fn of(&self, collection: CollectionId, slot: IndexSlot) -> Option<String> {
        let find = |work| self.with(|troubles| troubles.get(&(collection, slot, work)).cloned());
        find(Work::Embedding).or_else(|| find(Work::Projection))
    }

    /// Forgets collections that are gone.
    pub(crate) fn keep(&self, is_there: impl Fn(CollectionId) -> bool) {
        self.with(|troubles| troubles.retain(|(collection, ..), _| is_there(*collection)));
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<Task, String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
