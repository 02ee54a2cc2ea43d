//! The words of the collections that are looked at: their vocabularies side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use levenshtein_automata::DFA;
use ragstone_core::answer::{Degradation, Leg};
use ragstone_core::collection::Collection;
use ragstone_core::document::Passage;
use ragstone_core::{CallContext, CollectionName, Error, ErrorKind, Result};
use ragstone_text::surface::each_surface_word;

use crate::analyzers::analyzer_of;
use crate::engine::Engine;
use crate::vocabulary::{Entry, Vocabulary};

/// Collections with their vocabularies.
#[derive(Default)]
pub(super) struct Lexicon {
    collections: Vec<(Arc<Collection>, Arc<Vocabulary>)>,
    /// Collections that could not be asked, with the reason.
    missing: Mutex<BTreeMap<CollectionName, String>>,
}

/// A word that somebody can find, perhaps not the caller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Proposal {
    pub(super) text: String,
    /// Whether a document that everybody may read has ever had it.
    pub(super) is_open: bool,
}

impl Lexicon {
    /// Whether a word has been in a document that everybody may read, or is none that is searched.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.collections.iter().any(|(collection, vocabulary)| {
            analyzer_of(collection).term_of(word).is_none_or(|term| vocabulary.knows(term))
        })
    }

    /// Names the state of all vocabularies.
    pub(super) fn state(&self) -> Vec<u8> {
        let sizes = self.collections.iter().flat_map(|(_, vocabulary)| <[usize; 2]>::from(vocabulary.size()));
        sizes.flat_map(|size| (size as u64).to_le_bytes()).collect()
    }

    /// Calls `found` with the words that are spelt nearly like another one.
    pub(super) fn near(&self, automaton: &DFA, mut found: impl FnMut(Proposal, u8)) {
        let mut merged: BTreeMap<String, (bool, u8)> = BTreeMap::new();
        for (_, vocabulary) in &self.collections {
            vocabulary.near(automaton, |Entry { text, is_open }, distance| {
                merged.entry(text).or_insert((false, distance)).0 |= is_open;
            });
        }
        for (text, (is_open, distance)) in merged {
            found(Proposal { text, is_open }, distance);
        }
    }

    /// The words that begin with `prefix`, in the order of bytes.
    pub(super) fn beginning(&self, prefix: &str) -> Vec<Proposal> {
        let mut merged: BTreeMap<String, bool> = BTreeMap::new();
        for (_, vocabulary) in &self.collections {
            vocabulary.beginning(prefix, |Entry { text, is_open }| {
                *merged.entry(text).or_default() |= is_open;
            });
        }
        merged.into_iter().map(|(text, is_open)| Proposal { text, is_open }).collect()
    }

    /// All collections.
    pub(super) fn collections(&self) -> impl Iterator<Item = &Arc<Collection>> {
        self.collections.iter().map(|(collection, _)| collection)
    }

    /// The collections that have a word, or had it.
    pub(super) fn having(&self, word: &str) -> impl Iterator<Item = &Arc<Collection>> {
        let having = self.collections.iter().filter(move |(_, vocabulary)| vocabulary.contains(word));
        having.map(|(collection, _)| collection)
    }

    /// The terms of a word in all collections.
    pub(super) fn terms(&self, word: &str) -> BTreeSet<Option<u32>> {
        self.collections().map(|collection| analyzer_of(collection).term_of(word)).collect()
    }

    /// Those of the wanted words that a passage is found by: in its title, its headings and its text.
    pub(super) fn words_of(&self, passage: &Passage, wanted: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        let id = passage.document.collection;
        let collection = self.collections().find(|collection| collection.id == id);
        let Some(collection) = collection else { return words };
        let headings = passage.chunk.headings.iter();
        for part in headings.chain([&passage.document.title, &passage.text]) {
            each_surface_word(analyzer_of(collection), part, |word, _, _| {
                if wanted.contains(word) {
                    words.insert(word.to_owned());
                }
            });
        }
        words
    }

    /// Notes that a collection could not be asked.
    pub(super) fn miss(&self, collection: &Collection, kind: ErrorKind) {
        let reason = format!("the spelling of words could not be looked up: {}", kind.title());
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.insert(collection.name.clone(), reason);
    }

    /// Collections that could not be asked.
    pub(super) fn degraded(&self) -> Vec<Degradation> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        let degraded = missing.iter().map(|(collection, reason)| Degradation {
            leg: Leg::Keyword,
            collection: collection.clone(),
            reason: reason.clone(),
        });
        degraded.collect()
    }
}

impl Engine {
    /// The collections with their vocabularies; one whose vocabulary cannot be read is missing.
    ///
    /// Costs nothing where they are in memory, else a catalog read for each thousand words.
    pub(super) async fn lexicon(
        &self,
        ctx: &CallContext,
        collections: &[Arc<Collection>],
    ) -> Result<Lexicon> {
        let vocabularies = &self.shared.vocabularies;
        let mut lexicon = Lexicon::default();
        for collection in collections {
            match vocabularies.of(ctx, collection).await {
                Ok(vocabulary) => lexicon.collections.push((Arc::clone(collection), vocabulary)),
                // Gone by now: the leg will tell.
                Err(ErrorKind::NotFound) => {}
                Err(kind @ (ErrorKind::DeadlineExceeded | ErrorKind::Cancelled)) => {
                    return Err(Error::new(kind, "the words of a collection were not read in time"));
                }
                Err(kind) => lexicon.miss(collection, kind),
            }
        }
        Ok(lexicon)
    }
}
