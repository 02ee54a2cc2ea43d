//! Fusion that was worked out by hand.

use ragstone_core::collection::KeywordSettings;
use ragstone_core::{Clock as _, CollectionId, CollectionName, SystemClock, TenantId};
use uuid::Uuid;

use super::*;

fn collection() -> Arc<Collection> {
    Arc::new(Collection {
        id: CollectionId::from_uuid(Uuid::from_u128(1)),
        tenant: TenantId::default(),
        name: CollectionName::default(),
        description: String::new(),
        keyword: KeywordSettings::default(),
        created_at: SystemClock.now(),
        generations: None,
    })
}

fn outcome(leg: Leg, scores: &[(u128, f32)]) -> LegOutcome {
    let found = (1..).zip(scores).map(|(rank, (chunk, score))| Found {
        collection: collection(),
        rank,
        hit: IndexHit { chunk: ChunkId::from_uuid(Uuid::from_u128(*chunk)), score: *score },
        model: None,
    });
    LegOutcome { leg, found: Some(found.collect()), missing: None }
}

fn convex(weight: f32) -> Fusion {
    Fusion::of(&SearchOptions::default(), weight)
}

fn scores(hits: &[FusedHit]) -> Vec<(u128, f32)> {
    hits.iter().map(|fused| (fused.hit.chunk.as_uuid().as_u128(), fused.hit.score)).collect()
}

#[test]
fn both_legs_are_scaled_and_weighted() {
    let keyword = outcome(Leg::Keyword, &[(1, 12.0), (2, 8.0), (3, 4.0)]);
    let semantic = outcome(Leg::Semantic, &[(2, 0.75), (1, 0.5), (4, 0.25)]);
    let (hits, degraded) = fuse(vec![keyword, semantic], convex(0.75)).expect("fused");
    assert_eq!(scores(&hits), [(2, 0.875), (1, 0.625), (3, 0.0), (4, 0.0)]);
    assert!(degraded.is_empty());
    let legs: Vec<_> = hits[0].legs.iter().map(|leg| (leg.rank.leg, leg.rank.rank, leg.rank.score)).collect();
    assert_eq!(legs, [(Leg::Keyword, 2, 8.0), (Leg::Semantic, 1, 0.75)]);
    assert_eq!(hits[2].legs.len(), 1);
}

#[test]
fn one_leg_keeps_its_own_scores() {
    let (hits, _) = fuse(vec![outcome(Leg::Keyword, &[(2, 3.0), (1, 3.0)])], convex(0.6)).expect("fused");
    assert_eq!(scores(&hits), [(1, 3.0), (2, 3.0)], "ties by chunk id");
}

#[test]
fn a_missing_leg_leaves_the_other_ones_scores_and_is_told() {
    let collection = collection();
    let missing = LegOutcome::missing(&collection, Leg::Semantic, "away".to_owned());
    let (hits, degraded) =
        fuse(vec![outcome(Leg::Keyword, &[(1, 3.0)]), missing], convex(0.6)).expect("fused");
    assert_eq!(scores(&hits), [(1, 3.0)]);
    assert_eq!(degraded.iter().map(|missing| missing.leg).collect::<Vec<_>>(), [Leg::Semantic]);
}

#[test]
fn equal_scores_count_as_the_best() {
    let semantic = outcome(Leg::Semantic, &[(2, 0.5)]);
    let (hits, _) =
        fuse(vec![outcome(Leg::Keyword, &[(1, 5.0), (3, 5.0)]), semantic], convex(0.5)).expect("fused");
    assert_eq!(scores(&hits), [(1, 0.5), (2, 0.5), (3, 0.5)]);
}

#[test]
fn nothing_that_could_look_is_a_failure_and_nothing_asked_is_none() {
    let collection = collection();
    let missing = |leg| LegOutcome::missing(&collection, leg, "away".to_owned());
    let failed = fuse(vec![missing(Leg::Keyword), missing(Leg::Semantic)], convex(0.5)).map(|_| ());
    assert_eq!(failed.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
    assert!(fuse(Vec::new(), convex(0.5)).is_ok_and(|(hits, _)| hits.is_empty()));
}

#[test]
fn shares_add_up_to_the_score() {
    let keyword = outcome(Leg::Keyword, &[(1, 12.0), (2, 8.0), (3, 4.0)]);
    let semantic = outcome(Leg::Semantic, &[(2, 0.75), (1, 0.5), (4, 0.25)]);
    let (hits, _) = fuse(vec![keyword, semantic], convex(0.75)).expect("fused");
    let shares: Vec<_> =
        hits[0].legs.iter().map(|leg| (leg.normalised, leg.weight, leg.contribution)).collect();
    assert_eq!(shares, [(0.5, 0.25, 0.125), (1.0, 0.75, 0.75)]);
    for hit in &hits {
        let sum: f32 = hit.legs.iter().map(|leg| leg.contribution).sum();
        assert!((sum - hit.hit.score).abs() < 1e-6);
    }
}

#[test]
fn a_query_may_bring_its_own_weight() {
    let options = SearchOptions { weight: Some(1.0), ..SearchOptions::default() };
    let keyword = outcome(Leg::Keyword, &[(1, 12.0), (2, 8.0)]);
    let semantic = outcome(Leg::Semantic, &[(2, 0.75), (1, 0.5)]);
    let (hits, _) = fuse(vec![keyword, semantic], Fusion::of(&options, 0.25)).expect("fused");
    assert_eq!(scores(&hits), [(2, 1.0), (1, 0.0)]);
}

#[test]
fn reciprocal_ranks_do_not_look_at_scores() {
    let options = SearchOptions { fusion: FusionMethod::ReciprocalRank, ..SearchOptions::default() };
    let keyword = outcome(Leg::Keyword, &[(1, 100.0), (2, 1.0), (3, 0.5)]);
    let semantic = outcome(Leg::Semantic, &[(2, 0.9), (3, 0.8999)]);
    let (hits, _) = fuse(vec![keyword, semantic], Fusion::of(&options, 0.9)).expect("fused");
    let order: Vec<u128> = hits.iter().map(|hit| hit.hit.chunk.as_uuid().as_u128()).collect();
    assert_eq!(order, [2, 3, 1], "what both legs found stands before what one found first");
    assert!((hits[0].hit.score - (0.5 + 0.5 * 61.0 / 62.0)).abs() < 1e-6);
}

#[test]
fn one_leg_is_scaled_where_scores_are_compared() {
    let options = SearchOptions { min_score: Some(0.5), ..SearchOptions::default() };
    let keyword = outcome(Leg::Keyword, &[(1, 8.0), (2, 4.0), (3, 2.0)]);
    let (hits, _) = fuse(vec![keyword], Fusion::of(&options, 0.6)).expect("fused");
    assert_eq!(scores(&hits), [(1, 1.0), (2, 0.5), (3, 0.25)]);
    let semantic = outcome(Leg::Semantic, &[(1, 0.5), (2, 0.0), (3, -0.5)]);
    let (hits, _) = fuse(vec![semantic], Fusion::of(&options, 0.6)).expect("fused");
    assert_eq!(scores(&hits), [(1, 1.0), (2, 0.0), (3, 0.0)], "nothing is below nothing");
}
