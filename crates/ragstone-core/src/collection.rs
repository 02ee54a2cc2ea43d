//! Collections: named sets of documents with their own retrieval settings.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::generation::Generations;
use crate::id::{CollectionId, CollectionName, TenantId};

/// How text is cut into terms for the keyword leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalyzerChoice {
    /// English stemming and stop words, with identifiers split into their parts.
    #[default]
    English,
    /// Lower-cased words as they stand, with identifiers split into their parts.
    Simple,
}

/// Weighting of the keyword leg (Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and
/// Beyond*, 2009) and its analyzer; fixed when the collection is created.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeywordSettings {
    /// Analyzer of documents and queries.
    pub analyzer: AnalyzerChoice,
    /// Saturation of term frequency, 0 to 10.
    pub k1: f32,
    /// Length normalisation, 0 to 1.
    pub b: f32,
}

impl Default for KeywordSettings {
    fn default() -> Self {
        Self { analyzer: AnalyzerChoice::English, k1: 1.5, b: 0.75 }
    }
}

impl KeywordSettings {
    /// Checks the ranges of `k1` and `b`.
    pub fn check(&self) -> Result<()> {
        if !(0.0..=10.0).contains(&self.k1) {
            return Err(Error::invalid("k1", "must be from 0 to 10"));
        }
        if !(0.0..=1.0).contains(&self.b) {
            return Err(Error::invalid("b", "must be from 0 to 1"));
        }
        Ok(())
    }
}

/// A collection to create.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCollection {
    /// Fresh id.
    pub id: CollectionId,
    /// Name, unique within the tenant.
    pub name: CollectionName,
    /// What it holds, for people and agents; at most 1,024 bytes.
    pub description: String,
    /// Keyword settings.
    pub keyword: KeywordSettings,
}

impl NewCollection {
    /// Longest description in bytes.
    pub const MAX_DESCRIPTION_LEN: usize = 1024;

    /// Checks the keyword settings and the length of the description; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        if self.description.len() > Self::MAX_DESCRIPTION_LEN {
            return Err(Error::invalid("description", "must have at most 1024 bytes"));
        }
        self.keyword.check()
    }
}

/// A collection as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection {
    /// Identity.
    pub id: CollectionId,
    /// Owner.
    pub tenant: TenantId,
    /// Name, unique within the tenant.
    pub name: CollectionName,
    /// What it holds.
    pub description: String,
    /// Keyword settings.
    pub keyword: KeywordSettings,
    /// When it was created.
    pub created_at: Timestamp,
    /// Which models have vectors of it, and which one answers; `None` where that is the configured one, and was never
    /// written down.
    pub generations: Option<Generations>,
}

/// Sizes of a collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CollectionStatistics {
    /// Live documents.
    pub documents: u64,
    /// Chunks of live documents.
    pub chunks: u64,
    /// Bytes of extracted text of live documents.
    pub text_bytes: u64,
    /// Analysed terms of all chunks; with `chunks` it gives the average length that BM25 needs.
    pub terms: u64,
}

impl CollectionStatistics {
    /// Takes away what does not count.
    pub(crate) const fn subtract(&mut self, part: Self) {
        self.documents -= part.documents;
        self.chunks -= part.chunks;
        self.text_bytes -= part.text_bytes;
        self.terms -= part.terms;
    }

    /// Mean number of terms of a chunk; 0 for an empty collection.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a mean needs no more than f32"
    )]
    pub fn average_length(&self) -> f32 {
        if self.chunks == 0 { 0.0 } else { (self.terms as f64 / self.chunks as f64) as f32 }
    }
}
