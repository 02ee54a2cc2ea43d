//! The rankings of all legs and collections as one.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::answer::{Degradation, Leg, LegRank};
use ragstone_core::collection::Collection;
use ragstone_core::explanation::LegShare;
use ragstone_core::index::IndexHit;
use ragstone_core::query::FusionMethod;
use ragstone_core::{ChunkId, Digest, Error, ErrorKind, Result, SearchOptions};

pub(crate) use self::scale::{DEPTH, Scale, share};
use super::leg::{Found, LegOutcome};

mod scale;

/// Dampens the first places (Cormack, Clarke and Büttcher, *Reciprocal Rank Fusion*, SIGIR 2009).
const RANK_OFFSET: f32 = 60.0;

/// A chunk with what each leg said of it.
pub(super) struct FusedHit {
    pub(super) collection: Arc<Collection>,
    pub(super) hit: IndexHit,
    pub(super) legs: Vec<LegShare>,
}

/// How rankings become one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fusion {
    method: FusionMethod,
    /// Share of the semantic leg.
    weight: f32,
    /// What a leg that looks alone gives.
    alone: Alone,
}

/// Scores where one leg looks alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alone {
    Own,
    /// Their share of the best.
    Scaled,
}

impl Fusion {
    /// What a query asks for; the `configured` weight was found for scores, so ranks are weighted alike.
    pub(super) fn of(options: &SearchOptions, configured: f32) -> Self {
        let default = match options.fusion {
            FusionMethod::Convex => configured,
            FusionMethod::ReciprocalRank => 0.5,
        };
        let alone = if options.needs_scaled_scores() { Alone::Scaled } else { Alone::Own };
        Self { method: options.fusion, weight: options.weight.unwrap_or(default), alone }
    }

    const fn weight_of(self, leg: Leg) -> f32 {
        share(leg, self.weight)
    }
}

/// Orders the hits of all collections by score, ties by chunk id; fails when no leg could look anywhere.
///
/// Where both legs looked, a score is `weight × semantic + (1 − weight) × keyword`, each scaled so that the best hit of
/// the leg has 1 and its hundredth, or last, 0; a chunk that a leg ranks lower or did not find has 0 there. Otherwise it
/// is the leg's own, or its share of the leg's best where the options of the query compare scores.
/// Each model has a scale of its own; where several looked alone, their hits are compared by shares of the best.
/// By reciprocal ranks, the best of a leg has 1, and the one at rank `r` `61 / (60 + r)`.
/// Source: Bruch, Gai and Ingber, *An Analysis of Fusion Functions for Hybrid Retrieval*, TOIS 2023.
pub(super) fn fuse(outcomes: Vec<LegOutcome>, fusion: Fusion) -> Result<(Vec<FusedHit>, Vec<Degradation>)> {
    let is_anything_asked = !outcomes.is_empty();
    let mut rankings = [(Leg::Keyword, None), (Leg::Semantic, None)];
    let mut degraded = Vec::new();
    for outcome in outcomes {
        degraded.extend(outcome.missing);
        if let (Some(found), Some((_, ranking))) =
            (outcome.found, rankings.iter_mut().find(|(leg, _)| *leg == outcome.leg))
        {
            ranking.get_or_insert_with(Vec::new).extend(found);
        }
    }
    let rankings: Vec<(Leg, Vec<Found>)> =
        rankings.into_iter().filter_map(|(leg, found)| Some((leg, found?))).collect();
    if rankings.is_empty() && is_anything_asked {
        return Err(Error::new(ErrorKind::Unavailable, "no index can answer")
            .with_detail(format!("{degraded:?}"))
            .with_help("the index may still be built; try again in a moment"));
    }
    Ok((merged(rankings, fusion), degraded))
}

fn merged(rankings: Vec<(Leg, Vec<Found>)>, fusion: Fusion) -> Vec<FusedHit> {
    let is_fused = rankings.len() > 1;
    let mut fused: HashMap<ChunkId, FusedHit> = HashMap::new();
    for (leg, found) in rankings {
        let scales = scales(&found, is_fused);
        let weight = if is_fused { fusion.weight_of(leg) } else { 1.0 };
        // Cosines of different models are not compared with each other.
        let is_own = !is_fused && fusion.alone == Alone::Own && scales.len() == 1;
        for Found { collection, rank, hit, model } in found {
            let normalised = match fusion.method {
                FusionMethod::Convex => scales.get(&model).map_or(0.0, |scale| scale.place(hit.score)),
                FusionMethod::ReciprocalRank => reciprocal(rank),
            };
            let contribution = if is_own { hit.score } else { weight * normalised };
            let blank = IndexHit { score: 0.0, ..hit };
            let entry =
                fused.entry(hit.chunk).or_insert(FusedHit { collection, hit: blank, legs: Vec::new() });
            entry.hit.score += contribution;
            let rank = LegRank { leg, rank, score: hit.score };
            entry.legs.push(LegShare { rank, normalised, weight, contribution });
        }
    }
    let mut hits: Vec<FusedHit> = fused.into_values().collect();
    hits.sort_by(|left, right| {
        right.hit.score.total_cmp(&left.hit.score).then_with(|| left.hit.chunk.cmp(&right.hit.chunk))
    });
    hits
}

/// One scale for the words, or one for each model.
fn scales(found: &[Found], is_fused: bool) -> HashMap<Option<Digest>, Scale> {
    let mut scores: HashMap<Option<Digest>, Vec<f32>> = HashMap::new();
    for found in found {
        scores.entry(found.model).or_default().push(found.hit.score);
    }
    let scale = |scores: Vec<f32>| {
        let scores = scores.into_iter();
        if is_fused { Scale::of(scores) } else { Scale::from_nothing(scores) }
    };
    scores.into_iter().map(|(model, scores)| (model, scale(scores))).collect()
}

/// From 1 for the best towards 0.
#[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^24")]
fn reciprocal(rank: u32) -> f32 {
    (RANK_OFFSET + 1.0) / (RANK_OFFSET + rank as f32)
}

#[cfg(test)]
mod tests;
