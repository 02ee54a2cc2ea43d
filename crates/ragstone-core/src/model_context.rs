//! Context for models: passages that answer a query, packed into a number of tokens, with numbered citations.

use std::fmt;
use std::str::FromStr;

use crate::answer::{Citation, Correction, Degradation};
use crate::embedding::TokenCount;
use crate::error::{Error, Result};
use crate::query::SearchQuery;

/// Most tokens of a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenBudget(u32);

impl TokenBudget {
    /// Smallest budget: a sentence with its number.
    pub const MIN: Self = Self(64);
    /// Largest budget.
    pub const MAX: Self = Self(200_000);

    /// Checks and wraps a number of tokens, from [`Self::MIN`] to [`Self::MAX`].
    pub fn try_new(tokens: u32) -> Result<Self> {
        if (Self::MIN.0..=Self::MAX.0).contains(&tokens) {
            return Ok(Self(tokens));
        }
        let rule = format!("must be from {} to {}, is {tokens}", Self::MIN.0, Self::MAX.0);
        Err(Error::invalid("budget", rule))
    }

    /// Number of tokens.
    pub const fn tokens(self) -> u32 {
        self.0
    }

    /// Whether so many tokens may be spent.
    pub const fn admits(self, count: TokenCount) -> bool {
        count.0 <= self.0
    }
}

impl Default for TokenBudget {
    /// 2,000 tokens.
    fn default() -> Self {
        Self(2_000)
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterKind {
    /// A word of Unicode Standard Annex 29; the same everywhere.
    #[default]
    Words,
    /// A token of the vocabulary `cl100k_base`.
    Cl100k,
    /// A token of the vocabulary `o200k_base`.
    O200k,
    /// A token of the embedding model.
    Model,
}

impl CounterKind {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Cl100k => "cl100k",
            Self::O200k => "o200k",
            Self::Model => "model",
        }
    }
}

/// How much of each passage a context shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ContextDetail {
    /// Up to 320 characters around the words that match.
    Snippets,
    /// All of it.
    #[default]
    Passages,
}

impl ContextDetail {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Snippets => "snippets",
            Self::Passages => "passages",
        }
    }
}

/// What a context is wanted of.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextRequest {
    /// What to look for; its limit is the most chunks of all parts together.
    pub query: SearchQuery,
    /// Most tokens of the part.
    pub budget: TokenBudget,
    /// What counts them.
    pub counter: CounterKind,
    /// How much of each passage is shown.
    pub detail: ContextDetail,
    /// Where the part before ended; `None` for the first.
    pub cursor: Option<ContextCursor>,
}

/// One part of a context.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextAnswer {
    /// The passages below their titles and headings, each behind its number in brackets; empty where nothing is found.
    pub text: String,
    /// What the numbers stand for, in the order of the text.
    pub citations: Vec<NumberedCitation>,
    /// Tokens of `text`, counted; never more than the budget.
    pub tokens: TokenCount,
    /// Where the next part begins; `None` at the end.
    pub cursor: Option<ContextCursor>,
    /// Chunks that were left out of all parts, because what they say is said by a better one.
    pub duplicates: u32,
    /// Words of the query that were also looked for in another spelling.
    pub corrections: Vec<Correction>,
    /// Legs that are missing from the search.
    pub degraded: Vec<Degradation>,
}

/// A citation with the number that stands for it in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedCitation {
    /// The number, from 1 and on over all parts.
    pub number: u32,
    /// What stands behind the number, to the byte; its chunk is the first that is quoted.
    pub citation: Citation,
}

/// Where a part of a context ended. Opaque to callers, and good only for the request that it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContextCursor {
    /// Hash of what decides which passages there are.
    pub request: u64,
    /// Hash of the passages that were found.
    pub passages: u64,
    /// Number of passages before the place.
    pub passage: u32,
    /// Bytes of the passage before the place.
    pub offset: u32,
    /// Citations that were given.
    pub citations: u32,
}

impl fmt::Display for ContextCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, passages, passage, offset, citations } = self;
        write!(f, "{request:x}.{passages:x}.{passage:x}.{offset:x}.{citations:x}")
    }
}

impl FromStr for ContextCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || Error::invalid("cursor", "was not given out with a context");
        let numbers: Vec<&str> = text.split('.').collect();
        let [request, passages, passage, offset, citations] = *numbers else {
            return Err(refused());
        };
        let long = |digits| u64::from_str_radix(digits, 16).map_err(|_| refused());
        let short = |digits| u32::from_str_radix(digits, 16).map_err(|_| refused());
        Ok(Self {
            request: long(request)?,
            passages: long(passages)?,
            passage: short(passage)?,
            offset: short(offset)?,
            citations: short(citations)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn budgets_are_bounded() {
        for tokens in [0, 63, 200_001, u32::MAX] {
            let refused = TokenBudget::try_new(tokens).map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{tokens}");
        }
        let budget = TokenBudget::try_new(64).expect("valid");
        assert!(budget.admits(TokenCount(64)) && !budget.admits(TokenCount(65)));
    }

    #[test]
    fn cursors_are_read_back() {
        let cursor = ContextCursor { request: u64::MAX, passages: 7, passage: 3, offset: 256, citations: 4 };
        assert_eq!(cursor.to_string().parse::<ContextCursor>().ok(), Some(cursor));
        for text in ["", "1.2.3", "1.2.3.4.5.6", "1.2.x.4.5", "1.2.3.4.100000000"] {
            let refused = text.parse::<ContextCursor>().map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{text}");
        }
    }
}
