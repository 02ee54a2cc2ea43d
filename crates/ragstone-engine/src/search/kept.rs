//! The form in which an answer is kept, apart from the domain (decision 5); each document stands in it once.
//!
//! Whoever changes it changes the name of the namespace too, because other versions read the same cache.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ragstone_core::answer::{Citation, Correction, Degradation, Hit, Leg, LegRank};
use ragstone_core::document::Document;
use ragstone_core::metadata::Metadata;
use ragstone_core::span::{LineRange, PageRange};
use ragstone_core::{
    AccessList, ByteSpan, ChunkId, CollectionId, CollectionName, Digest, DocumentId, DocumentVersion,
    Sequence, SourceUri, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::answers::Found;

#[derive(Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    documents: Vec<KeptDocument>,
    hits: Vec<KeptHit>,
    corrections: Vec<KeptCorrection>,
    degraded: Vec<KeptDegradation>,
}

#[derive(Serialize, Deserialize)]
struct KeptDocument {
    id: DocumentId,
    collection: CollectionId,
    source: SourceUri,
    title: String,
    format: String,
    language: Option<String>,
    version: DocumentVersion,
    content_digest: Digest,
    is_verbatim: bool,
    text_len: u64,
    chunk_count: u32,
    tags: BTreeSet<String>,
    metadata: Metadata,
    access: AccessList,
    created_at: Timestamp,
    updated_at: Timestamp,
    sequence: Sequence,
}

#[derive(Serialize, Deserialize)]
struct KeptHit {
    /// Place of its document in the list.
    document: usize,
    collection: CollectionName,
    score: f32,
    text: String,
    highlights: Vec<ByteSpan>,
    chunk: ChunkId,
    span: ByteSpan,
    lines: LineRange,
    pages: Option<PageRange>,
    headings: Vec<String>,
    text_digest: Digest,
    legs: Vec<KeptLeg>,
}

#[derive(Serialize, Deserialize)]
struct KeptLeg {
    leg: KeptLegName,
    rank: u32,
    score: f32,
}

#[derive(Serialize, Deserialize)]
struct KeptCorrection {
    word: String,
    searched_as: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptDegradation {
    leg: KeptLegName,
    collection: CollectionName,
    reason: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptLegName {
    Keyword,
    Semantic,
}

impl From<&Found> for KeptAnswer {
    fn from(found: &Found) -> Self {
        let mut documents = Vec::new();
        let mut places: HashMap<DocumentId, usize> = HashMap::new();
        let mut place = |document: &Document| {
            *places.entry(document.id).or_insert_with(|| {
                documents.push(KeptDocument::from(document));
                documents.len() - 1
            })
        };
        let hits = found.hits.iter().map(|hit| kept_hit(hit, place(&hit.document))).collect();
        let degraded = found.degraded.iter().map(|missing| KeptDegradation {
            leg: missing.leg.into(),
            collection: missing.collection.clone(),
            reason: missing.reason.clone(),
        });
        let corrections = found.corrections.iter().cloned();
        let corrections =
            corrections.map(|Correction { word, searched_as }| KeptCorrection { word, searched_as });
        Self { corrections: corrections.collect(), degraded: degraded.collect(), hits, documents }
    }
}

impl KeptAnswer {
    /// The answer as it was; `None` where a hit names a document that is not there.
    pub(super) fn into_found(self) -> Option<Found> {
        let documents: Vec<Arc<Document>> =
            self.documents.into_iter().map(|document| Arc::new(document.into())).collect();
        let hits = self.hits.into_iter().map(|hit| {
            let document = Arc::clone(documents.get(hit.document)?);
            Some(hit_of(hit, document))
        });
        let degraded = self.degraded.into_iter().map(|missing| Degradation {
            leg: missing.leg.into(),
            collection: missing.collection,
            reason: missing.reason,
        });
        let hits = hits.collect::<Option<_>>()?;
        let corrections = self.corrections.into_iter();
        let corrections =
            corrections.map(|KeptCorrection { word, searched_as }| Correction { word, searched_as });
        Some(Found {
            hits,
            corrections: corrections.collect(),
            degraded: degraded.collect(),
            explanation: None,
        })
    }
}

fn kept_hit(hit: &Hit, document: usize) -> KeptHit {
    let legs = hit.legs.iter();
    KeptHit {
        document,
        collection: hit.collection.clone(),
        score: hit.score,
        text: hit.text.clone(),
        highlights: hit.highlights.clone(),
        chunk: hit.citation.chunk,
        span: hit.citation.span,
        lines: hit.citation.lines,
        pages: hit.citation.pages,
        headings: hit.citation.headings.clone(),
        text_digest: hit.citation.text_digest,
        legs: legs.map(|leg| KeptLeg { leg: leg.leg.into(), rank: leg.rank, score: leg.score }).collect(),
    }
}

fn hit_of(hit: KeptHit, document: Arc<Document>) -> Hit {
    let legs = hit.legs.into_iter();
    let citation = Citation {
        chunk: hit.chunk,
        document: document.id,
        version: document.version,
        source: document.source.clone(),
        title: document.title.clone(),
        span: hit.span,
        is_verbatim: document.is_verbatim,
        lines: hit.lines,
        pages: hit.pages,
        headings: hit.headings,
        text_digest: hit.text_digest,
    };
    Hit {
        score: hit.score,
        collection: hit.collection,
        document,
        text: hit.text,
        highlights: hit.highlights,
        citation,
        legs: legs.map(|leg| LegRank { leg: leg.leg.into(), rank: leg.rank, score: leg.score }).collect(),
        explanation: None,
    }
}

/// Both directions of a document, field by field.
macro_rules! same_fields {
    ($($field:ident),* $(,)?) => {
        impl From<&Document> for KeptDocument {
            fn from(document: &Document) -> Self {
                Self { $($field: document.$field.clone()),* }
            }
        }

        impl From<KeptDocument> for Document {
            fn from(document: KeptDocument) -> Self {
                Self { $($field: document.$field),* }
            }
        }
    };
}

same_fields! {
    id, collection, source, title, format, language, version, content_digest, is_verbatim, text_len, chunk_count,
    tags, metadata, access, created_at, updated_at, sequence,
}

impl From<Leg> for KeptLegName {
    fn from(leg: Leg) -> Self {
        match leg {
            Leg::Keyword => Self::Keyword,
            Leg::Semantic => Self::Semantic,
        }
    }
}

impl From<KeptLegName> for Leg {
    fn from(leg: KeptLegName) -> Self {
        match leg {
            KeptLegName::Keyword => Self::Keyword,
            KeptLegName::Semantic => Self::Semantic,
        }
    }
}
