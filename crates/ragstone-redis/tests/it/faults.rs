//! Servers that restart, hang, fill up, forget scripts or talk nonsense.

use std::time::{Duration, Instant};

use ragstone_core::cache::CacheKey;
use ragstone_core::counter::{CounterKey, CounterLimit};
use ragstone_core::id::HolderId;
use ragstone_core::invalidation::{Invalidation, Topic};
use ragstone_core::lease::LeaseName;
use ragstone_core::port::{Cache as _, Counters as _, Invalidations as _, Leases as _};
use ragstone_core::{CallContext, ErrorKind, Retry, TenantId};
use ragstone_redis::RedisStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use uuid::Uuid;

use crate::bench::{config, hasty, open};
use crate::server::{RedisServer, Signal, free_port, has_servers};

const LONG: Duration = Duration::from_mins(10);

fn key(name: &str) -> CacheKey {
    CacheKey::new("test", TenantId::default(), &[name.as_bytes()])
}

async fn put(store: &RedisStore, name: &str) -> ragstone_core::Result<()> {
    store.put(&CallContext::system(), &key(name), b"one"[..].into(), LONG).await
}

/// Fills the pool: as many calls at once as it has connections.
async fn fill_pool(store: &RedisStore) {
    let puts = (0..64).map(|number| {
        let store = store.clone();
        async move { put(&store, &number.to_string()).await }
    });
    for outcome in futures::future::join_all(puts).await {
        outcome.expect("puts");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restart_costs_few_calls_and_tokens_go_on() {
    if !has_servers("faults::restart_costs_few_calls_and_tokens_go_on") {
        return;
    }
    let mut server = RedisServer::start(&[]);
    let store = open(&config(&server.url()));
    let ctx = CallContext::system();
    let name = LeaseName::try_new("job").expect("is a name");
    let holder = HolderId::from_uuid(Uuid::from_u128(1));
    let before = store.acquire(&ctx, &name, holder, LONG).await.expect("answers").expect("is free");
    fill_pool(&store).await;
    assert!(store.pool_status().open > 4, "{:?}", store.pool_status());

    server.restart();
    let mut failed = 0;
    while let Err(error) = put(&store, "after").await {
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Backoff), "{error}");
        failed += 1;
        assert!(failed < 4, "one lost connection speaks for all of its age");
    }
    assert_eq!(store.get(&ctx, &key("1")).await.expect("answers"), None, "it started empty");
    let after = store.acquire(&ctx, &name, holder, LONG).await.expect("answers").expect("is free");
    assert!(after.token > before.token, "{} then {}", before.token, after.token);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hanging_server_is_given_up_in_time() {
    if !has_servers("faults::hanging_server_is_given_up_in_time") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&hasty(&server.url()));
    put(&store, "a").await.expect("puts");
    server.signal(Signal::Stop);
    for _ in 0..3 {
        let start = Instant::now();
        let error = put(&store, "a").await.expect_err("hangs");
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        // At most the times for waiting, connecting and answering, with room for a busy machine.
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    }
    server.signal(Signal::Continue);
    let start = Instant::now();
    while put(&store, "a").await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "it answers again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscription_notices_a_server_that_hangs() {
    if !has_servers("faults::subscription_notices_a_server_that_hangs") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&hasty(&server.url()));
    let ctx = CallContext::system();
    let topic = Topic::new("test");
    let mut subscription = store.subscribe(&ctx, topic).await.expect("subscribes");
    server.signal(Signal::Stop);
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.signal(Signal::Continue);
    let heard = timeout(Duration::from_secs(20), subscription.next()).await.expect("hears in time");
    assert_eq!(heard, Some(Invalidation::Gap));
    while store.publish(&ctx, topic, b"again").await.is_err() {}
    let heard = timeout(Duration::from_secs(20), subscription.next()).await.expect("hears in time");
    assert_eq!(heard, Some(Invalidation::Message(b"again"[..].into())));
}

#[tokio::test]
async fn server_that_is_not_there_is_unavailable() {
    let store = open(&hasty(&format!("redis://127.0.0.1:{}", free_port().expect("a port"))));
    let ctx = CallContext::system();
    let topic = Topic::new("test");
    let errors = [
        put(&store, "a").await.expect_err("is refused"),
        store.check().await.map(|_| ()).expect_err("is refused"),
        store.publish(&ctx, topic, b"one").await.expect_err("is refused"),
        store.subscribe(&ctx, topic).await.map(|_| ()).expect_err("is refused"),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Backoff), "{error}");
        assert!(error.to_string().contains("cannot be reached"), "{error}");
    }
}

