//! Work in the background: done once, found when it says so, tried again where that helps, given back at the end.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::clock::SystemClock;
use ragstone_core::generation::ModelReference;
use ragstone_core::id::HolderId;
use ragstone_core::job::{ClaimRequest, EnqueueEffect, JobFilter, JobKind, JobState, Lane, NewJob};
use ragstone_core::memory::{MemoryCatalog, MemoryIndex};
use ragstone_core::metadata::Metadata;
use ragstone_core::page::PageRequest;
use ragstone_core::port::{BoxFuture, DynEmbedder};
use ragstone_core::report::{IngestStage, JobOverview};
use ragstone_core::request::{IngestDocument, IngestPaths, PathReading};
use ragstone_core::{
    AccessList, CallContext, CollectionName, Error, ErrorKind, JobId, Principal, Retry, Scope, TenantId,
};
use ragstone_engine::{EngineConfig, JobsConfig, ModelSource, Stores};
use ragstone_layers::{Fault, FaultRule, Faults, Layered};
use uuid::Uuid;

use crate::workbench::{Workbench, note, stores};

const PATIENCE: Duration = Duration::from_secs(20);

fn document(id: &str, bytes: &[u8]) -> IngestDocument {
    IngestDocument {
        collection: CollectionName::default(),
        external_id: id.to_owned(),
        file_name: None,
        media_type: None,
        title: None,
        tags: ["t".to_owned()].into(),
        metadata: Metadata::new(),
        access: AccessList::OPEN,
        bytes: bytes.to_vec(),
    }
}

fn folder(paths: Vec<PathBuf>) -> IngestPaths {
    let metadata = Metadata::new();
    IngestPaths {
        collection: CollectionName::default(),
        paths,
        reading: PathReading::All,
        is_empty_allowed: false,
        tags: ["t".to_owned()].into(),
        metadata,
        access: AccessList::OPEN,
    }
}

fn writer(name: &str) -> CallContext {
    CallContext::new(Principal::new(name, TenantId::default(), Scope::Write))
}

fn quick() -> JobsConfig {
    JobsConfig { poll_interval: Duration::from_millis(20), ..JobsConfig::default() }
}

/// A bench whose workers do as they are told.
async fn bench_with(jobs: JobsConfig, stores: Stores) -> Workbench {
    let config = EngineConfig { jobs, batch_documents: 1, extraction_threads: 1, ..EngineConfig::default() };
    Workbench::configured(stores, tempfile::tempdir().expect("temporary folder"), config).await
}

async fn bench() -> Workbench {
    bench_with(quick(), stores(Arc::new(SystemClock))).await
}

/// A catalog whose writes take their time.
async fn slow_bench(jobs: JobsConfig) -> Workbench {
    let delay = FaultRule::new("put_documents", Fault::Delay(Duration::from_millis(150)));
    let faults = Arc::new(Faults::seeded(1).with_rule(delay));
    let catalog = Arc::new(MemoryCatalog::new(Arc::new(SystemClock)));
    let catalog = Arc::new(Layered::new(catalog as _, faults));
    bench_with(jobs, Stores { catalog, ..stores(Arc::new(SystemClock)) }).await
}

impl Workbench {
    async fn upload(&self, id: &str, bytes: &[u8]) -> JobId {
        self.engine.enqueue_document(&self.ctx, document(id, bytes)).await.expect("is taken").job.id
    }

    async fn wait(&self, id: JobId, until: IngestStage) -> JobOverview {
        self.engine.wait_job(&self.ctx, id, until, PATIENCE).await.expect("is looked at")
    }

