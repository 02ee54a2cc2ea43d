//! A lock-free cache from words to term ids.
//!
//! Each slot holds a key xored with its value, and the value. A torn write, where two threads wrote at once,
//! gives a pair whose key does not match, and so reads as a miss.

use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

/// Number of slots, a power of two; enough for the frequent words of a large collection.
const SLOTS: usize = 1 << 14;

const FILLED: u64 = 1 << 63;
const HAS_ID: u64 = 1 << 32;

/// What is known about a word: its term id, or that it is a stop word.
#[derive(Clone, Copy)]
pub(super) struct Cached(u64);

impl Cached {
    pub(super) fn new(id: Option<u32>) -> Self {
        Self(FILLED | id.map_or(0, |id| HAS_ID | u64::from(id)))
    }

    pub(super) fn id(self) -> Option<u32> {
        let low = u32::try_from(self.0 & u64::from(u32::MAX)).ok()?;
        (self.0 & HAS_ID != 0).then_some(low)
    }
}

pub(super) struct TermCache {
    slots: Box<[Slot]>,
}

#[derive(Default)]
struct Slot {
    key_and_value: AtomicU64,
    value: AtomicU64,
}

impl TermCache {
    pub(super) fn new() -> Self {
        Self { slots: (0..SLOTS).map(|_| Slot::default()).collect() }
    }

    pub(super) fn get(&self, key: u64) -> Option<Cached> {
        let slot = self.slots.get(index(key))?;
        let value = slot.value.load(Ordering::Relaxed);
        let is_match = slot.key_and_value.load(Ordering::Relaxed) ^ value == key;
        (is_match && value & FILLED != 0).then_some(Cached(value))
    }

    pub(super) fn put(&self, key: u64, cached: Cached) {
        if let Some(slot) = self.slots.get(index(key)) {
            slot.key_and_value.store(key ^ cached.0, Ordering::Relaxed);
            slot.value.store(cached.0, Ordering::Relaxed);
        }
    }
}

/// Key of a word: 64 bits, so that two words of one collection do not meet in practice.
pub(super) fn key(word: &str) -> u64 {
    xxh3_64(word.as_bytes())
}

fn index(key: u64) -> usize {
    usize::try_from(key % SLOTS as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cache_gives_back_what_was_put_and_nothing_else() {
        let cache = TermCache::new();
        let (word, other) = (key("word"), key("other"));
        assert!(cache.get(word).is_none());
        cache.put(word, Cached::new(Some(7)));
        cache.put(other, Cached::new(None));
        assert_eq!(cache.get(word).map(Cached::id), Some(Some(7)));
        assert_eq!(cache.get(other).map(Cached::id), Some(None));
        let same_slot = word.wrapping_add(SLOTS as u64);
        assert!(cache.get(same_slot).is_none());
        cache.put(same_slot, Cached::new(Some(8)));
        assert!(cache.get(word).is_none());
    }
}
