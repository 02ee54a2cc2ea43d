//! Documents, parts of their text, and passages.

use std::collections::BTreeSet;

use ragstone_core::answer;
use ragstone_core::document as core;
use ragstone_core::metadata::Metadata;
use ragstone_core::report;
use ragstone_core::{CollectionName, Scope, Sequence};
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::citation::Citation;
use crate::place::Span;
use crate::time::rfc3339;

/// A document in its current version, without its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    /// Id; the same for all versions.
    pub id: String,
    /// Name of its collection.
    pub collection: String,
    /// Where it comes from, as a URI.
    pub source: String,
    /// Title.
    pub title: String,
    /// Format, such as `markdown`.
    pub format: String,
    /// Language, where it is known: by ISO 639-1, such as `de`, or a programming language, such as `rust`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Version, from 1.
    pub version: u32,
    /// BLAKE3 hash of the original bytes, in hexadecimal.
    pub content_digest: String,
    /// Whether spans of the extracted text hold for the original file too.
    pub is_verbatim: bool,
    /// Bytes of extracted text.
    pub text_len: u64,
    /// Number of passages.
    pub chunks: u32,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Attributes.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_schema))]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::attribute::json_schema"))]
    pub metadata: Metadata,
    /// Who may read it; shown to callers with the scope `write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// When the first version was stored (RFC 3339).
    pub created_at: String,
    /// When this version was stored (RFC 3339).
    pub updated_at: String,
    /// Position of this version in the feed of changes.
    pub sequence: u64,
}

impl Document {
    /// Builds the document of a collection with this name, for a caller with this scope.
    pub fn new(collection: &CollectionName, document: core::Document, scope: Scope) -> Self {
        Self {
            access: (scope >= Scope::Write).then(|| Access::from(&document.access)),
            id: document.id.to_string(),
            collection: collection.as_str().to_owned(),
            source: document.source.into(),
            title: document.title,
            format: document.format,
            language: document.language,
            version: document.version.0,
            content_digest: document.content_digest.to_string(),
            is_verbatim: document.is_verbatim,
            text_len: document.text_len,
            chunks: document.chunk_count,
            tags: document.tags,
            metadata: document.metadata,
            created_at: rfc3339(document.created_at),
            updated_at: rfc3339(document.updated_at),
            sequence: document.sequence.0,
        }
    }
}

/// Part of a listing of documents, by source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentPage {
    /// The documents.
    pub documents: Vec<Document>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A part of the extracted text of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextPart {
    /// Id of the document.
    pub document: String,
    /// Version that was read.
    pub version: u32,
    /// Title of the document.
    pub title: String,
    /// Place of the part in the extracted text.
    pub span: Span,
    /// The part.
    pub text: String,
    /// Give it as `start` to read on; left out at the end of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

impl From<report::TextPart> for TextPart {
    fn from(part: report::TextPart) -> Self {
        Self {
            document: part.document.id.to_string(),
            version: part.document.version.0,
            title: part.document.title,
            span: part.span.into(),
            text: part.text,
            next: part.next.map(|next| next as u64),
        }
    }
}

/// A passage with its citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Passage {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub citation: Citation,
}

impl From<core::Passage> for Passage {
    fn from(passage: core::Passage) -> Self {
        Self { citation: answer::Citation::of(&passage).into(), text: passage.text }
    }
}

/// Receipt of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deletion {
    /// Position of the deletion in the feed of changes; give it as `min_sequence` to search behind it.
    pub sequence: u64,
}

impl From<Sequence> for Deletion {
    fn from(sequence: Sequence) -> Self {
        Self { sequence: sequence.0 }
    }
}
