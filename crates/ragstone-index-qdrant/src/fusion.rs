//! Several rankings as one: by the server in one request, or by the caller from the rankings themselves.

use std::collections::HashMap;

use futures::future::try_join;
use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::{
    DenseVector, Filter as WireFilter, Fusion as WireFusion, PrefetchQuery, Query, Rrf, vector_input,
};
use ragstone_core::index::{IndexHit, IndexTarget, SparseVector};
use ragstone_core::{ChunkId, Error, Filter, Result};

use crate::point;
use crate::search::{ATTEMPTS, by_rank, hit, keyword_query, nearest, too_fast};
use crate::slot::{Slot, View};
use crate::store::{Place, Ranking};
use crate::target::Targets;

/// Most legs of one question.
const MAX_LEGS: usize = 8;
/// Most hits of one leg, and of the whole.
const MAX_LIMIT: usize = 10_000;

/// One ranking.
#[derive(Clone, Debug, PartialEq)]
pub enum Leg {
    /// By shared terms, as [`ChunkIndex::search`](ragstone_core::port::ChunkIndex::search) ranks.
    Keyword(SparseVector),
    /// By distance of the dense vector.
    Dense(Vec<f32>),
}

/// How rankings become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fusion {
    /// A chunk at place `p`, from 0, of a ranking gets `1 / (k + p)` (Cormack, Clarke and Büttcher, *Reciprocal
    /// Rank Fusion*, SIGIR 2009).
    ReciprocalRank {
        /// How little the first places count for more than the next; at least 1.
        k: u32,
    },
    /// Scores of a ranking are scaled so that its mean and three standard deviations lie at 0.5 and from 0 to 1.
    Distribution,
}

/// A question of several legs.
#[derive(Clone, Debug, PartialEq)]
pub struct FusedQuery {
    /// Where to look.
    pub target: IndexTarget,
    /// The rankings, 1 to 8.
    pub legs: Vec<Leg>,
    /// Most hits of each leg, 1 to 10,000.
    pub leg_limit: usize,
    /// How they become one.
    pub fusion: Fusion,
    /// Which chunks may be found; holds in every leg.
    pub filter: Option<Filter>,
    /// Most hits, 1 to 10,000.
    pub limit: usize,
}

impl FusedQuery {
    pub(crate) fn check(&self) -> Result<()> {
        if self.legs.is_empty() || self.legs.len() > MAX_LEGS {
            return Err(Error::invalid("legs", format!("must be from 1 to {MAX_LEGS}")));
        }
        for (field, limit) in [("limit", self.limit), ("leg_limit", self.leg_limit)] {
            if limit == 0 || limit > MAX_LIMIT {
                return Err(Error::invalid(field, format!("must be from 1 to {MAX_LIMIT}")));
            }
        }
        match self.fusion {
            Fusion::ReciprocalRank { k: 0 } => Err(Error::invalid("k", "must be at least 1")),
            Fusion::ReciprocalRank { .. } | Fusion::Distribution => Ok(()),
        }
    }
}

/// Makes one ranking of several, as Qdrant does; ties by chunk id.
pub fn fuse(rankings: &[Vec<IndexHit>], fusion: Fusion, limit: usize) -> Vec<IndexHit> {
    let mut fused: HashMap<ChunkId, IndexHit> = HashMap::new();
    for ranking in rankings {
        for (hit, score) in ranking.iter().zip(shares(ranking, fusion)) {
            let sum = fused.entry(hit.chunk).or_insert(IndexHit { score: 0.0, ..*hit });
            sum.score += score;
        }
    }
    let mut hits: Vec<IndexHit> = fused.into_values().collect();
    hits.sort_unstable_by(by_rank);
    hits.truncate(limit);
    hits
}

/// What each place of a ranking adds to the score of the chunk there.
#[expect(clippy::cast_precision_loss, reason = "places are far below 2^24, and Qdrant computes them so")]
fn shares(ranking: &[IndexHit], fusion: Fusion) -> Vec<f32> {
    match fusion {
        Fusion::ReciprocalRank { k } => {
            (0..ranking.len()).map(|place| 1.0 / ((place + 1) as f32 + k as f32 - 1.0)).collect()
        }
        Fusion::Distribution => distribution(ranking),
    }
}

#[expect(clippy::cast_precision_loss, reason = "rankings are far shorter than 2^24")]
fn distribution(ranking: &[IndexHit]) -> Vec<f32> {
    let count = ranking.len() as f32;
    if ranking.len() < 2 {
        return vec![0.5; ranking.len()];
    }
    let mean = ranking.iter().map(|hit| hit.score).sum::<f32>() / count;
    let squares = ranking.iter().map(|hit| (hit.score - mean).powi(2)).sum::<f32>();
    let reach = 3.0 * (squares / (count - 1.0)).sqrt();
    let (low, high) = (mean - reach, mean + reach);
    let scale = |score: f32| if low < high { (score - low) / (high - low) } else { 0.5 };
    ranking.iter().map(|hit| scale(hit.score)).collect()
}

