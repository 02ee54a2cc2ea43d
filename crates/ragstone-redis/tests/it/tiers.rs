//! The tiered cache of two processes over one Redis.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ragstone_core::cache::CacheKey;
use ragstone_core::clock::IdSource;
use ragstone_core::port::{Loaded, ReadThrough as _};
use ragstone_core::{CallContext, TenantId};
use ragstone_layers::{TieredCache, TieredCachePolicy};
use uuid::Uuid;

use crate::bench::{Bench, bench, config};
use crate::server::{RedisServer, has_servers};

const NAMESPACE: &str = "test";

/// Ids of one process.
#[derive(Debug)]
struct Ids(AtomicU32, u32);

impl IdSource for Ids {
    fn fresh(&self) -> Uuid {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u128(u128::from(self.1) << 64 | u128::from(number))
    }
}

fn process(bench: &Bench, number: u32) -> TieredCache {
    let store = Arc::new(bench.store());
    let ids = Arc::new(Ids(AtomicU32::new(1), number));
    TieredCache::with_invalidations(TieredCachePolicy::new("test"), store.clone(), ids, store)
}

fn key(name: &str) -> CacheKey {
    CacheKey::new(NAMESPACE, TenantId::default(), &[name.as_bytes()])
}

/// Reads through a cache; what the source answers is `text`.
async fn read(cache: &TieredCache, name: &str, text: &str) -> String {
    let loaded = Loaded::Keep(text.as_bytes().into());
    let source = Box::pin(async { Ok(loaded) });
    let value = cache.read_through(&CallContext::system(), &key(name), source).await.expect("answers");
    String::from_utf8(value.to_vec()).expect("is text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_forgets_the_other_forgets_within_a_second() {
    let Some(bench) = bench("tiers::what_one_process_forgets_the_other_forgets_within_a_second").await else {
        return;
    };
    let (one, two) = (process(&bench, 1), process(&bench, 2));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut slowest = Duration::ZERO;
    for round in 0..20 {
        let name = format!("entry {round}");
        assert_eq!(read(&one, &name, "old").await, "old");
        assert_eq!(read(&two, &name, "never").await, "old", "the second process finds it in Redis");
        let start = Instant::now();
        one.forget(&CallContext::system(), NAMESPACE, &TenantId::default()).await.expect("forgets");
        while read(&two, &name, "new").await == "old" {
            assert!(
                start.elapsed() < Duration::from_secs(1),
                "it is still there after {:?}",
                start.elapsed()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        slowest = slowest.max(start.elapsed());
        assert_eq!(read(&one, &name, "never").await, "new");
    }
    eprintln!("the other process had forgotten after {slowest:?} at most");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cache_works_while_redis_is_gone_and_after_it_is_back() {
    if !has_servers("tiers::cache_works_while_redis_is_gone_and_after_it_is_back") {
        return;
    }
    let mut server = RedisServer::start(&[]);
    let store = Arc::new(crate::bench::open(&config(&server.url())));
    let ids = Arc::new(Ids(AtomicU32::new(1), 1));
    let cache = TieredCache::with_invalidations(TieredCachePolicy::new("test"), store.clone(), ids, store);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(read(&cache, "a", "before").await, "before");
    server.kill();
    assert_eq!(read(&cache, "a", "never").await, "before", "the local tier needs no Redis");
    let start = Instant::now();
    assert_eq!(read(&cache, "b", "meanwhile").await, "meanwhile");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    server.restart();
    // The gap after the interruption drops what was kept meanwhile.
    let start = Instant::now();
    while read(&cache, "b", "after").await != "after" {
        assert!(start.elapsed() < Duration::from_secs(10), "the cache hears of the gap");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
