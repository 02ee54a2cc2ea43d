//! From bytes to a draft: extract, cut, count terms. CPU work without I/O.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::metadata::Metadata;
use ragstone_core::{AccessList, Clock, Digest, Result, SourceUri};
use ragstone_observability::{field, metric, span};
use ragstone_text::{Analyzer, ChunkOptions, ExtractLimits, Extracted, Input, chunk, language};
use tracing::debug_span;

use super::extractor::Extractor;
use crate::passage_terms::count_terms;
use crate::stage::Stages;

/// Changes whenever the same bytes would give other text, chunks or language.
const RECIPE_VERSION: u32 = 3;

/// How bytes become drafts.
pub(super) struct Preparation {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) analyzer: &'static Analyzer,
    pub(super) chunking: ChunkOptions,
    pub(super) limits: ExtractLimits,
    pub(super) extractor: Arc<dyn Extractor>,
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

impl Preparation {
    /// Names what this preparation does to bytes, attributes included, so that another one makes another version.
    pub(super) fn recipe(&self) -> String {
        let (target, most) = (self.chunking.target_bytes(), self.chunking.max_bytes());
        let mut attributes = format!("{:?}{:?}", self.tags, self.metadata);
        // Documents without a list keep the recipe that they had before there were any.
        if !self.access.is_open() {
            let _infallible = write!(attributes, "{:?}", self.access);
        }
        let attributes = Digest::of(attributes.as_bytes()).to_string();
        let attributes = attributes.get(..16).unwrap_or_default();
        format!("{RECIPE_VERSION};chunk={target}/{most};attributes={attributes}")
    }

    /// Extracts and cuts a document.
    ///
    /// Errors are those of the text crate: `TooLarge`, `UnsupportedMedia`, `InvalidArgument`.
    pub(super) fn draft(&self, bytes: &[u8], hints: Hints<'_>) -> Result<DocumentDraft> {
        let Hints { source, file_name, media_type, title, name } = hints;
        let reading = debug_span!(span::INGEST_EXTRACT, { field::BYTES } = bytes.len());
        let input = Input { bytes, file_name, media_type };
        let extracted =
            self.stages().run("extract", &reading, || self.extractor.extract(&input, &self.limits))?;
        let title = title.or_else(|| extracted.title.clone()).unwrap_or(name);
        let language = language(&extracted).map(str::to_owned);
        let cutting = debug_span!(span::INGEST_CHUNK);
        let chunks = self.stages().run("chunk", &cutting, || self.chunks(&extracted, &title));
        Ok(DocumentDraft {
            source,
            title,
            format: extracted.format.name().to_owned(),
            language,
            content_digest: Digest::of(bytes),
            recipe: self.recipe(),
            is_verbatim: extracted.is_verbatim,
            text: extracted.text,
            chunks,
            tags: self.tags.clone(),
            metadata: self.metadata.clone(),
            access: self.access.clone(),
        })
    }

    /// Times of the stages of ingests.
    pub(super) fn stages(&self) -> Stages<'_> {
        Stages::new(&*self.clock, &metric::INGEST_STAGE_DURATION)
    }

    fn chunks(&self, extracted: &Extracted, title: &str) -> Vec<ChunkDraft> {
        chunk(extracted, &self.chunking)
            .into_iter()
            .map(|piece| {
                let text = piece.span.slice(&extracted.text).unwrap_or_default();
                let terms = count_terms(self.analyzer, title, &piece.headings, text).length;
                ChunkDraft { span: piece.span, lines: piece.lines, headings: piece.headings, terms }
            })
            .collect()
    }
}
