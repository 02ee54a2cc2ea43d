//! The shard against the reference index, on generated documents, through every stage of its life.

use std::collections::BTreeSet;

use ragstone_core::access::AccessEntry;
use ragstone_core::facet::FacetField;
use ragstone_core::filter::{Field, Filter, NumberRange, Place, SourceGlob};
use ragstone_core::index::{
    FacetQuery, IndexAttributes, IndexHit, IndexOperation, IndexQuery, IndexSchema, IndexTarget,
    IndexedChunk, Likeness, SparseVector,
};
use ragstone_core::memory::MemoryIndex;
use ragstone_core::metadata::{Metadata, MetadataValue};
use ragstone_core::port::ChunkIndex;
use ragstone_core::{
    AccessList, CallContext, ChunkId, CollectionId, DocumentId, DocumentVersion, GenerationId, Reader,
    Sequence, SourceUri, TenantId, Timestamp,
};
use tempfile::TempDir;
use uuid::Uuid;

use super::Shard;
use crate::folder::Folder;

const ENTRIES: [&str; 4] = ["user:ann", "user:bob", "group:ann", "group:staff"];

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).expect("small")]
    }

    fn vector(&mut self, most: u64) -> SparseVector {
        let terms: BTreeSet<u32> = (0..self.below(most)).map(|_| self.term()).collect();
        let values = terms.iter().map(|_| *self.pick(&[0.5, 1.0, 1.25])).collect();
        SparseVector::try_new(terms.into_iter().collect(), values).expect("ascends")
    }

    /// Low numbers are frequent, as in language; the ids are spread over the range of hashes.
    fn term(&mut self) -> u32 {
        let rank = self.below(60) * self.below(60) / 60;
        u32::try_from(rank).expect("small").wrapping_mul(2_654_435_761)
    }

    fn attributes(&mut self, document: u64) -> IndexAttributes {
        let mut metadata = Metadata::new();
        if self.below(4) > 0 {
            metadata.insert("year".to_owned(), self.pick(&years()).clone());
        }
        if self.below(2) > 0 {
            metadata.insert("lang".to_owned(), self.pick(&texts()).clone());
        }
        let tags = (0..self.below(3)).map(|_| format!("tag{}", self.below(4)));
        IndexAttributes {
            tags: tags.collect(),
            source: source(document),
            format: (*self.pick(&["markdown", "rust"])).to_owned(),
            language: (*self.pick(&[None, Some("de"), Some("rust")])).map(str::to_owned),
            updated: day(self.below(5)),
            metadata,
            access: self.access(),
        }
    }

    /// Every other document is open.
    fn access(&mut self) -> AccessList {
        if self.below(2) == 0 {
            return AccessList::OPEN;
        }
        let (allow, deny) = (self.entries(), self.entries());
        AccessList::try_new(allow, deny).expect("is small")
    }

    fn entries(&mut self) -> BTreeSet<AccessEntry> {
        (0..self.below(3)).map(|_| (*self.pick(&ENTRIES)).parse().expect("is an entry")).collect()
    }

    fn reader(&mut self) -> Reader {
        if self.below(2) == 0 { Reader::Everything } else { Reader::Named(self.entries()) }
    }

    fn operation(&mut self, documents: u64) -> IndexOperation {
        let number = self.below(documents);
        let document = DocumentId::from_uuid(Uuid::from_u128(u128::from(number) << 64));
        if self.below(5) == 0 {
            return IndexOperation::Remove { document };
        }
        let version = self.below(1000);
        let chunks = 0..self.below(6);
        let chunks = chunks.map(|position| IndexedChunk {
            // Half of the ids return in the next version, half are new.
            id: ChunkId::from_uuid(Uuid::from_u128(
                (u128::from(number) << 64) | u128::from((position << 32) | ((position % 2) * version)),
            )),
            keyword: self.vector(12),
            dense: None,
        });
        let chunks = chunks.collect();
        IndexOperation::Replace {
            document,
            version: DocumentVersion(u32::try_from(version).expect("small")),
            attributes: self.attributes(number),
            chunks,
        }
    }

    fn filter(&mut self, depth: u64) -> Filter {
        let branches = if depth == 0 { 0 } else { 3 };
        match self.below(8 + branches) {
            0 => Filter::Equals(self.field(), self.value()),
            1 => Filter::In(self.field(), (0..self.below(4)).map(|_| self.value()).collect()),
            2 => Filter::Exists(self.field()),
            3 => Filter::Within(self.field(), self.range()),
            4 => {
                Filter::Equals(Field::Source, MetadataValue::Text(source(self.below(40)).as_str().to_owned()))
            }
            5 => Filter::Dated(self.field(), self.days()),
            6 => {
                let text = *self.pick(&PLACES);
                Filter::Under(place(text))
            }
            7 => {
                let text = *self.pick(&GLOBS);
                Filter::Glob(glob(text))
            }
            8 => Filter::Not(Box::new(self.filter(depth - 1))),
            9 => Filter::All((0..self.below(3)).map(|_| self.filter(depth - 1)).collect()),
            _ => Filter::Any((0..self.below(3)).map(|_| self.filter(depth - 1)).collect()),
        }
    }

    fn field(&mut self) -> Field {
        let fields = [
            Field::Document,
            Field::Source,
            Field::Format,
            Field::Language,
            Field::Updated,
            Field::Tag,
            Field::Metadata("year".to_owned()),
            Field::Metadata("lang".to_owned()),
            Field::Metadata("absent".to_owned()),
        ];
        self.pick(&fields).clone()
    }

    fn value(&mut self) -> MetadataValue {
        let document = DocumentId::from_uuid(Uuid::from_u128(u128::from(self.below(40)) << 64));
        let mut values = years();
        values.extend(texts());
        values.extend(["tag1", "tag2", "markdown", "rust"].map(|text| MetadataValue::Text(text.to_owned())));
        values.push(MetadataValue::Text(document.to_string()));
        self.pick(&values).clone()
    }

    fn days(&mut self) -> NumberRange {
        let bounds = [None, Some(0.0), Some(86_400_000.0), Some(172_800_000.0)];
        NumberRange { gte: *self.pick(&bounds), lt: *self.pick(&bounds), ..NumberRange::UNBOUNDED }
    }

    fn range(&mut self) -> NumberRange {
        let bounds = [None, Some(2000.0), Some(2010.1), Some(9_007_199_254_740_992.0), Some(0.1 + 0.2)];
        NumberRange {
            gt: *self.pick(&bounds[..2]),
            gte: *self.pick(&bounds),
            lt: *self.pick(&bounds[..4]),
            lte: *self.pick(&bounds),
        }
    }
}

