//! Values of the chunk index: targets, operations, queries.

use crate::access::{AccessList, Reader};
use crate::clock::Timestamp;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::id::{
    ChunkId, CollectionId, DocumentId, DocumentVersion, GenerationId, Sequence, SourceUri, TenantId,
};
use crate::metadata::Metadata;
use std::collections::BTreeSet;

pub use self::dense::DenseVector;
pub use self::document_change::{DocumentChange, Replacement};
pub use self::facet::{FacetCounts, FacetQuery};
pub use crate::embedding::Dimensions;

pub mod admission;
mod dense;
mod document_change;
mod facet;
pub mod keyword;
pub mod rounding;
pub mod token;

/// One collection in the index, or one of its two builds: what a call acts on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexTarget {
    /// Owner of the collection.
    pub tenant: TenantId,
    /// The collection.
    pub collection: CollectionId,
    /// Which of its targets.
    pub slot: IndexSlot,
}

/// The targets that a collection can have beside each other, such as while vectors of another model are built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexSlot {
    /// The only one, as a rule.
    #[default]
    First,
    /// The one beside it.
    Second,
}

impl IndexSlot {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// The one beside this one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// What stands behind the name of the collection where a target is stored: nothing, or `_1`.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::First => "",
            Self::Second => "_1",
        }
    }

    /// Takes the slot off the name of a stored target.
    pub fn split(name: &str) -> (&str, Self) {
        match name.strip_suffix(Self::Second.suffix()) {
            Some(collection) => (collection, Self::Second),
            None => (name, Self::First),
        }
    }
}

impl IndexTarget {
    /// The target that a collection has as a rule.
    pub const fn first_of(tenant: TenantId, collection: CollectionId) -> Self {
        Self { tenant, collection, slot: IndexSlot::First }
    }

    /// Names what was attempted, and the collection, in the error of a call on this target.
    pub fn named<T>(&self, operation: &'static str, result: Result<T>) -> Result<T> {
        result.map_err(|error| error.with_operation(operation).with_context("collection.id", self.collection))
    }
}

/// What the chunks of a target have, fixed when the target is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexSchema {
    /// Size of their dense vectors; `None` where they have none.
    pub dense: Option<Dimensions>,
}

/// What the index itself remembers of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexState {
    /// Which build of the index this is.
    pub generation: GenerationId,
    /// What its chunks have.
    pub schema: IndexSchema,
    /// Every change up to here is in the index, durably.
    pub checkpoint: Sequence,
}

/// A sparse vector: term ids, ascending and distinct, with their finite weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseVector {
    indices: Vec<u32>,
    values: Vec<f32>,
}

impl SparseVector {
    /// Checks that ids ascend, that there is one weight for each and that all are finite.
    pub fn try_new(indices: Vec<u32>, values: Vec<f32>) -> Result<Self> {
        let ascends = indices.windows(2).all(|pair| matches!(pair, [left, right] if left < right));
        if indices.len() != values.len() || !ascends {
            return Err(Error::invalid("sparse vector", "needs ascending ids with one weight each"));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(Error::invalid("sparse vector", "needs finite weights"));
        }
        Ok(Self { indices, values })
    }

    /// Term ids, ascending.
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// Weights, one for each id.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Ids with their weights, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f32)> {
        self.indices.iter().copied().zip(self.values.iter().copied())
    }
}

/// Attributes of a document that filters can ask for, and who may find it.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexAttributes {
    /// Where the document comes from.
    pub source: SourceUri,
    /// Name of its format.
    pub format: String,
    /// Its language, where that is known.
    pub language: Option<String>,
    /// When the version was stored.
    pub updated: Timestamp,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Attributes.
    pub metadata: Metadata,
    /// Who may find its chunks; no filter can ask for it.
    pub access: AccessList,
}

impl IndexAttributes {
    /// Attributes of a stored document.
    pub fn of(document: &Document) -> Self {
        Self {
            source: document.source.clone(),
            format: document.format.clone(),
            language: document.language.clone(),
            updated: document.updated_at,
            tags: document.tags.clone(),
            metadata: document.metadata.clone(),
            access: document.access.clone(),
        }
    }
}

/// A chunk in the form that the index stores.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexedChunk {
    /// Identity.
    pub id: ChunkId,
    /// BM25 weights without the inverse document frequency, which the index adds when it is asked.
    pub keyword: SparseVector,
    /// What it means; `None` where that is not known (yet), so that the dense leg does not find it.
    pub dense: Option<DenseVector>,
}

/// A change of the index; applying it again changes nothing.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every operation is a replacement")]
pub enum IndexOperation {
    /// Makes these chunks, of this version, the only ones of the document.
    Replace {
        /// The document.
        document: DocumentId,
        /// Its version.
        version: DocumentVersion,
        /// What filters can ask for, and who may find it.
        attributes: IndexAttributes,
        /// All its chunks; may be none.
        chunks: Vec<IndexedChunk>,
    },
    /// Removes all chunks of the document; a missing one is fine.
    Remove {
        /// The document.
        document: DocumentId,
    },
    /// Removes all chunks of the document for good; a missing one is fine.
    ///
    /// Soon after the next [flush](crate::port::ChunkIndex::flush) no file holds anything of chunks that this or earlier
    /// operations removed, also when the process ends before. An index that another server keeps gives them up when that
    /// server tidies its files.
    Erase {
        /// The document.
        document: DocumentId,
    },
}

/// A question to the index.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexQuery {
    /// Where to look.
    pub target: IndexTarget,
    /// What is looked for.
    pub likeness: Likeness,
    /// Which chunks may be found.
    pub filter: Option<Filter>,
    /// Who asks: chunks that their access lists keep from the reader are not there.
    pub reader: Reader,
    /// Most hits; at least 1.
    pub limit: usize,
}

impl IndexQuery {
    /// Refuses what no index is to answer.
    ///
    /// A limit of 0 is `InvalidArgument`.
    pub fn check(&self) -> Result<()> {
        if self.limit == 0 {
            return Err(Error::invalid("limit", "must be at least 1"));
        }
        Ok(())
    }
}

/// What makes a chunk a hit, and how good a one.
#[derive(Clone, Debug, PartialEq)]
pub enum Likeness {
    /// Shared terms: query weights by term, each of which the index multiplies by the term's inverse document
    /// frequency.
    Keyword(SparseVector),
    /// The cosine of the angle to this vector.
    Dense(DenseVector, Accuracy),
}

/// How much of the index the dense leg looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Accuracy {
    /// What an index of near neighbours leads to; some of the best may be missed.
    #[default]
    Approximate,
    /// Every chunk that the filter admits.
    Exact,
}

/// A chunk that the index found. Its document is known to the catalog, which knows too whether the chunk is current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndexHit {
    /// The chunk.
    pub chunk: ChunkId,
    /// Score; greater is better.
    pub score: f32,
}

/// What an index can do beyond the laws of its port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexCapability {
    /// The state of a target survives the end of the process.
    pub is_durable: bool,
}

/// Inverse document frequency of the keyword leg: `ln(1 + (N - df + 0.5) / (df + 0.5))`, never negative.
///
/// Source: Lucene's `BM25Similarity`, which keeps the Robertson–Sparck Jones weight above zero.
#[expect(clippy::cast_precision_loss, reason = "counts of chunks are far below 2^53")]
pub fn inverse_document_frequency(chunks: u64, chunks_with_term: u64) -> f64 {
    let (total, with_term) = (chunks as f64, chunks_with_term as f64);
    (1.0 + (total - with_term + 0.5) / (with_term + 0.5)).ln()
}
