//! Places in a text: spans, lines and pages.

use ragstone_core::{ByteSpan, Error, LineRange, PageRange, Result};
use serde::{Deserialize, Serialize};

/// A half-open range of bytes `[start, end)` of UTF-8 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

impl Span {
    /// Checks that the span does not end before it starts.
    pub fn into_span(self) -> Result<ByteSpan> {
        usize::try_from(self.start)
            .ok()
            .zip(usize::try_from(self.end).ok())
            .and_then(|(start, end)| ByteSpan::try_new(start, end))
            .ok_or_else(|| Error::invalid("span", "must not end before it starts"))
    }
}

impl From<ByteSpan> for Span {
    fn from(span: ByteSpan) -> Self {
        Self { start: span.start() as u64, end: span.end() as u64 }
    }
}

/// An inclusive range of lines, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lines {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

impl From<LineRange> for Lines {
    fn from(lines: LineRange) -> Self {
        Self { first: lines.first(), last: lines.last() }
    }
}

/// An inclusive range of pages or slides, counted from 1 in the order of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pages {
    /// First page.
    pub first: u32,
    /// Last page.
    pub last: u32,
}

impl From<PageRange> for Pages {
    fn from(pages: PageRange) -> Self {
        Self { first: pages.first(), last: pages.last() }
    }
}
