//! What both benchmarks store and how: the same documents, the same calls, another catalog below.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use ragstone_core::collection::{KeywordSettings, NewCollection};
use ragstone_core::document::{ChunkDraft, DocumentDraft};
use ragstone_core::port::DynCatalog;
use ragstone_core::{
    ByteSpan, CallContext, ChunkId, CollectionId, CollectionName, Digest, LineRange, SourceUri,
};
use tokio::runtime::Runtime;
use uuid::Uuid;

pub(crate) const DOCUMENTS: usize = 64;
pub(crate) const CHUNKS: usize = 16;
/// About 200 words.
const CHUNK_LEN: usize = 1_200;

/// A catalog with one collection, and what it lives on.
pub(crate) struct Bench<L> {
    pub(crate) runtime: Runtime,
    catalog: Box<dyn DynCatalog>,
    ctx: CallContext,
    collection: CollectionId,
    _life: L,
}

impl<L> Bench<L> {
    pub(crate) fn new(runtime: Runtime, catalog: Box<dyn DynCatalog>, life: L) -> Self {
        let ctx = CallContext::system();
        let new = NewCollection {
            id: CollectionId::from_uuid(Uuid::from_u128(1)),
            name: CollectionName::default(),
            description: String::new(),
            keyword: KeywordSettings::default(),
        };
        let collection = runtime.block_on(catalog.create_collection(&ctx, new)).expect("created").id;
        Self { runtime, catalog, ctx, collection, _life: life }
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

    /// A batch of new documents; items are chunks.
    pub(crate) fn put_new(&self, bencher: Bencher<'_, '_>) {
        let mut batch = 0;
        bencher
            .counter(ItemsCount::new(DOCUMENTS * CHUNKS))
            .counter(BytesCount::new(DOCUMENTS * CHUNKS * CHUNK_LEN))
            .with_inputs(|| {
                batch += 1;
                drafts(batch)
            })
            .bench_local_values(|drafts| self.put(drafts));
    }

    /// A batch that replaces all its documents; items are chunks.
    pub(crate) fn put_changed(&self, bencher: Bencher<'_, '_>) {
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
            .bench_local_values(|drafts| self.put(drafts));
    }

    /// A batch in which nothing changed; items are documents.
    pub(crate) fn put_unchanged(&self, bencher: Bencher<'_, '_>) {
        self.put(drafts(0));
        bencher
            .counter(ItemsCount::new(DOCUMENTS))
            .with_inputs(|| drafts(0))
            .bench_local_values(|drafts| self.put(drafts));
    }

    /// One document with one chunk: what a single durable write costs.
    pub(crate) fn put_one(&self, bencher: Bencher<'_, '_>) {
        let mut number = 0;
        bencher
            .with_inputs(|| {
                number += 1;
                let mut one = draft(1, number);
                one.chunks.truncate(1);
                vec![one]
            })
            .bench_local_values(|drafts| self.put(drafts));
    }

    /// Ten chunks of ten documents, among 20,480 chunks.
    pub(crate) fn passages_10(&self, bencher: Bencher<'_, '_>) {
        for batch in 0..20 {
            self.put(drafts(batch));
        }
        let chunks = self.chunks(13, 10);
        bencher.bench_local(|| {
            let passages = self.catalog.passages(&self.ctx, black_box(&chunks));
            self.runtime.block_on(passages).expect("found")
        });
    }

    /// A whole document of 16 chunks.
    pub(crate) fn document_content(&self, bencher: Bencher<'_, '_>) {
        self.put(drafts(0));
        let document = ragstone_core::DocumentId::derive(self.collection, &source(0, 7));
        bencher.bench_local(|| {
            let content = self.catalog.document_content(&self.ctx, black_box(document));
            self.runtime.block_on(content).expect("found")
        });
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
            pages: None,
            headings: vec!["Guide".to_owned(), format!("Part {chunk}")],
            terms: 200,
        })
        .collect();
    DocumentDraft {
        source: source(batch, number),
        title: format!("Page {number}"),
        format: "markdown".to_owned(),
        language: None,
        content_digest: Digest::of(text.as_bytes()),
        recipe: "bench v1".to_owned(),
        is_verbatim: true,
        text,
        chunks,
        signature: None,
        stamp: None,
        tags: ["guide".to_owned()].into(),
        metadata: [("lang".to_owned(), ragstone_core::metadata::MetadataValue::Text("en".to_owned()))].into(),
        access: ragstone_core::AccessList::OPEN,
    }
}
