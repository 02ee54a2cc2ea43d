//! What a query demands of the text of every passage: its phrases, and nothing that it excludes.

use crate::analyzers::{analyzer, analyzer_of};
use ragstone_core::collection::{AnalyzerChoice, Collection};
use ragstone_core::query::QueryText;
use ragstone_text::WordSequence;

/// Why a passage is no hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// A phrase is missing.
    Phrase,
    /// It has what is excluded.
    Excluded,
}

/// Phrases and exclusions, as both analyzers read them.
pub(super) struct Requirement {
    english: Demands,
    simple: Demands,
}

struct Demands {
    phrases: Vec<WordSequence>,
    exclusions: Vec<WordSequence>,
}

impl Requirement {
    /// What `query` demands; `None` where every text will do.
    pub(super) fn of(query: &QueryText) -> Option<Self> {
        let is_demanding = !(query.phrases().is_empty() && query.exclusions().is_empty());
        is_demanding.then(|| Self {
            english: Demands::read(AnalyzerChoice::English, query),
            simple: Demands::read(AnalyzerChoice::Simple, query),
        })
    }

    /// What a passage of `collection` lacks, if anything.
    pub(super) fn lack(&self, collection: &Collection, text: &str) -> Option<Lack> {
        let demands = match collection.keyword.analyzer {
            AnalyzerChoice::English => &self.english,
            AnalyzerChoice::Simple => &self.simple,
        };
        let words = WordSequence::new(analyzer_of(collection), text);
        if !demands.phrases.iter().all(|phrase| words.contains(phrase)) {
            return Some(Lack::Phrase);
        }
        demands.exclusions.iter().any(|excluded| words.contains(excluded)).then_some(Lack::Excluded)
    }
}

impl Demands {
    fn read(choice: AnalyzerChoice, query: &QueryText) -> Self {
        let read = |texts: &[String]| {
            texts.iter().map(|text| WordSequence::new(analyzer(choice), text)).collect::<Vec<_>>()
        };
        Self { phrases: read(query.phrases()), exclusions: read(query.exclusions()) }
    }
}
