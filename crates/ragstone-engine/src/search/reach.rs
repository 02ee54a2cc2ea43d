//! How far a search looks: the more a query may turn away, the deeper.

use ragstone_core::SearchQuery;

use super::fusion::DEPTH;
use super::reranking;

/// Hits beyond the limit that are asked for, because some may be of a version that has just been replaced.
pub(super) const SPARE_HITS: usize = 16;
/// The same where hits may change places, at least.
const WIDE: usize = 200;
/// The same where the text of a passage decides, or where documents have a quota, at least.
const DEEP: usize = 1000;
/// Candidates for each hit where they may change places.
const CANDIDATES_FOR_EACH: usize = 4;
/// Passages that one search reads, at most.
const MOST_READ: usize = 10_000;
/// Passages of one read, at least, where more than one may be needed.
const BATCH: usize = 256;

/// How far a search looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Hits of each leg in each collection.
    pub(super) depth: usize,
    /// Candidates of current versions whose passages may be read.
    pub(super) pool: usize,
    /// Passages of one read; no more than there are hits where nearly all of them will do.
    pub(super) batch: usize,
}

impl Reach {
    pub(super) fn of(query: &SearchQuery) -> Self {
        let (options, parsed) = (query.options(), query.parsed());
        let limit = query.limit() as usize;
        let near = limit + SPARE_HITS;
        let wide = (limit * CANDIDATES_FOR_EACH).max(WIDE);
        let is_picky =
            !parsed.phrases().is_empty() || !parsed.exclusions().is_empty() || options.per_document.is_some();
        let (depth, pool) = match (is_picky, options.reorders()) {
            (false, false) => (near.max(DEPTH), near),
            // Of what is read again, nothing else is needed.
            (false, true) if options.is_reranked => (wide, reranking::depth(query) + SPARE_HITS),
            (false, true) => (wide, wide),
            (true, false) => (wide.max(DEEP), MOST_READ),
            (true, true) => (wide.max(DEEP), wide.max(DEEP)),
        };
        let batch = if is_picky || options.reorders() { near.max(BATCH) } else { limit };
        Self { depth, pool, batch }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::SearchOptions;

    use super::*;

    #[test]
    fn the_more_is_turned_away_the_deeper_is_the_search() {
        let none = SearchOptions::default;
        let diverse = SearchOptions { diversity: Some(0.5), ..none() };
        let reranked = SearchOptions { is_reranked: true, ..none() };
        let few = SearchOptions { per_document: Some(1), ..none() };
        for (text, limit, options, reach) in [
            ("heron", 10, none(), (100, 26, 10)),
            ("heron", 1000, none(), (1016, 1016, 1000)),
            ("heron", 10, diverse.clone(), (200, 200, 256)),
            ("heron", 100, diverse.clone(), (400, 400, 256)),
            ("heron", 10, reranked.clone(), (200, 48, 256)),
            ("heron", 100, reranked, (400, 116, 256)),
            ("\"grey heron\"", 10, none(), (1000, 10_000, 256)),
            ("heron -grey", 1000, none(), (4000, 10_000, 1016)),
            ("heron", 10, few, (1000, 10_000, 256)),
            ("heron -grey", 10, diverse, (1000, 1000, 256)),
        ] {
            let query = SearchQuery::try_new(text, limit).and_then(|query| query.with_options(options));
            let Reach { depth, pool, batch } = Reach::of(&query.expect("valid"));
            assert_eq!((depth, pool, batch), reach, "{text} {limit}");
        }
    }
}
