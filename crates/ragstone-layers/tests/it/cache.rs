//! The tiered cache: single flight, both tiers, forgetting, failing tiers.

#![expect(clippy::disallowed_methods, reason = "each test joins what it spawns")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ragstone_core::cache::{CacheKey, CacheValue};
use ragstone_core::clock::SequentialIds;
use ragstone_core::memory::{MemoryCache, MemoryInvalidations};
use ragstone_core::port::{BoxFuture, Cache, DynCache, Loaded, ReadThrough as _};
use ragstone_core::{CallContext, Error, ErrorKind, Principal, Result, Scope, SystemClock, TenantId};
use ragstone_layers::{TieredCache, TieredCachePolicy};
use tokio::time::{sleep, timeout};

const NAMESPACE: &str = "test";
const LONG: Duration = Duration::from_secs(20);

fn tenant(name: &str) -> TenantId {
    TenantId::try_new(name).expect("valid")
}

fn key(name: &str) -> CacheKey {
    key_of("a", name)
}

fn key_of(owner: &str, name: &str) -> CacheKey {
    CacheKey::new(NAMESPACE, tenant(owner), &[name.as_bytes()])
}

fn value(text: &str) -> CacheValue {
    text.as_bytes().into()
}

/// Counts how often it is asked.
#[derive(Clone, Default)]
struct Source(Arc<AtomicU32>);

impl Source {
    fn asked(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    fn answer(&self, outcome: Result<Loaded>, after: Duration) -> BoxFuture<'static, Result<Loaded>> {
        let asked = Arc::clone(&self.0);
        Box::pin(async move {
            asked.fetch_add(1, Ordering::SeqCst);
            sleep(after).await;
            outcome
        })
    }

    fn keep(&self, text: &str) -> BoxFuture<'static, Result<Loaded>> {
        self.answer(Ok(Loaded::Keep(value(text))), Duration::ZERO)
    }
}

fn alone() -> TieredCache {
    TieredCache::new(TieredCachePolicy::new("test"))
}

fn l2() -> Arc<MemoryCache> {
    Arc::new(MemoryCache::new(Arc::new(SystemClock)))
}

fn over(cache: Arc<dyn DynCache>) -> TieredCache {
    TieredCache::with_shared(TieredCachePolicy::new("test"), cache, Arc::new(SequentialIds::default()))
}

async fn read(
    cache: &TieredCache,
    key: &CacheKey,
    source: BoxFuture<'static, Result<Loaded>>,
) -> Result<CacheValue> {
    cache.read_through(&CallContext::system(), key, source).await
}

