//! Searches given vectors for their nearest ones: `neighbours FOLDER STORE`.
//!
//! The folder is one that `cargo xtask bench --only ann` makes; the index in STORE is built where it is missing. Then
//! each line `semantic|exact FIRST COUNT` of standard input is answered by a line of JSON with the milliseconds of each
//! query and what it found, until the input ends.
#![expect(clippy::print_stdout, reason = "another program reads it")]
#![expect(clippy::disallowed_methods, reason = "a measurement needs the time")]

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ragstone_core::embedding::Dimensions;
use ragstone_core::index::{
    Accuracy, DenseVector, IndexAttributes, IndexOperation, IndexQuery, IndexSchema, IndexSlot, IndexTarget,
    IndexedChunk, Likeness, SparseVector,
};
use ragstone_core::metadata::Metadata;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{
    AccessList, CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, Error, GenerationId, Reader,
    Result, Sequence, SourceUri, SystemClock, TenantId, Timestamp,
};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use serde_json::{Value, json};
use uuid::Uuid;

const LIMIT: usize = 10;
/// Vectors that are applied at a time.
const BATCH: usize = 256;
/// Vectors after which the index makes a graph of them. As many as there are here would stay without one by default, and
/// every search would be exact.
const SEAL_AFTER: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);
/// Bytes of a number in the files.
const WIDTH: usize = size_of::<f32>();

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, store] = &arguments[..] else {
        return Err(Error::invalid("arguments", "are FOLDER STORE"));
    };
    let (folder, is_there, start) = (Path::new(folder), Path::new(store).exists(), Instant::now());
    let facts: Value = serde_json::from_slice(&read(&folder.join("facts.json"))?)
        .map_err(|source| Error::invalid("facts.json", "is no JSON").with_source(source))?;
    let length = facts["dimensions"].as_u64().and_then(|length| usize::try_from(length).ok());
    let dimensions = Dimensions::try_new(length.unwrap_or_default())?;
    let config = EdgeIndexConfig::new(store).with_seal_after(SEAL_AFTER);
    let index = EdgeIndex::open(config, tokio::runtime::Handle::current(), Arc::new(SystemClock))?;
    let collection = CollectionId::from_uuid(Uuid::nil());
    let target = IndexTarget { tenant: TenantId::default(), collection, slot: IndexSlot::First };
    let neighbours = Neighbours { index, target, ctx: CallContext::system() };
    if !is_there {
        neighbours.build(dimensions, rows(&folder.join("passages.f32"), dimensions)?).await?;
    }
    let built = (!is_there).then(|| start.elapsed().as_secs_f64());
    println!("{}", json!({ "chunks": facts["passages"], "searchable_seconds": built }));
    let queries = rows(&folder.join("queries.f32"), dimensions)?;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|source| Error::invalid("request", "is no text").with_source(source))?;
        println!("{}", neighbours.round(&queries, &line).await?);
    }
    neighbours.index.close(&neighbours.ctx).await
}

struct Neighbours {
    index: EdgeIndex,
    target: IndexTarget,
    ctx: CallContext,
}

impl Neighbours {
    async fn build(&self, dimensions: Dimensions, rows: Vec<DenseVector>) -> Result<()> {
        let schema = IndexSchema { dense: Some(dimensions) };
        let generation = GenerationId::from_uuid(Uuid::nil());
        self.index.create(&self.ctx, &self.target, generation, schema).await?;
        let operations = rows.into_iter().zip(1..).map(|(vector, number)| operation(number, vector));
        let operations: Vec<IndexOperation> = operations.collect::<Result<_>>()?;
        for batch in operations.chunks(BATCH) {
            self.index.apply(&self.ctx, &self.target, batch.to_vec()).await?;
        }
        self.index.flush(&self.ctx, &self.target, Sequence(1)).await
    }

    async fn round(&self, queries: &[DenseVector], request: &str) -> Result<Value> {
        let invalid =
            || Error::invalid("request", "must be `semantic` or `exact`, the first query and their number");
        let [leg, first, count] = request.split(' ').collect::<Vec<_>>()[..] else { return Err(invalid()) };
        let accuracy = match leg {
            "semantic" => Accuracy::Approximate,
            "exact" => Accuracy::Exact,
            _ => return Err(invalid()),
        };
        let number = |word: &str| word.parse::<usize>().map_err(|_| invalid());
        let (first, count) = (number(first)?, number(count)?);
        let (mut times, mut found) = (Vec::new(), Vec::new());
        for vector in queries.get(first..first.saturating_add(count)).ok_or_else(invalid)? {
            let query = IndexQuery {
                target: self.target.clone(),
                likeness: Likeness::Dense(vector.clone(), accuracy),
                filter: None,
                reader: Reader::Everything,
                limit: LIMIT,
            };
            let start = Instant::now();
            let hits = self.index.search(&self.ctx, &query).await?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            found.push(hits.iter().map(|hit| hit.chunk.as_uuid().as_u64_pair().1 - 1).collect::<Vec<_>>());
        }
        Ok(json!({ "ms": times, "found": found }))
    }
}

/// A document of one chunk, both with the number of their row, counted from 1.
fn operation(number: u128, vector: DenseVector) -> Result<IndexOperation> {
    let id = Uuid::from_u128(number);
    let keyword = SparseVector::try_new(Vec::new(), Vec::new())?;
    Ok(IndexOperation::Replace {
        document: DocumentId::from_uuid(id),
        version: DocumentVersion(1),
        chunks: vec![IndexedChunk { id: ChunkId::from_uuid(id), keyword, dense: Some(vector) }],
        attributes: IndexAttributes {
            source: SourceUri::try_new(format!("text:{number}"))?,
            format: "text".to_owned(),
            language: None,
            updated: Timestamp::from_millis(i64::try_from(number).unwrap_or(i64::MAX)),
            tags: BTreeSet::new(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
        },
    })
}

/// Vectors one after the other, little-endian.
fn rows(path: &Path, dimensions: Dimensions) -> Result<Vec<DenseVector>> {
    let bytes = read(path)?;
    let (numbers, _) = bytes.as_chunks::<WIDTH>();
    let numbers: Vec<f32> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
    numbers.chunks_exact(dimensions.get()).map(|row| DenseVector::try_new(row.to_vec())).collect()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| {
        Error::invalid("folder", "lacks a file").with_context("file", path.display()).with_source(source)
    })
}
