//! Sentinels: the primary is found, and followed when another server takes over.

use std::time::{Duration, Instant};

use ragstone_core::cache::CacheKey;
use ragstone_core::id::HolderId;
use ragstone_core::invalidation::{Invalidation, Topic};
use ragstone_core::lease::LeaseName;
use ragstone_core::port::{Cache as _, Invalidations as _, Leases as _};
use ragstone_core::{CallContext, ErrorKind, TenantId};
use ragstone_redis::RedisStore;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::bench::{config, hasty, open, try_laws};
use crate::server::{RedisServer, has_servers};

const LONG: Duration = Duration::from_mins(10);
const TOPIC: Topic = Topic::new("failover");

struct Trio {
    primary: RedisServer,
    replica: RedisServer,
    sentinel: RedisServer,
}

impl Trio {
    async fn start() -> Self {
        let primary = RedisServer::start(&[]);
        let port = primary.port().to_string();
        let replica =
            RedisServer::start(&["--replicaof", "127.0.0.1", &port, "--repl-diskless-sync-delay", "0"]);
        let sentinel = RedisServer::start_sentinel("the-primary", primary.port());
        for _ in 0..1000 {
            if sentinel.command(&["SENTINEL", "REPLICAS", "the-primary"]).contains("slave-repl-offset")
                && replica.command(&["INFO", "replication"]).contains("master_link_status:up")
            {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        Self { primary, replica, sentinel }
    }

    fn url(&self) -> String {
        // The first address is of nobody: the next sentinel is asked.
        format!("redis+sentinel://127.0.0.1:1,127.0.0.1:{}?master=the-primary", self.sentinel.port())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn laws_hold_through_a_sentinel() {
    if !has_servers("sentinel::laws_hold_through_a_sentinel") {
        return;
    }
    let trio = Trio::start().await;
    open(&config(&trio.url())).check().await.expect("finds the primary");
    try_laws(&config(&trio.url())).await;
    let unknown = trio.url().replace("the-primary", "nobody");
    let error = open(&config(&unknown)).check().await.expect_err("there is no such primary");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

/// Calls until it works; answers how long that took.
async fn until_it_works(store: &RedisStore, key: &CacheKey) -> Duration {
    let start = Instant::now();
    while start.elapsed() < Duration::from_mins(1) {
        if store.put(&CallContext::system(), key, b"new"[..].into(), LONG).await.is_ok() {
            return start.elapsed();
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the store does not find the new primary");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_follows_the_primary() {
    if !has_servers("sentinel::store_follows_the_primary") {
        return;
    }
    let mut trio = Trio::start().await;
    let store = open(&hasty(&trio.url()));
    let ctx = CallContext::system();
    let key = CacheKey::new("test", TenantId::default(), &[b"a"]);
    let name = LeaseName::try_new("job").expect("is a name");
    let holder = HolderId::from_uuid(Uuid::from_u128(1));
    store.put(&ctx, &key, b"old"[..].into(), LONG).await.expect("puts");
    let before = store.acquire(&ctx, &name, holder, LONG).await.expect("answers").expect("is free");
    let mut subscription = store.subscribe(&ctx, TOPIC).await.expect("subscribes");

    trio.primary.kill();
    let took = until_it_works(&store, &key).await;
    assert!(trio.replica.command(&["INFO", "replication"]).contains("role:master"));
    let after = store.acquire(&ctx, &name, holder, LONG).await.expect("answers").expect("is ours");
    assert!(after.token > before.token, "{} then {}", before.token, after.token);
    let heard = timeout(Duration::from_secs(20), subscription.next()).await.expect("hears in time");
    assert_eq!(heard, Some(Invalidation::Gap));
    store.publish(&ctx, TOPIC, b"again").await.expect("publishes");
    let heard = timeout(Duration::from_secs(20), subscription.next()).await.expect("hears in time");
    assert_eq!(heard, Some(Invalidation::Message(b"again"[..].into())));
    eprintln!("the store wrote to the new primary {took:?} after the old one was killed");
}
