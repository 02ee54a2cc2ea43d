//! Measures of citations: indices of authors, who wrote together, which papers belong together, and how fields grow.
//!
//! An edge of a citation graph leads from the paper that cites to the paper that is cited.

mod authorship;
mod index;
mod relation;
mod trend;

pub use self::authorship::{CoauthorWeight, author_metrics, coauthorship};
pub use self::index::{CitationMetrics, citation_metrics, citations, g_index, h_index, i10_index};
pub use self::relation::{RelatedOptions, RelatedPaper, bibliographic_coupling, cocitation, related_papers};
pub use self::trend::{Trend, trend};

#[cfg(test)]
mod tests;
