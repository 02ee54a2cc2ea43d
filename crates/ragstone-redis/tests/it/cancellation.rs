//! Dropped calls: no answer ever reaches another call, and no connection is lost.

use std::time::Duration;

use futures::future::join_all;
use futures::poll;
use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_core::counter::{CounterKey, CounterLimit};
use ragstone_core::port::{Cache as _, Counters as _};
use ragstone_core::{CallContext, Principal, Scope, TenantId};
use ragstone_redis::RedisStore;

use crate::bench::{bench, config};

/// Tenants that call at the same time.
const TENANTS: u32 = 50;
/// Calls of each tenant that are dropped at some point.
const DROPPED: u32 = 400;

fn tenant(number: u32) -> TenantId {
    TenantId::try_new(format!("tenant-{number}")).expect("is a tenant")
}

fn key(tenant_number: u32, entry: u32) -> CacheKey {
    CacheKey::new("canary", tenant(tenant_number), &[&entry.to_le_bytes()])
}

fn canary(tenant_number: u32, entry: u32) -> CacheValue {
    format!("canary of tenant {tenant_number}, entry {entry}").into_bytes().into()
}

/// A number that is spread over all values (SplitMix64's finisher).
fn scatter(number: u32) -> u32 {
    let mut bits = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (bits >> 40) as u32
}

/// Polls a call some times, sometimes waits a little in between, and drops it.
async fn drop_somewhere<T>(call: impl Future<Output = T>, random: u32) -> Option<T> {
    let mut call = std::pin::pin!(call);
    for round in 0..random % 5 {
        if let std::task::Poll::Ready(answer) = poll!(call.as_mut()) {
            return Some(answer);
        }
        if (random >> (8 + round)) & 1 == 0 {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(Duration::from_micros(u64::from(random >> 16) % 400)).await;
        }
    }
    None
}

/// Calls of one tenant; answers how many it dropped and how many answers were not its own.
async fn storm(store: RedisStore, number: u32) -> (u32, u32) {
    let ctx = CallContext::new(Principal::new("storm", tenant(number), Scope::Read));
    let limit = CounterLimit::try_new(1_000_000, Duration::from_mins(10)).expect("is a limit");
    let (mut dropped, mut foreign) = (0, 0);
    for call in 0..DROPPED {
        let random = scatter(number * DROPPED + call);
        let entry = random % 8;
        let wanted = key(number, entry);
        let finished = match random % 4 {
            0 => drop_somewhere(
                store.put(&ctx, &wanted, canary(number, entry), Duration::from_mins(10)),
                random,
            )
            .await
            .is_some(),
            1 => {
                let counter = CounterKey::new("canary", &[&number.to_le_bytes()]);
                drop_somewhere(store.record(&ctx, &counter, limit, 1), random).await.is_some()
            }
            _ => match drop_somewhere(store.get(&ctx, &wanted), random).await {
                Some(answer) => {
                    foreign += u32::from(answer.expect("answers") != Some(canary(number, entry)));
                    true
                }
                None => false,
            },
        };
        dropped += u32::from(!finished);
        if call % 4 == 0 {
            let answer = store.get(&ctx, &wanted).await.expect("answers");
            foreign += u32::from(answer != Some(canary(number, entry)));
        }
    }
    (dropped, foreign)
}

async fn no_foreign_answers(pool_size: usize, test: &str) {
    let Some(bench) = bench(test).await else { return };
    let store = bench.store_of(config(bench.url()).with_pool_size(pool_size).expect("is a size"));
    let ctx = CallContext::system();
    for number in 0..TENANTS {
        for entry in 0..8 {
            let entry_key = key(number, entry);
            let put = store.put(&ctx, &entry_key, canary(number, entry), Duration::from_mins(10));
            put.await.expect("puts");
        }
    }
    let storms = (0..TENANTS).map(|number| tokio::spawn(storm(store.clone(), number)));
    let (mut dropped, mut foreign) = (0, 0);
    for outcome in join_all(storms).await {
        let (storm_dropped, storm_foreign) = outcome.expect("ends");
        dropped += storm_dropped;
        foreign += storm_foreign;
    }
    assert_eq!(foreign, 0, "answers of other calls");
    assert!(dropped >= 5_000, "only {dropped} calls were dropped");
    let status = store.pool_status();
    assert!(status.open <= pool_size && status.free == status.open && status.waiting == 0, "{status:?}");
    eprintln!("{test}: {dropped} calls dropped of {}, 0 foreign answers, {status:?}", TENANTS * DROPPED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_gets_the_answer_of_a_dropped_one() {
    no_foreign_answers(8, "cancellation::no_call_gets_the_answer_of_a_dropped_one").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_gets_the_answer_of_a_dropped_one_on_a_single_connection() {
    no_foreign_answers(1, "cancellation::no_call_gets_the_answer_of_a_dropped_one_on_a_single_connection")
        .await;
}
