//! Candidates: the best of what the legs found, with their passages, as far as the query admits them.

use std::collections::HashMap;

use ragstone_core::document::Passage;
use ragstone_core::explanation::Cuts;
use ragstone_core::{CallContext, ChunkId, DocumentId, Result, SearchQuery};
use ragstone_observability::span;
use tracing::debug_span;

use super::asking::Asking;
use super::fusion::FusedHit;
use super::reach::Reach;
use super::requirement::{Lack, Requirement};
use crate::engine::Engine;

/// A chunk that the query admits.
pub(super) struct Candidate {
    pub(super) fused: FusedHit,
    pub(super) passage: Passage,
    /// Factor for its age, where age counts.
    pub(super) recency: Option<f32>,
    /// Factor for its source, where sources have weights.
    pub(super) source_weight: Option<f32>,
    /// What the reranking model says, where it was asked.
    pub(super) relevance: Option<f32>,
}

impl Candidate {
    fn new(fused: FusedHit, passage: Passage) -> Self {
        Self { fused, passage, recency: None, source_weight: None, relevance: None }
    }

    pub(super) fn document(&self) -> DocumentId {
        self.passage.document.id
    }
}

/// Hits that each document may still have.
pub(super) struct Quota {
    most: Option<u32>,
    taken: HashMap<DocumentId, u32>,
}

impl Quota {
    pub(super) fn of(query: &SearchQuery) -> Self {
        Self { most: query.options().per_document, taken: HashMap::new() }
    }

    pub(super) fn has_room(&self, document: DocumentId) -> bool {
        self.most.is_none_or(|most| self.taken.get(&document).is_none_or(|taken| *taken < most))
    }

    /// Takes a place where there is one, and says whether there was.
    pub(super) fn take(&mut self, document: DocumentId) -> bool {
        let has_room = self.has_room(document);
        if has_room && self.most.is_some() {
            *self.taken.entry(document).or_default() += 1;
        }
        has_room
    }
}

impl Engine {
    /// Reads passages, best first, until there are enough; a chunk whose version was replaced meanwhile is left out.
    pub(super) async fn candidates(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        mut found: Vec<FusedHit>,
    ) -> Result<(Vec<Candidate>, Cuts)> {
        let query = asking.query;
        let requirement = Requirement::of(query.parsed());
        let Reach { mut pool, batch, .. } = Reach::of(query);
        let mut cuts = Cuts::default();
        if let Some(least) = query.options().min_score.filter(|_| !query.options().reorders()) {
            let all = found.len();
            found.retain(|fused| fused.hit.score >= least);
            cuts.below_min_score = all - found.len();
        }
        let mut rest = found.into_iter();
        let mut candidates = Vec::new();
        while pool > 0 && rest.len() > 0 && !are_enough(query, &candidates) {
            let next: Vec<FusedHit> = rest.by_ref().take(batch.min(pool)).collect();
            let mut passages = self.read_passages(ctx, asking, &next).await?;
            // A long document that is being replaced must not take the places of all others.
            pool -= passages.len();
            for fused in next {
                let Some(passage) = passages.remove(&fused.hit.chunk) else {
                    cuts.replaced += 1;
                    continue;
                };
                let collection = &fused.collection;
                match requirement.as_ref().and_then(|all| all.lack(collection, &passage.text)) {
                    None => candidates.push(Candidate::new(fused, passage)),
                    Some(Lack::Phrase) => cuts.without_phrase += 1,
                    Some(Lack::Excluded) => cuts.excluded += 1,
                }
            }
        }
        cuts.beyond_limit = rest.len();
        Ok((candidates, cuts))
    }

    async fn read_passages(
        &self,
        ctx: &CallContext,
        asking: &Asking<'_>,
        found: &[FusedHit],
    ) -> Result<HashMap<ChunkId, Passage>> {
        let ids: Vec<ChunkId> = found.iter().map(|found| found.hit.chunk).collect();
        let reading = self.catalog().passages(ctx, &ids);
        let passages =
            self.stages(asking).wait("passages", debug_span!(span::SEARCH_PASSAGES), reading).await?;
        Ok(passages.into_iter().map(|passage| (passage.chunk.id, passage)).collect())
    }
}

/// Whether those that were not read cannot be among the hits.
fn are_enough(query: &SearchQuery, candidates: &[Candidate]) -> bool {
    let mut quota = Quota::of(query);
    let takeable = candidates.iter().filter(|candidate| quota.take(candidate.document())).count();
    !query.options().reorders() && takeable >= query.limit() as usize
}
