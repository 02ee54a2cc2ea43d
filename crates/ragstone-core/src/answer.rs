//! Answers of a search: hits with score, provenance and citation.

use std::sync::Arc;
use std::time::Duration;

use crate::document::{Document, Passage};
use crate::explanation::{Explanation, HitExplanation};
use crate::facet::FacetsAnswer;
use crate::id::{ChunkId, CollectionName, Digest, DocumentId, DocumentVersion, SourceUri};
use crate::span::{ByteSpan, LineRange, PageRange};

/// A way of finding chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leg {
    /// BM25 over terms.
    Keyword,
    /// Cosine of dense vectors.
    Semantic,
}

impl Leg {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Semantic => "semantic",
        }
    }
}

/// What one leg said of a hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegRank {
    /// The leg.
    pub leg: Leg,
    /// Place in the leg's own ranking, from 1.
    pub rank: u32,
    /// Score in the leg's own scale: for keywords the BM25 sum, 0 or more; for meaning the cosine, -1 to 1.
    pub score: f32,
}

/// Points at the quoted text so that anybody can check it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// Cited chunk.
    pub chunk: ChunkId,
    /// Cited document.
    pub document: DocumentId,
    /// Version that was quoted.
    pub version: DocumentVersion,
    /// Where the document comes from.
    pub source: SourceUri,
    /// Title of the document.
    pub title: String,
    /// Quoted bytes of the extracted text.
    pub span: ByteSpan,
    /// Whether `span` holds for the original bytes too.
    pub is_verbatim: bool,
    /// Quoted lines.
    pub lines: LineRange,
    /// Pages or slides on which the quotation stands, where the document has any; those of the chunk it is cut from.
    pub pages: Option<PageRange>,
    /// Headings or symbols around the quotation, outermost first.
    pub headings: Vec<String>,
    /// Hash of the quoted text.
    pub text_digest: Digest,
}

impl Citation {
    /// Cites the whole of a passage.
    pub fn of(passage: &Passage) -> Self {
        let Passage { document, chunk, text } = passage;
        Self {
            chunk: chunk.id,
            document: document.id,
            version: document.version,
            source: document.source.clone(),
            title: document.title.clone(),
            span: chunk.span,
            is_verbatim: document.is_verbatim,
            lines: chunk.lines,
            pages: chunk.pages,
            headings: chunk.headings.clone(),
            text_digest: Digest::of(text.as_bytes()),
        }
    }
}

/// One found chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Final score; comparable within one answer only.
    pub score: f32,
    /// Collection it was found in.
    pub collection: CollectionName,
    /// Its document.
    pub document: Arc<Document>,
    /// Its text.
    pub text: String,
    /// Bytes of `text` that match the query, ascending and apart.
    pub highlights: Vec<ByteSpan>,
    /// Where the text stands.
    pub citation: Citation,
    /// What each leg said.
    pub legs: Vec<LegRank>,
    /// How the score came about; `None` where that was not asked.
    pub explanation: Option<HitExplanation>,
}

/// A leg that could not take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Degradation {
    /// The missing leg.
    pub leg: Leg,
    /// Collection in which it was missing.
    pub collection: CollectionName,
    /// Why, in words that may be shown to the caller.
    pub reason: String,
}

/// A word of a query that no passage has, and what was looked for besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The word as it was read, in lower case.
    pub word: String,
    /// Words that were looked for too, the likeliest first; at least one.
    pub searched_as: Vec<String>,
}

/// Result of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchAnswer {
    /// Hits, best first.
    pub hits: Vec<Hit>,
    /// Words that were also looked for in another spelling, in the order of the query.
    pub corrections: Vec<Correction>,
    /// Legs that are missing from the answer.
    pub degraded: Vec<Degradation>,
    /// How the answer came about; `None` where that was not asked.
    pub explanation: Option<Explanation>,
    /// Time taken.
    pub took: Duration,
}

/// Result of a search with the values of fields beside its hits.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetedAnswer {
    /// The hits.
    pub answer: SearchAnswer,
    /// The values; `None` where no field was named.
    pub facets: Option<FacetsAnswer>,
}

/// What became of a citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CitationStatus {
    /// The cited version is current and the text is the same.
    Valid,
    /// The document has another version now; the cited one cannot be read any more.
    Superseded,
    /// The document does not exist any more.
    Gone,
    /// The text at the span is not the one that was cited.
    Altered,
}

impl CitationStatus {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Superseded => "superseded",
            Self::Gone => "gone",
            Self::Altered => "altered",
        }
    }
}