fn years() -> Vec<MetadataValue> {
    vec![
        MetadataValue::Integer(2000),
        MetadataValue::Float(2000.0),
        MetadataValue::Float(2010.1),
        MetadataValue::Float(0.1 + 0.2),
        MetadataValue::Integer(9_007_199_254_740_993),
        MetadataValue::Integer(-1),
        MetadataValue::Boolean(true),
        MetadataValue::Text("2000".to_owned()),
    ]
}

fn texts() -> Vec<MetadataValue> {
    vec![
        MetadataValue::Text("de".to_owned()),
        MetadataValue::Text("with \"quotes\", dots. and \\".to_owned()),
        MetadataValue::Text("long ".repeat(200)),
        MetadataValue::Text("1970-01-02".to_owned()),
        MetadataValue::Text("1970-01-02T00:00:00+01:00".to_owned()),
    ]
}

fn day(number: u64) -> Timestamp {
    Timestamp::from_millis(i64::try_from(number).expect("small") * 86_400_000)
}

const PLACES: [&str; 4] = ["file:///docs/", "file:///docs/deep/deep/", "text:", "file:///other/"];
const GLOBS: [&str; 5] = ["**/*.md", "**/7.md", "**/deep/**", "file:///docs/*", "file:///docs/**/deep/*.md"];

