//! Suggestions for a query that is being written.

use crate::answer::Degradation;
use crate::error::{Error, Result};
use crate::id::CollectionName;
use crate::query::{MAX_QUERY_LEN, MAX_SEARCH_COLLECTIONS};

/// Most completions of one answer.
pub const MAX_COMPLETIONS: u32 = 50;

/// A query text that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestQuery {
    text: String,
    limit: u32,
    collections: Vec<CollectionName>,
}

impl SuggestQuery {
    /// Checks the text (1 to [`MAX_QUERY_LEN`] bytes besides white space) and the limit (1 to [`MAX_COMPLETIONS`]).
    pub fn try_new(text: impl Into<String>, limit: u32) -> Result<Self> {
        let text = text.into();
        if text.trim().is_empty() || text.len() > MAX_QUERY_LEN {
            let rule = format!("must have 1 to {MAX_QUERY_LEN} bytes besides white space");
            return Err(Error::invalid("text", rule).with_help("say what has been written so far"));
        }
        if limit == 0 || limit > MAX_COMPLETIONS {
            return Err(Error::invalid("limit", format!("must be from 1 to {MAX_COMPLETIONS}, is {limit}")));
        }
        Ok(Self { text, limit, collections: Vec::new() })
    }

    /// Looks at these collections only; none means every collection of the tenant.
    pub fn in_collections(mut self, collections: Vec<CollectionName>) -> Result<Self> {
        if collections.len() > MAX_SEARCH_COLLECTIONS {
            return Err(Error::invalid("collections", format!("must be at most {MAX_SEARCH_COLLECTIONS}")));
        }
        self.collections = collections;
        Ok(self)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Most completions.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Collections to look at; empty means all.
    pub fn collections(&self) -> &[CollectionName] {
        &self.collections
    }
}

/// What a query text may become. Every word of it stands in a passage that the caller may read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// Words that begin as the last word of the text, the most frequent first.
    pub completions: Vec<String>,
    /// The text with another word for each one that nothing has; `None` where there is nothing to put right.
    pub did_you_mean: Option<String>,
    /// Collections whose index could not be asked.
    pub degraded: Vec<Degradation>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn bad_queries_are_refused() {
        let long = "x".repeat(MAX_QUERY_LEN + 1);
        for (text, limit) in
            [("", 10), (" \n", 10), (long.as_str(), 10), ("x", 0), ("x", MAX_COMPLETIONS + 1)]
        {
            let kind = SuggestQuery::try_new(text, limit).map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::InvalidArgument), "limit {limit}");
        }
        assert!(SuggestQuery::try_new("x", MAX_COMPLETIONS).is_ok());
    }
}
