//! Asking a target: exact scores, exact order, exact counts.

use std::cmp::Ordering as Order;
use std::collections::HashMap;
use std::slice;

use futures::future::try_join;
use qdrant_client::qdrant::{Filter as WireFilter, ScoredPoint};
use ragstone_core::index::admission::Admission;
use ragstone_core::index::rounding::{is_cut_clear, nearly_tied};
use ragstone_core::index::{IndexHit, IndexQuery, Likeness, SparseVector};
use ragstone_core::{ChunkId, Error, ErrorKind, Filter, Reader, Result};

use crate::condition;
use crate::point;
use crate::question::Question;
use crate::slot::{Slot, View};
use crate::state::StoredState;
use crate::store::{Place, Ranking};
use crate::target::Targets;

/// Hits that are asked for beyond the limit, so that ties at the cut are seen.
const SLACK: usize = 16;
/// How often a search is made again because the statistics changed beside it.
pub(crate) const ATTEMPTS: usize = 4;
/// Points looked up at a time.
const ID_PAGE: usize = 2048;

impl Targets {
    /// Finds the best chunks, best first, ties by chunk id.
    pub(crate) async fn search(
        &self,
        slot: &Slot,
        place: &Place,
        query: &IndexQuery,
    ) -> Result<Vec<IndexHit>> {
        let filter = Self::filter(place, query.filter.as_ref(), &query.reader);
        let likeness = slice::from_ref(&query.likeness);
        for _ in 0..ATTEMPTS {
            let view = self.view(slot, place, likeness).await?;
            let searching = async {
                fits(likeness, &view)?;
                match (&filter, Question::of(&query.likeness, &view)) {
                    (Some(filter), Some(question)) => {
                        self.best(place, filter, &question, query.limit.min(view.chunks.max(SLACK))).await
                    }
                    _ => Ok(Vec::new()),
                }
            };
            if let Some(hits) = Box::pin(self.confirmed(slot, place, &view, searching)).await? {
                return Ok(hits);
            }
        }
        Err(too_fast())
    }

    /// What was found by a view, unless it turns out that the view was wrong: an error of such a search says nothing.
    pub(crate) async fn confirmed<T>(
        &self,
        slot: &Slot,
        place: &Place,
        view: &View,
        searching: impl Future<Output = Result<T>>,
    ) -> Result<Option<T>> {
        let (state, found) = try_join(self.state(place), async { Ok(searching.await) }).await?;
        if self.confirms(slot, view, &state) { found.map(Some) } else { Ok(None) }
    }

    /// Weighs a query by the statistics in memory, which are loaded if there are none.
    ///
    /// A search goes on with them while it asks whether they are still right, which costs no round trip more. Where
    /// another process changed the target, they are loaded anew and the search is made again.
    pub(crate) async fn view(&self, slot: &Slot, place: &Place, legs: &[Likeness]) -> Result<View> {
        let terms = all_terms(legs)?;
        for _ in 0..ATTEMPTS {
            match slot.view(&terms) {
                Some(view) => return Ok(view),
                None => self.load(slot, place).await?,
            }
        }
        Err(too_fast())
    }

    /// Whether the statistics of a view were right; drops them from memory where they were not.
    fn confirms(&self, slot: &Slot, view: &View, state: &StoredState) -> bool {
        let is_current = view.is_current(state, self.writer);
        if !is_current {
            slot.forget_view(view);
        }
        is_current
    }

    /// Counts chunks exactly.
    pub(crate) async fn count(&self, place: &Place, filter: Option<&Filter>, reader: &Reader) -> Result<u64> {
        match Self::filter(place, filter, reader) {
            Some(filter) => self.store.count(place, filter).await,
            None => self.state(place).await.map(|_| 0),
        }
    }

    /// The filter as Qdrant takes it, with the tenant and the reader; `None` where nothing can meet it.
    pub(crate) fn filter(place: &Place, filter: Option<&Filter>, reader: &Reader) -> Option<WireFilter> {
        let mut conditions = vec![Self::of_tenant(place)];
        match condition::admission(filter, reader) {
            Admission::Everything => {}
            Admission::Nothing => return None,
            Admission::Where(condition) => conditions.push(condition),
        }
        Some(condition::every(conditions))
    }