fn place(text: &str) -> Place {
    Place::try_new(text).expect("is a place")
}

fn glob(text: &str) -> SourceGlob {
    SourceGlob::try_new(text).expect("is a glob")
}

fn source(document: u64) -> SourceUri {
    let folders = "deep/".repeat(usize::try_from(document % 3).expect("small") * 10);
    SourceUri::try_new(format!("file:///docs/{folders}{document}.md")).expect("a source")
}

/// A shard and the reference that it must agree with.
struct Pair {
    shard: Shard,
    reference: MemoryIndex,
    target: IndexTarget,
    random: Random,
    /// Last, because the shard writes when it is dropped.
    directory: TempDir,
}

impl Pair {
    async fn new(seed: u64) -> Self {
        let directory = TempDir::new().expect("a directory");
        let target = IndexTarget::first_of(TenantId::default(), CollectionId::from_uuid(Uuid::from_u128(7)));
        let generation = GenerationId::from_uuid(Uuid::from_u128(1));
        let reference = MemoryIndex::new();
        reference
            .create(&CallContext::system(), &target, generation, IndexSchema::default())
            .await
            .expect("creates");
        let shard = Shard::create(Folder::of(directory.path(), &target), generation, IndexSchema::default())
            .expect("creates");
        Self { directory, shard, reference, target, random: Random(seed) }
    }

    async fn change(&mut self, operations: usize, documents: u64) {
        for _ in 0..operations.div_ceil(50) {
            let batch: Vec<_> = (0..50.min(operations)).map(|_| self.random.operation(documents)).collect();
            self.shard.apply(batch.clone()).expect("applies");
            self.reference.apply(&CallContext::system(), &self.target, batch).await.expect("applies");
        }
    }

    fn reopen(self) -> Self {
        self.shard.close().expect("closes");
        let shard = Shard::open(Folder::of(self.directory.path(), &self.target)).expect("opens");
        Self { shard, ..self }
    }

    /// Searches, counts and counts values alike, for generated queries and filters.
    async fn agree(&mut self, stage: &str) {
        let ctx = CallContext::system();
        for _ in 0..150 {
            let filter = (self.random.below(3) > 0).then(|| self.random.filter(3));
            let query = IndexQuery {
                target: self.target.clone(),
                likeness: Likeness::Keyword(self.random.vector(5)),
                limit: usize::try_from(1 + self.random.below(30)).expect("small"),
                filter,
                reader: self.random.reader(),
            };
            let expected = self.reference.search(&ctx, &query).await.expect("searches");
            let found = self.shard.search(&query).expect("searches");
            assert_eq!(keys(&found), keys(&expected), "{stage}: {query:?}");
            for (found, expected) in found.iter().zip(&expected) {
                let error = (found.score - expected.score).abs();
                assert!(error <= 1e-6 * expected.score.abs(), "{stage}: {found:?} is not {expected:?}");
            }
            let filter = query.filter.as_ref();
            let expected = self.reference.count(&ctx, &self.target, filter, &query.reader).await;
            let counted = self.shard.count(filter, &query.reader).expect("counts");
            assert_eq!(counted, expected.expect("counts"), "{stage}: {query:?}");
            let facet = FacetQuery {
                target: query.target,
                field: self.random.pick(&facets()).clone(),
                filter: query.filter,
                reader: query.reader,
                limit: query.limit,
            };
            let expected = self.reference.facet(&ctx, &facet).await.expect("counts values");
            assert_eq!(self.shard.facet(&facet).expect("counts values"), expected, "{stage}: {facet:?}");
        }
    }
}

fn facets() -> Vec<FacetField> {
    let keys = ["year", "lang", "absent"].map(|key| FacetField::Metadata(key.to_owned()));
    [FacetField::Format, FacetField::Language, FacetField::Tag].into_iter().chain(keys).collect()
}

fn keys(hits: &[IndexHit]) -> Vec<ChunkId> {
    hits.iter().map(|hit| hit.chunk).collect()
}

