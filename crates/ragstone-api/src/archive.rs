//! Documents with texts, chunks and vectors, as they are carried from one instance to another.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ragstone_core::archive as core;
use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::index::DenseVector;
use ragstone_core::metadata::Metadata;
use ragstone_core::{Digest, Error, LineRange, PageRange, Result, SourceUri};
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::ingest::WriteReceipt;
use crate::place::{Lines, Pages, Span};

/// A document with everything that was computed for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchivedDocument {
    /// Where it comes from, as a URI.
    pub source: String,
    /// Title.
    pub title: String,
    /// Format, such as `markdown`.
    pub format: String,
    /// Language, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// BLAKE3 hash of the original bytes, in hexadecimal.
    pub content_digest: String,
    /// Names the extraction and chunking that made it.
    pub recipe: String,
    /// Whether spans of the text hold for the original file too.
    pub is_verbatim: bool,
    /// Extracted text.
    pub text: String,
    /// Its passages in order.
    pub chunks: Vec<ArchivedChunk>,
    /// Labels.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Attributes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_schema))]
    pub metadata: Metadata,
    /// Who may read it.
    #[serde(default)]
    pub access: Access,
    /// Vectors of its passages; left out where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vectors: Option<ArchivedVectors>,
}

/// A passage of an archived document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchivedChunk {
    /// Its bytes of the text.
    pub span: Span,
    /// Its lines of the text.
    pub lines: Lines,
    /// Pages or slides, where the document has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
    /// Headings or symbols around it, outermost first.
    #[serde(default)]
    pub headings: Vec<String>,
}

/// Vectors of one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchivedVectors {
    /// Digest of the model's fingerprint, in hexadecimal.
    pub model: String,
    /// The vectors.
    pub of_texts: Vec<ArchivedVector>,
}

/// The vector of one text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchivedVector {
    /// BLAKE3 hash of what the model saw, in hexadecimal.
    pub text_digest: String,
    /// The components as little-endian 32-bit floats, in base64.
    pub vector: String,
}

/// Part of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArchivePage {
    /// The documents, by source.
    pub documents: Vec<ArchivedDocument>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Documents to store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// 1 to 100 documents, as they were read.
    pub documents: Vec<ArchivedDocument>,
}

/// What became of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReceipt {
    /// A receipt for each document, in order.
    pub documents: Vec<WriteReceipt>,
}

impl From<core::ArchivedDocument> for ArchivedDocument {
    fn from(archived: core::ArchivedDocument) -> Self {
        let core::ArchivedDocument { draft, vectors } = archived;
        Self {
            source: draft.source.into(),
            title: draft.title,
            format: draft.format,
            language: draft.language,
            content_digest: draft.content_digest.to_string(),
            recipe: draft.recipe,
            is_verbatim: draft.is_verbatim,
            text: draft.text,
            chunks: draft.chunks.into_iter().map(ArchivedChunk::from).collect(),
            tags: draft.tags,
            metadata: draft.metadata,
            access: Access::from(&draft.access),
            vectors: vectors.map(ArchivedVectors::from),
        }
    }
}

impl From<ChunkDraft> for ArchivedChunk {
    fn from(chunk: ChunkDraft) -> Self {
        Self {
            span: chunk.span.into(),
            lines: chunk.lines.into(),
            pages: chunk.pages.map(Pages::from),
            headings: chunk.headings,
        }
    }
}

impl From<core::ArchivedVectors> for ArchivedVectors {
    fn from(vectors: core::ArchivedVectors) -> Self {
        let of_texts = vectors.of_texts.into_iter().map(|(text, vector)| {
            let bytes: Vec<u8> = vector.values().iter().flat_map(|value| value.to_le_bytes()).collect();
            ArchivedVector { text_digest: text.to_string(), vector: STANDARD.encode(bytes) }
        });
        Self { model: vectors.model.to_string(), of_texts: of_texts.collect() }
    }
}

impl TryFrom<ArchivedDocument> for core::ArchivedDocument {
    type Error = Error;

    fn try_from(archived: ArchivedDocument) -> Result<Self> {
        let chunks = archived.chunks.into_iter().map(ChunkDraft::try_from).collect::<Result<_>>()?;
        let draft = DocumentDraft {
            source: SourceUri::try_new(archived.source)?,
            title: archived.title,
            format: archived.format,
            language: archived.language,
            content_digest: archived.content_digest.parse()?,
            recipe: archived.recipe,
            is_verbatim: archived.is_verbatim,
            text: archived.text,
            chunks,
            tags: archived.tags,
            metadata: archived.metadata,
            access: archived.access.into_list()?,
            signature: None,
            stamp: None,
        };
        let vectors = archived.vectors.map(core::ArchivedVectors::try_from).transpose()?;
        Ok(Self { draft, vectors })
    }
}

impl TryFrom<ArchivedChunk> for ChunkDraft {
    type Error = Error;

    fn try_from(chunk: ArchivedChunk) -> Result<Self> {
        let lines = LineRange::try_new(chunk.lines.first, chunk.lines.last);
        let pages = chunk.pages.map(|pages| {
            PageRange::try_new(pages.first, pages.last)
                .ok_or_else(|| Error::invalid("pages", "must count from 1 and not end before they start"))
        });
        Ok(Self {
            span: chunk.span.into_span()?,
            lines: lines
                .ok_or_else(|| Error::invalid("lines", "must count from 1 and not end before they start"))?,
            pages: pages.transpose()?,
            headings: chunk.headings,
            terms: 0,
        })
    }
}

impl TryFrom<ArchivedVectors> for core::ArchivedVectors {
    type Error = Error;

    fn try_from(vectors: ArchivedVectors) -> Result<Self> {
        let read = |held: ArchivedVector| {
            let invalid = || Error::invalid("vector", "must be 32-bit floats in base64");
            let bytes = STANDARD.decode(held.vector).map_err(|source| invalid().with_source(source))?;
            let (floats, rest) = bytes.as_chunks::<4>();
            if !rest.is_empty() {
                return Err(invalid());
            }
            let values: Vec<f32> = floats.iter().map(|float| f32::from_le_bytes(*float)).collect();
            Ok((held.text_digest.parse::<Digest>()?, DenseVector::try_new(values)?))
        };
        Ok(Self {
            model: vectors.model.parse()?,
            of_texts: vectors.of_texts.into_iter().map(read).collect::<Result<_>>()?,
        })
    }
}
