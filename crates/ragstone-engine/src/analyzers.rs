//! The analyzers, one of each kind for the whole process: all that write and search share their caches of terms.

use std::sync::LazyLock;

use ragstone_core::collection::{AnalyzerChoice, Collection};
use ragstone_text::{Analyzer, AnalyzerKind};

static ENGLISH: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(AnalyzerKind::English));
static SIMPLE: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(AnalyzerKind::Simple));

/// The analyzer that a collection may choose.
pub(crate) fn analyzer(choice: AnalyzerChoice) -> &'static Analyzer {
    match choice {
        AnalyzerChoice::English => &ENGLISH,
        AnalyzerChoice::Simple => &SIMPLE,
    }
}

/// The analyzer of a collection.
pub(crate) fn analyzer_of(collection: &Collection) -> &'static Analyzer {
    analyzer(collection.keyword.analyzer)
}
