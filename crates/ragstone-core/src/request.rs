//! Inputs of use cases; their laws stand on the engine's operations.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crate::access::AccessList;
use crate::collection::KeywordSettings;
use crate::embedding::Precision;
use crate::id::{CollectionName, Digest, DocumentId, DocumentVersion, SavedSearchName, Sequence};
use crate::job::Lane;
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

/// Most places of one [`PathReading::Places`].
pub const MAX_INGEST_PLACES: usize = 4096;

/// What an ingest of paths looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PathReading {
    /// Files as they lie on disk, all that lies below folders, and the members of archives.
    #[default]
    All,
    /// The same, but only at and below these places, each of which is one of the paths or lies below one.
    Places(BTreeSet<PathBuf>),
    /// What a commit of each path, which is a git repository, holds: that of a branch, a tag, an id or any reference, and
    /// of `HEAD` where it is `None`.
    Commit(Option<String>),
}

/// Files, folders, archives or repositories to bring a collection in line with.
#[derive(Clone, Debug, PartialEq)]
pub struct IngestPaths {
    /// Collection to store them in.
    pub collection: CollectionName,
    /// Files, folders, archives or repositories, below the roots that the operator allowed.
    pub paths: Vec<PathBuf>,
    /// What of them is looked at.
    pub reading: PathReading,
    /// Whether the documents of a folder that holds no file any more are deleted, as those of single files that are gone;
    /// else that is a failure, because a disk that is not mounted looks the same.
    pub is_empty_allowed: bool,
    /// Labels of every document.
    pub tags: BTreeSet<String>,
    /// Attributes of every document.
    pub metadata: Metadata,
    /// Who may read every document.
    pub access: AccessList,
}

/// When and in which order a job runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobOptions {
    /// Which queue it waits in; that of its kind where `None`.
    pub lane: Option<Lane>,
    /// 0 to [`MAX_PRIORITY`](crate::job::MAX_PRIORITY), greater ones of a lane first; 5 where `None`.
    pub priority: Option<u8>,
    /// Time until it may run, up to [`MAX_JOB_DELAY`](crate::job::MAX_JOB_DELAY).
    pub delay: Duration,
    /// For what repeats: time from the end of one run to the next, from 1 s to
    /// [`MAX_JOB_DELAY`](crate::job::MAX_JOB_DELAY).
    pub every: Option<Duration>,
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
