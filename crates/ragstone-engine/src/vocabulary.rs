//! The words of a collection in memory: which are spelt nearly like another one, and which begin like one.
//!
//! A word that stands here has been in some document. Whether a caller may know of it, the index says.

use std::sync::OnceLock;
use std::time::Duration;

use fst::automaton::{Automaton as _, Str};
use fst::{IntoStreamer as _, Map, MapBuilder, Streamer as _};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};
use ragstone_core::{Error, ErrorKind, Result, Sequence};
use ragstone_text::Analyzer;
use tokio::time::Instant;

pub(crate) use self::store::Vocabularies;

mod store;

/// Most words of one collection; what comes behind them in the order of bytes is not suggested.
const MOST_WORDS: usize = 1 << 20;
/// A vocabulary is not read again before so many times as long have passed as it took to read.
const REST: u32 = 20;

/// The words of a collection. Takes about 4 bytes for each word, and 4 for each open term.
pub(crate) struct Vocabulary {
    /// Words, with 1 where an open document has ever had the word, else 0.
    words: Map<Vec<u8>>,
    /// Terms of the open ones, ascending.
    open_terms: Vec<u32>,
    open: usize,
    /// Up to where the words of documents are here.
    watermark: Sequence,
    /// When it may be read again.
    rested: Instant,
}

/// A word of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) text: String,
    /// Whether a document that everybody may read has ever had it.
    pub(crate) is_open: bool,
}

impl Vocabulary {
    /// Whether a document that everybody may read has ever had a word of the term.
    pub(crate) fn knows(&self, term: u32) -> bool {
        self.open_terms.binary_search(&term).is_ok()
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// Number of words, and of open ones among them: they only grow, so that they name a state of the vocabulary.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.words.len(), self.open)
    }

    /// Calls `found` with the words that are spelt nearly like another one, in the order of bytes, and their distance.
    pub(crate) fn near(&self, automaton: &DFA, mut found: impl FnMut(Entry, u8)) {
        let mut stream = self.words.search_with_state(automaton).into_stream();
        while let Some((word, is_open, state)) = stream.next() {
            if let (Distance::Exact(distance), Some(entry)) =
                (automaton.distance(state), entry(word, is_open))
            {
                found(entry, distance);
            }
        }
    }

    /// Calls `found` with the words that begin with `prefix`, in the order of bytes.
    pub(crate) fn beginning(&self, prefix: &str, mut found: impl FnMut(Entry)) {
        let mut stream = self.words.search(Str::new(prefix).starts_with()).into_stream();
        while let Some((word, is_open)) = stream.next() {
            if let Some(entry) = entry(word, is_open) {
                found(entry);
            }
        }
    }
}

fn entry(word: &[u8], is_open: u64) -> Option<Entry> {
    let text = std::str::from_utf8(word).ok()?.to_owned();
    Some(Entry { text, is_open: is_open != 0 })
}

// ---- Building ----

/// A vocabulary that is being read, word by word in the order of bytes.
struct Builder<'a> {
    analyzer: &'a Analyzer,
    words: MapBuilder<Vec<u8>>,
    count: usize,
    open_terms: Vec<u32>,
    start: Instant,
}

impl<'a> Builder<'a> {
    fn new(analyzer: &'a Analyzer) -> Self {
        let (words, open_terms, start) = (MapBuilder::memory(), Vec::new(), Instant::now());
        Self { analyzer, words, count: 0, open_terms, start }
    }

    /// Takes a word; false where there is no room for more.
    fn take(&mut self, word: &str, is_open: bool) -> Result<bool> {
        if self.count == MOST_WORDS {
            return Ok(false);
        }
        self.words.insert(word, u64::from(is_open)).map_err(disordered)?;
        self.count += 1;
        if is_open {
            self.open_terms.extend(self.analyzer.term_of(word));
        }
        Ok(true)
    }

