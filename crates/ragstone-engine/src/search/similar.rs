//! Documents that are like another one: near the middle of its meaning, or with its words.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ragstone_core::answer::{Citation, Degradation, Leg};
use ragstone_core::collection::Collection;
use ragstone_core::document::DocumentContent;
use ragstone_core::embedded::EmbeddedScope;
use ragstone_core::index::{DenseVector, SparseVector};
use ragstone_core::query::MAX_SEARCH_LIMIT;
use ragstone_core::similar::{DocumentReference, SimilarAnswer, SimilarDocument, SimilarQuery};
use ragstone_core::{CallContext, ChunkId, DocumentId, Error, ErrorKind, Filter, Result, Scope, SearchQuery};

use super::asking::Asking;
use super::leg::{Found, LegOutcome};
use super::reach::SPARE_HITS;
use crate::analyzers::analyzer_of;
use crate::answering::Answering;
use crate::embedded_text::vectors_of;
use crate::engine::Engine;
use crate::passage_terms::count_terms;

/// Terms of a document that are looked for.
const TERMS: usize = 64;
/// Chunks that are looked at for each document wanted: several of the nearest may be of one document.
const CHUNKS_FOR_EACH: u32 = 16;

impl Engine {
    /// Finds the documents of the same collection that are most like one of it.
    ///
    /// Where there is a model and the document has vectors, those near their mean; otherwise those that share its most
    /// frequent terms, each weighed by how rare it is in the collection. Each document comes once, with its
    /// nearest passage, and the document itself does not come. Errors: `NotFound` for the document or its
    /// collection, `Unavailable` where no index can answer. Cost: a read of the document and of its vectors, one
    /// index query, and one read of the passages.
    pub async fn similar(&self, ctx: &CallContext, query: SimilarQuery) -> Result<SimilarAnswer> {
        ctx.principal().require(Scope::Read)?;
        let id = self.referenced(ctx, query.document()).await?;
        let content = self.catalog().document_content(ctx, id).await?;
        let name = self.collection_name(ctx, &content.document).await?;
        let answering = self.answering(Arc::new(self.find_collection(ctx, &name).await?));
        let others = others(id, query.limit())?;
        let mut degraded = Vec::new();
        let mut found = None;
        if let Some(middle) = self.middle(ctx, &content, &answering).await? {
            let outcome = self.semantic_leg(ctx, &Asking::new(&others), &answering, middle).await?;
            found = taken(outcome, &mut degraded);
        }
        if found.is_none() {
            found = self.by_terms(ctx, &others, (&answering, &content), &mut degraded).await?;
        }
        let (leg, found) = found.ok_or_else(|| unavailable(&degraded))?;
        let documents = self.nearest(ctx, found, query.limit() as usize).await?;
        Ok(SimilarAnswer { collection: name, leg, documents, degraded })
    }

    async fn referenced(&self, ctx: &CallContext, document: &DocumentReference) -> Result<DocumentId> {
        match document {
            DocumentReference::Id(id) => Ok(*id),
            DocumentReference::Source(collection, source) => {
                let collection = self.find_collection(ctx, collection).await?;
                Ok(DocumentId::derive(collection.id, source))
            }
        }
    }

    /// The mean of the vectors that the document's chunks have; `None` where none has one.
    async fn middle(
        &self,
        ctx: &CallContext,
        content: &DocumentContent,
        answering: &Answering,
    ) -> Result<Option<DenseVector>> {
        let Some(model) = answering.model() else { return Ok(None) };
        let scope = EmbeddedScope::Document(content.document.id);
        let vectors = vectors_of(self.catalog(), ctx, (scope, model), content).await?;
        Ok(mean(vectors.into_iter().flatten()))
    }

    async fn by_terms(
        &self,
        ctx: &CallContext,
        others: &SearchQuery,
        (answering, content): (&Answering, &DocumentContent),
        degraded: &mut Vec<Degradation>,
    ) -> Result<Option<(Leg, Vec<Found>)>> {
        let terms = terms(&answering.collection, content)?;
        if terms.is_empty() {
            return Ok(Some((Leg::Keyword, Vec::new())));
        }
        let outcome = self.terms_leg(ctx, &Asking::new(others), answering, terms).await?;
        Ok(taken(outcome, degraded))
    }

