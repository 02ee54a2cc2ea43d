//! Health over sources that the test switches.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use ragstone_core::clock::{SequentialIds, SystemClock};
use ragstone_core::memory::{MemoryCatalog, MemoryIndex, MemoryJobs};
use ragstone_core::port::BoxFuture;
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_engine::{EngineConfig, Stores};

use super::super::source::{CatalogSource, Facts, IndexSource, ProjectionSource};
use super::*;

/// A backend that can be taken away, or made to hang.
struct Switched {
    name: &'static str,
    is_required: bool,
    is_up: AtomicBool,
    hangs: AtomicBool,
    looks: AtomicU32,
}

impl Switched {
    fn new(name: &'static str, is_required: bool) -> Arc<Self> {
        let (is_up, hangs) = (AtomicBool::new(true), AtomicBool::new(false));
        Arc::new(Self { name, is_required, is_up, hangs, looks: AtomicU32::new(0) })
    }
}

impl HealthSource for Switched {
    fn name(&self) -> &'static str {
        self.name
    }

    fn is_required(&self) -> bool {
        self.is_required
    }

    fn look<'a>(&'a self, _: &'a CallContext) -> BoxFuture<'a, Result<Facts>> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            if self.hangs.load(Ordering::SeqCst) {
                std::future::pending::<()>().await;
            }
            if self.is_up.load(Ordering::SeqCst) {
                Ok(Facts::new())
            } else {
                Err(Error::new(ErrorKind::Unavailable, "switched off"))
            }
        })
    }
}

async fn engine() -> (Engine, Stores) {
    let clock = Arc::new(SystemClock);
    let stores = Stores {
        leases: None,
        embedding_leases: None,
        reranker: None,
        embedder: None,
        models: None,
        answers: None,
        catalog: Arc::new(MemoryCatalog::new(clock.clone())),
        index: Arc::new(MemoryIndex::new()),
        jobs: Arc::new(MemoryJobs::new(clock.clone())),
        clock,
        ids: Arc::new(SequentialIds::default()),
    };
    (Engine::start(stores.clone(), EngineConfig::default()).await.expect("starts"), stores)
}

fn health(ttl_ms: u64) -> Arc<Health> {
    let (ttl, timeout) = (Duration::from_millis(ttl_ms), Duration::from_millis(100));
    Arc::new(Health::new(Arc::new(SystemClock), ttl, timeout))
}

#[tokio::test]
async fn an_instance_goes_from_starting_over_ready_to_draining() {
    let health = health(0);
    assert_eq!(health.verdict().await.status, State::Starting);
    assert!(!health.is_started());
    let (engine, _) = engine().await;
    health.started(engine.clone());
    assert_eq!(health.verdict().await.status, State::Ready);
    assert!(health.is_started());
    engine.drain();
    assert_eq!(health.verdict().await.status, State::Draining);
    assert!(health.is_started());
}

#[tokio::test]
async fn a_required_store_that_is_gone_is_named_and_comes_back() {
    let health = health(0);
    health.started(engine().await.0);
    let (needed, optional) = (Switched::new("needed", true), Switched::new("optional", false));
    health.watch(Arc::clone(&needed) as _);
    health.watch(Arc::clone(&optional) as _);
    assert!(health.verdict().await.is_ready());

    optional.is_up.store(false, Ordering::SeqCst);
    let (verdict, findings) = health.report().await;
    assert!(verdict.is_ready());
    let down: Vec<_> = findings.iter().filter(|finding| !finding.is_up).map(|finding| finding.name).collect();
    assert_eq!(down, ["optional"]);

    needed.is_up.store(false, Ordering::SeqCst);
    let verdict = health.verdict().await;
    assert_eq!((verdict.status, verdict.missing), (State::Unavailable, vec!["needed"]));

    needed.is_up.store(true, Ordering::SeqCst);
    assert!(health.verdict().await.is_ready());
}

#[tokio::test]
async fn a_store_that_hangs_is_down_in_bounded_time() {
    let health = health(0);
    health.started(engine().await.0);
    let needed = Switched::new("needed", true);
    health.watch(Arc::clone(&needed) as _);
    needed.hangs.store(true, Ordering::SeqCst);
    let verdict = tokio::time::timeout(Duration::from_secs(5), health.verdict()).await.expect("in time");
    assert_eq!(verdict.missing, ["needed"]);
    let (_, findings) = health.report().await;
    assert_eq!(findings[0].failure, Some("deadline_exceeded"));
}

#[tokio::test]
async fn many_probes_are_one_look() {
    let health = health(60_000);
    health.started(engine().await.0);
    let needed = Switched::new("needed", true);
    health.watch(Arc::clone(&needed) as _);
    let verdicts = join_all((0..100).map(|_| health.verdict())).await;
    assert!(verdicts.iter().all(Verdict::is_ready));
    assert_eq!(needed.looks.load(Ordering::SeqCst), 1);
    // Within its time a finding is answered again, also when it is not true any more.
    needed.is_up.store(false, Ordering::SeqCst);
    assert!(health.verdict().await.is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_gives_up_leaves_the_next_one_an_answer() {
    let health = health(60_000);
    health.started(engine().await.0);
    let needed = Switched::new("needed", true);
    health.watch(Arc::clone(&needed) as _);
    assert!(tokio::time::timeout(Duration::from_millis(1), health.verdict()).await.is_err());
    assert!(health.verdict().await.is_ready());
}

#[tokio::test]
async fn real_stores_say_what_they_hold() {
    let health = health(0);
    let (engine, stores) = engine().await;
    health.started(engine.clone());
    health.watch(Arc::new(CatalogSource(Arc::clone(&stores.catalog))));
    health.watch(Arc::new(IndexSource(Arc::clone(&stores.index))));
    health.watch(Arc::new(ProjectionSource(engine.clone())));
    let head = engine.status(&CallContext::system()).await.expect("status").head;
    engine.wait_indexed(&CallContext::system(), head).await.expect("indexed");
    let (verdict, findings) = health.report().await;
    assert!(verdict.is_ready(), "{findings:?}");
    assert_eq!(findings[0].facts["head"], head.0);
    assert_eq!(findings[1].facts["targets"], 1);
    assert_eq!(findings[2].facts["chunk-index"]["lag"], 0);
}
