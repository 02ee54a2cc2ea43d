//! A program that keeps weighted terms in a folder and finds the best match, before and after a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ragstone_index_edge::ragstone_core::index::{
    IndexAttributes, IndexOperation, IndexQuery, IndexSchema, IndexSlot, IndexTarget, IndexedChunk, Likeness,
    SparseVector,
};
use ragstone_index_edge::ragstone_core::port::ChunkIndex;
use ragstone_index_edge::ragstone_core::{
    AccessList, CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, GenerationId, Reader,
    Result, Sequence, SourceUri, SystemClock, TenantId, Timestamp,
};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};

/// Stands for the term that only the second chunk has.
const RARE: u32 = 7;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir().expect("temporary folder");
    let ctx = CallContext::system();
    let target = IndexTarget {
        tenant: TenantId::default(),
        collection: "018f3f5e-7c3a-7000-8000-000000000001".parse::<CollectionId>()?,
        slot: IndexSlot::First,
    };

    let index = open(folder.path())?;
    let generation: GenerationId = "018f3f5e-7c3a-7000-8000-000000000002".parse()?;
    index.create(&ctx, &target, generation, IndexSchema::default()).await?;
    index.apply(&ctx, &target, vec![document()?]).await?;
    index.flush(&ctx, &target, Sequence(1)).await?;
    index.close(&ctx).await?;

    let index = open(folder.path())?;
    let keyword = SparseVector::try_new(vec![RARE], vec![1.0])?;
    let likeness = Likeness::Keyword(keyword);
    let query = IndexQuery { target, likeness, filter: None, reader: Reader::Everything, limit: 10 };
    let hits = index.search(&ctx, &query).await?;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].chunk, chunk(2)?);
    println!("found {} with score {:.2}", hits[0].chunk, hits[0].score);
    index.close(&ctx).await
}

fn open(folder: &Path) -> Result<EdgeIndex> {
    EdgeIndex::open(EdgeIndexConfig::new(folder), tokio::runtime::Handle::current(), Arc::new(SystemClock))
}

fn document() -> Result<IndexOperation> {
    Ok(IndexOperation::Replace {
        document: "018f3f5e-7c3a-7000-8000-000000000003".parse::<DocumentId>()?,
        version: DocumentVersion(1),
        attributes: IndexAttributes {
            source: SourceUri::try_new("text:example")?,
            format: "text".to_owned(),
            language: None,
            updated: Timestamp::default(),
            tags: BTreeSet::new(),
            metadata: BTreeMap::new(),
            access: AccessList::OPEN,
        },
        chunks: vec![
            IndexedChunk { id: chunk(1)?, keyword: SparseVector::try_new(vec![3], vec![1.5])?, dense: None },
            IndexedChunk {
                id: chunk(2)?,
                keyword: SparseVector::try_new(vec![3, RARE], vec![0.5, 2.0])?,
                dense: None,
            },
        ],
    })
}

fn chunk(number: u8) -> Result<ChunkId> {
    format!("018f3f5e-7c3a-7000-8000-0000000001{number:02}").parse()
}
