//! The analyzers of the collections that a search looks at.

use ragstone_core::collection::{AnalyzerChoice, Collection};
use ragstone_text::Analyzer;

use crate::passage_terms::analyzer;

/// Both analyzers, to be shared: each has a cache.
pub(crate) struct Analyzers {
    english: Analyzer,
    simple: Analyzer,
}

impl Default for Analyzers {
    fn default() -> Self {
        Self { english: analyzer(AnalyzerChoice::English), simple: analyzer(AnalyzerChoice::Simple) }
    }
}

impl Analyzers {
    pub(crate) const fn get(&self, choice: AnalyzerChoice) -> &Analyzer {
        match choice {
            AnalyzerChoice::English => &self.english,
            AnalyzerChoice::Simple => &self.simple,
        }
    }

    pub(crate) const fn of(&self, collection: &Collection) -> &Analyzer {
        self.get(collection.keyword.analyzer)
    }
}
