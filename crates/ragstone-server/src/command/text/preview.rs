//! A preview as it is printed, for people and for machines.

use ragstone_api::place::{Lines, Span};
use ragstone_core::PageRange;
use ragstone_engine::{Chunking, Preview};
use ragstone_text::{Properties, TextChunk};
use serde::Serialize;

/// What a file would become.
#[derive(Debug, Serialize)]
pub(crate) struct PreviewOfFile<'a> {
    pub(crate) source: &'a str,
    pub(crate) title: &'a str,
    pub(crate) format: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) language: Option<&'a str>,
    /// Bytes of the file.
    pub(crate) bytes: u64,
    /// Bytes of its text, which the spans of chunks count.
    pub(crate) text_len: usize,
    /// Whether spans of the text are spans of the file too.
    pub(crate) is_verbatim: bool,
    pub(crate) properties: PropertiesOfFile<'a>,
    /// What chunks are measured in: `bytes`, or `tokens`, which are estimated.
    pub(crate) chunk_unit: &'static str,
    /// What chunks aim at.
    pub(crate) chunk_target: usize,
    /// What they never exceed.
    pub(crate) chunk_max: usize,
    pub(crate) chunks: Vec<PreviewOfChunk<'a>>,
}

/// What the document says of itself; what it does not say is left out.
#[derive(Debug, Serialize)]
pub(crate) struct PropertiesOfFile<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(crate) authors: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(crate) recipients: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keywords: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified: Option<&'a str>,
}

/// A chunk with its place and its text.
#[derive(Debug, Serialize)]
pub(crate) struct PreviewOfChunk<'a> {
    pub(crate) ordinal: u32,
    pub(crate) span: Span,
    pub(crate) lines: Lines,
    /// Pages or slides, where the format has any.
    pub(crate) pages: Option<Pages>,
    /// Headings or symbols around it, outermost first.
    pub(crate) headings: &'a [String],
    pub(crate) characters: usize,
    pub(crate) text: &'a str,
}

/// Pages from 1, both ends included.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Pages {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl<'a> PreviewOfFile<'a> {
    pub(crate) fn new(preview: &'a Preview, chunking: Chunking) -> Self {
        let (chunk_unit, options) = match chunking {
            Chunking::Bytes(options) => ("bytes", options),
            Chunking::Tokens(options) => ("tokens", options),
        };
        let extracted = &preview.extracted;
        Self {
            source: preview.source.as_str(),
            title: &preview.title,
            format: extracted.format.name(),
            media_type: extracted.format.media_type(),
            language: preview.language.as_deref(),
            bytes: preview.bytes,
            text_len: extracted.text.len(),
            is_verbatim: extracted.is_verbatim,
            properties: PropertiesOfFile::new(&extracted.properties),
            chunk_unit,
            chunk_target: options.target(),
            chunk_max: options.max(),
            chunks: preview.chunks.iter().map(|chunk| PreviewOfChunk::new(chunk, &extracted.text)).collect(),
        }
    }
}

impl<'a> PropertiesOfFile<'a> {
    fn new(properties: &'a Properties) -> Self {
        let Properties { authors, recipients, subject, keywords, language, created, modified } = properties;
        Self {
            authors,
            recipients,
            subject: subject.as_deref(),
            keywords: keywords.as_deref(),
            language: language.as_deref(),
            created: created.as_deref(),
            modified: modified.as_deref(),
        }
    }
}

impl<'a> PreviewOfChunk<'a> {
    fn new(chunk: &'a TextChunk, text: &'a str) -> Self {
        let text = chunk.span.slice(text).unwrap_or_default();
        Self {
            ordinal: chunk.ordinal,
            span: chunk.span.into(),
            lines: chunk.lines.into(),
            pages: chunk.pages.map(Pages::from),
            headings: &chunk.headings,
            characters: text.chars().count(),
            text,
        }
    }
}

impl From<PageRange> for Pages {
    fn from(pages: PageRange) -> Self {
        Self { first: pages.first(), last: pages.last() }
    }
}
