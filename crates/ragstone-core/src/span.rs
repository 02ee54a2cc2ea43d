//! Places in a text: byte spans, line ranges and page ranges.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A half-open range of bytes `[start, end)` in the extracted text of a document version.
///
/// `start <= end` always holds; both ends are expected to lie on UTF-8 character boundaries of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawSpan", into = "RawSpan")]
pub struct ByteSpan {
    start: usize,
    end: usize,
}

impl ByteSpan {
    /// Builds a span; `None` where `start > end`.
    pub const fn try_new(start: usize, end: usize) -> Option<Self> {
        if start <= end { Some(Self { start, end }) } else { None }
    }

    /// Covers the whole of `text`.
    pub const fn of(text: &str) -> Self {
        Self { start: 0, end: text.len() }
    }

    /// First byte.
    pub const fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    pub const fn end(self) -> usize {
        self.end
    }

    /// Length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether no byte is covered.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span as a range for slicing.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The covered text; `None` where the span leaves `text` or cuts a character.
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.range())
    }
}

impl fmt::Display for ByteSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpan {
    start: usize,
    end: usize,
}

impl TryFrom<RawSpan> for ByteSpan {
    type Error = &'static str;

    fn try_from(raw: RawSpan) -> Result<Self, Self::Error> {
        Self::try_new(raw.start, raw.end).ok_or("span ends before it starts")
    }
}

impl From<ByteSpan> for RawSpan {
    fn from(span: ByteSpan) -> Self {
        Self { start: span.start, end: span.end }
    }
}

macro_rules! ordinal_range {
    ($(#[$meta:meta])* $name:ident, $noun:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name {
            first: u32,
            last: u32,
        }

        impl $name {
            /// Builds a range; `None` where `first` is 0 or greater than `last`.
            pub const fn try_new(first: u32, last: u32) -> Option<Self> {
                if first >= 1 && first <= last { Some(Self { first, last }) } else { None }
            }

            #[doc = concat!("First ", $noun, ".")]
            pub const fn first(self) -> u32 {
                self.first
            }

            #[doc = concat!("Last ", $noun, ".")]
            pub const fn last(self) -> u32 {
                self.last
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if self.first == self.last {
                    write!(f, "{}", self.first)
                } else {
                    write!(f, "{}-{}", self.first, self.last)
                }
            }
        }
    };
}

ordinal_range! {
    /// An inclusive range of lines, counted from 1 as editors do.
    LineRange, "line"
}
ordinal_range! {
    /// An inclusive range of pages or slides, counted from 1 in the order of the document.
    PageRange, "page"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn span_that_ends_before_it_starts_is_refused() {
        assert_eq!(ByteSpan::try_new(3, 2), None);
        assert!(serde_json::from_str::<ByteSpan>(r#"{"start":3,"end":2}"#).is_err());
    }

    #[test]
    fn slice_refuses_to_cut_a_character() {
        let text = "aé";
        assert_eq!(ByteSpan { start: 0, end: 2 }.slice(text), None);
        assert_eq!(ByteSpan { start: 1, end: 3 }.slice(text), Some("é"));
        assert_eq!(ByteSpan { start: 1, end: 4 }.slice(text), None);
    }

    #[test]
    fn lines_and_pages_count_from_one() {
        assert_eq!(LineRange::try_new(0, 1), None);
        assert_eq!(LineRange::try_new(2, 2).map(|r| r.to_string()).as_deref(), Some("2"));
        assert_eq!(PageRange::try_new(0, 1), None);
        assert_eq!(PageRange::try_new(2, 3).map(|r| r.to_string()).as_deref(), Some("2-3"));
    }
}
