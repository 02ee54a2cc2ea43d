//! In-memory reference implementations of the ports: the plainest reading of their laws.
//!
//! They need no runtime: every future is ready at its first poll. They keep nothing when dropped.

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::catalog::MemoryCatalog;
pub use self::index::MemoryIndex;

mod catalog;
mod changes;
mod collections;
mod documents;
mod index;
mod versions;

/// Locks for the length of one poll; nothing that holds the lock can panic half-way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
