//! Insertion, search, filtered search and reopening on generated chunks: `cargo bench --bench keyword [chunks]`.

#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the real clock")]
#![expect(clippy::expect_used, reason = "a benchmark ends at the first failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ragstone_core::index::{
    IndexAttributes, IndexOperation, IndexQuery, IndexSchema, IndexTarget, IndexedChunk, Likeness,
    SparseVector,
};
use ragstone_core::metadata::{Metadata, MetadataValue};
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{
    AccessList, CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, Filter, GenerationId,
    Reader, Sequence, SourceUri, SystemClock, TenantId, Timestamp,
};
use ragstone_index_edge::{EdgeIndex, EdgeIndexConfig};
use uuid::Uuid;

const CHUNKS_OF_A_DOCUMENT: u64 = 8;
const DOCUMENTS_OF_A_BATCH: u64 = 32;
const TERMS: f64 = 50_000.0;
const SEARCHES: usize = 1000;
const QUERY_TERMS: usize = 4;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A term with Zipf's distribution, its id spread like a hash.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    fn term(&mut self) -> u32 {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (TERMS.powf(uniform) as u32).wrapping_mul(2_654_435_761)
    }

    /// 40 to 99 words of a chunk, weighted as BM25 does.
    fn chunk(&mut self) -> SparseVector {
        let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
        for _ in 0..40 + self.next() % 60 {
            *counts.entry(self.term()).or_default() += 1.0;
        }
        let weights = counts.values().map(|count| count * 2.2 / (count + 1.2)).collect();
        SparseVector::try_new(counts.into_keys().collect(), weights).expect("ascends")
    }

    fn query(&mut self) -> SparseVector {
        let terms: BTreeSet<u32> = (0..QUERY_TERMS).map(|_| self.term()).collect();
        let weights = vec![1.0; terms.len()];
        SparseVector::try_new(terms.into_iter().collect(), weights).expect("ascends")
    }
}

fn document(number: u64, random: &mut Random) -> IndexOperation {
    let year = i64::try_from(2000 + number % 25).expect("small");
    let document =
        DocumentId::from_uuid(Uuid::from_u128(u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let chunks = (0..CHUNKS_OF_A_DOCUMENT).map(|_| IndexedChunk {
        id: ChunkId::from_uuid(Uuid::from_u64_pair(random.next(), random.next())),
        keyword: random.chunk(),
        dense: None,
    });
    IndexOperation::Replace {
        document,
        version: DocumentVersion(1),
        chunks: chunks.collect(),
        attributes: IndexAttributes {
            source: SourceUri::try_new(format!("file:///docs/{}/{number}.md", number % 100))
                .expect("a source"),
            format: if number.is_multiple_of(2) { "markdown" } else { "rust" }.to_owned(),
            language: Some("en".to_owned()),
            updated: Timestamp::from_millis(1_700_000_000_000 + i64::try_from(number).expect("small")),
            tags: BTreeSet::from([format!("tag{}", number % 10)]),
            metadata: Metadata::from([("year".to_owned(), MetadataValue::Integer(year))]),
            access: AccessList::OPEN,
        },
    }
}

struct Bench {
    index: EdgeIndex,
    target: IndexTarget,
    ctx: CallContext,
}

impl Bench {
    async fn insert(&self, chunks: u64) {
        let mut random = Random(42);
        let documents = chunks / CHUNKS_OF_A_DOCUMENT;
        let mut spent = Duration::ZERO;
        let mut batches = Vec::new();
        for first in (0..documents).step_by(usize::try_from(DOCUMENTS_OF_A_BATCH).expect("small")) {
            let numbers = first..documents.min(first + DOCUMENTS_OF_A_BATCH);
            let operations = numbers.map(|number| document(number, &mut random)).collect();
            let start = Instant::now();
            self.index.apply(&self.ctx, &self.target, operations).await.expect("applies");
            batches.push(start.elapsed());
            spent += start.elapsed();
        }
        let start = Instant::now();
        self.index.flush(&self.ctx, &self.target, Sequence(1)).await.expect("flushes");
        println!("insert {chunks} chunks: {spent:.2?}, flush {:.2?}", start.elapsed());
        report("insert a batch of 256", batches);
    }

    async fn search(&self, name: &str, filter: Option<&str>) {
        let filter = filter.map(|filter| Filter::parse(filter).expect("parses"));
        let mut random = Random(77);
        let mut times = Vec::with_capacity(SEARCHES);
        for _ in 0..SEARCHES {
            let query = IndexQuery {
                target: self.target.clone(),
                likeness: Likeness::Keyword(random.query()),
                filter: filter.clone(),
                reader: Reader::Everything,
                limit: 10,
            };
            let start = Instant::now();
            self.index.search(&self.ctx, &query).await.expect("searches");
            times.push(start.elapsed());
        }
        report(name, times);
    }

    async fn searches(&self) {
        self.search("search", None).await;
        self.search("search with tag (10 %)", Some("tag = \"tag3\"")).await;
        self.search("search with range (60 %)", Some("metadata.year >= 2010")).await;
        let narrow = "format = \"rust\" and metadata.year in (2001, 2003) and not tag = \"tag1\"";
        self.search("search with several conditions", Some(narrow)).await;
    }
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    let (median, high) = (at(50).copied().unwrap_or_default(), at(99).copied().unwrap_or_default());
    println!("{name}: p50 {median:.2?}, p99 {high:.2?}");
}

fn open(root: &std::path::Path) -> EdgeIndex {
    let config = EdgeIndexConfig::new(root);
    EdgeIndex::open(config, tokio::runtime::Handle::current(), Arc::new(SystemClock)).expect("opens")
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let chunks = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let root = tempfile::TempDir::new().expect("a directory");
    let target = IndexTarget::first_of(TenantId::default(), CollectionId::from_uuid(Uuid::from_u128(1)));
    let ctx = CallContext::system();
    let index = open(root.path());
    let bench = Bench { index, target, ctx };
    let generation = GenerationId::from_uuid(Uuid::from_u128(1));
    bench.index.create(&bench.ctx, &bench.target, generation, IndexSchema::default()).await.expect("creates");
    bench.insert(chunks).await;
    println!("right after inserting:");
    bench.searches().await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    println!("after compaction:");
    bench.searches().await;

    let start = Instant::now();
    bench.index.close(&bench.ctx).await.expect("closes");
    println!("close: {:.2?}", start.elapsed());
    let start = Instant::now();
    let index = open(root.path());
    index.state(&bench.ctx, &bench.target).await.expect("opens");
    println!("reopen: {:.2?}", start.elapsed());
    let bench = Bench { index, ..bench };
    bench.searches().await;
}
