//! Limits and choices of the engine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::ProjectionName;
use ragstone_core::index::Accuracy;
use ragstone_core::job::{Lane, Retention};
use ragstone_core::{Error, Result};
use ragstone_text::{ChunkOptions, ExtractLimits};

use crate::counting::TokenCounters;
use crate::ingest::{Extractor, InProcess};
use crate::projection::CHUNK_INDEX;

/// Configuration of an [`Engine`](crate::Engine).
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Folders below which files may be ingested; none means that no file may.
    pub roots: Vec<PathBuf>,
    /// How texts are cut.
    pub chunking: ChunkOptions,
    /// Sizes and depths beyond which a file is refused.
    pub extraction: ExtractLimits,
    /// Who reads files.
    pub extractor: Arc<dyn Extractor>,
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
    /// How background jobs are done.
    pub jobs: JobsConfig,
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
            chunking: ChunkOptions::default(),
            extraction: ExtractLimits::default(),
            extractor: Arc::new(InProcess),
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
            jobs: JobsConfig::default(),
        }
    }
}

impl EngineConfig {
    /// Checks every range.
    pub fn check(&self) -> Result<()> {
        if !(1..=1024).contains(&self.batch_documents) {
            return Err(Error::invalid("batch_documents", "must be from 1 to 1024"));
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
        self.jobs.check()
    }
}
