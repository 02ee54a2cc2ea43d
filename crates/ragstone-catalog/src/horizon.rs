//! How far this process knows the catalog to be.

use std::sync::atomic::{AtomicU64, Ordering};

use ragstone_core::Sequence;

/// The greatest sequence that this process has written or read, which only grows.
///
/// A copy of the database that has not come so far must not answer this process: it would unsay what was said.
#[derive(Debug, Default)]
pub(crate) struct Horizon(AtomicU64);

impl Horizon {
    pub(crate) fn raise(&self, sequence: Sequence) {
        self.0.fetch_max(sequence.0, Ordering::AcqRel);
    }

    pub(crate) fn sequence(&self) -> Sequence {
        Sequence(self.0.load(Ordering::Acquire))
    }
}
