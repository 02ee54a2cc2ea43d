//! BM25 as sparse vectors: document weights and query weights whose dot product, with the index's inverse
//! document frequencies, is the score.

use ragstone_core::Error;
use xxhash_rust::xxh3::xxh3_64;

use crate::analysis::Analyzer;

/// Id of a term: its dimension in sparse vectors.
///
/// The 64-bit XXH3 of the term with its halves xored; the same on every platform and in every version.
/// Two terms of a vocabulary of 100,000 meet with a chance of one in a million per pair looked up.
pub fn term_id(term: &str) -> u32 {
    let hash = xxh3_64(term.as_bytes());
    let folded = (hash ^ (hash >> 32)) & u64::from(u32::MAX);
    u32::try_from(folded).unwrap_or_default()
}

/// How often each term occurs in a text; made by [`Analyzer::count`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermCounts {
    counts: Vec<(u32, u32)>,
    /// Number of words that are not stop words.
    pub length: u32,
}

impl TermCounts {
    pub(crate) fn from_ids(mut ids: Vec<u32>, length: u32) -> Self {
        ids.sort_unstable();
        let counts = ids
            .chunk_by(|a, b| a == b)
            .filter_map(|run| Some((*run.first()?, u32::try_from(run.len()).unwrap_or(u32::MAX))))
            .collect();
        Self { counts, length }
    }

    /// Term ids with their counts, by ascending id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + '_ {
        self.counts.iter().copied()
    }

    /// Number of different terms.
    pub fn distinct(&self) -> usize {
        self.counts.len()
    }
}

/// A sparse vector over terms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TermVector {
    /// Term ids, ascending and unique.
    pub indices: Vec<u32>,
    /// Weight of the term at the same place in `indices`.
    pub values: Vec<f32>,
}

impl TermVector {
    /// Whether nothing can be found with it: the text held no term.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Sum of the products of common terms.
    pub fn dot(&self, other: &Self) -> f32 {
        let mut sum = 0.0;
        let mut others = other.indices.iter().zip(&other.values).peekable();
        for (index, value) in self.indices.iter().zip(&self.values) {
            while others.next_if(|(other, _)| *other < index).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| *other == index) {
                sum += value * other;
            }
        }
        sum
    }
}

/// The two parameters of BM25.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bm25 {
    k1: f32,
    b: f32,
}

impl Bm25 {
    /// # Errors
    /// `InvalidArgument` unless `0 <= k1 <= 10` and `0 <= b <= 1`.
    pub fn try_new(k1: f32, b: f32) -> Result<Self, Error> {
        if !(0.0..=10.0).contains(&k1) {
            return Err(Error::invalid("k1", "must be between 0 and 10"));
        }
        if !(0.0..=1.0).contains(&b) {
            return Err(Error::invalid("b", "must be between 0 and 1"));
        }
        Ok(Self { k1, b })
    }

    /// How slowly repetitions of a term stop adding to the score.
    pub const fn k1(self) -> f32 {
        self.k1
    }

    /// How much long texts are held back: 0 not at all, 1 fully.
    pub const fn b(self) -> f32 {
        self.b
    }

    /// Weights of a document: `tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average_length))`.
    ///
    /// The inverse document frequency is left to the index, which knows it at query time. An
    /// `average_length` that is not a positive number stands for the document's own length.
    pub fn document_vector(&self, terms: &TermCounts, average_length: f32) -> TermVector {
        let ratio = if average_length.is_finite() && average_length > 0.0 {
            to_f32(terms.length) / average_length
        } else {
            1.0
        };
        let saturation = self.k1 * (1.0 - self.b + self.b * ratio);
        let weight = |count: u32| to_f32(count) * (self.k1 + 1.0) / (to_f32(count) + saturation);
        let (indices, values) = terms.iter().map(|(id, count)| (id, weight(count))).unzip();
        TermVector { indices, values }
    }
}

impl Default for Bm25 {
    /// `k1` 1.5 and `b` 0.75, the textbook values, which are also the best all-round ones for chunks of the
    /// default size on the evaluation sets.
    fn default() -> Self {
        Self { k1: 1.5, b: 0.75 }
    }
}

/// Weights of a query: how often each of its terms occurs in it.
pub fn query_vector(analyzer: &Analyzer, text: &str) -> TermVector {
    let terms = analyzer.count(text);
    let (indices, values) = terms.iter().map(|(id, count)| (id, to_f32(count))).unzip();
    TermVector { indices, values }
}

/// Counts are far below 2^24, from where neighbours would be rounded together.
#[expect(clippy::cast_precision_loss, reason = "a count above 2^24 loses less than a ten-millionth")]
const fn to_f32(count: u32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests;
