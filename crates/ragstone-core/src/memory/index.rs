//! The in-memory chunk index: exact, by looking at every chunk.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use super::lock;
use crate::access::Reader;
use crate::context::CallContext;
use crate::error::{Error, ErrorKind, Result};
use crate::facet::{FacetCount, FacetValue};
use crate::filter::Filter;
use crate::id::{DocumentId, GenerationId, Sequence};
use crate::index::{
    FacetCounts, FacetQuery, IndexAttributes, IndexCapability, IndexHit, IndexOperation, IndexQuery,
    IndexSchema, IndexState, IndexTarget, IndexedChunk, Likeness, SparseVector, inverse_document_frequency,
};
use crate::port::ChunkIndex;

/// A chunk index in memory: the reference for every other, and enough for some thousand chunks.
///
/// A search costs time linear in the chunks of its target. Nothing survives the process.
#[derive(Debug, Default)]
pub struct MemoryIndex {
    state: Mutex<IndexBooks>,
}

#[derive(Debug, Default)]
struct IndexBooks {
    is_closed: bool,
    targets: BTreeMap<IndexTarget, Target>,
}

#[derive(Debug)]
struct Target {
    state: IndexState,
    documents: BTreeMap<DocumentId, IndexedDocument>,
}

#[derive(Debug)]
struct IndexedDocument {
    attributes: IndexAttributes,
    chunks: Vec<IndexedChunk>,
}

impl MemoryIndex {
    /// Builds an index without targets.
    pub fn new() -> Self {
        Self::default()
    }

    fn open(&self) -> Result<MutexGuard<'_, IndexBooks>> {
        let books = lock(&self.state);
        if books.is_closed {
            return Err(Error::new(ErrorKind::Unavailable, "the index is closed"));
        }
        Ok(books)
    }
}

impl ChunkIndex for MemoryIndex {
    fn capability(&self) -> IndexCapability {
        IndexCapability { is_durable: false }
    }

    async fn state(&self, _ctx: &CallContext, target: &IndexTarget) -> Result<Option<IndexState>> {
        Ok(self.open()?.targets.get(target).map(|held| held.state))
    }

