//! Inputs of use cases; their laws stand on the engine's operations.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::access::AccessList;
use crate::collection::KeywordSettings;
use crate::embedding::Precision;
use crate::id::{CollectionName, Digest, DocumentId, DocumentVersion, SavedSearchName, Sequence};
use crate::metadata::Metadata;
use crate::query::SearchDefinition;
use crate::span::ByteSpan;

/// A collection that a caller wants; the engine gives it an id.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateCollection {
    /// Name, unique within the tenant.
    pub name: CollectionName,
    /// What it holds, for people and agents.
    pub description: String,
    /// Keyword settings.
    pub keyword: KeywordSettings,
}

/// Which model is to answer for a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MigrationTarget {
    /// The one that the configuration names, now and whenever it names another one.
    Configured,
    /// This one; the precision is the configured one where `None`.
    Model {
        /// Name of the model, as the server knows it.
        name: String,
        /// What numbers it computes with.
        precision: Option<Precision>,
    },
}

/// A migration of a collection to another model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrateCollection {
    /// Where to.
    pub target: MigrationTarget,
    /// Whether it waits to be told to answer, once it can.
    pub is_held: bool,
}

/// A text to store as a document.
#[derive(Clone, Debug, PartialEq)]
pub struct IngestText {
    /// Collection to store it in.
    pub collection: CollectionName,
    /// The caller's own id; the same one again replaces the document.
    pub external_id: String,
    /// Title; taken from the text where `None`.
    pub title: Option<String>,
    /// Name of the format, such as `markdown`, or of a programming language; plain text where `None`.
    pub format: Option<String>,
    /// The text.
    pub text: String,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Attributes.
    pub metadata: Metadata,
    /// Who may read it.
    pub access: AccessList,
}

/// Most paths of one [`IngestPaths`].
pub const MAX_INGEST_PATHS: usize = 256;

/// Files and folders to bring a collection in line with.
#[derive(Clone, Debug, PartialEq)]
pub struct IngestPaths {
    /// Collection to store them in.
    pub collection: CollectionName,
    /// Files and folders, below the roots that the operator allowed.
    pub paths: Vec<PathBuf>,
    /// Labels of every document.
    pub tags: BTreeSet<String>,
    /// Attributes of every document.
    pub metadata: Metadata,
    /// Who may read every document.
    pub access: AccessList,
}

/// A document to ingest from its original bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct IngestDocument {
    /// Collection to store it in.
    pub collection: CollectionName,
    /// The caller's own id; the same one again replaces the document.
    pub external_id: String,
    /// Name of the file, of which the extension is a hint.
    pub file_name: Option<String>,
    /// Media type, which is a hint too.
    pub media_type: Option<String>,
    /// Title; taken from the document where `None`.
    pub title: Option<String>,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Attributes.
    pub metadata: Metadata,
    /// Who may read it.
    pub access: AccessList,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A part of a text that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRange {
    /// First byte.
    pub start: usize,
    /// Most bytes.
    pub max_len: usize,
}

/// The part of a citation that is needed to check it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CitationReference {
    /// Cited document.
    pub document: DocumentId,
    /// Version that was quoted.
    pub version: DocumentVersion,
    /// Quoted bytes of the extracted text.
    pub span: ByteSpan,
    /// Hash of the quoted text.
    pub text_digest: Digest,
}

/// A search to keep under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveSearch {
    /// Name, unique within the tenant.
    pub name: SavedSearchName,
    /// What it is for, for people and agents.
    pub description: String,
    /// The search.
    pub search: SearchDefinition,
}

/// What may differ from one run of a saved search to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunSavedSearch {
    /// Most hits, in place of those of the saved search.
    pub limit: Option<u32>,
    /// Write that must be visible.
    pub min_sequence: Option<Sequence>,
}
