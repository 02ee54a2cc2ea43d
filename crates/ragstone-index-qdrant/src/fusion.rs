//! Several rankings as one: by the server in one request, or by the caller from the rankings themselves.

use std::collections::HashMap;

use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::{Filter as WireFilter, Fusion as WireFusion, PrefetchQuery, Query, Rrf};
use ragstone_core::index::{IndexHit, IndexTarget, Likeness};
use ragstone_core::{ChunkId, Error, Filter, Reader, Result};

use crate::question::Question;
use crate::search::{ATTEMPTS, by_rank, fits, hit, too_fast};
use crate::slot::Slot;
use crate::store::{Place, Ranking};
use crate::target::Targets;

/// Most legs of one question.
const MAX_LEGS: usize = 8;
/// Most hits of one leg, and of the whole.
const MAX_LIMIT: usize = 10_000;

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
    pub legs: Vec<Likeness>,
    /// Most hits of each leg, 1 to 10,000.
    pub leg_limit: usize,
    /// How they become one.
    pub fusion: Fusion,
    /// Which chunks may be found; holds in every leg.
    pub filter: Option<Filter>,
    /// Who asks; holds in every leg.
    pub reader: Reader,
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
        let mut hits = self.ranked(slot, place, query, &query.legs, fused_ranking).await?;
        hits.sort_unstable_by(by_rank);
        Ok(hits)
    }

    /// The ranking of one leg.
    pub(crate) async fn search_leg(
        &self,
        slot: &Slot,
        place: &Place,
        query: &FusedQuery,
        leg: &Likeness,
    ) -> Result<Vec<IndexHit>> {
        self.ranked(slot, place, query, std::slice::from_ref(leg), leg_ranking).await
    }

    async fn ranked(
        &self,
        slot: &Slot,
        place: &Place,
        query: &FusedQuery,
        legs: &[Likeness],
        ranking: impl Fn(&FusedQuery, &WireFilter, Vec<Question>) -> Option<Ranking>,
    ) -> Result<Vec<IndexHit>> {
        let filter = Self::filter(place, query.filter.as_ref(), &query.reader);
        for _ in 0..ATTEMPTS {
            let view = self.view(slot, place, legs).await?;
            let searching = async {
                fits(legs, &view)?;
                let questions = legs.iter().filter_map(|leg| Question::of(leg, &view)).collect();
                match filter.as_ref().and_then(|filter| ranking(query, filter, questions)) {
                    Some(ranking) => self.store.rank(place, ranking).await?.iter().map(hit).collect(),
                    None => Ok(Vec::new()),
                }
            };
            if let Some(hits) = Box::pin(self.confirmed(slot, place, &view, searching)).await? {
                return Ok(hits);
            }
        }
        Err(too_fast())
    }
}

fn fused_ranking(query: &FusedQuery, filter: &WireFilter, questions: Vec<Question>) -> Option<Ranking> {
    let prefetch = |question: Question| PrefetchQuery {
        query: Some(question.query),
        using: Some(question.using.to_owned()),
        params: question.params,
        filter: Some(filter.clone()),
        limit: Some(query.leg_limit as u64),
        ..PrefetchQuery::default()
    };
    let prefetch: Vec<_> = questions.into_iter().map(prefetch).collect();
    (!prefetch.is_empty()).then(|| Ranking {
        prefetch,
        query: Some(fusion_query(query.fusion)),
        limit: query.limit as u64,
        ..Ranking::default()
    })
}

fn leg_ranking(query: &FusedQuery, filter: &WireFilter, questions: Vec<Question>) -> Option<Ranking> {
    let Question { query: asked, using, params, .. } = questions.into_iter().next()?;
    Some(Ranking {
        query: Some(asked),
        using: Some(using.to_owned()),
        params,
        filter: Some(filter.clone()),
        limit: query.leg_limit as u64,
        ..Ranking::default()
    })
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