    async fn until_job(&self, id: JobId, is_so: impl Fn(&JobOverview) -> bool) -> JobOverview {
        let looking = async {
            loop {
                let overview = self.engine.job(&self.ctx, id).await.expect("is looked at");
                if is_so(&overview) {
                    return overview;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.expect("comes so far")
    }
}

#[tokio::test]
async fn an_upload_is_found_when_its_job_says_so() {
    let bench = bench().await;
    let storks = IngestDocument {
        file_name: Some("storks.md".to_owned()),
        ..document("a", b"# Storks\n\nStorks clatter.")
    };
    let id = bench.engine.enqueue_document(&bench.ctx, storks).await.expect("is taken").job.id;
    let overview = bench.wait(id, IngestStage::KeywordSearchable).await;
    assert_eq!(overview.stage, Some(IngestStage::KeywordSearchable), "{overview:?}");
    assert_eq!(overview.job.state, JobState::Succeeded);
    let result = overview.job.result.expect("a result");
    assert!(result.contains("\"effect\":\"created\"") && result.contains("\"sequence\":"), "{result}");
    assert_eq!(bench.titles("clatter").await, ["Storks"]);
}

#[tokio::test]
async fn an_upload_is_found_by_its_meaning_later() {
    let model = Workbench::with_model().await;
    let id = model.upload("a", b"Storks clatter.").await;
    let overview = model.wait(id, IngestStage::SemanticallySearchable).await;
    assert_eq!(overview.stage, Some(IngestStage::SemanticallySearchable), "{overview:?}");
}

#[tokio::test]
async fn without_a_model_nothing_is_said_to_be_found_by_its_meaning() {
    let bench = bench().await;
    let id = bench.upload("a", b"Storks clatter.").await;
    let overview = bench.wait(id, IngestStage::SemanticallySearchable).await;
    assert_eq!(overview.stage, Some(IngestStage::KeywordSearchable));
}

/// Knows no model.
struct NoModels;

impl ModelSource for NoModels {
    fn configured(&self) -> Option<ModelReference> {
        None
    }

    fn open<'a>(
        &'a self,
        _: &'a ModelReference,
    ) -> BoxFuture<'a, ragstone_core::Result<Arc<dyn DynEmbedder>>> {
        Box::pin(async { Err(Error::new(ErrorKind::NotFound, "there is no such model")) })
    }
}

#[tokio::test]
async fn a_model_that_could_be_chosen_is_none() {
    let stores = Stores { models: Some(Arc::new(NoModels)), ..stores(Arc::new(SystemClock)) };
    let bench = bench_with(quick(), stores).await;
    let id = bench.upload("a", b"Storks clatter.").await;
    bench.wait(id, IngestStage::KeywordSearchable).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let overview = bench.engine.job(&bench.ctx, id).await.expect("is looked at");
    assert_eq!(overview.stage, Some(IngestStage::KeywordSearchable));
}

#[tokio::test]
async fn a_folder_is_ingested_in_the_background_with_progress() {
    let bench = bench().await;
    bench.write("a.md", "alpha");
    bench.write("b.md", "beta");
    bench.write("c.bin", [0, 1, 2]);
    let paths = folder(vec![bench.folder.path().to_owned()]);
    let receipt = bench.engine.enqueue_paths(&bench.ctx, paths).await.expect("is taken");
    assert_eq!((receipt.effect, receipt.job.lane), (EnqueueEffect::Enqueued, Lane::Bulk));
    let overview = bench.wait(receipt.job.id, IngestStage::KeywordSearchable).await;
    assert_eq!((overview.job.progress.done, overview.job.progress.total), (3, Some(3)));
    let result = overview.job.result.expect("a result");
    assert!(
        result.contains("\"created\":2") && result.contains("\"reason\":\"unsupported_media\""),
        "{result}"
    );
    assert_eq!(bench.titles("beta").await, ["b.md"]);
}

#[tokio::test]
async fn the_same_folder_is_asked_for_once_while_it_waits() {
    let bench = bench_with(JobsConfig { bulk_workers: 0, ..quick() }, stores(Arc::new(SystemClock))).await;
    let paths = || folder(vec![bench.folder.path().to_owned()]);
    let first = bench.engine.enqueue_paths(&bench.ctx, paths()).await.expect("is taken");
    let second = bench.engine.enqueue_paths(&bench.ctx, paths()).await.expect("is there");
    assert_eq!((second.effect, second.job.id), (EnqueueEffect::Existing, first.job.id));
    let look =
        bench.engine.wait_job(&bench.ctx, first.job.id, IngestStage::Stored, Duration::from_millis(50));
    assert_eq!(look.await.expect("is looked at").stage, Some(IngestStage::Received));
}

#[tokio::test]
async fn what_cannot_be_read_is_dead_with_its_reason_and_dead_again() {
    let bench = bench().await;
    let id = bench.upload("a", &[0, 159, 146, 150]).await;
    let overview = bench.wait(id, IngestStage::Stored).await;
    assert_eq!((overview.stage, overview.job.attempts), (Some(IngestStage::Failed), 1));
    let failure = overview.job.failure.expect("a failure");
    assert_eq!(failure.kind, ErrorKind::UnsupportedMedia);
    bench.engine.retry_job(&bench.ctx, id).await.expect("is queued again");
    let again = bench.wait(id, IngestStage::Stored).await;
    assert_eq!((again.job.state, again.job.attempts), (JobState::Dead, 1));
}

#[tokio::test]
async fn what_fails_for_a_time_is_tried_again() {
    let fault = Fault::Fail(ErrorKind::Unavailable, Retry::Backoff);
    let faults = Arc::new(Faults::seeded(1).with_rule(FaultRule::new("put_documents", fault).times(1)));
    let catalog = Arc::new(MemoryCatalog::new(Arc::new(SystemClock)));
    let catalog = Arc::new(Layered::new(catalog as _, faults));
    let bench = bench_with(quick(), Stores { catalog, ..stores(Arc::new(SystemClock)) }).await;
    let id = bench.upload("a", b"alpha").await;
    let overview = bench.wait(id, IngestStage::KeywordSearchable).await;
    assert_eq!((overview.job.state, overview.job.attempts), (JobState::Succeeded, 2));
    assert_eq!(overview.job.failure, None);
}

#[tokio::test]
async fn a_running_job_that_is_called_off_stops_and_keeps_what_it_has_stored() {
    let bench = slow_bench(JobsConfig { lease: Duration::from_secs(1), ..quick() }).await;
    for number in 0..40 {
        bench.write(&format!("{number:02}.md"), format!("stork{number}"));
    }
    let paths = folder(vec![bench.folder.path().to_owned()]);
    let id = bench.engine.enqueue_paths(&bench.ctx, paths).await.expect("is taken").job.id;
    bench.until_job(id, |overview| overview.job.progress.done >= 2).await;
    let asked = bench.engine.cancel_job(&bench.ctx, id).await.expect("is asked");
    assert_eq!((asked.job.state, asked.job.is_cancel_requested), (JobState::Running, true));
    let ended = bench.until_job(id, |overview| overview.job.state.is_final()).await;
    assert_eq!((ended.job.state, ended.stage), (JobState::Cancelled, Some(IngestStage::Cancelled)));
    let page = PageRequest::try_new(100).expect("a page");
    let listed = bench.engine.documents(&bench.ctx, &CollectionName::default(), &page).await.expect("listed");
    let stored = listed.items.len();
    assert!((2..40).contains(&stored), "{stored}");
}

#[tokio::test]
async fn what_runs_when_the_engine_closes_is_done_by_the_next_one() {
    let bench = slow_bench(quick()).await;
    for number in 0..30 {
        bench.write(&format!("{number}.md"), format!("stork{number}"));
    }
    let paths = folder(vec![bench.folder.path().to_owned()]);
    let id = bench.engine.enqueue_paths(&bench.ctx, paths).await.expect("is taken").job.id;
    bench.until_job(id, |overview| overview.job.state == JobState::Running).await;
    bench.engine.close().await.expect("closes");
    let job = bench.stores.jobs.job(&bench.ctx, id).await.expect("found");
    assert_eq!((job.state, job.attempts), (JobState::Queued, 0), "the attempt does not count");

    // The index was closed with the engine.
    let stores = Stores { index: Arc::new(MemoryIndex::new()), ..bench.stores };
    let bench = Workbench::over(stores, bench.folder).await;
    let overview = bench.wait(id, IngestStage::KeywordSearchable).await;
    assert_eq!((overview.job.state, overview.job.attempts), (JobState::Succeeded, 1));
    assert_eq!(bench.titles("stork9").await, ["9.md"]);
}

#[tokio::test]
async fn what_a_vanished_worker_left_is_done_by_another() {
    let bench = bench_with(
        JobsConfig { urgent_workers: 0, bulk_workers: 0, ..quick() },
        stores(Arc::new(SystemClock)),
    )
    .await;
    let id = bench.upload("a", b"alpha").await;
    let request = ClaimRequest {
        lane: Lane::Urgent,
        kinds: [(JobKind::try_new("ingest.document").expect("a kind"), 9)].into(),
        most_per_tenant: 9,
        holder: HolderId::from_uuid(Uuid::from_u128(99)),
        ttl: Duration::from_millis(50),
    };
    bench.stores.jobs.claim(&bench.ctx, &request).await.expect("answers").expect("is claimed");
    let bench = bench.restart().await;
    let overview = bench.wait(id, IngestStage::KeywordSearchable).await;
    assert_eq!((overview.job.state, overview.job.attempts), (JobState::Succeeded, 2));
}

#[tokio::test]
async fn a_job_may_do_what_its_asker_may() {
    let bench = bench().await;
    let ann = writer("ann");
    let allow = ["user:ann".parse().expect("an entry")].into();
    let access = AccessList::try_new(allow, BTreeSet::default()).expect("is small");
    let guarded = ragstone_core::request::IngestText { access, ..note("a", "of ann") };
    bench.engine.ingest_text(&ann, guarded).await.expect("is stored");
    let bob = writer("bob");
    let receipt = bench.engine.enqueue_document(&bob, document("a", b"of bob")).await.expect("is taken");
    let overview = bench.wait(receipt.job.id, IngestStage::Stored).await;
    assert_eq!(overview.job.created_by, "bob");
    assert_eq!(overview.job.failure.map(|failure| failure.kind), Some(ErrorKind::PermissionDenied));

    let reader = CallContext::new(Principal::new("eve", TenantId::default(), Scope::Read));
    let refused = bench.engine.enqueue_document(&reader, document("b", b"x")).await.map(|_| ());
    assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::PermissionDenied));
    let page = PageRequest::try_new(9).expect("a page");
    let refused = bench.engine.jobs(&reader, &JobFilter::default(), &page).await.map(|_| ());
    assert_eq!(refused.map_err(|error| error.kind()), Err(ErrorKind::PermissionDenied));
}

