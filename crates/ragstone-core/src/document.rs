//! Documents, their versions, chunks and passages.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::AccessList;
use crate::clock::Timestamp;
use crate::duplicate::{Duplicate, Signature};
use crate::error::{Error, Result};
use crate::id::{ChunkId, CollectionId, Digest, DocumentId, DocumentVersion, Sequence, SourceUri};
use crate::metadata::{Metadata, check_metadata, check_tags};
use crate::span::{ByteSpan, LineRange, PageRange};
use crate::stamp::SourceStamp;

/// The current version of a document, without its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Identity.
    pub id: DocumentId,
    /// Collection it belongs to.
    pub collection: CollectionId,
    /// Where it comes from.
    pub source: SourceUri,
    /// Title for people; never empty.
    pub title: String,
    /// Name of the format it was extracted as, such as `markdown`.
    pub format: String,
    /// Its language where that is known: by ISO 639-1, such as `de`, or a programming language, such as `rust`.
    pub language: Option<String>,
    /// Version.
    pub version: DocumentVersion,
    /// Hash of the original bytes.
    pub content_digest: Digest,
    /// Whether spans of the extracted text are spans of the original bytes too.
    pub is_verbatim: bool,
    /// Bytes of extracted text.
    pub text_len: u64,
    /// Number of chunks.
    pub chunk_count: u32,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Attributes.
    pub metadata: Metadata,
    /// Who may read it.
    pub access: AccessList,
    /// When the document was created; updates keep it.
    pub created_at: Timestamp,
    /// When this version was stored.
    pub updated_at: Timestamp,
    /// Position of this version in the change feed.
    pub sequence: Sequence,
}

/// Longest name of a language in bytes.
pub const MAX_LANGUAGE_LEN: usize = 32;

/// A document to store: extracted and cut.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentDraft {
    /// Where it comes from; with the collection it gives the id.
    pub source: SourceUri,
    /// Title for people; never empty.
    pub title: String,
    /// Name of the format.
    pub format: String,
    /// Its language, where that is known: 1 to [`MAX_LANGUAGE_LEN`] of `a-z`.
    pub language: Option<String>,
    /// Hash of the original bytes.
    pub content_digest: Digest,
    /// Names the extraction and chunking that made this draft; another one makes another version.
    pub recipe: String,
    /// Whether spans of `text` are spans of the original bytes too.
    pub is_verbatim: bool,
    /// Extracted text.
    pub text: String,
    /// Chunks in ascending order; each begins and ends behind the one before it, and may begin within that.
    pub chunks: Vec<ChunkDraft>,
    /// What others are compared with; none where nobody computed it.
    pub signature: Option<Signature>,
    /// What its source showed before it was read; none where it shows nothing to rely on.
    pub stamp: Option<SourceStamp>,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Attributes.
    pub metadata: Metadata,
    /// Who may read it.
    pub access: AccessList,
}

impl DocumentDraft {
    /// Checks what every store refuses as `InvalidArgument`: an empty title, tags and metadata beyond their
    /// limits, and chunks that are empty, descend, leave the text or cut a character.
    pub fn check(&self) -> Result<()> {
        if self.title.is_empty() {
            return Err(Error::invalid("title", "must not be empty"));
        }
        let is_language = |name: &String| {
            (1..=MAX_LANGUAGE_LEN).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        if !self.language.as_ref().is_none_or(is_language) {
            return Err(Error::invalid("language", "must be a lower-case name of at most 32 letters"));
        }
        check_tags(&self.tags)?;
        check_metadata(&self.metadata)?;
        let mut before: Option<ByteSpan> = None;
        for chunk in &self.chunks {
            let span = chunk.span;
            let ascends = before.is_none_or(|last| span.start() > last.start() && span.end() > last.end());
            if span.is_empty() || !ascends || span.slice(&self.text).is_none() {
                let rule = "spans must ascend and cover whole characters of the text";
                return Err(Error::invalid("chunks", rule).with_context("span", span));
            }
            before = Some(span);
        }
        Ok(())
    }
}

/// A chunk to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkDraft {
    /// Place in the extracted text.
    pub span: ByteSpan,
    /// Lines of the extracted text.
    pub lines: LineRange,
    /// Pages or slides of the document, where it has any.
    pub pages: Option<PageRange>,
    /// Headings or symbols around it, outermost first.
    pub headings: Vec<String>,
    /// Number of analysed terms.
    pub terms: u32,
}

