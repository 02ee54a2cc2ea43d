//! Calls that are dropped at any moment, many at a time.

use std::time::Duration;

use ragstone_core::index::IndexSchema;
use ragstone_core::port::ChunkIndex as _;
use ragstone_core::{Reader, Sequence};
use ragstone_index_qdrant::QdrantIndex;
use tokio::task::JoinSet;

use crate::bench::{Bench, GENERATION, ctx, query, replace, target, version_of};

const TARGETS: u32 = 6;
const CALLS: u32 = 1200;

/// A term that only one target holds.
const fn canary(number: u32) -> u32 {
    1000 + number
}

async fn call(index: QdrantIndex, round: u32) {
    let number = round % TARGETS;
    let place = target(u128::from(number));
    match round % 5 {
        0 => {
            let operation = replace(u128::from(round % 7 + 1), round + 2, &[&[1, canary(number)], &[2]]);
            let _ = index.apply(&ctx(), &place, vec![operation]).await;
        }
        1 => {
            let _ = index.flush(&ctx(), &place, Sequence(u64::from(round))).await;
        }
        2 => {
            let _ = index.count(&ctx(), &place, None, &Reader::Everything).await;
        }
        _ => {
            let asked = query(&place, &[1, 2, canary((number + 1) % TARGETS)]);
            let hits = index.search(&ctx(), &asked).await.expect("searches that are waited for succeed");
            let mut versions = hits.iter().map(|hit| version_of(hit.chunk));
            assert!(versions.all(|version| version == 1 || (version - 2) % TARGETS == number));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_calls_harm_no_other_call_and_leave_nothing_behind() {
    let bench = Bench::start().await;
    let index = bench.open();
    for number in 0..TARGETS {
        let place = target(u128::from(number));
        index.create(&ctx(), &place, GENERATION, IndexSchema::default()).await.expect("creates");
        index.apply(&ctx(), &place, vec![replace(1, 1, &[&[1, canary(number)]])]).await.expect("applies");
    }
    let mut calls = JoinSet::new();
    for round in 0..CALLS {
        let index = index.clone();
        // Spread over the time that a call takes; one in eight is waited for.
        let patience = Duration::from_micros(u64::from(round.wrapping_mul(0x9E37_79B1) % 6000));
        calls.spawn(async move {
            if round % 8 == 0 {
                call(index, round).await;
                true
            } else {
                tokio::time::timeout(patience, call(index, round)).await.is_ok()
            }
        });
        if calls.len() >= 32 {
            calls.join_next().await.expect("there is one").expect("no call fails");
        }
    }
    let finished = calls.join_all().await.into_iter().filter(|is_finished| *is_finished).count();
    println!("storm: {CALLS} calls, {finished} of the last 32 finished");
    for number in 0..TARGETS {
        let place = target(u128::from(number));
        let operations =
            (1..=7).map(|document| replace(document, 9999, &[&[1, canary(number)], &[2]])).collect();
        index.apply(&ctx(), &place, operations).await.expect("applies");
        assert_eq!(index.count(&ctx(), &place, None, &Reader::Everything).await.expect("counts"), 14);
        let own = index.search(&ctx(), &query(&place, &[canary(number)])).await.expect("searches");
        assert_eq!(own.len(), 7);
        let expected = ragstone_core::index::inverse_document_frequency(14, 7);
        assert!(own.iter().all(|hit| (f64::from(hit.score) - expected).abs() < 1e-5), "{own:?}");
        let foreign = query(&place, &[canary((number + 1) % TARGETS)]);
        assert!(index.search(&ctx(), &foreign).await.expect("searches").is_empty());
    }
    let ctx = ctx();
    let closing = tokio::time::timeout(Duration::from_secs(10), index.close(&ctx));
    closing.await.expect("no change is left over").expect("closes");
}
