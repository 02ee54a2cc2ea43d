//! Generations that take each other's place while searches go on.

use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_core::index::IndexSchema;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{GenerationId, Sequence};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::bench::{Bench, ctx, query, replace, target, version_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_beside_a_switch_see_one_generation_or_the_other() {
    const GENERATIONS: u32 = 12;
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    let bench = Bench::start().await;
    let index = bench.open();
    let generation = |number: u32| GenerationId::from_uuid(Uuid::from_u128(u128::from(number)));
    index.create(&ctx(), &target(1), generation(0), IndexSchema::default()).await.expect("creates");
    let mut searching = JoinSet::new();
    for reader in [index.clone(), bench.open()] {
        searching.spawn(async move {
            let mut searches = 0;
            while !IS_DONE.load(Ordering::Acquire) {
                let hits = reader.search(&ctx(), &query(&target(1), &[1])).await.expect("searches");
                let versions: Vec<u32> = hits.iter().map(|hit| version_of(hit.chunk)).collect();
                assert!(
                    hits.len() <= 3 && versions.windows(2).all(|pair| pair[0] == pair[1]),
                    "{versions:?}"
                );
                searches += 1;
            }
            searches
        });
    }
    for number in 1..=GENERATIONS {
        index.create(&ctx(), &target(1), generation(number), IndexSchema::default()).await.expect("creates");
        let operations = vec![replace(1, number, &[&[1], &[1, 2], &[1, 3]])];
        index.apply(&ctx(), &target(1), operations).await.expect("applies");
        index.flush(&ctx(), &target(1), Sequence(u64::from(number))).await.expect("flushes");
    }
    IS_DONE.store(true, Ordering::Release);
    let searches: u32 = searching.join_all().await.into_iter().sum();
    assert!(searches > 0);
    let state = index.state(&ctx(), &target(1)).await.expect("asks").expect("is there");
    assert_eq!(
        (state.generation, state.checkpoint),
        (generation(GENERATIONS), Sequence(u64::from(GENERATIONS)))
    );
    index.remove(&ctx(), &target(1)).await.expect("removes");
    if let Some((server, _)) = &bench.stand_in {
        let client = qdrant_client::Qdrant::from_url(&server.url()).skip_compatibility_check().build();
        let left = client.expect("connects").list_collections().await.expect("lists").collections;
        assert!(left.is_empty(), "no generation is left over: {left:?}");
    }
}