/// A chunk as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Identity.
    pub id: ChunkId,
    /// Place among the document's chunks, from 0.
    pub ordinal: u32,
    /// Place in the extracted text.
    pub span: ByteSpan,
    /// Lines of the extracted text.
    pub lines: LineRange,
    /// Pages or slides of the document, where it has any.
    pub pages: Option<PageRange>,
    /// Headings or symbols around it, outermost first.
    pub headings: Vec<String>,
    /// Number of analysed terms.
    pub terms: u32,
}

/// A chunk with its text and its document: what a citation points at.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Document in its current version.
    pub document: Arc<Document>,
    /// The chunk.
    pub chunk: Chunk,
    /// Text of the chunk.
    pub text: String,
}

/// A document with everything that a projection needs.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentContent {
    /// The document.
    pub document: Document,
    /// Extracted text.
    pub text: String,
    /// Chunks in order.
    pub chunks: Vec<Chunk>,
}

/// The first ones of some documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContentBatch {
    /// Those of them that are there, in the order asked.
    pub contents: Vec<DocumentContent>,
    /// How many of the ids, from the first one on, that answers.
    pub answered: usize,
}

/// Most documents that are read at once.
pub const MAX_CONTENTS: usize = 64;

/// Checks what every store refuses as `InvalidArgument`: too many documents at once.
pub fn check_contents(documents: &[DocumentId]) -> Result<()> {
    if documents.len() > MAX_CONTENTS {
        return Err(Error::invalid("documents", format!("must be at most {MAX_CONTENTS}")));
    }
    Ok(())
}

impl DocumentContent {
    /// What would make this version again; without a signature, which is told by the text, and without a stamp.
    pub fn into_draft(self, recipe: String) -> DocumentDraft {
        let Self { document, text, chunks } = self;
        DocumentDraft {
            source: document.source,
            title: document.title,
            format: document.format,
            language: document.language,
            content_digest: document.content_digest,
            recipe,
            is_verbatim: document.is_verbatim,
            text,
            chunks: chunks.into_iter().map(ChunkDraft::from).collect(),
            signature: None,
            stamp: None,
            tags: document.tags,
            metadata: document.metadata,
            access: document.access,
        }
    }
}

impl From<Chunk> for ChunkDraft {
    fn from(chunk: Chunk) -> Self {
        let Chunk { span, lines, pages, headings, terms, .. } = chunk;
        Self { span, lines, pages, headings, terms }
    }
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteEffect {
    /// The document did not exist; its first version was stored.
    Created,
    /// A new version was stored.
    Updated,
    /// Content, recipe and attributes were the same; nothing was written.
    Unchanged,
}

/// Receipt of one stored document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteReceipt {
    /// Identity.
    pub document: DocumentId,
    /// What happened.
    pub effect: WriteEffect,
    /// Version that is now current.
    pub version: DocumentVersion,
    /// Position in the change feed of that version.
    pub sequence: Sequence,
}

/// Receipt of one document that was taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct IngestReceipt {
    /// Identity.
    pub document: DocumentId,
    /// What happened.
    pub effect: WriteEffect,
    /// Version that is now current.
    pub version: DocumentVersion,
    /// Position in the change feed of that version.
    pub sequence: Sequence,
    /// Documents of the collection that say the same or nearly so, most alike first; none where nothing was written.
    pub duplicates: Vec<Duplicate>,
}

impl IngestReceipt {
    /// A receipt with what was found to be like the document.
    pub fn new(receipt: WriteReceipt, duplicates: Vec<Duplicate>) -> Self {
        let WriteReceipt { document, effect, version, sequence } = receipt;
        Self { document, effect, version, sequence, duplicates }
    }
}

/// Source and content of a stored document: what an incremental ingest compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Identity.
    pub document: DocumentId,
    /// Where it comes from.
    pub source: SourceUri,
    /// Hash of the original bytes.
    pub content_digest: Digest,
    /// Recipe of the stored version.
    pub recipe: String,
    /// What the source showed when it held this content.
    pub stamp: Option<SourceStamp>,
}
