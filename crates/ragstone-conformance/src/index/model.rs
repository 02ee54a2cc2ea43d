//! The oracle: what a target must hold and answer, computed the plainest way from the operations.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use ragstone_core::facet::{FacetField, MAX_FACET_TEXT};
use ragstone_core::id::{ChunkId, DocumentId};
use ragstone_core::index::{
    DenseVector, IndexAttributes, IndexHit, IndexOperation, IndexedChunk, SparseVector,
};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::{Filter, Reader};

/// Relative error that is allowed to scores, which engines sum in single precision.
const TOLERANCE: f64 = 1e-4;

/// Score of every chunk that must be found.
type Scores = BTreeMap<ChunkId, f64>;

/// One document as the index must hold it.
#[derive(Clone, Debug)]
struct ModelDocument {
    attributes: IndexAttributes,
    chunks: Vec<IndexedChunk>,
}

/// A target as it must be.
#[derive(Clone, Debug)]
pub struct Model {
    documents: BTreeMap<DocumentId, ModelDocument>,
    reader: Reader,
}

impl Default for Model {
    fn default() -> Self {
        Self { documents: BTreeMap::new(), reader: Reader::Everything }
    }
}

impl Model {
    /// The same target for another reader.
    #[must_use]
    pub fn reading_as(self, reader: Reader) -> Self {
        Self { reader, ..self }
    }

    /// Who reads.
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Applies operations in order.
    pub fn apply(&mut self, operations: &[IndexOperation]) {
        for operation in operations {
            match operation.clone() {
                IndexOperation::Replace { document, attributes, chunks, .. } => {
                    let held = ModelDocument { attributes, chunks };
                    self.documents.insert(document, held);
                }
                IndexOperation::Remove { document } | IndexOperation::Erase { document } => {
                    self.documents.remove(&document);
                }
            }
        }
    }

    /// Number of chunks that the filter admits and the reader may read.
    pub fn count(&self, filter: Option<&Filter>) -> u64 {
        self.admitted(filter).count() as u64
    }

    /// Values of a field with the number of documents that have each, by kind, value and number.
    pub fn values(&self, field: &FacetField, filter: Option<&Filter>) -> Vec<(MetadataValue, u64)> {
        let mut counts: Vec<(MetadataValue, u64)> = Vec::new();
        let documents: BTreeSet<DocumentId> = self.admitted(filter).map(|(document, ..)| document).collect();
        for document in documents {
            for value in values_of(field, &self.documents[&document].attributes) {
                match counts.iter_mut().find(|(held, _)| held.equals(&value)) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((value, 1)),
                }
            }
        }
        counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| order(&left.0, &right.0)));
        counts
    }

    fn admitted<'a>(
        &'a self,
        filter: Option<&'a Filter>,
    ) -> impl Iterator<Item = (DocumentId, &'a IndexedChunk)> {
        self.documents
            .iter()
            .filter(move |(_, held)| held.attributes.access.admits(&self.reader))
            .filter(move |(id, held)| filter.is_none_or(|filter| filter.matches(**id, &held.attributes)))
            .flat_map(|(id, held)| held.chunks.iter().map(|chunk| (*id, chunk)))
    }

    fn scores(&self, query: &SparseVector, filter: Option<&Filter>) -> Scores {
        let frequencies: BTreeMap<u32, f64> =
            query.iter().map(|(term, _)| (term, self.inverse_frequency(term))).collect();
        let mut scores = BTreeMap::new();
        for (_, chunk) in self.admitted(filter) {
            let held: BTreeMap<u32, f32> = chunk.keyword.iter().collect();
            let shared: Vec<f64> = query
                .iter()
                .filter_map(|(term, weight)| {
                    let value = held.get(&term)?;
                    Some(f64::from(weight) * f64::from(*value) * frequencies[&term])
                })
                .collect();
            if !shared.is_empty() {
                scores.insert(chunk.id, shared.iter().sum());
            }
        }
        scores
    }

    /// `ln(1 + (N - df + 0.5) / (df + 0.5))`, written out again so that the formula itself is checked.
    fn inverse_frequency(&self, term: u32) -> f64 {
        let (mut total, mut with_term) = (0.0, 0.0);
        for chunk in self.documents.values().flat_map(|held| &held.chunks) {
            total += 1.0;
            if chunk.keyword.indices().contains(&term) {
                with_term += 1.0;
            }
        }
        f64::ln(1.0 + (total - with_term + 0.5) / (with_term + 0.5))
    }

    /// Cosine of every chunk that has a vector.
    fn cosines(&self, direction: &DenseVector, filter: Option<&Filter>) -> Scores {
        self.admitted(filter)
            .filter_map(|(_, chunk)| {
                let held = chunk.dense.as_ref()?;
                let products = held.values().iter().zip(direction.values());
                let cosine = products.map(|(left, right)| f64::from(*left) * f64::from(*right)).sum();
                Some((chunk.id, cosine))
            })
            .collect()
    }

    /// Asserts that hits are the best ones, in order, with the right scores.
    #[track_caller]
    pub fn assert_hits(
        &self,
        query: &SparseVector,
        filter: Option<&Filter>,
        limit: usize,
        hits: &[IndexHit],
    ) {
        assert_best(self.scores(query, filter), limit, hits);
    }

    /// Asserts that hits are the nearest ones, in order, with the right cosines.
    #[track_caller]
    pub fn assert_nearest(
        &self,
        direction: &DenseVector,
        filter: Option<&Filter>,
        limit: usize,
        hits: &[IndexHit],
    ) {
        assert_best(self.cosines(direction, filter), limit, hits);
    }

    /// Asserts that hits descend and have the right cosines, near or not.
    #[track_caller]
    pub fn assert_cosines(&self, direction: &DenseVector, filter: Option<&Filter>, hits: &[IndexHit]) {
        assert_scored(&mut self.cosines(direction, filter), hits);
    }
}

