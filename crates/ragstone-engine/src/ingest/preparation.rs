//! From bytes to a draft: extract, cut, count terms. CPU work without I/O.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::metadata::Metadata;
use ragstone_core::{AccessList, Clock, Digest, Result, SourceUri};
use ragstone_observability::{field, metric, span};
use ragstone_text::{Analyzer, ExtractLimits, Extracted, Input, TextChunk, language, signature};
use tracing::debug_span;

use super::cutting::Cutter;
use super::extractor::Extractor;
use super::properties;
use crate::passage_terms::count_terms;
use crate::stage::Stages;

/// Changes whenever the same bytes would give other text, chunks, signature or language.
const RECIPE_VERSION: u32 = 4;

/// How bytes become drafts.
pub(super) struct Preparation {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) analyzer: &'static Analyzer,
    pub(super) cutter: Cutter,
    pub(super) limits: ExtractLimits,
    pub(super) extractor: Arc<dyn Extractor>,
    /// Whether what a document says of itself becomes metadata.
    pub(super) has_properties: bool,
    pub(super) tags: BTreeSet<String>,
    pub(super) metadata: Metadata,
    pub(super) access: AccessList,
}

/// What is known of the bytes besides themselves.
pub(super) struct Hints<'a> {
    pub(super) source: SourceUri,
    pub(super) file_name: Option<&'a str>,
    pub(super) media_type: Option<&'a str>,
    /// Title that the caller chose; else it is taken from the text.
    pub(super) title: Option<String>,
    /// What stands for a title where the text has none either.
    pub(super) name: String,
}

impl<'a> Hints<'a> {
    /// What is known of a file: its name.
    pub(super) fn of_file(source: SourceUri, name: &'a str) -> Self {
        Self { source, file_name: Some(name), media_type: None, title: None, name: name.to_owned() }
    }
}

/// What was read of the bytes, and what is told by it.
pub(super) struct Reading {
    pub(super) extracted: Extracted,
    pub(super) title: String,
    pub(super) language: Option<String>,
}

impl Preparation {
    /// Names what this preparation does to bytes, attributes included, so that another one makes another version.
    pub(super) fn recipe(&self) -> String {
        let mut attributes = format!("{:?}{:?}", self.tags, self.metadata);
        // Documents without a list keep the recipe that they had before there were any.
        if !self.access.is_open() {
            let _infallible = write!(attributes, "{:?}", self.access);
        }
        let attributes = Digest::of(attributes.as_bytes()).to_string();
        let attributes = attributes.get(..16).unwrap_or_default();
        let cutting = self.cutter.recipe();
        let properties = if self.has_properties { ";properties" } else { "" };
        format!("{RECIPE_VERSION};{cutting}{properties};attributes={attributes}")
    }

    /// Extracts and cuts a document.
    ///
    /// Errors are those of the text crate: `TooLarge`, `UnsupportedMedia`, `InvalidArgument`.
    pub(super) fn draft(&self, bytes: &[u8], hints: Hints<'_>) -> Result<DocumentDraft> {
        let source = hints.source.clone();
        let Reading { extracted, title, language } = self.read(bytes, hints)?;
        let cutting = debug_span!(span::INGEST_CHUNK);
        let mut metadata = self.metadata.clone();
        if self.has_properties {
            properties::add(&mut metadata, &extracted);
        }
        let chunks = self.stages().run("chunk", &cutting, || self.chunks(&extracted, &title))?;
        Ok(DocumentDraft {
            source,
            title,
            format: extracted.format.name().to_owned(),
            language,
            content_digest: Digest::of(bytes),
            recipe: self.recipe(),
            is_verbatim: extracted.is_verbatim,
            signature: Some(signature(&extracted.text)),
            stamp: None,
            text: extracted.text,
            chunks,
            tags: self.tags.clone(),
            metadata,
            access: self.access.clone(),
        })
    }

    /// Extracts a document; with the errors of [`draft`](Self::draft).
    pub(super) fn read(&self, bytes: &[u8], hints: Hints<'_>) -> Result<Reading> {
        let Hints { source: _, file_name, media_type, title, name } = hints;
        let reading = debug_span!(span::INGEST_EXTRACT, { field::BYTES } = bytes.len());
        let input = Input { bytes, file_name, media_type };
        let extracted =
            self.stages().run("extract", &reading, || self.extractor.extract(&input, &self.limits))?;
        let title = title.or_else(|| extracted.title.clone()).unwrap_or(name);
        let language = language(&extracted).map(str::to_owned);
        Ok(Reading { extracted, title, language })
    }

    /// Cuts what was read.
    pub(super) fn pieces(&self, extracted: &Extracted) -> Result<Vec<TextChunk>> {
        self.cutter.cut(extracted)
    }

    /// Times of the stages of ingests.
    pub(super) fn stages(&self) -> Stages<'_> {
        Stages::new(&*self.clock, &metric::INGEST_STAGE_DURATION)
    }

    fn chunks(&self, extracted: &Extracted, title: &str) -> Result<Vec<ChunkDraft>> {
        let drafts = self.pieces(extracted)?.into_iter().map(|piece| {
            let text = piece.span.slice(&extracted.text).unwrap_or_default();
            let terms = count_terms(self.analyzer, title, &piece.headings, text).length;
            ChunkDraft {
                span: piece.span,
                lines: piece.lines,
                pages: piece.pages,
                headings: piece.headings,
                terms,
            }
        });
        Ok(drafts.collect())
    }
}
