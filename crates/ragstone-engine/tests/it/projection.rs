//! Projection: replay, rebuild, drift, deletion.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::change::{ProjectionMark, ProjectionName};
use ragstone_core::clock::SystemClock;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::index::{IndexSchema, IndexTarget};
use ragstone_core::memory::{MemoryCatalog, MemoryIndex};
use ragstone_core::request::CreateCollection;
use ragstone_core::{CollectionName, ErrorKind, GenerationId, Retry, SearchQuery, Sequence, TenantId};
use ragstone_engine::Stores;
use ragstone_layers::{Fault, FaultRule, Faults, Layered};

use crate::workbench::{Workbench, note, stores};

const CHUNK_INDEX: ProjectionName = ProjectionName::new("chunk-index");

async fn mark(bench: &Workbench) -> ProjectionMark {
    let all = bench.stores.catalog.projected_collections(&bench.ctx, CHUNK_INDEX).await.expect("lists");
    all[0].mark.expect("is marked")
}

async fn target(bench: &Workbench) -> IndexTarget {
    let overview = bench.engine.collection(&bench.ctx, &CollectionName::default()).await.expect("exists");
    IndexTarget::first_of(TenantId::default(), overview.collection.id)
}

#[tokio::test]
async fn lost_index_is_rebuilt_from_the_catalog() {
    let bench = Workbench::new().await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let before = mark(&bench).await.generation;
    bench.stores.index.remove(&bench.ctx, &target(&bench).await).await.expect("removes");
    let bench = bench.restart().await;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    assert_eq!(bench.titles("alpha").await, ["a"]);
    assert_ne!(mark(&bench).await.generation, before);
}

#[tokio::test(start_paused = true)]
async fn index_lost_while_nobody_writes_is_rebuilt_by_itself() {
    let bench = Workbench::new().await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    bench.stores.index.remove(&bench.ctx, &target(&bench).await).await.expect("removes");
    let query = || SearchQuery::try_new("alpha", 1).expect("valid");
    let found = async {
        while bench.engine.search(&bench.ctx, query()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), found).await.expect("is rebuilt");
    assert_eq!(bench.titles("alpha").await, ["a"]);
}

#[tokio::test]
async fn index_of_another_generation_is_rebuilt() {
    let bench = Workbench::new().await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let foreign = GenerationId::from_uuid(uuid::Uuid::from_u128(0xbad));
    bench
        .stores
        .index
        .create(&bench.ctx, &target(&bench).await, foreign, IndexSchema::default())
        .await
        .expect("creates");
    let bench = bench.restart().await;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    assert_eq!(bench.titles("alpha").await, ["a"]);
}

#[tokio::test]
async fn weights_follow_the_average_length() {
    let bench = Workbench::new().await;
    let first = bench.put("short", "alpha beta").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, first).await.expect("is indexed");
    let before = mark(&bench).await.average_length;
    let long = "many more words stand in this one than in the other ".repeat(20);
    let second = bench.put("long", &long).await.sequence;
    bench.engine.wait_indexed(&bench.ctx, second).await.expect("is indexed");
    let statistics = bench.engine.collection(&bench.ctx, &CollectionName::default()).await.expect("exists");
    let after = mark(&bench).await.average_length;
    assert!(after > before * 2.0, "{before} -> {after}");
    assert!((after - statistics.statistics.average_length()).abs() <= 0.05 * after);
}

#[tokio::test]
async fn deleted_collection_leaves_no_projection() {
    let bench = Workbench::new().await;
    let name = CollectionName::try_new("books").expect("valid");
    let new = CreateCollection {
        name: name.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, new).await.expect("is created");
    let mut text = note("a", "alpha");
    text.collection = name.clone();
    bench.engine.ingest_text(&bench.ctx, text).await.expect("is stored");
    let sequence = bench.engine.delete_collection(&bench.ctx, &name).await.expect("is deleted");
    bench.engine.wait_indexed(&bench.ctx, sequence).await.expect("is indexed");
    let targets = bench.stores.index.targets(&bench.ctx).await.expect("lists");
    assert_eq!(targets, [target(&bench).await]);
    assert!(bench.titles("alpha").await.is_empty());
    let kind = bench.engine.collection(&bench.ctx, &name).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn restart_without_changes_writes_nothing() {
    let bench = Workbench::new().await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let before = mark(&bench).await;
    let bench = bench.restart().await;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    assert_eq!(mark(&bench).await, before);
    assert!(before.watermark >= last && before.watermark > Sequence::ZERO);
}

#[tokio::test]
async fn a_start_syncs_no_index_that_has_nothing_new() {
    let faults = Arc::new(Faults::seeded(7));
    let index = Layered::new(Arc::new(MemoryIndex::new()) as _, Arc::clone(&faults));
    let stores = Stores { index: Arc::new(index), ..stores(Arc::new(SystemClock)) };
    let bench = Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");

    faults.set_rules(vec![FaultRule::new("flush", Fault::Fail(ErrorKind::Unavailable, Retry::Never))]);
    let bench = bench.restart().await;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed without a sync");
    assert_eq!(bench.titles("alpha").await, ["a"]);
}

#[tokio::test]
async fn a_collection_that_goes_while_it_is_projected_is_no_failure_to_those_who_wait() {
    let faults = Arc::new(Faults::seeded(7));
    let catalog = MemoryCatalog::new(Arc::new(SystemClock));
    let catalog = Layered::new(Arc::new(catalog) as _, Arc::clone(&faults));
    let stores = Stores { catalog: Arc::new(catalog), ..stores(Arc::new(SystemClock)) };
    let bench = Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");

    let gone = FaultRule::new("statistics", Fault::Fail(ErrorKind::NotFound, Retry::Never));
    faults.set_rules(vec![gone.times(1)]);
    let last = bench.put("b", "beta").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is looked at again");
    assert_eq!(bench.titles("beta").await, ["b"]);
}
