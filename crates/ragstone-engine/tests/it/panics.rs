//! Work in the background that panics is done again: nothing stays behind, and nothing is silently dead.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::Dimensions;
use ragstone_core::job::JobState;
use ragstone_core::memory::{HashingModel, MemoryCatalog, MemoryIndex, MemoryJobs};
use ragstone_core::metadata::Metadata;
use ragstone_core::report::IngestStage;
use ragstone_core::request::IngestDocument;
use ragstone_core::{AccessList, CollectionName, ErrorKind, Sequence};
use ragstone_engine::Stores;
use ragstone_layers::{Fault, FaultRule, Faults, Layered};

use crate::workbench::{Workbench, stores};

const PATIENCE: Duration = Duration::from_secs(20);

/// An engine over stores whose calls panic by rules.
async fn bench() -> (Workbench, Arc<Faults>) {
    let faults = Arc::new(Faults::seeded(7));
    let clock = || Arc::new(SystemClock);
    let dimensions = Dimensions::try_new(256).expect("in range");
    let stores = Stores {
        catalog: Arc::new(Layered::new(Arc::new(MemoryCatalog::new(clock())) as _, Arc::clone(&faults))),
        index: Arc::new(Layered::new(Arc::new(MemoryIndex::new()) as _, Arc::clone(&faults))),
        jobs: Arc::new(Layered::new(Arc::new(MemoryJobs::new(clock())) as _, Arc::clone(&faults))),
        embedder: Some(Arc::new(HashingModel::new(clock(), dimensions, 4096))),
        ..stores(clock())
    };
    (Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await, faults)
}

async fn found(bench: &Workbench, sequence: Sequence) {
    let waits = async {
        // A wait that meets the failing collection says so, and is made again.
        while bench.engine.wait_indexed(&bench.ctx, sequence).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bench.engine.wait_embedded(&bench.ctx, sequence).await.expect("is embedded");
        bench.engine.wait_words(&bench.ctx, sequence).await.expect("words are known");
    };
    tokio::time::timeout(PATIENCE, waits).await.expect("goes on by itself");
}

/// What was written while a call of the background panics is found once it does not any more.
async fn goes_on_after_panics_of(method: &'static str) {
    let (bench, faults) = bench().await;
    let first = bench.put("a", "Herons wade.").await.sequence;
    found(&bench, first).await;
    faults.set_rules(vec![FaultRule::new(method, Fault::Panic).times(4)]);
    let last = bench.put("b", "Storks clatter.").await.sequence;
    found(&bench, last).await;
    faults.set_rules(Vec::new());
    let last = bench.put("c", "Gulls cry.").await.sequence;
    found(&bench, last).await;
    assert_eq!(bench.titles("storks").await[0], "b", "{method}");
    assert!(bench.engine.panicked().is_empty(), "{method}");
}

#[tokio::test(flavor = "multi_thread")]
async fn projection_embedding_and_words_go_on_after_panics() {
    for method in
        ["apply", "flush", "mark", "changes", "projected_collections", "put_embeddings", "add_words"]
    {
        goes_on_after_panics_of(method).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_whose_projection_panics_keeps_no_other_one_waiting_and_is_named() {
    let (bench, faults) = bench().await;
    let first = bench.put("a", "Herons wade.").await.sequence;
    found(&bench, first).await;
    faults.set_rules(vec![FaultRule::new("apply", Fault::Panic)]);
    let last = bench.put("b", "Storks clatter.").await.sequence;
    let outcome = bench.engine.wait_indexed(&bench.ctx, last).await.map_err(|error| error.kind());
    assert_eq!(outcome, Err(ErrorKind::Unavailable), "waiting ends with what is wrong");
    faults.set_rules(Vec::new());
    found(&bench, last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_always_panics_is_named_and_tried_again() {
    let (bench, faults) = bench().await;
    faults.set_rules(vec![FaultRule::new("projected_collections", Fault::Panic)]);
    let last = bench.put("a", "Herons wade.").await.sequence;
    let named = async {
        while !bench.engine.panicked().contains(&"projector") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, named).await.expect("is named");
    faults.set_rules(Vec::new());
    found(&bench, last).await;
    assert!(bench.engine.panicked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_go_on_after_panics() {
    let (bench, faults) = bench().await;
    for method in ["claim", "attachment", "put_documents", "finish"] {
        faults.set_rules(vec![FaultRule::new(method, Fault::Panic).times(1)]);
        let document = IngestDocument {
            collection: CollectionName::default(),
            external_id: method.to_owned(),
            file_name: Some("storks.md".to_owned()),
            media_type: None,
            title: None,
            tags: ["t".to_owned()].into(),
            metadata: Metadata::new(),
            access: AccessList::OPEN,
            bytes: b"Storks clatter.".to_vec(),
        };
        let job = bench.engine.enqueue_document(&bench.ctx, document).await.expect("is taken").job.id;
        let until = IngestStage::KeywordSearchable;
        let job = bench.engine.wait_job(&bench.ctx, job, until, PATIENCE).await.expect("is looked at").job;
        assert_eq!(job.state, JobState::Succeeded, "{method}: {job:?}");
    }
}