#[tokio::test]
async fn bad_requests_are_refused_before_they_are_jobs() {
    let bench = bench().await;
    let engine = &bench.engine;
    let kind = |outcome: ragstone_core::Result<_>| {
        outcome.map(drop).map_err(|error: ragstone_core::Error| error.kind())
    };
    let no_id = engine.enqueue_document(&bench.ctx, document(" ", b"x")).await;
    assert_eq!(kind(no_id), Err(ErrorKind::InvalidArgument));
    let large = vec![b'x'; engine_limit() + 1];
    assert_eq!(
        kind(engine.enqueue_document(&bench.ctx, document("a", &large)).await),
        Err(ErrorKind::TooLarge)
    );
    let away = CollectionName::try_new("away").expect("valid");
    let nowhere = IngestDocument { collection: away, ..document("a", b"x") };
    assert_eq!(kind(engine.enqueue_document(&bench.ctx, nowhere).await), Err(ErrorKind::NotFound));
    let outside = folder(vec![PathBuf::from("/")]);
    assert_eq!(kind(engine.enqueue_paths(&bench.ctx, outside).await), Err(ErrorKind::PermissionDenied));
    let page = PageRequest::try_new(9).expect("a page");
    let listed = engine.jobs(&bench.ctx, &JobFilter::default(), &page).await.expect("listed");
    assert!(listed.items.is_empty());
}

fn engine_limit() -> usize {
    EngineConfig::default().extraction.max_bytes
}

#[tokio::test]
async fn work_of_another_version_is_not_guessed() {
    let bench = bench().await;
    let kind = JobKind::try_new("ingest.document").expect("a kind");
    let new = NewJob::new(JobId::from_uuid(Uuid::from_u128(1)), kind, "{\"version\":99}");
    let id = bench.stores.jobs.enqueue(&bench.ctx, new).await.expect("is taken").job.id;
    let overview = bench.wait(id, IngestStage::Stored).await;
    assert_eq!(overview.job.failure.map(|failure| failure.kind), Some(ErrorKind::FailedPrecondition));
    assert_eq!(overview.job.state, JobState::Dead);
}
