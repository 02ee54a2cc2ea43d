//! One target on disk and in memory: an Edge shard, the statistics of its terms, and its state.
//!
//! Everything here blocks. Writers are serialised by the caller; searches run beside them.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use qdrant_edge::{
    CreateIndex, Distance, EdgeConfig, EdgeShard, EdgeSparseVectorParams, EdgeVectorParams,
    FieldIndexOperations, HnswIndexConfig, JsonPath, PayloadFieldSchema, PayloadSchemaType, ScrollRequest,
    UpdateOperation, WalOptions, WithPayloadInterface, WithVector,
};
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::index::keyword::{
    COMMON_FACETS, COMMON_NUMBERS, KeywordField, facet_field, is_facet_field, is_number_field,
};
use ragstone_core::index::{Dimensions, IndexSchema, IndexState};
use ragstone_core::{Error, ErrorKind, GenerationId, Result, Sequence};

use crate::folder::Folder;
use crate::statistics::TermStatistics;
use crate::{fault, point};

mod apply;
mod facet;
mod question;
mod search;
#[cfg(test)]
mod tests;
mod tidy;

/// Size of a journal file; Edge's own default of 32 MiB is for servers with few shards.
const JOURNAL_CAPACITY: usize = 4 * 1024 * 1024;
/// Number of matching chunks below which a filtered search lists them all instead of checking what it finds.
///
/// Measured on 100,000 chunks; Edge's own default is 5,000.
const FULL_SCAN_BELOW: usize = 500;
/// How often a flush is tried when background work holds a lock at the wrong moment.
const FLUSH_ATTEMPTS: usize = 5;
/// What Edge says when it panics because somebody holds a lock that flushing only tries.
const LOCK_PANIC: &str = "lock acquired";
/// Points read at a time when the statistics are counted anew.
const SCAN_PAGE: usize = 2000;

/// An open target.
#[derive(Debug)]
pub(crate) struct Shard {
    folder: Folder,
    edge: EdgeShard,
    state: Mutex<IndexState>,
    statistics: RwLock<TermStatistics>,
    /// Fields of numbers and of values that are indexed.
    indexed: Mutex<BTreeSet<String>>,
    /// Whether `terms.bin` holds what `statistics` holds.
    has_saved_terms: AtomicBool,
    /// Chunks written since the writable segment was last sealed.
    unsealed: AtomicUsize,
    /// A write began and did not end well, so that memory and files may differ.
    is_suspect: AtomicBool,
}

impl Shard {
    /// Makes an empty target, dropping what was there.
    pub(crate) fn create(folder: Folder, generation: GenerationId, schema: IndexSchema) -> Result<Self> {
        folder.make()?;
        reach(FailPoint::IndexCreateEmpty)?;
        let edge = EdgeShard::new(&folder.shard(), settings(schema)).map_err(fault::of_edge)?;
        for field in KeywordField::ALL {
            create_index(&edge, point::path(field.name()), PayloadSchemaType::Keyword)?;
        }
        for field in COMMON_NUMBERS {
            create_index(&edge, point::path(field), PayloadSchemaType::Float)?;
        }
        for field in COMMON_FACETS {
            create_index(&edge, point::path(&facet_field(&field)), PayloadSchemaType::Keyword)?;
        }
        reach(FailPoint::IndexCreateMade)?;
        let state = IndexState { generation, schema, checkpoint: Sequence::ZERO };
        let shard = Self::new(folder, edge, state, TermStatistics::default());
        shard.flush(Sequence::ZERO)?;
        Ok(shard)
    }

    /// Opens a target. `NotFound` where it does not exist, `Corrupt` where its files cannot be read.
    ///
    /// After a crash the statistics are counted anew, which reads every chunk.
    pub(crate) fn open(folder: Folder) -> Result<Self> {
        let state = folder.read_state()?.ok_or_else(fault::missing)?;
        if !folder.has_segments() {
            return Err(fault::corrupt("no segments"));
        }
        folder.trim_journal()?;
        let edge = catch_unwind(|| EdgeShard::load(&folder.shard(), None))
            .map_err(|panic| fault::of_load(fault::panic_text(panic.as_ref())))?
            .map_err(|error| fault::of_load(error.to_string()).with_source(error))?;
        reach(FailPoint::IndexOpenLoaded)?;
        let saved = folder.read_terms();
        let has_saved_terms = saved.is_some();
        let statistics = match saved {
            Some(saved) => checked(&edge, saved)?,
            None => count_terms(&edge)?,
        };
        let shard = Self::new(folder, edge, state, statistics);
        shard.has_saved_terms.store(has_saved_terms, Ordering::Release);
        Ok(shard)
    }

    fn new(folder: Folder, edge: EdgeShard, state: IndexState, statistics: TermStatistics) -> Self {
        let schema = edge.info().payload_schema;
        let fields = schema.keys().map(|path| path.first_key.clone());
        let indexed = fields.filter(|field| is_number_field(field) || is_facet_field(field)).collect();
        Self {
            folder,
            edge,
            state: Mutex::new(state),
            statistics: RwLock::new(statistics),
            indexed: Mutex::new(indexed),
            has_saved_terms: AtomicBool::new(false),
            unsealed: AtomicUsize::new(0),
            is_suspect: AtomicBool::new(false),
        }
    }

