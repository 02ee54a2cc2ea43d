//! Dense vectors, and rankings fused by the server against rankings fused here.

use ragstone_core::filter::Field;
use ragstone_core::index::{
    Accuracy, DenseVector, Dimensions, IndexOperation, IndexSchema, Likeness, SparseVector,
};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{ErrorKind, Filter, Reader, Sequence};
use ragstone_index_qdrant::{
    DenseConfig, FusedQuery, Fusion, HnswSettings, ProductCompression, QdrantIndex, Quantization, fuse,
};

use crate::bench::{Bench, GENERATION, ctx, open, query, replace, skip, target};

const DOCUMENTS: u16 = 40;

fn vector(values: [f32; 4]) -> DenseVector {
    DenseVector::try_new(values.to_vec()).expect("a vector")
}

/// No two documents are as near to any query of the tests, by terms or by vector.
async fn fill(index: &QdrantIndex) {
    let schema = IndexSchema { dense: Dimensions::try_new(4).ok() };
    index.create(&ctx(), &target(1), GENERATION, schema).await.expect("creates");
    let mut operations = Vec::new();
    for number in 1..=DOCUMENTS {
        let id = u128::from(number);
        let mut operation = replace(id, 1, &[&[1]]);
        if let IndexOperation::Replace { chunks, attributes, .. } = &mut operation {
            let weights = vec![f32::from(number), f32::from(DOCUMENTS * 3 - number * 2) * 0.25];
            chunks[0].keyword = SparseVector::try_new(vec![1, 2], weights).expect("ascends");
            let parity = MetadataValue::Integer(i64::from(number % 2));
            attributes.metadata.insert("parity".to_owned(), parity);
            let angle = f32::from(number) * 0.037;
            chunks[0].dense = Some(vector([angle.sin(), angle.cos(), 0.1 * angle, 0.5]));
        }
        operations.push(operation);
    }
    index.apply(&ctx(), &target(1), operations).await.expect("applies");
}

fn asked(fusion: Fusion, filter: Option<Filter>) -> FusedQuery {
    let keyword = SparseVector::try_new(vec![1, 2], vec![1.0, 0.3]).expect("ascends");
    let dense = Likeness::Dense(vector([0.3, 0.8, 0.05, 0.4]), Accuracy::Approximate);
    let legs = vec![Likeness::Keyword(keyword), dense];
    let reader = Reader::Everything;
    FusedQuery { target: target(1), legs, leg_limit: 15, fusion, filter, reader, limit: 12 }
}

#[tokio::test]
async fn rankings_fused_by_the_server_equal_those_fused_here() {
    let bench = Bench::start().await;
    let index = bench.open();
    fill(&index).await;
    let even = Filter::Equals(Field::Metadata("parity".to_owned()), MetadataValue::Integer(0));
    for fusion in [Fusion::ReciprocalRank { k: 2 }, Fusion::ReciprocalRank { k: 60 }, Fusion::Distribution] {
        for filter in [None, Some(even.clone())] {
            let query = asked(fusion, filter);
            let there = index.search_fused(&ctx(), &query).await.expect("searches");
            let legs = index.search_legs(&ctx(), &query).await.expect("searches");
            assert!(legs.iter().all(|leg| leg.len() == 15), "{legs:?}");
            let here = fuse(&legs, fusion, query.limit);
            assert_eq!(there.len(), 12);
            for (there, here) in there.iter().zip(&here) {
                assert!((there.score - here.score).abs() < 1e-5, "{fusion:?}: {there:?} {here:?}");
            }
            let known: Vec<_> = fuse(&legs, fusion, usize::MAX);
            for hit in &there {
                let same = known.iter().find(|other| other.chunk == hit.chunk).expect("is a hit of a leg");
                assert!((hit.score - same.score).abs() < 1e-5, "{fusion:?}: {hit:?} {same:?}");
            }
        }
    }
    index.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn the_keyword_leg_scores_as_a_search_does() {
    let bench = Bench::start().await;
    let index = bench.open();
    fill(&index).await;
    let fused = asked(Fusion::Distribution, None);
    let legs = index.search_legs(&ctx(), &fused).await.expect("searches");
    let mut plain = query(&target(1), &[1, 2]);
    plain.likeness = fused.legs[0].clone();
    plain.limit = 15;
    let found = index.search(&ctx(), &plain).await.expect("searches");
    assert_eq!(legs[0].len(), found.len());
    for (left, right) in legs[0].iter().zip(&found) {
        assert!(left.chunk == right.chunk && (left.score - right.score).abs() < 1e-4 * right.score);
    }
    index.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn every_quantisation_is_taken_and_searches() {
    let bench = Bench::start().await;
    for quantization in [
        Quantization::Scalar { quantile: 0.99 },
        Quantization::Binary,
        Quantization::Product(ProductCompression::X4),
    ] {
        let hnsw = HnswSettings { edges: Some(16), candidates: Some(64), is_on_disk: true };
        let config = DenseConfig::default().with_quantization(quantization).expect("in range");
        let config = config.with_hnsw(hnsw).expect("in range").on_disk();
        let config = bench.config.clone().with_dense(config).with_payload_on_disk().with_indexes_on_disk();
        let index = open(config);
        fill(&index).await;
        let found = index.search_fused(&ctx(), &asked(Fusion::Distribution, None)).await.expect("searches");
        assert_eq!(found.len(), 12, "{quantization:?}");
        index.remove(&ctx(), &target(1)).await.expect("removes");
    }
}

#[tokio::test]
async fn tenants_with_a_shard_key_are_served() {
    let bench = Bench::start().await;
    if bench.stand_in.is_none() {
        skip("the server may not be a cluster");
        return;
    }
    let config = bench.config.clone().with_tenant_shard_key();
    let index = open(config.clone());
    index.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
    index.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1], &[2]])]).await.expect("applies");
    index.apply(&ctx(), &target(1), vec![replace(1, 2, &[&[1]])]).await.expect("applies");
    index.flush(&ctx(), &target(1), Sequence(4)).await.expect("flushes");
    let again = open(config);
    assert_eq!(again.count(&ctx(), &target(1), None, &Reader::Everything).await.expect("counts"), 1);
    assert_eq!(again.search(&ctx(), &query(&target(1), &[1])).await.expect("searches").len(), 1);
    again.remove(&ctx(), &target(1)).await.expect("removes");
}

#[tokio::test]
async fn a_collection_with_other_shards_is_none_until_it_is_created_anew() {
    let bench = Bench::start().await;
    if bench.stand_in.is_none() {
        skip("the server may not be a cluster");
        return;
    }
    let (plain, keyed) = (bench.config.clone(), bench.config.clone().with_tenant_shard_key());
    for (own, foreign) in [(&plain, &keyed), (&keyed, &plain), (&plain, &keyed)] {
        let (one, other) = (open(own.clone()), open(foreign.clone()));
        one.create(&ctx(), &target(1), GENERATION, IndexSchema::default()).await.expect("creates");
        one.apply(&ctx(), &target(1), vec![replace(1, 1, &[&[1]])]).await.expect("applies");
        assert!(one.state(&ctx(), &target(1)).await.expect("asks").is_some());
        assert_eq!(other.state(&ctx(), &target(1)).await.expect("asks"), None);
        let refused = other.search(&ctx(), &query(&target(1), &[1])).await.expect_err("is refused");
        assert_eq!(refused.kind(), ErrorKind::FailedPrecondition, "{refused}");
        assert_eq!(one.search(&ctx(), &query(&target(1), &[1])).await.expect("searches").len(), 1);
    }
}
