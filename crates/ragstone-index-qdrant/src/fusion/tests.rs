//! Fusion of rankings that were worked out by hand.

use ragstone_core::index::{Accuracy, DenseVector};
use ragstone_core::{CollectionId, TenantId};
use uuid::Uuid;

use super::*;

fn ranking(scores: &[(u128, f32)]) -> Vec<IndexHit> {
    let hit = |(chunk, score): &(u128, f32)| IndexHit {
        chunk: ChunkId::from_uuid(Uuid::from_u128(*chunk)),
        score: *score,
    };
    scores.iter().map(hit).collect()
}

#[test]
fn reciprocal_ranks_are_summed_and_ties_go_by_chunk() {
    let rankings = [ranking(&[(1, 9.0), (2, 5.0)]), ranking(&[(2, 0.9), (1, 0.8), (3, 0.1)])];
    let fused = fuse(&rankings, Fusion::ReciprocalRank { k: 2 }, 2);
    assert_eq!(fused, ranking(&[(1, 1.0 / 2.0 + 1.0 / 3.0), (2, 1.0 / 3.0 + 1.0 / 2.0)]));
}

#[test]
fn distribution_puts_the_mean_at_one_half() {
    let fused = fuse(&[ranking(&[(1, 3.0), (2, 2.0), (3, 1.0)])], Fusion::Distribution, 10);
    let scores: Vec<f32> = fused.iter().map(|hit| hit.score).collect();
    assert!((scores[0] - (0.5 + 1.0 / 6.0)).abs() < 1e-6, "{scores:?}");
    assert!((scores[1] - 0.5).abs() < 1e-6, "{scores:?}");
    let alone = fuse(&[ranking(&[(1, 3.0)]), ranking(&[(2, 7.0), (3, 7.0)])], Fusion::Distribution, 10);
    assert!(alone.iter().all(|hit| (hit.score - 0.5).abs() < 1e-6), "{alone:?}");
}

#[test]
fn questions_out_of_range_are_refused() {
    let target = IndexTarget::first_of(TenantId::default(), CollectionId::from_uuid(Uuid::from_u128(1)));
    let vector = DenseVector::try_new(vec![1.0]).expect("a vector");
    let legs = vec![Likeness::Dense(vector, Accuracy::Approximate)];
    let fusion = Fusion::Distribution;
    let reader = Reader::Everything;
    let good = FusedQuery { target, legs, leg_limit: 10, fusion, filter: None, reader, limit: 10 };
    assert!(good.check().is_ok());
    for bad in [
        FusedQuery { legs: Vec::new(), ..good.clone() },
        FusedQuery { limit: 0, ..good.clone() },
        FusedQuery { leg_limit: 10_001, ..good.clone() },
        FusedQuery { fusion: Fusion::ReciprocalRank { k: 0 }, ..good.clone() },
    ] {
        assert!(bad.check().is_err(), "{bad:?}");
    }
}