impl Targets {
    /// Lets the server rank by all legs and make one ranking of them, in one request.
    pub(crate) async fn search_fused(
        &self,
        slot: &Slot,
        place: &Place,
        query: &FusedQuery,
    ) -> Result<Vec<IndexHit>> {
        let keyword = all_terms(&query.legs)?;
        self.check_dense(&query.legs)?;
        let filter = Self::filter(place, query.filter.as_ref());
        for _ in 0..ATTEMPTS {
            let view = self.view(slot, place, &keyword).await?;
            let ranking = filter.as_ref().map(|filter| fused_ranking(query, filter, &view));
            let (state, hits) = try_join(self.state(place), self.ranked(place, ranking)).await?;
            if self.confirms(slot, &view, &state) {
                let mut hits = hits;
                hits.sort_unstable_by(by_rank);
                return Ok(hits);
            }
        }
        Err(too_fast())
    }

    async fn ranked(&self, place: &Place, ranking: Option<Ranking>) -> Result<Vec<IndexHit>> {
        match ranking {
            Some(ranking) => self.store.rank(place, ranking).await?.iter().map(hit).collect(),
            None => Ok(Vec::new()),
        }
    }

    /// The ranking of one leg.
    pub(crate) async fn search_leg(
        &self,
        slot: &Slot,
        place: &Place,
        query: &FusedQuery,
        leg: &Leg,
    ) -> Result<Vec<IndexHit>> {
        let keyword = all_terms(std::slice::from_ref(leg))?;
        self.check_dense(std::slice::from_ref(leg))?;
        let filter = Self::filter(place, query.filter.as_ref());
        for _ in 0..ATTEMPTS {
            let view = self.view(slot, place, &keyword).await?;
            let ranking = filter.as_ref().map(|filter| leg_ranking(leg, filter, query.leg_limit, &view));
            let (state, hits) = try_join(self.state(place), self.ranked(place, ranking)).await?;
            if self.confirms(slot, &view, &state) {
                return Ok(hits);
            }
        }
        Err(too_fast())
    }

    pub(crate) fn check_dense(&self, legs: &[Leg]) -> Result<()> {
        let dimensions = self.store.config().dense.map(|dense| dense.dimensions() as usize);
        for leg in legs {
            if let Leg::Dense(vector) = leg {
                check_vector(vector, dimensions)?;
            }
        }
        Ok(())
    }
}

/// Checks a dense vector against the settings.
pub(crate) fn check_vector(vector: &[f32], dimensions: Option<usize>) -> Result<()> {
    let Some(dimensions) = dimensions else {
        return Err(Error::new(ragstone_core::ErrorKind::Unsupported, "the index has no dense vector")
            .with_help("configure a dense vector, and create the index of the collection anew"));
    };
    if vector.len() != dimensions {
        let rule = format!("must have {dimensions} dimensions, has {}", vector.len());
        return Err(Error::invalid("vector", rule));
    }
    if vector.iter().any(|value| !value.is_finite()) {
        return Err(Error::invalid("vector", "must be finite"));
    }
    Ok(())
}

/// Every term of every keyword leg, each once, so that one view weighs them all.
fn all_terms(legs: &[Leg]) -> Result<SparseVector> {
    let keywords = legs.iter().filter_map(|leg| match leg {
        Leg::Keyword(keyword) => Some(keyword),
        Leg::Dense(_) => None,
    });
    let mut terms: Vec<u32> = keywords.flat_map(|keyword| keyword.indices().iter().copied()).collect();
    terms.sort_unstable();
    terms.dedup();
    let weights = vec![1.0; terms.len()];
    SparseVector::try_new(terms, weights)
}

fn fused_ranking(query: &FusedQuery, filter: &WireFilter, view: &View) -> Ranking {
    let leg = |leg: &Leg| PrefetchQuery {
        filter: Some(filter.clone()),
        limit: Some(query.leg_limit as u64),
        ..prefetch(leg, view)
    };
    Ranking {
        prefetch: query.legs.iter().map(leg).collect(),
        query: Some(fusion_query(query.fusion)),
        limit: query.limit as u64,
        ..Ranking::default()
    }
}

fn leg_ranking(leg: &Leg, filter: &WireFilter, limit: usize, view: &View) -> Ranking {
    let PrefetchQuery { query, using, .. } = prefetch(leg, view);
    Ranking { query, using, filter: Some(filter.clone()), limit: limit as u64, ..Ranking::default() }
}

fn prefetch(leg: &Leg, view: &View) -> PrefetchQuery {
    let (query, using) = match leg {
        Leg::Keyword(keyword) => (keyword_query(&weigh(keyword, view)), point::KEYWORD_VECTOR),
        Leg::Dense(vector) => {
            let vector = DenseVector { data: vector.clone() };
            (nearest(vector_input::Variant::Dense(vector)), point::DENSE_VECTOR)
        }
    };
    PrefetchQuery { query: Some(query), using: Some(using.to_owned()), ..PrefetchQuery::default() }
}

/// Multiplies the weights of one leg by what the view says of its terms.
fn weigh(keyword: &SparseVector, view: &View) -> Vec<(u32, f64)> {
    let factors: HashMap<u32, f64> = view.weights.iter().copied().collect();
    keyword
        .iter()
        .filter_map(|(term, weight)| Some((term, f64::from(weight) * factors.get(&term)?)))
        .collect()
}

fn fusion_query(fusion: Fusion) -> Query {
    let variant = match fusion {
        Fusion::ReciprocalRank { k } => Variant::Rrf(Rrf { k: Some(k), weights: Vec::new() }),
        Fusion::Distribution => Variant::Fusion(WireFusion::Dbsf.into()),
    };
    Query { variant: Some(variant) }
}

#[cfg(test)]
mod tests;