    fn build(self, watermark: Sequence) -> Vocabulary {
        let Self { words, mut open_terms, start, .. } = self;
        let open = open_terms.len();
        open_terms.sort_unstable();
        open_terms.dedup();
        open_terms.shrink_to_fit();
        let took = start.elapsed().max(Duration::from_millis(1));
        Vocabulary { words: words.into_map(), open_terms, open, watermark, rested: start + took * REST }
    }
}

fn disordered(source: fst::Error) -> Error {
    Error::new(ErrorKind::Corrupt, "the words of a collection are not in order").with_source(source)
}

// ---- Automata ----

/// Makes automata that accept what is spelt nearly like a word: a letter more, less or other, or two that changed
/// places, is a distance of 1.
#[derive(Default)]
pub(crate) struct Automata([OnceLock<LevenshteinAutomatonBuilder>; 2]);

impl Automata {
    /// The automaton of a word, for distances up to 1 or 2; the first of each kind takes milliseconds, the others far
    /// less.
    pub(crate) fn near(&self, word: &str, distance: u8) -> DFA {
        let [one, two] = &self.0;
        let (kind, distance) = if distance > 1 { (two, 2) } else { (one, 1) };
        kind.get_or_init(|| LevenshteinAutomatonBuilder::new(distance, true)).build_dfa(word)
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::collection::AnalyzerChoice;

    use super::*;
    use crate::analyzers::analyzer;

    /// Words behind a minus are of guarded documents.
    fn vocabulary(words: &[&str]) -> Vocabulary {
        let analyzer = analyzer(AnalyzerChoice::English);
        let mut builder = Builder::new(analyzer);
        let mut words: Vec<(&str, bool)> = words
            .iter()
            .map(|word| word.strip_prefix('-').map_or((*word, true), |word| (word, false)))
            .collect();
        words.sort_unstable();
        for (word, is_open) in words {
            assert!(builder.take(word, is_open).expect("in order"));
        }
        builder.build(Sequence(1))
    }

    fn near(vocabulary: &Vocabulary, word: &str, distance: u8) -> Vec<(String, u8)> {
        let mut found = Vec::new();
        let automaton = Automata::default().near(word, distance);
        vocabulary.near(&automaton, |entry, distance| found.push((entry.text, distance)));
        found
    }

    #[test]
    fn one_mistake_is_a_distance_of_one() {
        let words = vocabulary(&["receive", "relieve", "heron", "owner", "ёлка"]);
        for (word, expected) in [
            ("recieve", "receive"),
            ("receve", "receive"),
            ("receivve", "receive"),
            ("recesve", "receive"),
            ("елка", "ёлка"),
        ] {
            let near = near(&words, word, 1);
            assert!(near.contains(&(expected.to_owned(), 1)), "{word}: {near:?}");
        }
        assert_eq!(near(&words, "rceieve", 1), []);
        assert_eq!(near(&words, "rceieve", 2).first(), Some(&("receive".to_owned(), 2)));
        assert_eq!(near(&words, &"x".repeat(40), 2), []);
    }

    #[test]
    fn words_of_an_open_term_are_known() {
        let words = vocabulary(&["ownership", "-secrets"]);
        let analyzer = analyzer(AnalyzerChoice::English);
        let knows = |word| analyzer.term_of(word).is_some_and(|term| words.knows(term));
        assert!(knows("ownership") && knows("ownerships"));
        assert!(!knows("secret") && !knows("heron"));
        assert!(words.contains("secrets") && !words.contains("secret"));
        assert_eq!(words.size(), (2, 1));
    }

    #[test]
    fn words_are_found_by_their_beginning() {
        let words = vocabulary(&["own", "owner", "ownership", "-owned", "other"]);
        let mut found = Vec::new();
        words.beginning("owne", |entry| found.push((entry.text, entry.is_open)));
        let expected = [("owned", false), ("owner", true), ("ownership", true)];
        assert_eq!(found, expected.map(|(word, is_open)| (word.to_owned(), is_open)));
    }
}
