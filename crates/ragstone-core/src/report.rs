//! Results of use cases that are no stored value: overviews, reports of work done, checks.

use std::path::PathBuf;
use std::time::Duration;

use crate::answer::CitationStatus;
use crate::collection::{Collection, CollectionStatistics};
use crate::document::Document;
use crate::duplicate::Duplicate;
use crate::embedding::Dimensions;
use crate::error::ErrorKind;
use crate::generation::{ModelReference, StandbyRole};
use crate::id::{CollectionName, DocumentId, DocumentVersion, Sequence, SourceUri};
use crate::job::Job;
use crate::span::ByteSpan;

/// Most failures that a report lists; the rest is counted only.
pub const MAX_REPORTED_FAILURES: usize = 1000;

/// Most documents that are like others that a report lists; the rest is counted only.
pub const MAX_REPORTED_DUPLICATES: usize = 100;

/// A collection and how much it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectionOverview {
    /// The collection.
    pub collection: Collection,
    /// Its sizes.
    pub statistics: CollectionStatistics,
}

/// The generations of a collection, and how far they have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The collection.
    pub collection: CollectionName,
    /// Where a migration stands.
    pub phase: MigrationPhase,
    /// What answers; `None` where there is no model.
    pub active: Option<GenerationReport>,
    /// The other generation, if there is one.
    pub standby: Option<StandbyReport>,
}

/// Where a migration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationPhase {
    /// There is none: one generation answers, and there is no other.
    Settled,
    /// The vectors of the next generation are being computed.
    Embedding,
    /// The index of the next generation is being filled.
    Indexing,
    /// The next generation could answer, and waits to be told.
    Held,
    /// The former generation is kept up to date for a way back.
    Switched,
}

/// One generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerationReport {
    /// Its model.
    pub model: ModelReference,
    /// Length of its vectors.
    pub dimensions: Dimensions,
    /// Whether somebody chose the model for this collection; else it follows the configuration.
    pub is_chosen: bool,
    /// What keeps it from getting further, or from answering.
    pub trouble: Option<String>,
}

/// A generation that does not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandbyReport {
    /// The generation.
    pub generation: GenerationReport,
    /// What it is kept for.
    pub role: StandbyRole,
    /// Documents of the collection.
    pub documents: u64,
    /// Documents that have vectors of the model.
    pub embedded_documents: u64,
    /// Passages of the collection.
    pub passages: u64,
    /// Passages that the index of the generation holds.
    pub indexed_passages: u64,
}

/// How far what an ingest brings has come; each stage includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IngestStage {
    /// It is durable, and not yet read.
    Received,
    /// Its text is durable, and not yet found.
    Stored,
    /// It is found by its words.
    KeywordSearchable,
    /// It is found by its meaning, too.
    SemanticallySearchable,
    /// It was called off.
    Cancelled,
    /// It was given up; the job says why.
    Failed,
}

impl IngestStage {
    /// Stages that can be waited for.
    pub const SUCCESSIVE: [Self; 4] =
        [Self::Received, Self::Stored, Self::KeywordSearchable, Self::SemanticallySearchable];

    /// Stable lower-case name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Stored => "stored",
            Self::KeywordSearchable => "keyword_searchable",
            Self::SemanticallySearchable => "semantically_searchable",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// A job, and how far what it brings has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobOverview {
    /// The job.
    pub job: Job,
    /// The stage of an ingest; `None` for any other work.
    pub stage: Option<IngestStage>,
}

/// A document and the name of its collection.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentOverview {
    /// Collection it belongs to.
    pub collection: CollectionName,
    /// The document.
    pub document: Document,
}

/// A part of the extracted text of a document, cut between characters.
#[derive(Clone, Debug, PartialEq)]
pub struct TextPart {
    /// The document, in the version that was read.
    pub document: Document,
    /// Place of the part in the extracted text.
    pub span: ByteSpan,
    /// The part.
    pub text: String,
    /// Where the next part starts; `None` at the end of the text.
    pub next: Option<usize>,
}

/// What lies between two versions of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionDiff {
    /// The document in one version.
    pub from: Document,
    /// The document in the other version.
    pub to: Document,
    /// Lines of the text that only `to` has.
    pub added_lines: u64,
    /// Lines of the text that only `from` has.
    pub removed_lines: u64,
    /// The difference of the texts in the unified format of POSIX `diff -u`, with three lines around each change.
    pub unified: String,
    /// Whether `unified` ends early, between two lines, because it would be too long.
    pub is_cut: bool,
}

/// What an ingest of files did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IngestReport {
    /// Documents stored for the first time.
    pub created: u64,
    /// Documents stored in a new version.
    pub updated: u64,
    /// Documents that were the same as before.
    pub unchanged: u64,
    /// Documents deleted because their files are gone.
    pub deleted: u64,
    /// Files that could not be ingested, at most [`MAX_REPORTED_FAILURES`] of them.
    pub failed: Vec<IngestFailure>,
    /// Number of all files that could not be ingested.
    pub failed_total: u64,
    /// Documents that were stored and say the same as another one of the collection or nearly so, at most
    /// [`MAX_REPORTED_DUPLICATES`] of them.
    pub duplicates: Vec<ReportedDuplicate>,
    /// Number of all those documents.
    pub duplicates_total: u64,
    /// Bytes read from files.
    pub bytes: u64,
    /// Latest change made; `None` where nothing changed.
    pub sequence: Option<Sequence>,
    /// Time taken.
    pub took: Duration,
}

/// A document that was stored, and the one that is most like it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedDuplicate {
    /// Identity.
    pub document: DocumentId,
    /// Where it comes from.
    pub source: SourceUri,
    /// What it is most like.
    pub of: Duplicate,
}

/// Why one file was not ingested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngestFailure {
    /// The file.
    pub path: PathBuf,
    /// What failed.
    pub kind: ErrorKind,
    /// Why, in words that may be shown to the caller.
    pub reason: String,
    /// What can be done about it.
    pub help: Option<String>,
}

/// What became of a cited text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitationCheck {
    /// The verdict.
    pub status: CitationStatus,
    /// Version that the document is at; `None` where it is gone.
    pub current_version: Option<DocumentVersion>,
    /// Text at the cited place; `None` unless the verdict is `Valid` or `Altered` and the place exists.
    pub text: Option<String>,
}

/// How far an instance has come with its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineStatus {
    /// Latest acknowledged change.
    pub head: Sequence,
    /// Every change up to here can be found by search.
    pub indexed: Sequence,
    /// Whether nothing waits to be indexed.
    pub is_caught_up: bool,
    /// Collections of the tenant.
    pub collections: u64,
}

/// Whether an instance takes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Not yet: it opens its stores or replays changes.
    Starting,
    /// Yes.
    Ready,
    /// No more: it finishes what runs and stops.
    Draining,
}
