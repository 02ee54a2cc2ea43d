//! Small inputs for the tests.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ragstone_conformance::index::corpus::plain_attributes;
pub(crate) use ragstone_conformance::index::corpus::plain_query as query;
use ragstone_core::index::{IndexOperation, IndexTarget, IndexedChunk, SparseVector};
use ragstone_core::{
    CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, GenerationId, Result, SystemClock,
    TenantId,
};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use tokio::runtime::Handle;
use uuid::Uuid;

pub(crate) const GENERATION: GenerationId = GenerationId::from_uuid(Uuid::from_u128(1));

pub(crate) fn ctx() -> CallContext {
    CallContext::system()
}

pub(crate) fn try_open(root: &Path) -> Result<EdgeIndex> {
    open_with(EdgeIndexConfig::new(root))
}

pub(crate) fn open(root: &Path) -> EdgeIndex {
    try_open(root).expect("opens")
}

pub(crate) fn open_with(config: EdgeIndexConfig) -> Result<EdgeIndex> {
    let config = config.with_compact_after(Duration::ZERO);
    EdgeIndex::open(config, Handle::current(), Arc::new(SystemClock))
}

pub(crate) fn target(number: u128) -> IndexTarget {
    IndexTarget::first_of(TenantId::default(), CollectionId::from_uuid(Uuid::from_u128(number)))
}

/// A document with one chunk for each list of terms.
pub(crate) fn replace(number: u128, version: u32, chunks: &[&[u32]]) -> IndexOperation {
    let chunk = |(position, terms): (usize, &&[u32])| IndexedChunk {
        id: chunk_id(number, version, position as u128),
        keyword: SparseVector::try_new(terms.to_vec(), vec![1.0; terms.len()]).expect("ascends"),
        dense: None,
    };
    IndexOperation::Replace {
        document: document(number),
        version: DocumentVersion(version),
        attributes: plain_attributes(u32::try_from(number).expect("is small")),
        chunks: chunks.iter().enumerate().map(chunk).collect(),
    }
}

fn chunk_id(document: u128, version: u32, position: u128) -> ChunkId {
    ChunkId::from_uuid(Uuid::from_u128((document << 64) | (u128::from(version) << 32) | position))
}

/// Version of the document that a chunk is of.
pub(crate) fn version_of(chunk: ChunkId) -> u32 {
    u32::try_from((chunk.as_uuid().as_u128() >> 32) & u128::from(u32::MAX)).expect("32 bits")
}

pub(crate) fn document(number: u128) -> DocumentId {
    DocumentId::from_uuid(Uuid::from_u128(number))
}
