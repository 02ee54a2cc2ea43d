//! Other spellings of a query's words, and what they add to its terms.

use std::collections::BTreeMap;

use ragstone_core::answer::Correction;
use ragstone_text::{Analyzer, TermVector};

/// What a word in another spelling counts, in shares of a word as it was written, by the distance of the spellings.
const WEIGHTS: [f32; 2] = [0.8, 0.6];

/// Words of a query that no passage has, each with others that are looked for too.
#[derive(Debug, Default)]
pub(super) struct Respellings(Vec<Respelling>);

/// A word that no passage has.
#[derive(Debug)]
pub(super) struct Respelling {
    pub(super) word: String,
    /// How often it stands in the query.
    pub(super) count: usize,
    /// What it may have been meant to be, the likeliest first; at least one.
    pub(super) candidates: Vec<Candidate>,
}

/// A word that the caller can find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) text: String,
    /// Mistakes that lie between both spellings.
    pub(super) distance: u8,
}

impl Respellings {
    pub(super) const fn new(respellings: Vec<Respelling>) -> Self {
        Self(respellings)
    }

    /// Adds their terms to those of the query; a term that it has counts at least what it did.
    pub(super) fn add_to(&self, analyzer: &Analyzer, terms: TermVector) -> TermVector {
        if self.0.is_empty() {
            return terms;
        }
        let mut weights: BTreeMap<u32, f32> = terms.indices.into_iter().zip(terms.values).collect();
        for respelling in &self.0 {
            for candidate in &respelling.candidates {
                let Some(term) = analyzer.term_of(&candidate.text) else { continue };
                let weight = weights.entry(term).or_default();
                *weight = weight.max(respelling.weight(candidate.distance));
            }
        }
        let (indices, values) = weights.into_iter().unzip();
        TermVector { indices, values }
    }

    /// The words of the query with those that were looked for too, for marking them.
    pub(super) fn marked(&self, words: &str) -> String {
        let candidates = self.0.iter().flat_map(|respelling| &respelling.candidates);
        std::iter::once(words)
            .chain(candidates.map(|candidate| candidate.text.as_str()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What is told of them.
    pub(super) fn told(&self) -> Vec<Correction> {
        let told = self.0.iter().map(|respelling| Correction {
            word: respelling.word.clone(),
            searched_as: respelling.candidates.iter().map(|candidate| candidate.text.clone()).collect(),
        });
        told.collect()
    }

    /// The likeliest spelling of a word, if there is another one.
    pub(super) fn likeliest(&self, word: &str) -> Option<&str> {
        let respelling = self.0.iter().find(|respelling| respelling.word == word)?;
        respelling.candidates.first().map(|candidate| candidate.text.as_str())
    }
}

impl Respelling {
    #[expect(clippy::cast_precision_loss, reason = "a query has few words")]
    fn weight(&self, distance: u8) -> f32 {
        let [near, far] = WEIGHTS;
        self.count as f32 * if distance > 1 { far } else { near }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::collection::AnalyzerChoice;
    use ragstone_text::query_vector;

    use super::*;
    use crate::analyzers::analyzer;

    fn respellings() -> Respellings {
        let candidate = |text: &str, distance| Candidate { text: text.to_owned(), distance };
        Respellings::new(vec![Respelling {
            word: "ownershp".to_owned(),
            count: 2,
            candidates: vec![candidate("ownership", 1), candidate("owners", 2)],
        }])
    }

    #[test]
    fn other_spellings_count_less_than_what_was_written() {
        let analyzer = analyzer(AnalyzerChoice::English);
        let text = "ownershp ownershp owner";
        let terms = respellings().add_to(analyzer, query_vector(analyzer, text));
        let weight = |word: &str| {
            let at = terms.indices.iter().position(|term| Some(*term) == analyzer.term_of(word));
            at.map(|at| terms.values[at])
        };
        assert!(terms.indices.is_sorted());
        assert_eq!(weight("ownershp"), Some(2.0));
        assert_eq!(weight("ownership"), Some(1.6));
        assert_eq!(weight("owner"), Some(1.2), "which the query has itself, and counts more so");
    }

    #[test]
    fn a_query_without_them_stays_as_it_is() {
        let analyzer = analyzer(AnalyzerChoice::English);
        let terms = query_vector(analyzer, "ownership of memory");
        assert_eq!(Respellings::default().add_to(analyzer, terms.clone()), terms);
        assert_eq!(Respellings::default().marked("of  memory"), "of  memory");
        assert_eq!(respellings().likeliest("ownershp"), Some("ownership"));
        assert_eq!(respellings().likeliest("ownership"), None);
    }
}
