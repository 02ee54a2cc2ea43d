//! A stretch of a document that a context shows.

use std::sync::Arc;

use ragstone_core::answer::{Citation, Hit};
use ragstone_core::document::Document;
use ragstone_core::{ByteSpan, ChunkId, Digest, LineRange, PageRange};

/// A stretch of a document: at first a chunk, later what was joined, or what is left of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Extract {
    pub(super) document: Arc<Document>,
    /// The first chunk of the stretch.
    pub(super) chunk: ChunkId,
    pub(super) headings: Vec<String>,
    pub(super) span: ByteSpan,
    pub(super) lines: LineRange,
    /// Those of the chunks that it is cut from.
    pub(super) pages: Option<PageRange>,
    /// The text of the span.
    pub(super) text: String,
}

impl From<Hit> for Extract {
    fn from(hit: Hit) -> Self {
        let Citation { chunk, headings, span, lines, pages, .. } = hit.citation;
        Self { document: hit.document, chunk, headings, span, lines, pages, text: hit.text }
    }
}

impl Extract {
    /// The stretch between two bytes of the text; `None` where nothing is there, or a character would be cut.
    pub(super) fn part(&self, from: usize, to: usize) -> Option<Self> {
        let text = self.text.get(from..to).filter(|text| !text.is_empty())?;
        let span = ByteSpan::try_new(self.span.start() + from, self.span.start() + to)?;
        let first = self.lines.first().saturating_add(line_breaks(self.text.get(..from)?));
        let lines = LineRange::try_new(first, first.saturating_add(line_breaks(text)))?;
        let text = text.to_owned();
        Some(Self {
            text,
            span,
            lines,
            document: Arc::clone(&self.document),
            headings: self.headings.clone(),
            ..*self
        })
    }

    /// Cites all of it.
    pub(super) fn citation(&self) -> Citation {
        let document = &self.document;
        Citation {
            chunk: self.chunk,
            document: document.id,
            version: document.version,
            source: document.source.clone(),
            title: document.title.clone(),
            span: self.span,
            is_verbatim: document.is_verbatim,
            lines: self.lines,
            pages: self.pages,
            headings: self.headings.clone(),
            text_digest: Digest::of(self.text.as_bytes()),
        }
    }
}

fn line_breaks(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}
