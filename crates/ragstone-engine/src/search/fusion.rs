//! The rankings of all legs and collections as one.

use std::collections::HashMap;
use std::sync::Arc;

use ragstone_core::answer::{Degradation, Leg, LegRank};
use ragstone_core::collection::Collection;
use ragstone_core::index::IndexHit;
use ragstone_core::{ChunkId, Error, ErrorKind, Result};

pub(crate) use self::scale::{DEPTH, Scale, share};
use super::leg::{Found, LegOutcome};

mod scale;

/// A chunk with what each leg said of it.
pub(super) struct FusedHit {
    pub(super) collection: Arc<Collection>,
    pub(super) hit: IndexHit,
    pub(super) legs: Vec<LegRank>,
}

/// Orders the hits of all collections by score, ties by chunk id; fails when no leg could look anywhere.
///
/// Where both legs looked, a score is `weight × semantic + (1 − weight) × keyword`, each scaled so that the best hit of
/// the leg has 1 and its hundredth, or last, 0; a chunk that a leg ranks lower or did not find has 0 there. Otherwise it
/// is the leg's own.
/// Source: Bruch, Gai and Ingber, *An Analysis of Fusion Functions for Hybrid Retrieval*, TOIS 2023.
pub(super) fn fuse(outcomes: Vec<LegOutcome>, weight: f32) -> Result<(Vec<FusedHit>, Vec<Degradation>)> {
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
    Ok((merged(rankings, weight), degraded))
}

fn merged(rankings: Vec<(Leg, Vec<Found>)>, weight: f32) -> Vec<FusedHit> {
    let is_fused = rankings.len() > 1;
    let mut fused: HashMap<ChunkId, FusedHit> = HashMap::new();
    for (leg, found) in rankings {
        let scale = Scale::of(found.iter().map(|found| found.hit.score));
        let share = share(leg, weight);
        for Found { collection, rank, hit } in found {
            let score = if is_fused { share * scale.place(hit.score) } else { hit.score };
            let blank = IndexHit { score: 0.0, ..hit };
            let entry =
                fused.entry(hit.chunk).or_insert(FusedHit { collection, hit: blank, legs: Vec::new() });
            entry.hit.score += score;
            entry.legs.push(LegRank { leg, rank, score: hit.score });
        }
    }
    let mut hits: Vec<FusedHit> = fused.into_values().collect();
    hits.sort_by(|left, right| {
        right.hit.score.total_cmp(&left.hit.score).then_with(|| left.hit.chunk.cmp(&right.hit.chunk))
    });
    hits
}

#[cfg(test)]
mod tests;
