//! Asking a shard: exact scores, exact order, exact counts.

use std::cmp::Ordering as Order;
use std::collections::HashMap;

use qdrant_edge::{
    CountRequest, EdgeShard, Filter as EdgeFilter, PointId, SearchRequest, WithPayloadInterface, WithVector,
};
use ragstone_core::index::admission::Admission;
use ragstone_core::index::rounding::{is_cut_clear, nearly_tied};
use ragstone_core::index::{IndexHit, IndexQuery};
use ragstone_core::{ChunkId, Filter, Reader, Result};

use super::Shard;
use super::question::Question;
use crate::condition::admission;
use crate::{fault, point};

/// Hits that are asked for beyond the limit, so that ties at the cut are seen.
const SLACK: usize = 16;
/// Candidates of one query, however many chunks tie at the cut.
const MOST_CANDIDATES: usize = 16_384;

/// A hit with the point that it is.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    id: PointId,
    chunk: ChunkId,
    score: f32,
}

impl Candidate {
    const fn hit(&self) -> IndexHit {
        IndexHit { chunk: self.chunk, score: self.score }
    }
}

impl Shard {
    /// Finds the best chunks, best first, ties by chunk id.
    ///
    /// Edge adds single-precision products in an order that differs between segments. Where that could decide
    /// the order, scores are added again in double precision, so that the answer does not depend on the segments.
    pub(crate) fn search(&self, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        let filter = match admission(query.filter.as_ref(), &query.reader) {
            Admission::Everything => None,
            Admission::Nothing => return Ok(Vec::new()),
            Admission::Where(condition) => Some(EdgeFilter::new_must(condition)),
        };
        let Some(question) = self.question(query)? else { return Ok(Vec::new()) };
        let chunks = usize::try_from(self.statistics().chunks()).unwrap_or(usize::MAX);
        let limit = query.limit.min(chunks);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let mut candidates = self.candidates(&question, filter.as_ref(), limit, chunks)?;
        self.settle_ties(&mut candidates, &question)?;
        candidates.sort_unstable_by(by_rank);
        candidates.truncate(limit);
        Ok(candidates.iter().map(Candidate::hit).collect())
    }

    /// Counts chunks exactly.
    pub(crate) fn count(&self, filter: Option<&Filter>, reader: &Reader) -> Result<u64> {
        match admission(filter, reader) {
            Admission::Everything => Ok(self.statistics().chunks()),
            Admission::Nothing => Ok(0),
            Admission::Where(condition) => count(&self.edge, Some(EdgeFilter::new_must(condition))),
        }
    }

    /// The best `limit` chunks and all that could tie with the last of them, but at most [`MOST_CANDIDATES`]:
    /// beyond, which of the tied chunks are found is up to Edge, so that a query costs no scan of the collection.
    fn candidates(
        &self,
        question: &Question,
        filter: Option<&EdgeFilter>,
        limit: usize,
        chunks: usize,
    ) -> Result<Vec<Candidate>> {
        let mut wanted = limit.saturating_add(SLACK);
        let most = wanted.max(MOST_CANDIDATES);
        loop {
            let found = self.nearest(question, filter, wanted)?;
            let is_whole = found.len() < wanted || wanted >= chunks;
            if is_whole || is_cut_clear(&found, limit, |found| found.score) || wanted >= most {
                return Ok(found);
            }
            wanted = wanted.saturating_mul(4).min(most);
        }
    }

    fn nearest(
        &self,
        question: &Question,
        filter: Option<&EdgeFilter>,
        limit: usize,
    ) -> Result<Vec<Candidate>> {
        let request = SearchRequest {
            query: question.query(),
            filter: filter.cloned(),
            params: question.params(),
            limit,
            offset: 0,
            with_payload: None,
            with_vector: None,
            score_threshold: None,
        };
        let found = self.edge.search(request).map_err(fault::of_edge)?;
        found
            .into_iter()
            .map(|found| Ok(Candidate { id: found.id, chunk: point::chunk(found.id)?, score: found.score }))
            .collect()
    }

    /// Gives candidates that are nearly equal their exact scores.
    fn settle_ties(&self, candidates: &mut [Candidate], question: &Question) -> Result<()> {
        let tied = nearly_tied(candidates, |candidate| candidate.score);
        let ids: Vec<PointId> = tied.map(|candidate| candidate.id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let records =
            self.edge.retrieve(&ids, Some(WithPayloadInterface::Bool(false)), Some(WithVector::Bool(true)));
        let exact: HashMap<PointId, f32> = records
            .map_err(fault::of_edge)?
            .into_iter()
            .map(|record| (record.id, question.score(record.vector)))
            .collect();
        for candidate in candidates {
            if let Some(score) = exact.get(&candidate.id) {
                candidate.score = *score;
            }
        }
        Ok(())
    }
}

/// Counts the points of a shard exactly.
pub(super) fn count(edge: &EdgeShard, filter: Option<EdgeFilter>) -> Result<u64> {
    let counted = edge.count(CountRequest { filter, exact: true }).map_err(fault::of_edge)?;
    Ok(counted as u64)
}

fn by_rank(left: &Candidate, right: &Candidate) -> Order {
    right.score.total_cmp(&left.score).then(left.chunk.cmp(&right.chunk))
}
