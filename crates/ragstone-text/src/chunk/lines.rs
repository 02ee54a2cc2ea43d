//! Line numbers of ascending spans, counted in one pass.

use memchr::memchr_iter;
use ragstone_core::{ByteSpan, LineRange};

/// Counts lines up to each span; spans must ascend.
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
        let passed = self.bytes.get(self.at..to).unwrap_or_default();
        let breaks = memchr_iter(b'\n', passed).count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at = self.at.max(to);
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
