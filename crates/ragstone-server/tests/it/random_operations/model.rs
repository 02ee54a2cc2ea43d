//! The memory of what must be there.

use std::collections::{BTreeMap, BTreeSet};

use super::step::WORDS;

/// A word that stands for a number, and is no misspelling of another.
pub(super) fn word(number: u64) -> String {
    let number = usize::try_from(number).expect("small");
    assert!(number < usize::try_from(WORDS).expect("small"));
    crate::load::word("w", number)
}

pub(super) fn name_of(collection: u64) -> String {
    format!("collection-{collection}")
}

pub(super) fn key_of(key: u64) -> String {
    format!("key-{key:02}")
}

/// What a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) text: String,
    pub(super) words: BTreeSet<u64>,
    pub(super) version: u32,
}

/// Documents by their keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Collection {
    pub(super) documents: BTreeMap<u64, Document>,
    /// Versions that were given out, also to documents that are gone.
    versions: BTreeMap<u64, u32>,
}

/// Collections by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) collections: BTreeMap<u64, Collection>,
}

impl Model {
    pub(super) fn document(&self, collection: u64, key: u64) -> Option<&Document> {
        self.collections.get(&collection)?.documents.get(&key)
    }

    /// Keys of the documents with a word, by collection.
    pub(super) fn with_word(&self, word: u64) -> BTreeSet<(String, String)> {
        let all = self.collections.iter();
        all.flat_map(|(number, collection)| {
            let with = collection.documents.iter().filter(|(_, document)| document.words.contains(&word));
            with.map(|(key, _)| (name_of(*number), key_of(*key)))
        })
        .collect()
    }
}

impl Collection {
    /// Stores a text, and gives its version; the same text again has the version that it had.
    pub(super) fn put(&mut self, key: u64, text: &str, words: &[u64]) -> u32 {
        if let Some(same) = self.documents.get(&key).filter(|document| document.text == text) {
            return same.version;
        }
        let version = self.versions.entry(key).or_default();
        *version += 1;
        let words = words.iter().copied().collect();
        let document = Document { text: text.to_owned(), words, version: *version };
        self.documents.insert(key, document);
        *version
    }
}

/// The text of a step.
pub(super) fn text(words: &[u64], lines: u64) -> String {
    let line: Vec<String> = words.iter().map(|number| word(*number)).collect();
    let line = format!("Here stands {} and nothing else.\n\n", line.join(" "));
    line.repeat(usize::try_from(lines).expect("small"))
}