#[tokio::test]
async fn value_is_asked_for_once_and_then_kept() {
    let (cache, source) = (alone(), Source::default());
    for _ in 0..3 {
        assert_eq!(read(&cache, &key("k"), source.keep("v")).await.expect("answers"), value("v"));
    }
    assert_eq!(read(&cache, &key("other"), source.keep("w")).await.expect("answers"), value("w"));
    assert_eq!(read(&cache, &key_of("b", "k"), source.keep("x")).await.expect("answers"), value("x"));
    assert_eq!(source.asked(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundred_misses_at_once_ask_once() {
    for round in 0..20 {
        let (cache, source) = (Arc::new(alone()), Source::default());
        let calls: Vec<_> = (0..100)
            .map(|number| {
                let (cache, source) = (Arc::clone(&cache), source.clone());
                tokio::spawn(async move {
                    let pause = Duration::from_millis(if round % 2 == 0 { 5 } else { 0 });
                    let loaded = Ok(Loaded::Keep(value(&number.to_string())));
                    read(&cache, &key("k"), source.answer(loaded, pause)).await.expect("answers")
                })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.expect("ends"));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "all hear the same");
        assert_eq!(source.asked(), 1, "round {round}");
    }
}

#[tokio::test]
async fn dropped_leader_does_not_fail_the_others() {
    let (cache, source) = (Arc::new(alone()), Source::default());
    let call = |text: &'static str| {
        let (cache, source) = (Arc::clone(&cache), source.clone());
        tokio::spawn(async move {
            let loaded = Ok(Loaded::Keep(value(text)));
            read(&cache, &key("k"), source.answer(loaded, Duration::from_millis(100))).await
        })
    };
    let leader = call("leader");
    sleep(Duration::from_millis(20)).await;
    let followers = [call("follower"), call("follower"), call("follower")];
    sleep(Duration::from_millis(20)).await;
    leader.abort();
    for follower in followers {
        let answer = timeout(LONG, follower).await.expect("in time").expect("ends").expect("answers");
        assert_eq!(answer, value("follower"));
    }
    assert_eq!(source.asked(), 2, "the leader and one that took over");
    assert_eq!(read(&cache, &key("k"), source.keep("new")).await.expect("answers"), value("follower"));
}

#[tokio::test]
async fn errors_are_not_kept_and_others_ask_for_themselves() {
    let (cache, source) = (Arc::new(alone()), Source::default());
    let failing = {
        let (cache, source) = (Arc::clone(&cache), source.clone());
        tokio::spawn(async move {
            let failure = Err(Error::new(ErrorKind::Unavailable, "broken"));
            read(&cache, &key("k"), source.answer(failure, Duration::from_millis(50))).await
        })
    };
    sleep(Duration::from_millis(10)).await;
    let waiting = read(&cache, &key("k"), source.keep("own")).await;
    assert_eq!(waiting.expect("asks for itself"), value("own"));
    assert!(failing.await.expect("ends").is_err_and(|error| error.kind() == ErrorKind::Unavailable));
    assert_eq!(read(&cache, &key("k"), source.keep("kept")).await.expect("answers"), value("kept"));
    assert_eq!(read(&cache, &key("k"), source.keep("never")).await.expect("answers"), value("kept"));
    assert_eq!(source.asked(), 3);
}

#[tokio::test]
async fn what_is_only_for_now_is_not_kept() {
    let shared = l2();
    let (cache, source) = (over(shared), Source::default());
    for round in 1..4 {
        let degraded = Ok(Loaded::Use(value("part")));
        let answer = read(&cache, &key("k"), source.answer(degraded, Duration::ZERO)).await;
        assert_eq!(answer.expect("answers"), value("part"));
        assert_eq!(source.asked(), round);
    }
}

#[tokio::test]
async fn waiting_for_another_call_ends_at_the_deadline() {
    let (cache, source) = (Arc::new(alone()), Source::default());
    let slow = {
        let (cache, source) = (Arc::clone(&cache), source.clone());
        tokio::spawn(async move {
            let loaded = Ok(Loaded::Keep(value("slow")));
            read(&cache, &key("k"), source.answer(loaded, Duration::from_millis(500))).await
        })
    };
    sleep(Duration::from_millis(50)).await;
    let principal = Principal::new("a", tenant("a"), Scope::Read);
    let ctx = CallContext::new(principal).with_timeout(&SystemClock, Duration::from_millis(50));
    let refused = cache.read_through(&ctx, &key("k"), source.keep("never")).await;
    assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    assert_eq!(slow.await.expect("ends").expect("answers"), value("slow"));
}

#[tokio::test]
async fn processes_share_what_was_asked_for() {
    let shared = l2();
    let (one, two, source) = (over(shared.clone()), over(shared), Source::default());
    assert_eq!(read(&one, &key("k"), source.keep("v")).await.expect("answers"), value("v"));
    assert_eq!(read(&two, &key("k"), source.keep("never")).await.expect("answers"), value("v"));
    assert_eq!(source.asked(), 1);
}

/// An L2 that fails, or never answers.
struct Broken {
    hangs: bool,
}

impl Broken {
    async fn fail<T>(&self) -> Result<T> {
        if self.hangs {
            std::future::pending::<()>().await;
        }
        Err(Error::new(ErrorKind::Unavailable, "broken"))
    }
}

impl Cache for Broken {
    async fn get(&self, _: &CallContext, _: &CacheKey) -> Result<Option<CacheValue>> {
        self.fail().await
    }

    async fn put(&self, _: &CallContext, _: &CacheKey, _: CacheValue, _: Duration) -> Result<()> {
        self.fail().await
    }

    async fn remove(&self, _: &CallContext, _: &CacheKey) -> Result<()> {
        self.fail().await
    }
}

#[tokio::test]
async fn failing_or_hanging_shared_tier_is_a_miss() {
    for hangs in [false, true] {
        let (cache, source) = (over(Arc::new(Broken { hangs })), Source::default());
        let answer = timeout(LONG, read(&cache, &key("k"), source.keep("v"))).await.expect("in time");
        assert_eq!(answer.expect("answers"), value("v"));
        let again = read(&cache, &key("k"), source.keep("never")).await;
        assert_eq!(again.expect("the local tier works"), value("v"));
        assert_eq!(source.asked(), 1);
    }
}

/// Two processes that tell each other what to forget.
async fn pair() -> (Arc<TieredCache>, Arc<TieredCache>, Arc<MemoryInvalidations>) {
    let (shared, fan_out) = (l2(), Arc::new(MemoryInvalidations::new()));
    // The ids of two processes are apart.
    let first_ids = Arc::new(SequentialIds::default());
    let make = || {
        let policy = TieredCachePolicy::new("test");
        Arc::new(TieredCache::with_invalidations(policy, shared.clone(), first_ids.clone(), fan_out.clone()))
    };
    let (one, two) = (make(), make());
    // Each begins by forgetting what it may have missed.
    sleep(Duration::from_millis(50)).await;
    (one, two, fan_out)
}

#[tokio::test]
async fn forgotten_entries_are_gone_everywhere_within_a_second() {
    let (one, two, _fan_out) = pair().await;
    let source = Source::default();
    for cache in [&one, &two] {
        assert_eq!(read(cache, &key("k"), source.keep("old")).await.expect("answers"), value("old"));
        assert_eq!(
            read(cache, &key_of("b", "k"), source.keep("stays")).await.expect("answers"),
            value("stays")
        );
    }
    one.forget(&CallContext::system(), NAMESPACE, &tenant("a")).await.expect("forgets");
    sleep(Duration::from_millis(200)).await;
    for cache in [&two, &one] {
        assert_eq!(read(cache, &key("k"), source.keep("new")).await.expect("answers"), value("new"));
        assert_eq!(
            read(cache, &key_of("b", "k"), source.keep("never")).await.expect("answers"),
            value("stays")
        );
    }
    assert_eq!(source.asked(), 3, "the new value is shared again");
}

#[tokio::test]
async fn gap_drops_everything_local() {
    let (one, _two, fan_out) = pair().await;
    let policy = TieredCachePolicy::new("test");
    let local = TieredCache::with_invalidations(
        policy,
        Arc::new(Broken { hangs: false }),
        Arc::new(SequentialIds::default()),
        fan_out.clone(),
    );
    sleep(Duration::from_millis(50)).await;
    let source = Source::default();
    assert_eq!(read(&local, &key("k"), source.keep("old")).await.expect("answers"), value("old"));
    fan_out.interrupt();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(read(&local, &key("k"), source.keep("new")).await.expect("answers"), value("new"));
    drop(one);
}

#[tokio::test]
async fn value_that_was_asked_for_before_it_was_forgotten_is_not_kept() {
    let (one, two, _fan_out) = pair().await;
    let source = Source::default();
    let early = {
        let (one, source) = (Arc::clone(&one), source.clone());
        tokio::spawn(async move {
            let loaded = Ok(Loaded::Keep(value("old")));
            read(&one, &key("k"), source.answer(loaded, Duration::from_millis(300))).await
        })
    };
    sleep(Duration::from_millis(50)).await;
    two.forget(&CallContext::system(), NAMESPACE, &tenant("a")).await.expect("forgets");
    assert_eq!(early.await.expect("ends").expect("answers"), value("old"), "who asked before may hear it");
    for cache in [&one, &two] {
        assert_eq!(read(cache, &key("k"), source.keep("new")).await.expect("answers"), value("new"));
    }
}

#[tokio::test]
async fn local_tier_is_bounded_by_bytes_and_time() {
    let policy = TieredCachePolicy::new("test").with_local_bytes(TieredCachePolicy::MIN_LOCAL_BYTES);
    let policy = policy.expect("is enough").with_ttl(Duration::from_millis(200), LONG).expect("are times");
    let (cache, source) = (TieredCache::new(policy), Source::default());
    let large = "x".repeat(100_000);
    for number in 0..50 {
        read(&cache, &key(&number.to_string()), source.keep(&large)).await.expect("answers");
    }
    for number in 0..50 {
        read(&cache, &key(&number.to_string()), source.keep(&large)).await.expect("answers");
    }
    assert!(source.asked() >= 90, "at most ten of fifty fit: {}", source.asked());
    let (cache, source) = (TieredCache::new(policy), Source::default());
    read(&cache, &key("k"), source.keep("old")).await.expect("answers");
    sleep(Duration::from_millis(400)).await;
    assert_eq!(read(&cache, &key("k"), source.keep("new")).await.expect("answers"), value("new"));
}

#[test]
fn policies_that_mean_nothing_are_refused() {
    let policy = TieredCachePolicy::new("test");
    assert!(policy.with_local_bytes(1).is_err());
    assert!(policy.with_local_bytes(0).is_ok());
    assert!(policy.with_ttl(Duration::ZERO, LONG).is_err());
    assert!(policy.with_ttl(LONG, Duration::from_hours(16 * 24)).is_err());
    assert!(policy.with_shared_timeout(Duration::ZERO).is_err());
}

#[test]
fn lookups_are_counted_by_tier() {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("starts");
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let shared = l2();
            let (one, two, source) = (over(shared.clone()), over(shared), Source::default());
            for cache in [&one, &one, &two, &two] {
                read(cache, &key("k"), source.keep("v")).await.expect("answers");
            }
        });
    });
    let mut lookups: Vec<(String, u64)> = Vec::new();
    for (key, _, _, counted) in snapshotter.snapshot().into_vec() {
        let (_, key) = key.into_parts();
        if key.name() == "ragstone_cache_lookups_total"
            && let DebugValue::Counter(count) = counted
        {
            let labels: Vec<&str> = key.labels().map(metrics::Label::value).collect();
            lookups.push((labels.join(" "), count));
        }
    }
    lookups.sort();
    let expected = [("test l1 hit", 2), ("test l1 miss", 2), ("test l2 hit", 1), ("test l2 miss", 1)];
    assert_eq!(lookups, expected.map(|(labels, count)| (labels.to_owned(), count)));
}