    /// What was last made durable.
    pub(crate) fn state(&self) -> IndexState {
        *lock(&self.state)
    }

    /// Whether a write failed half-way; the shard must be opened anew before its next use.
    pub(crate) fn is_suspect(&self) -> bool {
        self.is_suspect.load(Ordering::Acquire)
    }

    /// Makes everything durable, then the checkpoint. The caller keeps other writers out.
    pub(crate) fn flush(&self, checkpoint: Sequence) -> Result<()> {
        self.flush_data()?;
        reach(FailPoint::IndexFlushData)?;
        let state = IndexState { checkpoint, ..self.state() };
        self.folder.write_state(state)?;
        *lock(&self.state) = state;
        Ok(())
    }

    /// Makes everything durable but not the checkpoint. The caller keeps other writers out.
    ///
    /// Edge panics where it cannot flush, and also where background work happens to hold a lock.
    pub(crate) fn flush_data(&self) -> Result<()> {
        let mut failure = String::new();
        for _ in 0..FLUSH_ATTEMPTS {
            // Asking for information waits for the locks that flushing only tries.
            let _ = self.edge.info();
            match catch_unwind(AssertUnwindSafe(|| self.edge.flush())) {
                Ok(()) => return Ok(()),
                Err(panic) => failure = fault::panic_text(panic.as_ref()),
            }
            if !failure.contains(LOCK_PANIC) {
                // After a failed sync a second one may succeed although the pages are lost.
                self.is_suspect.store(true, Ordering::Release);
                return Err(fault::corrupt(failure));
            }
        }
        Err(Error::new(ErrorKind::Unavailable, "cannot make the index durable").with_detail(failure))
    }

    /// Flushes, saves the statistics so that the next opening is quick, and releases the files.
    ///
    /// The files are released even on an error.
    pub(crate) fn close(self) -> Result<()> {
        let saved = if self.is_suspect() || self.has_saved_terms.load(Ordering::Acquire) {
            Ok(())
        } else {
            self.flush_data().and_then(|()| self.folder.write_terms(&self.statistics()))
        };
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(self)));
        saved.and(dropped.map_err(|panic| fault::of_panic(panic.as_ref())))
    }

    fn statistics(&self) -> RwLockReadGuard<'_, TermStatistics> {
        self.statistics.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn statistics_mut(&self) -> RwLockWriteGuard<'_, TermStatistics> {
        self.statistics.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn settings(schema: IndexSchema) -> EdgeConfig {
    let mut config = EdgeConfig::builder()
        .sparse_vector(point::KEYWORD_VECTOR, keyword_vector())
        .optimizers(tidy::while_growing())
        .wal_options(WalOptions { segment_capacity: JOURNAL_CAPACITY, ..WalOptions::default() });
    if let Some(dimensions) = schema.dense {
        config = config.vector(point::DENSE_VECTOR, dense_vector(dimensions)).hnsw_config(graph());
    }
    config.build()
}

/// Vectors have length 1, so that the dot product is the cosine, and Edge need not scale them again.
fn dense_vector(dimensions: Dimensions) -> EdgeVectorParams {
    EdgeVectorParams::builder(dimensions.get(), Distance::Dot).on_disk(true).build()
}

/// The graph over the vectors; of a sealed segment it is read from pages of its file, which the system takes back when
/// it needs them.
fn graph() -> HnswIndexConfig {
    HnswIndexConfig { on_disk: Some(true), ..HnswIndexConfig::default() }
}

/// Kept as the graph is.
fn keyword_vector() -> EdgeSparseVectorParams {
    EdgeSparseVectorParams::builder().full_scan_threshold(FULL_SCAN_BELOW).on_disk(true).build()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn create_index(edge: &EdgeShard, field_name: JsonPath, schema: PayloadSchemaType) -> Result<()> {
    let create = CreateIndex { field_name, field_schema: Some(PayloadFieldSchema::FieldType(schema)) };
    let operation = FieldIndexOperations::CreateIndex(create);
    edge.update(UpdateOperation::FieldIndexOperation(operation)).map_err(fault::of_edge)
}

/// Saved statistics were written when the shard was closed, so that they must agree with it.
fn checked(edge: &EdgeShard, saved: TermStatistics) -> Result<TermStatistics> {
    let held = search::count(edge, None)?;
    if saved.chunks() == held {
        Ok(saved)
    } else {
        Err(fault::corrupt(format!("{held} of {} chunks", saved.chunks())))
    }
}

fn count_terms(edge: &EdgeShard) -> Result<TermStatistics> {
    let mut statistics = TermStatistics::default();
    let mut offset = None;
    loop {
        let page = ScrollRequest {
            offset,
            limit: Some(SCAN_PAGE),
            with_payload: Some(WithPayloadInterface::Bool(false)),
            with_vector: WithVector::Bool(true),
            ..ScrollRequest::default()
        };
        let (records, next) = edge.scroll(page).map_err(fault::of_edge)?;
        for record in records {
            statistics.add(&point::terms(record.vector).0);
        }
        if next.is_none() {
            return Ok(statistics);
        }
        offset = next;
    }
}
