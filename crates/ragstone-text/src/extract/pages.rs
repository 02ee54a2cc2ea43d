//! Where the pages of a text begin.

use ragstone_core::{ByteSpan, PageRange};

/// Places in a text at which pages or slides begin, in ascending order; empty where the format has no pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    starts: Vec<usize>,
}

impl Pages {
    #[cfg_attr(
        not(any(
            feature = "pdf",
            feature = "office",
            feature = "epub",
            feature = "email",
            feature = "rtf",
            feature = "transport"
        )),
        allow(dead_code, reason = "only documents have pages")
    )]
    pub(crate) const fn new(starts: Vec<usize>) -> Self {
        Self { starts }
    }

    /// Byte at which each page begins; empty pages begin where the next one does.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Pages that a span lies on; `None` where there are no pages.
    pub fn range(&self, span: ByteSpan) -> Option<PageRange> {
        let last_byte = span.end().saturating_sub(1).max(span.start());
        PageRange::try_new(self.page_of(span.start())?, self.page_of(last_byte)?)
    }

    /// Page that a byte lies on, from 1; what is before the first page counts to it.
    fn page_of(&self, byte: usize) -> Option<u32> {
        if self.starts.is_empty() {
            return None;
        }
        let page = self.starts.partition_point(|start| *start <= byte);
        u32::try_from(page.max(1)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn span_lies_on_the_pages_it_touches() {
        let pages = Pages::new(vec![0, 10, 10, 20]);
        for (start, end, expected) in
            [(0, 10, "1"), (0, 11, "1-3"), (10, 20, "3"), (19, 25, "3-4"), (5, 5, "1")]
        {
            let range = pages.range(ByteSpan::try_new(start, end).unwrap()).unwrap();
            assert_eq!(range.to_string(), expected, "{start}..{end}");
        }
        assert_eq!(Pages::default().range(ByteSpan::of("text")), None);
    }
}
