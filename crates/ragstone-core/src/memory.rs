//! In-memory reference implementations of the ports: the plainest reading of their laws.
//!
//! They need no runtime: every future is ready at its first poll, except that a subscription waits for what is
//! published. They keep nothing when dropped.

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::cache::MemoryCache;
pub use self::catalog::MemoryCatalog;
pub use self::counters::MemoryCounters;
pub use self::index::MemoryIndex;
pub use self::invalidations::MemoryInvalidations;
pub use self::jobs::MemoryJobs;
pub use self::keys::MemoryKeys;
pub use self::leases::MemoryLeases;
pub use self::models::HashingModel;

mod cache;
mod catalog;
mod changes;
mod collections;
mod counters;
mod documents;
mod duplicates;
mod embeddings;
mod graphs;
mod history;
mod index;
mod invalidations;
mod jobs;
mod keys;
mod leases;
mod models;
mod saved_searches;
mod uploads;
mod versions;
mod words;

/// Locks for the length of one poll; nothing that holds the lock can panic half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