#[tokio::test]
async fn agrees_with_the_reference_through_its_life() {
    let mut pair = Pair::new(42).await;
    pair.agree("empty").await;
    pair.change(200, 40).await;
    pair.agree("written").await;
    pair.shard.flush(Sequence(1)).expect("flushes");
    let mut pair = pair.reopen();
    pair.agree("reopened").await;
    pair.change(100, 40).await;
    pair.agree("changed after opening").await;
    let mut pair = pair.reopen();
    pair.agree("reopened again").await;
}

#[tokio::test]
async fn sealing_and_compaction_change_no_answer() {
    let mut pair = Pair::new(4711).await;
    for round in 0..6 {
        pair.change(400, 1500).await;
        pair.shard.seal().expect("seals");
        pair.agree(&format!("sealed {round}")).await;
    }
    pair.change(200, 1500).await;
    pair.agree("changed after sealing").await;
    pair.shard.compact().expect("compacts");
    pair.agree("compacted").await;
    pair.change(1000, 300).await;
    pair.shard.compact().expect("compacts");
    pair.agree("much removed and compacted").await;
    let mut pair = pair.reopen();
    pair.agree("reopened").await;
}

#[tokio::test]
async fn statistics_counted_anew_are_those_that_were_kept() {
    let mut pair = Pair::new(99).await;
    pair.change(300, 60).await;
    pair.shard.seal().expect("seals");
    pair.change(100, 60).await;
    let kept = pair.shard.statistics().clone();
    assert_eq!(super::count_terms(&pair.shard.edge).expect("counts"), kept);
    let pair = pair.reopen();
    assert_eq!(*pair.shard.statistics(), kept);
}

#[tokio::test]
async fn a_crowd_of_equal_chunks_is_cut_by_id() {
    let mut pair = Pair::new(5).await;
    let keyword = SparseVector::try_new(vec![1, 2], vec![1.0, 1.0]).expect("ascends");
    let chunks = (0..300).map(|number| IndexedChunk {
        id: ChunkId::from_uuid(Uuid::from_u128((number * 7919) % 300 + 1)),
        keyword: keyword.clone(),
        dense: None,
    });
    let crowd = IndexOperation::Replace {
        document: DocumentId::from_uuid(Uuid::from_u128(9)),
        version: DocumentVersion(1),
        attributes: pair.random.attributes(1),
        chunks: chunks.collect(),
    };
    pair.shard.apply(vec![crowd]).expect("applies");
    let query = IndexQuery {
        target: pair.target.clone(),
        likeness: Likeness::Keyword(keyword),
        filter: None,
        reader: Reader::Everything,
        limit: 5,
    };
    let hits = pair.shard.search(&query).expect("searches");
    let ids: Vec<u128> = hits.iter().map(|hit| hit.chunk.as_uuid().as_u128()).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn the_journal_is_trimmed_and_later_changes_still_count() {
    let mut pair = Pair::new(77).await;
    while pair.shard.folder.full_journals() < 3 {
        pair.change(2000, 4000).await;
    }
    let mut pair = pair.reopen();
    assert_eq!(pair.shard.folder.full_journals(), 1);
    pair.change(200, 4000).await;
    pair.agree("after trimming").await;
}

#[tokio::test]
async fn a_repeated_chunk_id_is_refused() {
    let mut pair = Pair::new(3).await;
    let chunk = IndexedChunk {
        id: ChunkId::from_uuid(Uuid::from_u128(1)),
        keyword: SparseVector::default(),
        dense: None,
    };
    let operation = IndexOperation::Replace {
        document: DocumentId::from_uuid(Uuid::from_u128(9)),
        version: DocumentVersion(1),
        attributes: pair.random.attributes(1),
        chunks: vec![chunk.clone(), chunk],
    };
    let refused = pair.shard.apply(vec![operation]).expect_err("is refused");
    assert_eq!(refused.kind(), ragstone_core::ErrorKind::InvalidArgument);
    assert!(!pair.shard.is_suspect());
}
