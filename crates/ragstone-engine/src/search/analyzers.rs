//! The analyzers of the collections that a search looks at.

use ragstone_core::collection::{AnalyzerChoice, Collection};
use ragstone_text::Analyzer;

use crate::passage_terms::analyzer;

/// Both analyzers, built once for each search.
pub(super) struct Analyzers {
    english: Analyzer,
    simple: Analyzer,
}

impl Default for Analyzers {
    fn default() -> Self {
        Self { english: analyzer(AnalyzerChoice::English), simple: analyzer(AnalyzerChoice::Simple) }
    }
}

impl Analyzers {
    pub(super) const fn get(&self, choice: AnalyzerChoice) -> &Analyzer {
        match choice {
            AnalyzerChoice::English => &self.english,
            AnalyzerChoice::Simple => &self.simple,
        }
    }

    pub(super) const fn of(&self, collection: &Collection) -> &Analyzer {
        self.get(collection.keyword.analyzer)
    }
}
