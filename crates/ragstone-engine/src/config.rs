//! Limits and choices of the engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::ProjectionName;
use ragstone_core::duplicate::DuplicateThreshold;
use ragstone_core::idempotency::{KeyPolicy, MAX_BODY_LEN};
use ragstone_core::index::Accuracy;
use ragstone_core::job::{Lane, Retention};
use ragstone_core::lease::MAX_LEASE_TTL;
use ragstone_core::upload::UploadLimits;
use ragstone_core::{Error, Result};
use ragstone_text::{ChunkOptions, ExtractLimits};
use tokio::runtime::Handle;

use crate::counting::TokenCounters;
use crate::graphs::GraphsConfig;
use crate::ingest::{Extractor, InProcess};
use crate::projection::CHUNK_INDEX;

/// Configuration of an [`Engine`](crate::Engine).
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Folders below which files may be ingested; none means that no file may.
    pub roots: Vec<PathBuf>,
    /// How texts are cut.
    pub chunking: Chunking,
    /// Sizes and depths beyond which a file is refused.
    pub extraction: ExtractLimits,
    /// Who reads files.
    pub extractor: Arc<dyn Extractor>,
    /// Whether what documents say of themselves becomes metadata.
    pub has_properties: bool,
    /// Whether a file whose size and times are as before is taken for unchanged without being read.
    pub relies_on_stamps: bool,
    /// How much a document must have in common with another one to be reported as nearly the same.
    pub duplicates: DuplicateThreshold,
    /// Most documents of one write transaction, 1 to 1,024.
    pub batch_documents: usize,
    /// Most bytes of text of one write transaction; one greater document still goes alone.
    pub batch_bytes: usize,
    /// Files that are extracted at the same time, 1 to 64.
    pub extraction_threads: usize,
    /// Relative change of the average chunk length after which BM25 weights are computed again, above 0.
    pub length_drift: f32,
    /// Name of the index in the catalog. Processes that share a catalog, but have an index each, need different ones.
    pub projection: ProjectionName,
    /// Share of the semantic leg in the score of a hybrid search, from 0 to 1; the rest is the keyword leg's.
    pub semantic_weight: f32,
    /// How much of the index the semantic leg looks at.
    pub semantic_accuracy: Accuracy,
    /// How often the projector looks for work that nobody told it of.
    pub projection_interval: Duration,
    /// Popular queries that are asked again in the background after the index has changed, 0 (off) to 1,024.
    ///
    /// Has no effect where answers are not kept ([`Stores::answers`](crate::Stores::answers)).
    pub warm_queries: usize,
    /// Counters of tokens that contexts can be packed by.
    pub counters: TokenCounters,
    /// Runtime on whose blocking threads files are read and documents are analysed, such as one whose threads give way to
    /// others; that of the caller where left out. It must outlive the engine.
    pub bulk: Option<Handle>,
    /// How background jobs are done.
    pub jobs: JobsConfig,
    /// How long earlier versions and deleted documents are kept, up to [`LONGEST_HISTORY`].
    pub history: Duration,
    /// How requests with keys are done.
    pub keys: KeysConfig,
    /// What may be under way in uploads.
    pub uploads: UploadsConfig,
    /// How much named graphs may take.
    pub graphs: GraphsConfig,
}

/// Longest time for which earlier versions can be kept: ten years.
pub const LONGEST_HISTORY: Duration = Duration::from_hours(24 * 3653);

/// How texts are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunking {
    /// By bytes.
    Bytes(ChunkOptions),
    /// By tokens of the collection's model; where it has none, or one whose tokens cannot be counted, by an estimate
    /// that errs upwards ([`estimated_tokens`](ragstone_text::chunk::estimated_tokens)). At most 8,192.
    Tokens(ChunkOptions),
}

impl Chunking {
    /// Largest chunk in tokens.
    pub const MAX_TOKENS: usize = 8192;

    fn check(self) -> Result<()> {
        match self {
            Self::Tokens(options) if options.max() > Self::MAX_TOKENS => {
                Err(Error::invalid("chunking", "must be at most 8192 tokens"))
            }
            Self::Bytes(_) | Self::Tokens(_) => Ok(()),
        }
    }
}

