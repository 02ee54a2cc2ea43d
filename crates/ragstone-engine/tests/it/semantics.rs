//! The semantic leg: documents get vectors, searches use both legs, and what has a vector is not embedded again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ragstone_core::answer::{Leg, SearchAnswer};
use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::{
    Dimensions, Embedding, EmbeddingModel, InputKind, ModelFingerprint, TokenCount,
};
use ragstone_core::lease::LeaseName;
use ragstone_core::memory::{HashingModel, MemoryLeases};
use ragstone_core::port::{DynEmbedder, DynLeases, Embedder};
use ragstone_core::{CallContext, Error, ErrorKind, HolderId, Result, SearchMode, SearchQuery};
use ragstone_engine::Stores;

use crate::workbench::{Workbench, stores};

/// Hashed words, counted; fails or says nothing while it is told to.
struct Watched {
    model: HashingModel,
    name: &'static str,
    is_away: AtomicBool,
    is_mute: AtomicBool,
    queries: AtomicUsize,
    passages: Mutex<BTreeMap<String, usize>>,
}

impl Watched {
    fn new(name: &'static str) -> Arc<Self> {
        let dimensions = Dimensions::try_new(64).expect("in range");
        Arc::new(Self {
            model: HashingModel::new(Arc::new(SystemClock), dimensions, 256),
            name,
            is_away: AtomicBool::new(false),
            is_mute: AtomicBool::new(false),
            queries: AtomicUsize::new(0),
            passages: Mutex::default(),
        })
    }

    /// How often each text was embedded.
    fn passages(&self) -> BTreeMap<String, usize> {
        self.passages.lock().expect("no panic").clone()
    }
}

impl Embedder for Watched {
    fn model(&self) -> EmbeddingModel {
        let model = Embedder::model(&self.model);
        let content = ragstone_core::Digest::of(self.name.as_bytes());
        let (precision, pooling) = (model.fingerprint.precision(), model.fingerprint.pooling());
        EmbeddingModel { fingerprint: ModelFingerprint::new(self.name, content, precision, pooling), ..model }
    }

    async fn embed(&self, ctx: &CallContext, kind: InputKind, texts: &[&str]) -> Result<Vec<Embedding>> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Unavailable, "the model is away"));
        }
        if self.is_mute.load(Ordering::SeqCst) {
            tokio::time::sleep(ctx.remaining(&SystemClock)?.expect("a deadline")).await;
            return Err(Error::new(ErrorKind::DeadlineExceeded, "the model says nothing"));
        }
        match kind {
            InputKind::Query => {
                self.queries.fetch_add(texts.len(), Ordering::SeqCst);
            }
            InputKind::Passage => {
                let mut passages = self.passages.lock().expect("no panic");
                for text in texts {
                    *passages.entry((*text).to_owned()).or_default() += 1;
                }
            }
        }
        Embedder::embed(&self.model, ctx, kind, texts).await
    }

    async fn count_tokens(
        &self,
        ctx: &CallContext,
        kind: InputKind,
        texts: &[&str],
    ) -> Result<Vec<TokenCount>> {
        Embedder::count_tokens(&self.model, ctx, kind, texts).await
    }
}

fn stores_with(model: Option<Arc<Watched>>) -> Stores {
    Stores { embedder: model.map(|model| model as Arc<dyn DynEmbedder>), ..stores(Arc::new(SystemClock)) }
}

async fn bench_with(model: Option<Arc<Watched>>) -> Workbench {
    bench_over(stores_with(model)).await
}

async fn bench_over(stores: Stores) -> Workbench {
    Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await
}

impl Workbench {
    /// Stores a text and waits until it can be found by meaning.
    async fn learn(&self, id: &str, text: &str) {
        let sequence = self.put(id, text).await.sequence;
        self.engine.wait_embedded(&self.ctx, sequence).await.expect("is embedded");
    }

    async fn ask(&self, text: &str, mode: SearchMode) -> Result<SearchAnswer> {
        let query = SearchQuery::try_new(text, 10).expect("valid").with_mode(mode);
        self.engine.search(&self.ctx, query).await
    }
}

fn legs(answer: &SearchAnswer, title: &str) -> Vec<(Leg, u32)> {
    let hit = answer.hits.iter().find(|hit| hit.citation.title == title).expect("is a hit");
    hit.legs.iter().map(|leg| (leg.leg, leg.rank)).collect()
}