#[tokio::test]
async fn full_memory_is_named() {
    if !has_servers("faults::full_memory_is_named") {
        return;
    }
    let server = RedisServer::start(&["--maxmemory", "3mb", "--maxmemory-policy", "noeviction"]);
    let store = open(&config(&server.url()));
    let ctx = CallContext::system();
    let mut last = Ok(());
    for number in 0..64 {
        let value = vec![7; 200_000].into();
        last = store.put(&ctx, &key(&number.to_string()), value, LONG).await;
        if last.is_err() {
            break;
        }
    }
    let error = last.expect_err("is full");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("out of memory"), "{error}");
    server.command(&["CONFIG", "SET", "maxmemory", "1mb"]);
    assert!(store.check().await.is_err_and(|error| error.to_string().contains("out of memory")));
    assert!(store.get(&ctx, &key("0")).await.expect("reads").is_some(), "it still reads");
    let limit = CounterLimit::try_new(5, LONG).expect("is a limit");
    let refused = store.record(&ctx, &CounterKey::new("test", &[b"a"]), limit, 1).await;
    assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
}

#[tokio::test]
async fn forgotten_scripts_are_sent_again() {
    if !has_servers("faults::forgotten_scripts_are_sent_again") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&config(&server.url()));
    let limit = CounterLimit::try_new(5, LONG).expect("is a limit");
    for left in (2..5).rev() {
        server.command(&["SCRIPT", "FLUSH"]);
        let decision =
            store.record(&CallContext::system(), &CounterKey::new("test", &[b"a"]), limit, 1).await;
        assert_eq!(decision.expect("decides").remaining(), left);
    }
}

#[tokio::test]
async fn key_of_another_kind_is_corrupt() {
    if !has_servers("faults::key_of_another_kind_is_corrupt") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&config(&server.url()));
    put(&store, "a").await.expect("puts");
    let stored = server.command(&["KEYS", "ragstone:cache:*"]).trim().to_owned();
    assert!(!stored.contains("\"a\"") && stored.ends_with('}'), "{stored}");
    server.command(&["DEL", &stored]);
    server.command(&["LPUSH", &stored, "x"]);
    let error = store.get(&CallContext::system(), &key("a")).await.expect_err("is a list");
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
}

#[tokio::test]
async fn counters_and_entries_leave_nothing_behind() {
    if !has_servers("faults::counters_and_entries_leave_nothing_behind") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&config(&server.url()));
    let ctx = CallContext::system();
    let short = Duration::from_millis(200);
    let limit = CounterLimit::try_new(5, short).expect("is a limit");
    for number in 0..20_u8 {
        store.record(&ctx, &CounterKey::new("test", &[&[number]]), limit, 1).await.expect("counts");
        store.put(&ctx, &key(&number.to_string()), b"one"[..].into(), short).await.expect("puts");
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(server.command(&["KEYS", "*"]).trim(), "");
}

#[tokio::test]
async fn nonsense_is_unavailable_and_does_not_hang() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let port = listener.local_addr().expect("has an address").port();
    let server = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 1024];
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(b"\x07HTTP/1.1 400 Bad Request\r\n\r\n").await;
                }
            });
        }
    });
    let store = open(&hasty(&format!("redis://127.0.0.1:{port}")));
    let start = Instant::now();
    let error = put(&store, "a").await.expect_err("is nonsense");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    server.abort();
}

#[tokio::test]
async fn closed_store_is_unavailable_and_its_subscriptions_end() {
    if !has_servers("faults::closed_store_is_unavailable_and_its_subscriptions_end") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&config(&server.url()));
    let topic = Topic::new("test");
    let mut subscription = store.subscribe(&CallContext::system(), topic).await.expect("subscribes");
    put(&store, "a").await.expect("puts");
    store.close();
    let heard = timeout(Duration::from_secs(10), subscription.next()).await;
    assert_eq!(heard.expect("ends in time"), None);
    let error = put(&store, "a").await.expect_err("is closed");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Never), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flaps_leave_no_connections_behind() {
    if !has_servers("faults::flaps_leave_no_connections_behind") {
        return;
    }
    let server = RedisServer::start(&[]);
    let store = open(&config(&server.url()).with_pool_size(4).expect("is a size"));
    let topic = Topic::new("test");
    let _subscription = store.subscribe(&CallContext::system(), topic).await.expect("subscribes");
    for _ in 0..50 {
        server.command(&["CLIENT", "KILL", "TYPE", "normal"]);
        server.command(&["CLIENT", "KILL", "TYPE", "pubsub"]);
        let mut failed = 0;
        while put(&store, "a").await.is_err() {
            failed += 1;
            assert!(failed < 4, "one lost connection speaks for all of its age");
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let clients = server.command(&["CLIENT", "LIST"]);
    // The pool's connections, the subscription's, and the one that asks.
    assert!(clients.lines().filter(|line| !line.is_empty()).count() <= 6, "{clients}");
}