impl From<ChunkOptions> for Chunking {
    fn from(options: ChunkOptions) -> Self {
        Self::Bytes(options)
    }
}

impl Default for Chunking {
    fn default() -> Self {
        Self::Bytes(ChunkOptions::default())
    }
}

/// What may be under way in uploads that come in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadsConfig {
    /// How long an upload waits for its next part, 1 s to 1 day; 24 h.
    pub lifetime: Duration,
    /// Most uploads of a tenant that are not whole, from 1; 100.
    pub per_tenant: u32,
    /// Most bytes of them, announced or arrived, from 1; 1 GiB.
    pub bytes_per_tenant: u64,
}

impl UploadsConfig {
    pub(crate) const fn limits(&self) -> UploadLimits {
        UploadLimits { most_open: self.per_tenant, most_bytes: self.bytes_per_tenant }
    }

    fn check(&self) -> Result<()> {
        if !(Duration::from_secs(1)..=MAX_LEASE_TTL).contains(&self.lifetime) {
            return Err(Error::invalid("lifetime", "must be from 1 s to 1 day"));
        }
        if self.per_tenant == 0 || self.bytes_per_tenant == 0 {
            return Err(Error::invalid("per_tenant", "must be at least 1, as must the bytes"));
        }
        Ok(())
    }
}

impl Default for UploadsConfig {
    fn default() -> Self {
        Self { lifetime: MAX_LEASE_TTL, per_tenant: 100, bytes_per_tenant: 1 << 30 }
    }
}

/// How requests with idempotency keys are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysConfig {
    /// How long a key is known from when it was first seen, 1 s to 30 days; 24 h.
    pub retention: Duration,
    /// Most keys of a tenant, from 1; 10,000.
    pub per_tenant: u32,
    /// Bytes of kept answers of a tenant after which it can use no new key, from 1; 64 MiB.
    pub bytes_per_tenant: u64,
    /// Longest answer that is kept in bytes, at most 1 MiB; 256 KiB. A request whose answer is longer is not done again either.
    pub longest_answer: usize,
    /// Time after which a request whose process vanished may be taken up by another one, 1 s to 1 h; 15 s, renewed four
    /// times in it.
    pub hold: Duration,
    /// How long a call waits for the answer of a request that is under way; 30 s.
    pub patience: Duration,
    /// Requests with keys that this process does at a time, 1 to 65,536; 512.
    pub running: usize,
}

impl KeysConfig {
    pub(crate) const fn policy(&self) -> KeyPolicy {
        KeyPolicy {
            hold: self.hold,
            retention: self.retention,
            most_keys: self.per_tenant,
            most_bytes: self.bytes_per_tenant,
        }
    }

    fn check(&self) -> Result<()> {
        self.policy().check()?;
        if self.retention < Duration::from_secs(1) {
            return Err(Error::invalid("retention", "must be from 1 s to 30 days"));
        }
        if !(Duration::from_secs(1)..=Duration::from_hours(1)).contains(&self.hold) {
            return Err(Error::invalid("hold", "must be from 1 s to 1 h"));
        }
        if self.longest_answer > MAX_BODY_LEN {
            return Err(Error::invalid("longest_answer", "must be at most 1 MiB"));
        }
        if !(1..=65_536).contains(&self.running) {
            return Err(Error::invalid("running", "must be from 1 to 65536"));
        }
        Ok(())
    }
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self {
            retention: Duration::from_hours(24),
            per_tenant: 10_000,
            bytes_per_tenant: 64 << 20,
            longest_answer: 256 << 10,
            hold: Duration::from_secs(15),
            patience: Duration::from_secs(30),
            running: 512,
        }
    }
}

