//! Line numbers of spans in the order of the text, counted in one pass.

use memchr::memchr_iter;
use ragstone_core::{ByteSpan, LineRange};

/// Counts lines up to each span; a span that begins before the last one ends costs what both share.
pub(super) struct LineCounter<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u32,
}

impl<'t> LineCounter<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    pub(super) fn range(&mut self, span: ByteSpan) -> LineRange {
        let first = self.advance(span.start());
        let last = self.advance(span.end());
        LineRange::try_new(first, last).unwrap_or_else(|| self.range_of_current_line())
    }

    fn advance(&mut self, to: usize) -> u32 {
        let breaks = |from: usize, to: usize| {
            let passed = self.bytes.get(from..to).unwrap_or_default();
            u32::try_from(memchr_iter(b'\n', passed).count()).unwrap_or(u32::MAX)
        };
        // Back where a span begins within the one before it.
        self.line = self.line.saturating_add(breaks(self.at, to)).saturating_sub(breaks(to, self.at));
        self.at = to;
        self.line
    }

    /// Lines never descend, so this stands for the impossible only.
    fn range_of_current_line(&self) -> LineRange {
        const FIRST: LineRange = match LineRange::try_new(1, 1) {
            Some(range) => range,
            None => unreachable!(),
        };
        LineRange::try_new(self.line, self.line).unwrap_or(FIRST)
    }
}