    async fn create(
        &self,
        _ctx: &CallContext,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> Result<()> {
        let state = IndexState { generation, schema, checkpoint: Sequence::ZERO };
        let empty = Target { state, documents: BTreeMap::new() };
        self.open()?.targets.insert(target.clone(), empty);
        Ok(())
    }

    async fn apply(
        &self,
        _ctx: &CallContext,
        target: &IndexTarget,
        operations: Vec<IndexOperation>,
    ) -> Result<()> {
        let mut books = self.open()?;
        let held = books.target_mut(target)?;
        for operation in &operations {
            operation.check(held.state.schema)?;
        }
        for operation in operations {
            held.apply(operation);
        }
        Ok(())
    }

    async fn flush(&self, _ctx: &CallContext, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        self.open()?.target_mut(target)?.state.checkpoint = checkpoint;
        Ok(())
    }

    async fn search(&self, _ctx: &CallContext, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        query.check()?;
        let books = self.open()?;
        let held = books.target(&query.target)?;
        let mut hits = match &query.likeness {
            Likeness::Keyword(keyword) => {
                let weights = held.weighted(keyword);
                held.hits(query, |chunk| keyword_score(&weights, &chunk.keyword))
            }
            Likeness::Dense(vector, _) => {
                vector.check(held.state.schema)?;
                held.hits(query, |chunk| chunk.dense.as_ref().map(|held| held.cosine(vector)))
            }
        };
        hits.sort_by(|left, right| right.score.total_cmp(&left.score).then(left.chunk.cmp(&right.chunk)));
        hits.truncate(query.limit);
        Ok(hits)
    }

    async fn count(
        &self,
        _ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> Result<u64> {
        let books = self.open()?;
        let held = books.target(target)?;
        let count: usize = held.matching(filter, reader).map(|(_, document)| document.chunks.len()).sum();
        Ok(count as u64)
    }

    async fn facet(&self, _ctx: &CallContext, query: &FacetQuery) -> Result<FacetCounts> {
        query.check()?;
        let books = self.open()?;
        let held = books.target(&query.target)?;
        let mut counts: BTreeMap<FacetValue, u64> = BTreeMap::new();
        for (_, document) in held.matching(query.filter.as_ref(), &query.reader) {
            if document.chunks.is_empty() {
                continue;
            }
            for value in query.field.values(&document.attributes) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let counts = counts.into_iter().map(|(value, documents)| FacetCount { value, documents });
        Ok(FacetCounts::first(counts.collect(), query.limit))
    }

    async fn remove(&self, _ctx: &CallContext, target: &IndexTarget) -> Result<()> {
        self.open()?.targets.remove(target);
        Ok(())
    }

    async fn targets(&self, _ctx: &CallContext) -> Result<Vec<IndexTarget>> {
        Ok(self.open()?.targets.keys().cloned().collect())
    }

    async fn close(&self, _ctx: &CallContext) -> Result<()> {
        *lock(&self.state) = IndexBooks { is_closed: true, targets: BTreeMap::new() };
        Ok(())
    }
}

impl IndexBooks {
    fn target(&self, target: &IndexTarget) -> Result<&Target> {
        self.targets.get(target).ok_or_else(|| missing(target))
    }

    fn target_mut(&mut self, target: &IndexTarget) -> Result<&mut Target> {
        self.targets.get_mut(target).ok_or_else(|| missing(target))
    }
}

fn missing(target: &IndexTarget) -> Error {
    Error::new(ErrorKind::NotFound, "the index does not hold this collection")
        .with_context("collection", target.collection)
}

// ---- One target ----

impl Target {
    fn apply(&mut self, operation: IndexOperation) {
        match operation {
            IndexOperation::Replace { document, attributes, chunks, .. } => {
                let indexed = IndexedDocument { attributes, chunks };
                self.documents.insert(document, indexed);
            }
            IndexOperation::Remove { document } | IndexOperation::Erase { document } => {
                self.documents.remove(&document);
            }
        }
    }

    fn matching<'a>(
        &'a self,
        filter: Option<&'a Filter>,
        reader: &'a Reader,
    ) -> impl Iterator<Item = (DocumentId, &'a IndexedDocument)> {
        self.documents
            .iter()
            .map(|(id, document)| (*id, document))
            .filter(move |(_, document)| document.attributes.access.admits(reader))
            .filter(move |(id, document)| filter.is_none_or(|part| part.matches(*id, &document.attributes)))
    }

    /// Query weights by term, multiplied by the term's inverse document frequency.
    fn weighted(&self, query: &SparseVector) -> BTreeMap<u32, f64> {
        let chunks = || self.documents.values().flat_map(|document| &document.chunks);
        let total = chunks().count() as u64;
        let weight = |(term, weight): (u32, f32)| {
            let holders = chunks().filter(|chunk| chunk.keyword.indices().binary_search(&term).is_ok());
            let frequency = inverse_document_frequency(total, holders.count() as u64);
            (term, f64::from(weight) * frequency)
        };
        query.iter().map(weight).collect()
    }

    fn hits(&self, query: &IndexQuery, score: impl Fn(&IndexedChunk) -> Option<f32>) -> Vec<IndexHit> {
        let mut hits = Vec::new();
        for (_, document) in self.matching(query.filter.as_ref(), &query.reader) {
            for chunk in &document.chunks {
                hits.extend(score(chunk).map(|score| IndexHit { chunk: chunk.id, score }));
            }
        }
        hits
    }
}

/// Score of a chunk; `None` where it shares no term with the query.
#[expect(clippy::cast_possible_truncation, reason = "scores are f32 on the port")]
fn keyword_score(weights: &BTreeMap<u32, f64>, chunk: &SparseVector) -> Option<f32> {
    chunk
        .iter()
        .filter_map(|(term, value)| weights.get(&term).map(|weight| weight * f64::from(value)))
        .reduce(|sum, part| sum + part)
        .map(|sum| sum as f32)
}