    /// The documents of the best chunks, each once.
    async fn nearest(
        &self,
        ctx: &CallContext,
        found: Vec<Found>,
        limit: usize,
    ) -> Result<Vec<SimilarDocument>> {
        let mut nearest: Vec<SimilarDocument> = Vec::new();
        let mut seen = BTreeSet::new();
        for found in found.chunks(limit + SPARE_HITS) {
            let chunks: Vec<ChunkId> = found.iter().map(|found| found.hit.chunk).collect();
            // In the order asked.
            for passage in self.catalog().passages(ctx, &chunks).await? {
                let hit = found.iter().find(|found| found.hit.chunk == passage.chunk.id);
                if let Some(Found { hit, .. }) = hit
                    && seen.insert(passage.document.id)
                {
                    let citation = Citation::of(&passage);
                    nearest.push(SimilarDocument { score: hit.score, document: passage.document, citation });
                }
            }
            if nearest.len() >= limit {
                break;
            }
        }
        nearest.truncate(limit);
        Ok(nearest)
    }
}

/// A question for chunks of other documents. Its text is not looked at.
fn others(document: DocumentId, limit: u32) -> Result<SearchQuery> {
    let filter = Filter::parse(&format!("document != \"{document}\""))?;
    let limit = limit.saturating_mul(CHUNKS_FOR_EACH).min(MAX_SEARCH_LIMIT);
    Ok(SearchQuery::try_new("similar", limit)?.with_filter(Some(filter)))
}

fn taken(outcome: LegOutcome, degraded: &mut Vec<Degradation>) -> Option<(Leg, Vec<Found>)> {
    degraded.extend(outcome.missing);
    let leg = outcome.leg;
    outcome.found.map(|found| (leg, found))
}

fn unavailable(degraded: &[Degradation]) -> Error {
    Error::new(ErrorKind::Unavailable, "no index can answer")
        .with_detail(format!("{degraded:?}"))
        .with_help("the index may still be built; try again in a moment")
}

/// The direction in which vectors point together; `None` where there is none.
fn mean(vectors: impl Iterator<Item = DenseVector>) -> Option<DenseVector> {
    let mut sum: Vec<f32> = Vec::new();
    for vector in vectors {
        sum.resize(vector.values().len(), 0.0);
        sum.iter_mut().zip(vector.values()).for_each(|(sum, value)| *sum += value);
    }
    DenseVector::try_new(sum).ok()
}

/// The most frequent terms of a document; the index multiplies each by its inverse document frequency.
fn terms(collection: &Collection, content: &DocumentContent) -> Result<SparseVector> {
    let DocumentContent { document, text, chunks } = content;
    let analyzer = analyzer_of(collection);
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for chunk in chunks {
        let passage = chunk.span.slice(text).unwrap_or_default();
        for (term, count) in count_terms(analyzer, &document.title, &chunk.headings, passage).iter() {
            let sum = counts.entry(term).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    let mut counts: Vec<(u32, u32)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(term, count)| (std::cmp::Reverse(*count), *term));
    counts.truncate(TERMS);
    counts.sort_unstable();
    let (terms, weights) = counts.into_iter().map(|(term, count)| (term, weight(count))).unzip();
    SparseVector::try_new(terms, weights)
}

/// Repetitions count less and less.
fn weight(count: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of terms are small")]
    let count = count as f32;
    1.0 + count.max(1.0).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: &[f32]) -> DenseVector {
        DenseVector::try_new(values).expect("a direction")
    }

    #[test]
    fn the_mean_is_where_vectors_point_together() {
        assert_eq!(mean([vector(&[1.0, 0.0]), vector(&[0.0, 1.0])].into_iter()), Some(vector(&[1.0, 1.0])));
        assert_eq!(mean([vector(&[1.0, 0.0]), vector(&[-1.0, 0.0])].into_iter()), None);
        assert_eq!(mean(std::iter::empty()), None);
    }
}
