//! Asking a target: exact scores, exact order, exact counts.

use std::cmp::Ordering as Order;
use std::collections::HashMap;

use futures::future::try_join;
use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::{
    Filter as WireFilter, Query, ScoredPoint, SparseVector as WireVector, VectorInput, vector_input,
};
use ragstone_core::index::{IndexHit, IndexQuery, SparseVector};
use ragstone_core::{ChunkId, Error, ErrorKind, Filter, Result};

use crate::condition::{self, Admission};
use crate::point;
use crate::slot::{Slot, View};
use crate::state::StoredState;
use crate::store::{Place, Ranking};
use crate::target::Targets;

/// Hits that are asked for beyond the limit, so that ties at the cut are seen.
const SLACK: usize = 16;
/// How far two scores of Qdrant may lie apart, relatively, and still be the same sum in another order.
const ROUNDING: f32 = 1e-5;
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
        let filter = Self::filter(place, query.filter.as_ref());
        for _ in 0..ATTEMPTS {
            let view = self.view(slot, place, &query.keyword).await?;
            let searching = async {
                match &filter {
                    Some(filter) if !view.weights.is_empty() => {
                        self.best(place, filter, &view, query.limit).await
                    }
                    _ => Ok(Vec::new()),
                }
            };
            let (state, hits) = try_join(self.state(place), searching).await?;
            if self.confirms(slot, &view, &state) {
                return Ok(hits);
            }
        }
        Err(too_fast())
    }

    /// Weighs a query by the statistics in memory, which are loaded if there are none.
    ///
    /// A search goes on with them while it asks whether they are still right, which costs no round trip more. Where
    /// another process changed the target, they are loaded anew and the search is made again.
    pub(crate) async fn view(&self, slot: &Slot, place: &Place, keyword: &SparseVector) -> Result<View> {
        for _ in 0..ATTEMPTS {
            match slot.view(keyword) {
                Some(view) => return Ok(view),
                None => self.load(slot, place).await?,
            }
        }
        Err(too_fast())
    }

    /// Whether the statistics of a view were right; drops them from memory where they were not.
    pub(crate) fn confirms(&self, slot: &Slot, view: &View, state: &StoredState) -> bool {
        let is_current = view.is_current(state, self.writer);
        if !is_current {
            slot.forget_view(view);
        }
        is_current
    }

    /// Counts chunks exactly.
    pub(crate) async fn count(&self, place: &Place, filter: Option<&Filter>) -> Result<u64> {
        match Self::filter(place, filter) {
            Some(filter) => self.store.count(place, filter).await,
            None => self.state(place).await.map(|_| 0),
        }
    }

    /// The filter as Qdrant takes it, with the tenant; `None` where nothing can meet it.
    pub(crate) fn filter(place: &Place, filter: Option<&Filter>) -> Option<WireFilter> {
        let mut conditions = vec![Self::of_tenant(place)];
        match filter.map(Admission::of) {
            None | Some(Admission::Everything) => {}
            Some(Admission::Nothing) => return None,
            Some(Admission::Where(condition)) => conditions.push(*condition),
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
        view: &View,
        limit: usize,
    ) -> Result<Vec<IndexHit>> {
        let limit = limit.min(view.chunks.max(SLACK));
        let mut hits = self.candidates(place, filter, view, limit).await?;
        self.settle_ties(place, &mut hits, &view.weights).await?;
        hits.sort_unstable_by(by_rank);
        hits.truncate(limit);
        Ok(hits)
    }

    /// The best `limit` chunks and all that could tie with the last of them.
    async fn candidates(
        &self,
        place: &Place,
        filter: &WireFilter,
        view: &View,
        limit: usize,
    ) -> Result<Vec<IndexHit>> {
        let mut wanted = limit.saturating_add(SLACK);
        loop {
            let ranking = Ranking {
                query: Some(keyword_query(&view.weights)),
                using: Some(point::KEYWORD_VECTOR.to_owned()),
                filter: Some(filter.clone()),
                limit: wanted as u64,
                ..Ranking::default()
            };
            let found = self.store.rank(place, ranking).await?;
            let is_whole = found.len() < wanted;
            let cut = limit.checked_sub(1).and_then(|position| found.get(position));
            let is_cut_clear = match (cut, found.last()) {
                (Some(cut), Some(last)) => !is_near(cut.score, last.score),
                _ => true,
            };
            if is_whole || is_cut_clear {
                return found.iter().map(hit).collect();
            }
            wanted = wanted.saturating_mul(4);
        }
    }

    /// Gives candidates that are nearly equal their exact scores.
    async fn settle_ties(&self, place: &Place, hits: &mut [IndexHit], weights: &[(u32, f64)]) -> Result<()> {
        let mut tied = vec![false; hits.len()];
        for (position, pair) in hits.windows(2).enumerate() {
            if let [better, worse] = pair
                && is_near(better.score, worse.score)
            {
                for near in tied.iter_mut().skip(position).take(2) {
                    *near = true;
                }
            }
        }
        let ids: Vec<_> = hits
            .iter()
            .zip(&tied)
            .filter(|(_, tied)| **tied)
            .map(|(hit, _)| point::id(hit.chunk.as_uuid()))
            .collect();
        let weights: HashMap<u32, f64> = weights.iter().copied().collect();
        let mut exact: HashMap<ChunkId, f32> = HashMap::new();
        for page in ids.chunks(ID_PAGE) {
            for found in self.store.get(place, page.to_vec(), true).await? {
                let chunk = ChunkId::from_uuid(point::uuid(found.id.as_ref())?);
                exact.insert(chunk, score(point::terms(found.vectors.as_ref()), &weights));
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

/// A query for the chunks that share these terms.
pub(crate) fn keyword_query(weights: &[(u32, f64)]) -> Query {
    let vector = WireVector {
        indices: weights.iter().map(|(term, _)| *term).collect(),
        values: weights.iter().map(|(_, weight)| single(*weight)).collect(),
    };
    nearest(vector_input::Variant::Sparse(vector))
}

/// A query for the points nearest to a vector.
pub(crate) fn nearest(vector: vector_input::Variant) -> Query {
    Query { variant: Some(Variant::Nearest(VectorInput { variant: Some(vector) })) }
}

/// The hit that a point stands for.
pub(crate) fn hit(found: &ScoredPoint) -> Result<IndexHit> {
    let (chunk, document, version) = point::origin(found.id.as_ref(), &found.payload)?;
    Ok(IndexHit { chunk, document, version, score: found.score })
}

/// Better first, ties by chunk id.
pub(crate) fn by_rank(left: &IndexHit, right: &IndexHit) -> Order {
    right.score.total_cmp(&left.score).then(left.chunk.cmp(&right.chunk))
}

fn is_near(left: f32, right: f32) -> bool {
    (left - right).abs() <= ROUNDING * left.abs().max(right.abs())
}

/// Adds products by term, ascending, in double precision.
fn score((terms, values): (Vec<u32>, Vec<f32>), weights: &HashMap<u32, f64>) -> f32 {
    let mut products: Vec<(u32, f64)> = terms
        .into_iter()
        .zip(values)
        .filter_map(|(term, value)| Some((term, f64::from(value) * weights.get(&term)?)))
        .collect();
    products.sort_unstable_by_key(|(term, _)| *term);
    single(products.into_iter().map(|(_, product)| product).sum())
}

#[expect(clippy::cast_possible_truncation, reason = "scores are single precision by the port")]
fn single(score: f64) -> f32 {
    score as f32
}
