//! Several engines on one catalog and one index: one of them projects, all of them see what it did.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ragstone_core::change::ProjectionName;
use ragstone_core::clock::{SequentialIds, SystemClock};
use ragstone_core::collection::KeywordSettings;
use ragstone_core::lease::LeaseName;
use ragstone_core::memory::{MemoryCatalog, MemoryIndex, MemoryJobs, MemoryLeases};
use ragstone_core::port::{DynCatalog, DynChunkIndex, DynLeases};
use ragstone_core::request::CreateCollection;
use ragstone_core::{CallContext, Clock, CollectionName, HolderId, Result, SearchQuery};
use ragstone_engine::{Engine, EngineConfig, Stores};
use ragstone_layers::{Around, Call, Layered};

use crate::workbench::{Workbench, note};

/// What all replicas share.
struct Shared {
    catalog: Arc<dyn DynCatalog>,
    index: Arc<dyn DynChunkIndex>,
    leases: Arc<dyn DynLeases>,
    clock: Arc<dyn Clock>,
    ids: Arc<SequentialIds>,
}

impl Shared {
    fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self {
            catalog: Arc::new(MemoryCatalog::new(clock.clone())),
            index: Arc::new(MemoryIndex::new()),
            leases: Arc::new(MemoryLeases::new(clock.clone())),
            clock,
            ids: Arc::new(SequentialIds::default()),
        }
    }

    /// An engine with the number of batches that it has applied.
    async fn replica(&self) -> (Workbench, Arc<Applied>) {
        let applied = Arc::new(Applied::default());
        let stores = Stores {
            catalog: Arc::clone(&self.catalog),
            index: Arc::new(Layered::new(Arc::clone(&self.index), Arc::clone(&applied))),
            jobs: Arc::new(MemoryJobs::new(Arc::clone(&self.clock))),
            leases: Some(Arc::clone(&self.leases)),
            embedding_leases: None,
            reranker: None,
            embedder: None,
            models: None,
            answers: None,
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids) as _,
        };
        (Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await, applied)
    }
}

/// Counts what a replica writes to the index.
#[derive(Debug, Default)]
struct Applied(AtomicU32);

impl Applied {
    fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Around for Applied {
    async fn once<T, F>(&self, call: Call<'_>, _ctx: &CallContext, operation: F) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        if call.method() == "apply" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        operation.await
    }
}

#[tokio::test]
async fn one_replica_projects_what_all_of_them_write() {
    let shared = Shared::new();
    let (first, first_applied) = shared.replica().await;
    let last = first.put("a", "alpha").await.sequence;
    first.engine.wait_indexed(&first.ctx, last).await.expect("is indexed");
    let (second, second_applied) = shared.replica().await;
    for number in 0..20 {
        let writer = if number % 2 == 0 { &first } else { &second };
        let last = writer.put(&format!("note {number}"), &format!("unique{number}")).await.sequence;
        first.engine.wake_projector();
        for reader in [&first, &second] {
            reader.engine.wait_indexed(&reader.ctx, last).await.expect("is indexed");
            assert_eq!(reader.titles(&format!("unique{number}")).await.len(), 1, "note {number}");
        }
    }
    assert!(first_applied.count() > 0);
    assert_eq!(second_applied.count(), 0, "the second replica left the index to the first");

    // A replica that stops hands over at once.
    drop(first);
    let start = SystemClock.instant();
    let last = second.put("b", "beta").await.sequence;
    second.engine.wait_indexed(&second.ctx, last).await.expect("is indexed");
    assert!(second_applied.count() > 0);
    assert!(SystemClock.instant() - start < Duration::from_secs(5), "within one look at the feed");
}

#[tokio::test]
async fn the_lease_of_a_dead_replica_runs_out() {
    let shared = Shared::new();
    let name = LeaseName::try_new("projection/chunk-index").expect("valid");
    let dead = HolderId::from_uuid(uuid::Uuid::from_u128(0xdead));
    let ctx = CallContext::system();
    let lease = shared.leases.acquire(&ctx, &name, dead, Duration::from_secs(1)).await.expect("answers");
    assert!(lease.is_some());
    let (bench, applied) = shared.replica().await;
    let last = bench.put("a", "alpha").await.sequence;
    assert_eq!(applied.count(), 0);
    let waited = bench.engine.wait_indexed(&bench.ctx, last);
    tokio::time::timeout(Duration::from_secs(10), waited).await.expect("in time").expect("is indexed");
    assert_eq!(bench.titles("alpha").await, ["a"]);
}

#[tokio::test]
async fn replicas_with_an_index_each_project_each_for_itself() {
    let shared = Shared::new();
    let mut benches = Vec::new();
    for name in ["chunk-index@one", "chunk-index@two"] {
        let stores = Stores {
            catalog: Arc::clone(&shared.catalog),
            index: Arc::new(MemoryIndex::new()),
            jobs: Arc::new(MemoryJobs::new(Arc::clone(&shared.clock))),
            leases: None,
            embedding_leases: None,
            reranker: None,
            embedder: None,
            models: None,
            answers: None,
            clock: Arc::clone(&shared.clock),
            ids: Arc::clone(&shared.ids) as _,
        };
        let config = EngineConfig { projection: ProjectionName::new(name), ..EngineConfig::default() };
        benches.push((Engine::start(stores.clone(), config).await.expect("starts"), stores));
    }
    let ctx = CallContext::system();
    let books = CollectionName::try_new("books").expect("valid");
    let new = CreateCollection {
        name: books.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    benches[0].0.create_collection(&ctx, new).await.expect("is created");
    let mut text = note("a", "alpha");
    text.collection = books.clone();
    let last = benches[0].0.ingest_text(&ctx, text).await.expect("is stored").sequence;
    for (engine, stores) in &benches {
        engine.wait_indexed(&ctx, last).await.expect("is indexed");
        let found = engine.search(&ctx, SearchQuery::try_new("alpha", 10).expect("valid")).await;
        assert_eq!(found.expect("answers").hits.len(), 1);
        assert_eq!(stores.index.targets(&ctx).await.expect("lists").len(), 2);
    }

    // The first to see a deletion forgets the collection; the other one clears its index all the same.
    let gone = benches[0].0.delete_collection(&ctx, &books).await.expect("is deleted");
    for (engine, stores) in &benches {
        engine.wait_indexed(&ctx, gone).await.expect("is indexed");
        let cleared = async {
            while stores.index.targets(&ctx).await.expect("lists").len() > 1 {
                engine.wake_projector();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), cleared).await.expect("cleared");
    }
}
