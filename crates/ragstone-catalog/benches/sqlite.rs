//! Durable writes and the read that every search ends with, on a real file.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run has nothing to report")]

use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::collection::{KeywordSettings, NewCollection};
use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::port::{CollectionStore, DocumentStore};
use ragstone_core::{
    ByteSpan, CallContext, ChunkId, CollectionId, CollectionName, Digest, LineRange, SourceUri, SystemClock,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

const DOCUMENTS: usize = 64;
const CHUNKS: usize = 16;
/// About 200 words.
const CHUNK_LEN: usize = 1_200;

fn main() {
    divan::main();
}

struct Bench {
    runtime: Runtime,
    catalog: SqliteCatalog,
    ctx: CallContext,
    collection: CollectionId,
    _folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let ctx = CallContext::system();
        let (catalog, collection) = runtime.block_on(async {
            let path = folder.path().join("catalog.sqlite");
            let catalog = SqliteCatalog::open(path, SqliteConfig::default(), Arc::new(SystemClock))
                .await
                .expect("opened");
            let new = NewCollection {
                id: CollectionId::from_uuid(Uuid::from_u128(1)),
                name: CollectionName::default(),
                description: String::new(),
                keyword: KeywordSettings::default(),
            };
            let collection = catalog.create_collection(&ctx, new).await.expect("created");
            (catalog, collection.id)
        });
        Self { runtime, catalog, ctx, collection, _folder: folder }
    }

    fn put(&self, drafts: Vec<DocumentDraft>) {
        let put = self.catalog.put_documents(&self.ctx, self.collection, drafts);
        self.runtime.block_on(put).expect("stored");
    }

    /// Chunk ids of `count` documents that were stored before.
    fn chunks(&self, batch: usize, count: usize) -> Vec<ChunkId> {
        (0..count)
            .map(|number| {
                let source = source(batch, number * 7 % DOCUMENTS);
                let document = ragstone_core::DocumentId::derive(self.collection, &source);
                let content = self.catalog.document_content(&self.ctx, document);
                let content = self.runtime.block_on(content).expect("found");
                content.chunks[number % CHUNKS].id
            })
            .collect()
    }
}

fn source(batch: usize, number: usize) -> SourceUri {
    SourceUri::try_new(format!("file:///docs/{batch}/{number}.md")).expect("a source")
}

fn drafts(batch: usize) -> Vec<DocumentDraft> {
    (0..DOCUMENTS).map(|number| draft(batch, number)).collect()
}

fn draft(batch: usize, number: usize) -> DocumentDraft {
    let filler = "x".repeat(CHUNK_LEN);
    let lines: Vec<String> = (0..CHUNKS).map(|chunk| format!("{number:04} {chunk:02} {filler}\n")).collect();
    let text = lines.concat();
    let len = text.len() / CHUNKS;
    let chunks = (0..CHUNKS)
        .zip(1..)
        .map(|(chunk, line)| ChunkDraft {
            span: ByteSpan::try_new(chunk * len, (chunk + 1) * len).expect("a span"),
            lines: LineRange::try_new(line, line).expect("lines"),
            headings: vec!["Guide".to_owned(), format!("Part {chunk}")],
            terms: 200,
        })
        .collect();
    DocumentDraft {
        source: source(batch, number),
        title: format!("Page {number}"),
        format: "markdown".to_owned(),
        content_digest: Digest::of(text.as_bytes()),
        recipe: "bench v1".to_owned(),
        is_verbatim: true,
        text,
        chunks,
        tags: ["guide".to_owned()].into(),
        metadata: [("lang".to_owned(), ragstone_core::metadata::MetadataValue::Text("en".to_owned()))].into(),
    }
}

/// A batch of new documents; items are chunks.
#[divan::bench(sample_count = 60, sample_size = 1)]
fn put_new(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    let mut batch = 0;
    bencher
        .counter(ItemsCount::new(DOCUMENTS * CHUNKS))
        .counter(BytesCount::new(DOCUMENTS * CHUNKS * CHUNK_LEN))
        .with_inputs(|| {
            batch += 1;
            drafts(batch)
        })
        .bench_local_values(|drafts| bench.put(drafts));
}

/// A batch that replaces all its documents; items are chunks.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn put_changed(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    let mut round = 0_u64;
    bencher
        .counter(ItemsCount::new(DOCUMENTS * CHUNKS))
        .with_inputs(|| {
            round += 1;
            let mut drafts = drafts(0);
            for draft in &mut drafts {
                draft.recipe = format!("round {round}");
            }
            drafts
        })
        .bench_local_values(|drafts| bench.put(drafts));
}

/// A batch in which nothing changed; items are documents.
#[divan::bench(sample_count = 60, sample_size = 1)]
fn put_unchanged(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    bench.put(drafts(0));
    bencher
        .counter(ItemsCount::new(DOCUMENTS))
        .with_inputs(|| drafts(0))
        .bench_local_values(|drafts| bench.put(drafts));
}

/// One document with one chunk: what a single durable write costs.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn put_one(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            let mut one = draft(1, number);
            one.chunks.truncate(1);
            vec![one]
        })
        .bench_local_values(|drafts| bench.put(drafts));
}

/// Ten chunks of ten documents, among 20,480 chunks.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn passages_10(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    for batch in 0..20 {
        bench.put(drafts(batch));
    }
    let chunks = bench.chunks(13, 10);
    bencher.bench_local(|| {
        let passages = bench.catalog.passages(&bench.ctx, black_box(&chunks));
        bench.runtime.block_on(passages).expect("found")
    });
}

/// A whole document of 16 chunks.
#[divan::bench(sample_count = 1000, sample_size = 1)]
fn document_content(bencher: Bencher<'_, '_>) {
    let bench = Bench::new();
    bench.put(drafts(0));
    let document = ragstone_core::DocumentId::derive(bench.collection, &source(0, 7));
    bencher.bench_local(|| {
        let content = bench.catalog.document_content(&bench.ctx, black_box(document));
        bench.runtime.block_on(content).expect("found")
    });
}