    /// The best `limit` chunks.
    ///
    /// Qdrant adds single-precision products in an order that differs between segments and shards. Where that could
    /// decide the order, scores are added again in double precision, so that the answer does not depend on it.
    async fn best(
        &self,
        place: &Place,
        filter: &WireFilter,
        question: &Question,
        limit: usize,
    ) -> Result<Vec<IndexHit>> {
        let mut hits = self.candidates(place, filter, question, limit).await?;
        self.settle_ties(place, &mut hits, question).await?;
        hits.sort_unstable_by(by_rank);
        hits.truncate(limit);
        Ok(hits)
    }

    /// The best `limit` chunks and all that could tie with the last of them.
    async fn candidates(
        &self,
        place: &Place,
        filter: &WireFilter,
        question: &Question,
        limit: usize,
    ) -> Result<Vec<IndexHit>> {
        let mut wanted = limit.saturating_add(SLACK);
        loop {
            let ranking = Ranking {
                query: Some(question.query.clone()),
                using: Some(question.using.to_owned()),
                params: question.params.clone(),
                filter: Some(filter.clone()),
                limit: wanted as u64,
                ..Ranking::default()
            };
            let found = self.store.rank(place, ranking).await?;
            let is_whole = found.len() < wanted;
            if is_whole || is_cut_clear(&found, limit, |found| found.score) {
                return found.iter().map(hit).collect();
            }
            wanted = wanted.saturating_mul(4);
        }
    }

    /// Gives candidates that are nearly equal their exact scores.
    async fn settle_ties(&self, place: &Place, hits: &mut [IndexHit], question: &Question) -> Result<()> {
        let tied = nearly_tied(hits, |hit| hit.score);
        let ids: Vec<_> = tied.map(|hit| point::id(hit.chunk.as_uuid())).collect();
        let mut exact: HashMap<ChunkId, f32> = HashMap::new();
        for page in ids.chunks(ID_PAGE) {
            for found in self.store.get(place, page.to_vec(), true).await? {
                let chunk = ChunkId::from_uuid(point::uuid(found.id.as_ref())?);
                exact.insert(chunk, question.score(found.vectors.as_ref()));
            }
        }
        for hit in hits {
            if let Some(score) = exact.get(&hit.chunk) {
                hit.score = *score;
            }
        }
        Ok(())
    }
}

/// Statistics were out of date each time that they were used.
pub(crate) fn too_fast() -> Error {
    Error::new(ErrorKind::Unavailable, "the index changes too fast to be searched")
}

/// Checks that the target has what the legs ask for.
pub(crate) fn fits(legs: &[Likeness], view: &View) -> Result<()> {
    legs.iter().try_for_each(|leg| match leg {
        Likeness::Keyword(_) => Ok(()),
        Likeness::Dense(vector, _) => vector.check(view.schema),
    })
}

/// Every term of every keyword leg, each once with the weight 1, so that one view weighs them all.
fn all_terms(legs: &[Likeness]) -> Result<SparseVector> {
    let keywords = legs.iter().filter_map(|leg| match leg {
        Likeness::Keyword(keyword) => Some(keyword),
        Likeness::Dense(..) => None,
    });
    let mut terms: Vec<u32> = keywords.flat_map(|keyword| keyword.indices().iter().copied()).collect();
    terms.sort_unstable();
    terms.dedup();
    let weights = vec![1.0; terms.len()];
    SparseVector::try_new(terms, weights)
}

/// The hit that a point stands for.
pub(crate) fn hit(found: &ScoredPoint) -> Result<IndexHit> {
    let chunk = ChunkId::from_uuid(point::uuid(found.id.as_ref())?);
    Ok(IndexHit { chunk, score: found.score })
}

/// Better first, ties by chunk id.
pub(crate) fn by_rank(left: &IndexHit, right: &IndexHit) -> Order {
    right.score.total_cmp(&left.score).then(left.chunk.cmp(&right.chunk))
}