#[tokio::test]
async fn documents_are_found_by_both_legs_once_they_are_embedded() {
    let bench = bench_with(Some(Watched::new("m"))).await;
    bench.learn("birds", "albatross petrel").await;
    bench.learn("fish", "herring cod").await;
    let answer = bench.ask("albatross petrel", SearchMode::Hybrid).await.expect("answers");
    assert_eq!(answer.hits[0].citation.title, "birds");
    assert_eq!(legs(&answer, "birds"), [(Leg::Keyword, 1), (Leg::Semantic, 1)]);
    assert!((answer.hits[0].score - 1.0).abs() < 1e-5, "best in both legs: {}", answer.hits[0].score);
    assert!(answer.degraded.is_empty());

    let answer = bench.ask("albatross petrel", SearchMode::Semantic).await.expect("answers");
    assert_eq!(legs(&answer, "birds"), [(Leg::Semantic, 1)]);
    assert_eq!(answer.hits.len(), 2, "nearness has no end");
    let answer = bench.ask("albatross petrel", SearchMode::Keyword).await.expect("answers");
    assert_eq!(legs(&answer, "birds"), [(Leg::Keyword, 1)]);
    assert_eq!(answer.hits.len(), 1);
    // Words that are not searched have a meaning all the same.
    assert!(bench.ask("the of", SearchMode::Hybrid).await.is_ok());
    let refused = bench.ask("the of", SearchMode::Keyword).await.map_err(|error| error.kind());
    assert_eq!(refused.map(drop), Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn without_a_model_search_is_by_keyword_and_says_so_where_it_matters() {
    let bench = bench_with(None).await;
    let sequence = bench.put("birds", "albatross petrel").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, sequence).await.expect("is indexed");
    let answer = bench.ask("albatross", SearchMode::Hybrid).await.expect("answers");
    assert_eq!(legs(&answer, "birds"), [(Leg::Keyword, 1)]);
    assert!(answer.degraded.is_empty());
    let refused = bench.ask("albatross", SearchMode::Semantic).await.expect_err("is refused");
    assert_eq!(refused.kind(), ErrorKind::FailedPrecondition);
    assert!(refused.help().is_some());
}

#[tokio::test]
async fn a_model_that_is_away_leaves_keywords_and_is_named() {
    let model = Watched::new("m");
    let bench = bench_with(Some(Arc::clone(&model))).await;
    bench.learn("birds", "albatross petrel").await;
    model.is_away.store(true, Ordering::SeqCst);
    let sequence = bench.put("more", "albatross again").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, sequence).await.expect("is indexed by keyword");
    let answer = bench.ask("albatross", SearchMode::Hybrid).await.expect("answers");
    assert_eq!(answer.hits.len(), 2);
    assert_eq!(answer.degraded.iter().map(|missing| missing.leg).collect::<Vec<_>>(), [Leg::Semantic]);
    let failed = bench.ask("albatross", SearchMode::Semantic).await.map_err(|error| error.kind());
    assert_eq!(failed.map(drop), Err(ErrorKind::Unavailable));

    model.is_away.store(false, Ordering::SeqCst);
    bench.engine.wait_embedded(&bench.ctx, sequence).await.expect("is embedded after all");
    let answer = bench.ask("albatross", SearchMode::Hybrid).await.expect("answers");
    assert!(answer.degraded.is_empty());
    assert_eq!(legs(&answer, "more").len(), 2);
}

#[tokio::test]
async fn a_model_that_says_nothing_leaves_time_for_keywords() {
    let model = Watched::new("m");
    let bench = bench_with(Some(Arc::clone(&model))).await;
    bench.learn("birds", "albatross petrel").await;
    model.is_mute.store(true, Ordering::SeqCst);
    let soon = bench.ctx.clone().with_timeout(&SystemClock, Duration::from_millis(600));
    let query = |mode| SearchQuery::try_new("albatross", 10).expect("valid").with_mode(mode);
    let answer = bench.engine.search(&soon, query(SearchMode::Hybrid)).await.expect("answers");
    assert_eq!(answer.hits.len(), 1);
    assert_eq!(answer.degraded.iter().map(|missing| missing.leg).collect::<Vec<_>>(), [Leg::Semantic]);
    let late = bench.engine.search(&soon, query(SearchMode::Semantic)).await.expect_err("is late");
    assert_eq!(late.kind(), ErrorKind::DeadlineExceeded);
}

#[tokio::test]
async fn no_text_is_embedded_twice() {
    let model = Watched::new("m");
    let bench = bench_with(Some(Arc::clone(&model))).await;
    bench.learn("a", "alpha beta").await;
    bench.learn("a", "gamma delta").await;
    bench.learn("a", "alpha beta").await;
    let bench = bench.restart().await;
    bench.learn("b", "epsilon").await;
    let collection = bench.engine.collection(&bench.ctx, &ragstone_core::CollectionName::default()).await;
    let target = ragstone_core::index::IndexTarget::first_of(
        bench.ctx.tenant().clone(),
        collection.expect("exists").collection.id,
    );
    bench.stores.index.remove(&bench.ctx, &target).await.expect("removes");
    let bench = bench.restart().await;
    bench.learn("c", "zeta").await;
    let answer = bench.ask("alpha", SearchMode::Semantic).await.expect("answers");
    assert_eq!(answer.hits.len(), 3, "a lost index is rebuilt with its vectors");
    let counts = model.passages();
    assert_eq!(
        counts.get("alpha beta"),
        Some(&2),
        "its vector went when other text took its place: {counts:?}"
    );
    for (text, count) in counts.iter().filter(|(text, _)| text.as_str() != "alpha beta") {
        assert_eq!(*count, 1, "{text}");
    }
    for _ in 0..3 {
        bench.ask("one question", SearchMode::Hybrid).await.expect("answers");
    }
    assert_eq!(model.queries.load(Ordering::SeqCst), 2, "a query that was asked lately is known");
}

