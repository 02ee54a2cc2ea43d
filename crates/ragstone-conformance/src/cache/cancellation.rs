//! Dropped calls.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::cache::CacheValue;
use ragstone_core::port::DynCache;

use super::entries::{get, put};
use super::key;
use crate::CacheFixture;
use crate::draft::tenant_context;
use crate::law::abandon;
use crate::random::Random;

const LONG: Duration = Duration::from_mins(10);
/// More polls than a call takes.
const MOST_POLLS: u32 = 24;

/// An entry whose put was dropped is one of those that were put, whole; a later put wins.
pub async fn dropped_put_leaves_the_old_or_the_new_entry(fixture: CacheFixture) {
    let cache = fixture.store();
    let ctx = tenant_context("first");
    let value = |round: u32| vec![u8::try_from(round).expect("is small"); 10_000];
    put(&*cache, &key("a"), &value(0)).await;
    for round in 1..=MOST_POLLS {
        let new: CacheValue = value(round).into();
        abandon(cache.put(&ctx, &key("a"), new, LONG), round - 1).await;
        let found = get(&*cache, &key("a")).await.expect("is not lost");
        assert!((0..=round).any(|put| found == value(put)), "the entry is whole");
    }
    // What was dropped has ended by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    put(&*cache, &key("a"), &value(MOST_POLLS + 1)).await;
    assert!(get(&*cache, &key("a")).await.is_some_and(|found| found == value(MOST_POLLS + 1)));
}

/// No call ever gets the answer of another, however many were dropped on the same connections.
pub async fn dropped_calls_never_answer_others(fixture: CacheFixture) {
    let cache = fixture.store();
    for number in 0..16 {
        put(&*cache, &key(&format!("canary {number}")), format!("answer {number}").as_bytes()).await;
    }
    let callers = (0..8).map(|seed| storm(fixture.store(), seed));
    futures::future::join_all(callers).await;
    for number in 0..16 {
        let found = get(&*cache, &key(&format!("canary {number}"))).await;
        assert_eq!(found, Some(format!("answer {number}").into_bytes()));
    }
}

async fn storm(cache: Arc<dyn DynCache>, seed: u64) {
    let mut random = Random::new(seed);
    let ctx = tenant_context("first");
    for _ in 0..100 {
        let number = random.below(16);
        abandon(cache.get(&ctx, &key(&format!("canary {number}"))), random.below(6)).await;
        let number = random.below(16);
        let found = get(&*cache, &key(&format!("canary {number}"))).await;
        assert_eq!(found, Some(format!("answer {number}").into_bytes()), "somebody else's answer");
    }
}