/// How background jobs are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobsConfig {
    /// Jobs of the urgent lane that this process does at a time, 0 (others do them) to 64.
    pub urgent_workers: usize,
    /// Jobs of the bulk lane that this process does at a time, 0 (others do them) to 64.
    pub bulk_workers: usize,
    /// Jobs of one kind that run at a time, in all processes, at least 1.
    pub running_per_kind: u32,
    /// Jobs of one tenant that run at a time, in all processes, at least 1.
    pub running_per_tenant: u32,
    /// Time after which a job whose worker vanished is another one's, 1 s to 1 h; renewed four times in it.
    pub lease: Duration,
    /// Longest run of one attempt, from 1 s.
    pub longest_run: Duration,
    /// How often the queue is asked for work that nobody told this process of.
    pub poll_interval: Duration,
    /// How long jobs that have ended are kept.
    pub retention: Retention,
}

impl JobsConfig {
    /// Jobs of a lane that this process does at a time.
    pub(crate) const fn workers(&self, lane: Lane) -> usize {
        match lane {
            Lane::Urgent => self.urgent_workers,
            Lane::Bulk => self.bulk_workers,
        }
    }

    fn check(&self) -> Result<()> {
        if self.urgent_workers > 64 || self.bulk_workers > 64 {
            return Err(Error::invalid("workers", "must be at most 64"));
        }
        if self.running_per_kind == 0 || self.running_per_tenant == 0 {
            return Err(Error::invalid("running", "must be at least 1"));
        }
        if !(Duration::from_secs(1)..=Duration::from_hours(1)).contains(&self.lease) {
            return Err(Error::invalid("lease", "must be from 1 s to 1 h"));
        }
        if self.longest_run < Duration::from_secs(1) || self.poll_interval.is_zero() {
            return Err(Error::invalid("longest_run", "must be at least 1 s, and the poll interval above 0"));
        }
        Ok(())
    }
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            urgent_workers: 2,
            bulk_workers: 1,
            running_per_kind: 8,
            running_per_tenant: 4,
            lease: Duration::from_mins(1),
            longest_run: Duration::from_hours(6),
            poll_interval: Duration::from_secs(1),
            retention: Retention { done: Duration::from_hours(7 * 24), dead: Duration::from_hours(30 * 24) },
        }
    }
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            chunking: Chunking::default(),
            extraction: ExtractLimits::default(),
            extractor: Arc::new(InProcess),
            has_properties: true,
            relies_on_stamps: true,
            duplicates: DuplicateThreshold::default(),
            batch_documents: 64,
            batch_bytes: 4 << 20,
            extraction_threads: 2,
            length_drift: 0.05,
            projection: CHUNK_INDEX,
            semantic_weight: 0.45,
            semantic_accuracy: Accuracy::Approximate,
            projection_interval: Duration::from_secs(5),
            warm_queries: 0,
            counters: TokenCounters::default(),
            bulk: None,
            jobs: JobsConfig::default(),
            history: Duration::from_hours(30 * 24),
            keys: KeysConfig::default(),
            uploads: UploadsConfig::default(),
            graphs: GraphsConfig::default(),
        }
    }
}

impl EngineConfig {
    /// Where bulk work runs. Must be called on a runtime.
    pub(crate) fn bulk(&self) -> Handle {
        self.bulk.clone().unwrap_or_else(Handle::current)
    }

    /// Checks every range.
    pub fn check(&self) -> Result<()> {
        if !(1..=1024).contains(&self.batch_documents) {
            return Err(Error::invalid("batch_documents", "must be from 1 to 1024"));
        }
        if self.history > LONGEST_HISTORY {
            return Err(Error::invalid("history", "must be at most ten years"));
        }
        if !(1..=64).contains(&self.extraction_threads) {
            return Err(Error::invalid("extraction_threads", "must be from 1 to 64"));
        }
        if !(self.length_drift > 0.0 && self.length_drift.is_finite()) {
            return Err(Error::invalid("length_drift", "must be greater than 0"));
        }
        if self.warm_queries > 1024 {
            return Err(Error::invalid("warm_queries", "must be from 0 to 1024"));
        }
        if !(0.0..=1.0).contains(&self.semantic_weight) {
            return Err(Error::invalid("semantic_weight", "must be from 0 to 1"));
        }
        if self.projection_interval.is_zero() {
            return Err(Error::invalid("projection_interval", "must be longer than 0"));
        }
        self.chunking.check()?;
        self.keys.check()?;
        self.uploads.check()?;
        self.graphs.check()?;
        self.jobs.check()
    }
}
