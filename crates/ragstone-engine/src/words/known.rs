//! Words that were stored already, so that most are not stored again.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ragstone_core::CollectionId;

/// Most words of all collections together, of 8 bytes each besides what the set takes; then all are forgotten, which
/// costs storing them once more.
const MOST: usize = 1 << 20;

/// Hashes of stored words, by collection.
#[derive(Debug, Default)]
pub(super) struct Known {
    words: HashMap<CollectionId, HashSet<u64>>,
    count: usize,
}

impl Known {
    /// Whether the word is stored, as one of an open document if it is one now.
    pub(super) fn has(&self, collection: CollectionId, word: &str, is_open: bool) -> bool {
        self.words.get(&collection).is_some_and(|words| {
            words.contains(&hash(word, true)) || (!is_open && words.contains(&hash(word, false)))
        })
    }

    /// Notes a word that has been stored.
    pub(super) fn note(&mut self, collection: CollectionId, word: &str, is_open: bool) {
        if self.count >= MOST {
            self.words.clear();
            self.count = 0;
        }
        if self.words.entry(collection).or_default().insert(hash(word, is_open)) {
            self.count += 1;
        }
    }

    /// Forgets the words of a collection.
    pub(super) fn forget(&mut self, collection: CollectionId) {
        if let Some(words) = self.words.remove(&collection) {
            self.count -= words.len();
        }
    }

    /// Forgets collections that are gone.
    pub(super) fn keep(&mut self, is_there: impl Fn(CollectionId) -> bool) {
        self.words.retain(|collection, _| is_there(*collection));
        self.count = self.words.values().map(HashSet::len).sum();
    }
}

/// Two of a million words have the same hash with a chance of one in thirty million; one of them would be missing.
fn hash(word: &str, is_open: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    (word, is_open).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_word_of_an_open_document_is_news_after_one_of_a_guarded_document() {
        let [here, there] = [1, 2].map(|number| CollectionId::from_uuid(Uuid::from_u128(number)));
        let mut known = Known::default();
        known.note(here, "heron", false);
        assert!(known.has(here, "heron", false) && !known.has(here, "heron", true));
        known.note(here, "heron", true);
        assert!(known.has(here, "heron", false) && known.has(here, "heron", true));
        assert!(!known.has(there, "heron", false) && !known.has(here, "egret", false));
        known.forget(here);
        assert!(!known.has(here, "heron", false));
        assert_eq!(known.count, 0);
        known.note(here, "heron", false);
        known.keep(|collection| collection == there);
        assert!(!known.has(here, "heron", false));
    }

    #[test]
    fn memory_is_bounded() {
        let here = CollectionId::from_uuid(Uuid::from_u128(1));
        let mut known = Known::default();
        for number in 0..=MOST {
            known.note(here, &number.to_string(), true);
        }
        assert_eq!(known.count, 1);
        assert!(known.has(here, &MOST.to_string(), true));
    }
}