#[tokio::test]
async fn another_model_builds_its_own_vectors() {
    let (first, second) = (Watched::new("first"), Watched::new("second"));
    let mut bench = bench_with(Some(Arc::clone(&first))).await;
    bench.learn("birds", "albatross petrel").await;
    bench.stores.embedder = Some(Arc::clone(&second) as Arc<dyn DynEmbedder>);
    let bench = bench.restart().await;
    bench.learn("fish", "herring cod").await;
    let answer = bench.ask("albatross petrel", SearchMode::Semantic).await.expect("answers");
    assert_eq!(answer.hits.len(), 2);
    assert_eq!(first.passages().len(), 1);
    assert_eq!(second.passages().len(), 2);

    // Without a model the vectors stay in the index, and another start with the model need not begin again.
    let mut bench = bench;
    bench.stores.embedder = None;
    let bench = bench.restart().await;
    let sequence = bench.put("more", "puffin").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, sequence).await.expect("is indexed");
    let mut bench = bench;
    bench.stores.embedder = Some(Arc::clone(&second) as Arc<dyn DynEmbedder>);
    let bench = bench.restart().await;
    bench.engine.wait_embedded(&bench.ctx, sequence).await.expect("is embedded");
    assert_eq!(second.passages().len(), 3);
    assert!(second.passages().values().all(|count| *count == 1));
}

#[tokio::test]
async fn while_another_process_embeds_this_one_does_not() {
    let model = Watched::new("m");
    let leases: Arc<dyn DynLeases> = Arc::new(MemoryLeases::new(Arc::new(SystemClock)));
    let name = LeaseName::try_new("embedding").expect("valid");
    let other = HolderId::from_uuid(uuid::Uuid::from_u128(7));
    let ctx = CallContext::system();
    let lease = leases.acquire(&ctx, &name, other, Duration::from_mins(1)).await.expect("answers");
    let embedding_leases = Some(Arc::clone(&leases));
    let bench = bench_over(Stores { embedding_leases, ..stores_with(Some(Arc::clone(&model))) }).await;

    let sequence = bench.put("birds", "albatross").await.sequence;
    let soon = bench.ctx.clone().with_timeout(&SystemClock, Duration::from_millis(300));
    let waited = bench.engine.wait_embedded(&soon, sequence).await.expect_err("is not embedded");
    assert_eq!(waited.kind(), ErrorKind::DeadlineExceeded);
    assert!(model.passages().is_empty());

    leases.release(&ctx, &lease.expect("is free")).await.expect("gives it back");
    bench.engine.wait_embedded(&bench.ctx, sequence).await.expect("is embedded");
    assert_eq!(model.passages().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_renamed_is_not_embedded_again_and_one_with_another_title_is() {
    let model = Watched::new("words");
    let bench = bench_with(Some(Arc::clone(&model))).await;
    let settle = async |bench: &Workbench| {
        let report = bench.ingest_folder().await;
        bench
            .engine
            .wait_embedded(&bench.ctx, report.sequence.expect("has changed"))
            .await
            .expect("is embedded");
    };
    let plain = bench.write("old name.rs", "fn bees() {}\n");
    let titled = bench.write("old.md", "# Bees\n\nBees live in hives.\n");
    settle(&bench).await;
    let before = model.passages();
    assert!(before.contains_key("fn bees\nfn bees() {}"), "the name of a file is no context: {before:?}");
    assert!(before.keys().any(|text| text.starts_with("Bees\n")), "{before:?}");
    std::fs::rename(plain, bench.folder.path().join("new name.rs")).expect("renames");
    std::fs::rename(titled, bench.folder.path().join("new.md")).expect("renames");
    settle(&bench).await;
    assert_eq!(model.passages(), before);
    let found = bench.ask("hives", SearchMode::Semantic).await.expect("answers");
    assert!(found.hits.iter().any(|hit| hit.document.source.as_str().ends_with("/new.md")));
    bench.write("new.md", "# Wasps\n\nBees live in hives.\n");
    settle(&bench).await;
    assert!(model.passages().keys().any(|text| text.starts_with("Wasps\n")));
}