/// What a document has in a field that is counted, written out again.
fn values_of(field: &FacetField, attributes: &IndexAttributes) -> Vec<MetadataValue> {
    let text = |text: &String| MetadataValue::Text(text.clone());
    let values: Vec<MetadataValue> = match field {
        FacetField::Format => vec![text(&attributes.format)],
        FacetField::Language => attributes.language.iter().map(text).collect(),
        FacetField::Tag => attributes.tags.iter().map(text).collect(),
        FacetField::Metadata(key) => attributes.metadata.get(key).cloned().into_iter().collect(),
    };
    let is_short = |value: &MetadataValue| match value {
        MetadataValue::Text(text) => text.len() <= MAX_FACET_TEXT,
        _ => true,
    };
    values.into_iter().filter(is_short).collect()
}

/// Truth values, numbers, texts.
fn order(left: &MetadataValue, right: &MetadataValue) -> Ordering {
    use MetadataValue::{Boolean, Float, Integer, Text};
    let kind = |value: &MetadataValue| match value {
        Boolean(_) => 0,
        Integer(_) | Float(_) => 1,
        Text(_) => 2,
    };
    match (left, right) {
        (Boolean(left), Boolean(right)) => left.cmp(right),
        (Text(left), Text(right)) => left.cmp(right),
        (Integer(left), Integer(right)) => left.cmp(right),
        _ => match (left.as_number(), right.as_number()) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => kind(left).cmp(&kind(right)),
        },
    }
}

#[track_caller]
fn assert_best(mut scores: Scores, limit: usize, hits: &[IndexHit]) {
    assert_eq!(hits.len(), scores.len().min(limit), "as many hits as there are");
    assert_scored(&mut scores, hits);
    let worst = hits.last().map_or(f64::INFINITY, |hit| f64::from(hit.score));
    for score in scores.values() {
        assert!(
            *score <= worst || is_close(*score, worst),
            "a chunk with {score} was left out, one with {worst} was not"
        );
    }
}

/// Takes the hits out of the scores.
#[track_caller]
fn assert_scored(scores: &mut Scores, hits: &[IndexHit]) {
    for hit in hits {
        let score = scores.remove(&hit.chunk).expect("a hit is an admitted chunk that can be found, once");
        assert!(is_close(f64::from(hit.score), score), "score {} instead of {score}", hit.score);
    }
    for pair in hits.windows(2) {
        let order = pair[1].score.total_cmp(&pair[0].score);
        assert!(order.then(pair[0].chunk.cmp(&pair[1].chunk)).is_lt(), "hits descend, ties by chunk id");
    }
}

fn is_close(left: f64, right: f64) -> bool {
    (left - right).abs() <= TOLERANCE * left.abs().max(right.abs()).max(1e-3)
}
