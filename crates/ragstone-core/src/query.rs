//! Search queries.

use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::id::{CollectionName, Sequence};

pub use self::definition::SearchDefinition;
pub use self::options::{FusionMethod, SearchOptions, SourceWeight};
pub use self::text::QueryText;

pub mod definition;
pub mod options;
pub mod text;

/// Longest query text in bytes.
pub const MAX_QUERY_LEN: usize = 8192;
/// Most hits of one search.
pub const MAX_SEARCH_LIMIT: u32 = 1000;
/// Most collections of one search.
pub const MAX_SEARCH_COLLECTIONS: usize = 64;

/// Which legs of a search look for hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// Shared words alone.
    Keyword,
    /// Meaning alone, by the vectors of a model.
    Semantic,
    /// Both, fused; without a model shared words alone.
    #[default]
    Hybrid,
}

impl SearchMode {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Semantic => "semantic",
            Self::Hybrid => "hybrid",
        }
    }
}

/// A checked search query.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchQuery {
    text: String,
    parsed: QueryText,
    limit: u32,
    collections: Vec<CollectionName>,
    filter: Option<Filter>,
    min_sequence: Option<Sequence>,
    mode: SearchMode,
    options: SearchOptions,
    is_explained: bool,
}

impl SearchQuery {
    /// Checks the text (1 to [`MAX_QUERY_LEN`] bytes besides white space, and not operators alone) and the limit (1 to
    /// [`MAX_SEARCH_LIMIT`]).
    pub fn try_new(text: impl Into<String>, limit: u32) -> Result<Self> {
        Self::checked(text.into(), limit, QueryText::parse)
    }

    /// Checks like [`try_new`](Self::try_new), but takes all of the text for words: it has no operators.
    pub fn literal(text: impl Into<String>, limit: u32) -> Result<Self> {
        Self::checked(text.into(), limit, |text| Ok(QueryText::literal(text)))
    }

    fn checked(text: String, limit: u32, read: fn(&str) -> Result<QueryText>) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::invalid("query", "must not be empty").with_help("say what to look for"));
        }
        if text.len() > MAX_QUERY_LEN {
            let rule = format!("must have at most {MAX_QUERY_LEN} bytes, has {}", text.len());
            return Err(Error::invalid("query", rule).with_help("search for the key words of the text"));
        }
        if limit == 0 || limit > MAX_SEARCH_LIMIT {
            return Err(Error::invalid("limit", format!("must be from 1 to {MAX_SEARCH_LIMIT}, is {limit}")));
        }
        let parsed = read(&text)?;
        let filter = parsed.narrowed(None);
        let (collections, mode, options) = (Vec::new(), SearchMode::default(), SearchOptions::default());
        let (min_sequence, is_explained) = (None, false);
        Ok(Self { text, parsed, limit, collections, filter, min_sequence, mode, options, is_explained })
    }

    /// Searches these collections only; none means every collection of the tenant.
    pub fn in_collections(mut self, collections: Vec<CollectionName>) -> Result<Self> {
        if collections.len() > MAX_SEARCH_COLLECTIONS {
            return Err(Error::invalid("collections", format!("must be at most {MAX_SEARCH_COLLECTIONS}")));
        }
        self.collections = collections;
        Ok(self)
    }

    /// Admits only chunks that the filter, and the fields of the text, match.
    #[must_use]
    pub fn with_filter(mut self, filter: Option<Filter>) -> Self {
        self.filter = self.parsed.narrowed(filter);
        self
    }

    /// Checks and takes the options; fails with `InvalidArgument` where one is out of its range.
    pub fn with_options(mut self, options: SearchOptions) -> Result<Self> {
        options.check(self.limit)?;
        self.options = options;
        Ok(self)
    }

    /// Asks for an explanation of the answer.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.is_explained = true;
        self
    }

    /// Waits, within the deadline, until the index has caught up with this write.
    #[must_use]
    pub fn at_least(mut self, sequence: Option<Sequence>) -> Self {
        self.min_sequence = sequence;
        self
    }

    /// Chooses the legs.
    #[must_use]
    pub fn with_mode(mut self, mode: SearchMode) -> Self {
        self.mode = mode;
        self
    }

    /// Query text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Query text, taken apart.
    pub fn parsed(&self) -> &QueryText {
        &self.parsed
    }

    /// Most hits.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Collections to search; empty means all.
    pub fn collections(&self) -> &[CollectionName] {
        &self.collections
    }

    /// Filter with the fields of the text.
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Choices beyond what is looked for.
    pub fn options(&self) -> &SearchOptions {
        &self.options
    }

    /// Whether an explanation is asked for.
    pub fn is_explained(&self) -> bool {
        self.is_explained
    }

    /// Legs that look for hits.
    pub fn mode(&self) -> SearchMode {
        self.mode
    }

    /// Write that must be visible.
    pub fn min_sequence(&self) -> Option<Sequence> {
        self.min_sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn bad_queries_are_refused() {
        let long = "x".repeat(MAX_QUERY_LEN + 1);
        for (text, limit) in [("", 10), (" \n\t", 10), (long.as_str(), 10), ("x", 0), ("x", 1_000_000_000)] {
            let kind = SearchQuery::try_new(text, limit).map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::InvalidArgument), "limit {limit}");
        }
    }
}
