//! Kept answers: never stale, never foreign, never degraded, and equal to those that were computed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ragstone_core::answer::SearchAnswer;
use ragstone_core::clock::{SequentialIds, SystemClock};
use ragstone_core::collection::KeywordSettings;
use ragstone_core::index::{
    Accuracy, FacetCounts, FacetQuery, IndexCapability, IndexHit, IndexOperation, IndexQuery, IndexSchema,
    IndexState, IndexTarget,
};
use ragstone_core::memory::{MemoryCache, MemoryCatalog, MemoryIndex, MemoryInvalidations, MemoryJobs};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::port::{ChunkIndex, DynCache, DynInvalidations};
use ragstone_core::query::SourceWeight;
use ragstone_core::request::CreateCollection;
use ragstone_core::{
    CallContext, CollectionId, CollectionName, Error, ErrorKind, Filter, GenerationId, Principal, Reader,
    Result, Scope, SearchOptions, SearchQuery, Sequence, TenantId,
};
use ragstone_engine::{Engine, EngineConfig, Stores};
use ragstone_layers::{TieredCache, TieredCachePolicy};
use tokio::sync::watch;

use crate::workbench::{Workbench, note};

/// The reference index that counts searches, and fails or waits when it is told to.
#[derive(Debug)]
pub(crate) struct Watched {
    inner: MemoryIndex,
    searches: AtomicU64,
    asked: Mutex<Vec<IndexQuery>>,
    broken: watch::Sender<Option<CollectionId>>,
    is_held: watch::Sender<bool>,
    holds_projection: watch::Sender<bool>,
}

impl Default for Watched {
    fn default() -> Self {
        let switch = || watch::Sender::new(false);
        let (inner, searches, asked) = (MemoryIndex::new(), AtomicU64::new(0), Mutex::default());
        Self {
            inner,
            searches,
            asked,
            broken: watch::Sender::new(None),
            is_held: switch(),
            holds_projection: switch(),
        }
    }
}

impl Watched {
    fn searches(&self) -> u64 {
        self.searches.load(Ordering::SeqCst)
    }

    /// Every question so far.
    pub(crate) fn asked(&self) -> Vec<IndexQuery> {
        self.asked.lock().expect("no panic").clone()
    }
}

async fn wait_while(switch: &watch::Sender<bool>) {
    let mut switch = switch.subscribe();
    switch.wait_for(|is_on| !is_on).await.expect("the switch is there");
}

impl ChunkIndex for Watched {
    fn capability(&self) -> IndexCapability {
        ChunkIndex::capability(&self.inner)
    }

    async fn state(&self, ctx: &CallContext, target: &IndexTarget) -> Result<Option<IndexState>> {
        ChunkIndex::state(&self.inner, ctx, target).await
    }

    async fn create(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        generation: GenerationId,
        schema: IndexSchema,
    ) -> Result<()> {
        ChunkIndex::create(&self.inner, ctx, target, generation, schema).await
    }

    async fn apply(&self, ctx: &CallContext, target: &IndexTarget, batch: Vec<IndexOperation>) -> Result<()> {
        wait_while(&self.holds_projection).await;
        ChunkIndex::apply(&self.inner, ctx, target, batch).await
    }

    async fn flush(&self, ctx: &CallContext, target: &IndexTarget, checkpoint: Sequence) -> Result<()> {
        ChunkIndex::flush(&self.inner, ctx, target, checkpoint).await
    }

    async fn facet(&self, ctx: &CallContext, query: &FacetQuery) -> Result<FacetCounts> {
        ChunkIndex::facet(&self.inner, ctx, query).await
    }

    async fn search(&self, ctx: &CallContext, query: &IndexQuery) -> Result<Vec<IndexHit>> {
        self.searches.fetch_add(1, Ordering::SeqCst);
        self.asked.lock().expect("no panic").push(query.clone());
        wait_while(&self.is_held).await;
        if *self.broken.borrow() == Some(query.target.collection) {
            return Err(Error::new(ErrorKind::Unavailable, "the index is broken"));
        }
        ChunkIndex::search(&self.inner, ctx, query).await
    }

    async fn count(
        &self,
        ctx: &CallContext,
        target: &IndexTarget,
        filter: Option<&Filter>,
        reader: &Reader,
    ) -> Result<u64> {
        ChunkIndex::count(&self.inner, ctx, target, filter, reader).await
    }

    async fn remove(&self, ctx: &CallContext, target: &IndexTarget) -> Result<()> {
        ChunkIndex::remove(&self.inner, ctx, target).await
    }

    async fn targets(&self, ctx: &CallContext) -> Result<Vec<IndexTarget>> {
        ChunkIndex::targets(&self.inner, ctx).await
    }

    async fn close(&self, ctx: &CallContext) -> Result<()> {
        ChunkIndex::close(&self.inner, ctx).await
    }
}

/// What replicas of one instance share.
struct Instance {
    catalog: Arc<MemoryCatalog>,
    index: Arc<Watched>,
    cache: Arc<dyn DynCache>,
    invalidations: Arc<dyn DynInvalidations>,
}

impl Instance {
    fn new() -> Self {
        Self {
            catalog: Arc::new(MemoryCatalog::new(Arc::new(SystemClock))),
            index: Arc::new(Watched::default()),
            cache: Arc::new(MemoryCache::new(Arc::new(SystemClock))),
            invalidations: Arc::new(MemoryInvalidations::new()),
        }
    }

    async fn replica(&self) -> Engine {
        self.replica_with(EngineConfig::default()).await
    }

    async fn replica_with(&self, config: EngineConfig) -> Engine {
        let answers = TieredCache::with_invalidations(
            TieredCachePolicy::new("search"),
            Arc::clone(&self.cache),
            Arc::new(SequentialIds::default()),
            Arc::clone(&self.invalidations),
        );
        let stores = Stores {
            catalog: self.catalog.clone(),
            index: self.index.clone(),
            jobs: Arc::new(MemoryJobs::new(Arc::new(SystemClock))),
            leases: None,
            embedding_leases: None,
            reranker: None,
            embedder: None,
            models: None,
            answers: Some(Arc::new(answers)),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SequentialIds::default()),
        };
        let engine = Engine::start(stores, config).await.expect("starts");
        // The follower of the cache begins by forgetting what is there.
        tokio::time::sleep(Duration::from_millis(50)).await;
        engine
    }
}

fn caller(tenant: &str) -> CallContext {
    let tenant = TenantId::try_new(tenant).expect("valid");
    CallContext::new(Principal::new("caller", tenant, Scope::Admin))
}

fn query(text: &str) -> SearchQuery {
    SearchQuery::try_new(text, 10).expect("valid")
}

async fn put(engine: &Engine, ctx: &CallContext, id: &str, text: &str) {
    let receipt = engine.ingest_text(ctx, note(id, text)).await.expect("is stored");
    engine.wait_indexed(ctx, receipt.sequence).await.expect("is indexed");
    // A word that is not known yet would be asked for.
    engine.wait_words(ctx, receipt.sequence).await.expect("words are known");
}

async fn search(engine: &Engine, ctx: &CallContext, text: &str) -> SearchAnswer {
    engine.search(ctx, query(text)).await.expect("answers")
}

fn titles(answer: &SearchAnswer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.citation.title.as_str()).collect()
}

#[tokio::test]
async fn repeated_search_is_answered_without_the_index_and_equally() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    let mut rich = note("rich", "Ownership is a set of rules about memory.");
    rich.tags.insert("tag".to_owned());
    rich.metadata.insert("ratio".to_owned(), MetadataValue::Float(0.1 + 0.2));
    rich.metadata.insert("whole".to_owned(), MetadataValue::Float(2.0));
    rich.metadata.insert("year".to_owned(), MetadataValue::Integer(2021));
    engine.ingest_text(&ctx, rich).await.expect("is stored");
    put(&engine, &ctx, "plain", "Memory and ownership, ownership and memory.").await;

    let first = search(&engine, &ctx, "ownership of memory").await;
    let asked = instance.index.searches();
    for text in ["ownership of memory", "  ownership   of memory "] {
        let again = search(&engine, &ctx, text).await;
        assert_eq!((&again.hits, &again.degraded), (&first.hits, &first.degraded));
    }
    assert_eq!((asked, instance.index.searches()), (1, 1));
    search(&engine, &ctx, "memory").await;
    engine.search(&ctx, SearchQuery::try_new("memory", 1).expect("valid")).await.expect("answers");
    let filter = Filter::parse(r#"tag = "tag""#).expect("is a filter");
    let filtered = engine.search(&ctx, query("memory").with_filter(Some(filter))).await.expect("answers");
    assert_eq!(titles(&filtered).len(), 1);
    assert_eq!(instance.index.searches(), 4, "another text, limit or filter is another request");
}

#[tokio::test]
async fn every_option_is_another_request() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership of memory").await;
    let none = SearchOptions::default;
    let weights = |weight| vec![SourceWeight { prefix: "text:".to_owned(), weight }];
    let all = [
        none(),
        SearchOptions { min_score: Some(0.5), ..none() },
        SearchOptions { min_score: Some(0.25), ..none() },
        SearchOptions { per_document: Some(1), ..none() },
        SearchOptions { diversity: Some(0.5), ..none() },
        SearchOptions { half_life_days: Some(36_500.0), ..none() },
        SearchOptions { source_weights: weights(2.0), ..none() },
        SearchOptions { source_weights: weights(3.0), ..none() },
        SearchOptions { accuracy: Accuracy::Exact, ..none() },
    ];
    for text in ["ownership memory", "\"ownership\" memory", "ownership memory -other"] {
        for options in &all {
            let before = instance.index.searches();
            for _ in 0..2 {
                let query = query(text).with_options(options.clone()).expect("valid");
                assert_eq!(engine.search(&ctx, query).await.expect("answers").hits.len(), 1);
            }
            // A minute may begin between two searches where age counts.
            let asked = instance.index.searches() - before;
            assert!(asked == 1 || (asked == 2 && options.half_life_days.is_some()), "{text} {options:?}");
        }
    }
}

#[tokio::test]
async fn explained_answers_are_neither_kept_nor_found() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership").await;
    for round in 1..3 {
        let answer = engine.search(&ctx, query("ownership").explained()).await.expect("answers");
        assert!(answer.explanation.is_some());
        assert_eq!(instance.index.searches(), round);
    }
    assert_eq!(search(&engine, &ctx, "ownership").await.explanation, None);
    assert_eq!(instance.index.searches(), 3, "nothing was kept");
    let answer = engine.search(&ctx, query("ownership").explained()).await.expect("answers");
    assert!(answer.explanation.is_some() && answer.hits[0].explanation.is_some());
    assert_eq!(instance.index.searches(), 4, "what is kept now explains nothing");
}

#[tokio::test]
async fn write_that_was_projected_is_in_the_next_answer() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    for round in 0..30 {
        put(&engine, &ctx, &format!("note-{round}"), "ownership").await;
        for _ in 0..2 {
            let answer = engine.search(&ctx, SearchQuery::try_new("ownership", 100).expect("valid")).await;
            assert_eq!(answer.expect("answers").hits.len(), round + 1);
        }
    }
    assert_eq!(instance.index.searches(), 30, "the second search of each round is a kept answer");
}

#[tokio::test]
async fn min_sequence_is_honoured_by_kept_answers() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    for round in 0..20 {
        let receipt =
            engine.ingest_text(&ctx, note("note", &format!("word{round}"))).await.expect("is stored");
        let query = query(&format!("word{round}")).at_least(Some(receipt.sequence));
        let answer = engine.search(&ctx, query).await.expect("answers");
        assert_eq!(answer.hits.len(), 1, "round {round}");
        let old = search(&engine, &ctx, &format!("word{}", round - 1)).await;
        assert_eq!(old.hits.len(), 0, "round {round}");
    }
}

#[tokio::test]
async fn deletion_is_in_the_next_answer_even_before_it_is_projected() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership").await;
    let document = search(&engine, &ctx, "ownership").await.hits[0].document.id;
    instance.index.holds_projection.send_replace(true);
    engine.delete_document(&ctx, document, None).await.expect("deletes");
    assert_eq!(search(&engine, &ctx, "ownership").await.hits, Vec::new());
    instance.index.holds_projection.send_replace(false);
    assert_eq!(search(&engine, &ctx, "ownership").await.hits, Vec::new());
}

#[tokio::test]
async fn answers_computed_while_the_index_is_behind_are_not_kept() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "one", "ownership").await;
    instance.index.holds_projection.send_replace(true);
    let receipt = engine.ingest_text(&ctx, note("two", "ownership")).await.expect("is stored");
    let before = instance.index.searches();
    for _ in 0..3 {
        assert_eq!(titles(&search(&engine, &ctx, "ownership").await), ["one"]);
    }
    assert_eq!(instance.index.searches(), before + 3);
    instance.index.holds_projection.send_replace(false);
    engine.wait_indexed(&ctx, receipt.sequence).await.expect("is indexed");
    assert_eq!(search(&engine, &ctx, "ownership").await.hits.len(), 2);
}

#[tokio::test]
async fn no_tenant_gets_the_answer_of_another() {
    let instance = Instance::new();
    let engine = instance.replica().await;
    let tenants: Vec<CallContext> = (0..8).map(|number| caller(&format!("tenant-{number}"))).collect();
    for (number, ctx) in tenants.iter().enumerate() {
        put(&engine, ctx, "note", &format!("ownership canary{number}")).await;
    }
    for _ in 0..3 {
        let searches = tenants.iter().map(|ctx| search(&engine, ctx, "ownership"));
        for (number, answer) in futures::future::join_all(searches).await.into_iter().enumerate() {
            assert_eq!(answer.hits.len(), 1);
            assert!(answer.hits[0].text.ends_with(&format!("canary{number}")), "{}", answer.hits[0].text);
        }
    }
    let stranger = search(&engine, &caller("stranger"), "ownership").await;
    assert_eq!(stranger.hits, Vec::new());
}

#[tokio::test]
async fn callers_with_other_rights_do_not_share_answers() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership").await;
    let tenant = ctx.tenant().clone();
    let with_groups = |name: &str, groups: &[&str]| {
        let principal = Principal::new(name, tenant.clone(), Scope::Read);
        CallContext::new(principal.with_groups(groups.iter().map(|group| (*group).to_owned())))
    };
    search(&engine, &with_groups("one", &["staff"]), "ownership").await;
    search(&engine, &with_groups("one", &["staff"]), "ownership").await;
    assert_eq!(instance.index.searches(), 1, "the same rights give the same answer");
    search(&engine, &with_groups("two", &["staff"]), "ownership").await;
    search(&engine, &with_groups("one", &[]), "ownership").await;
    search(&engine, &with_groups("one", &["guests"]), "ownership").await;
    assert_eq!(instance.index.searches(), 4);
    let admin = |name: &str| CallContext::new(Principal::new(name, tenant.clone(), Scope::Admin));
    search(&engine, &admin("three"), "ownership").await;
    search(&engine, &admin("four"), "ownership").await;
    assert_eq!(instance.index.searches(), 5, "access lists keep nothing from administrators");
}

#[tokio::test]
async fn degraded_answers_are_not_kept() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership").await;
    let other = CollectionName::try_new("other").expect("valid");
    let new =
        CreateCollection { name: other, description: String::new(), keyword: KeywordSettings::default() };
    engine.create_collection(&ctx, new).await.expect("creates");
    let mut note = note("second", "ownership");
    note.collection = CollectionName::try_new("other").expect("valid");
    let receipt = engine.ingest_text(&ctx, note).await.expect("is stored");
    engine.wait_indexed(&ctx, receipt.sequence).await.expect("is indexed");
    engine.wait_words(&ctx, receipt.sequence).await.expect("words are known");

    let broken = engine.collection(&ctx, &CollectionName::default()).await.expect("is there").collection.id;
    instance.index.broken.send_replace(Some(broken));
    let before = instance.index.searches();
    for _ in 0..2 {
        let answer = search(&engine, &ctx, "ownership").await;
        assert_eq!((answer.hits.len(), answer.degraded.len()), (1, 1), "one of two collections answers");
        let only = query("ownership").in_collections(vec![CollectionName::default()]).expect("valid");
        let error = engine.search(&ctx, only).await.expect_err("nothing can answer");
        assert_eq!(error.kind(), ErrorKind::Unavailable, "errors are not kept either");
    }
    assert_eq!(instance.index.searches(), before + 6, "each is computed each time");
    instance.index.broken.send_replace(None);
    let answer = search(&engine, &ctx, "ownership").await;
    assert_eq!((answer.hits.len(), answer.degraded.len()), (2, 0));
}

#[tokio::test]
async fn hundred_equal_searches_ask_the_index_once() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership").await;
    instance.index.is_held.send_replace(true);
    let mut searches = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (engine, ctx) = (engine.clone(), ctx.clone());
        searches.spawn(async move { search(&engine, &ctx, "ownership").await.hits });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    instance.index.is_held.send_replace(false);
    let answers = searches.join_all().await;
    assert_eq!(answers[0].len(), 1);
    assert!(answers.iter().all(|hits| *hits == answers[0]));
    assert_eq!(instance.index.searches(), 1);
}

#[tokio::test]
async fn replicas_share_answers_and_none_is_stale() {
    let instance = Instance::new();
    let (one, two) = (instance.replica().await, instance.replica().await);
    let ctx = caller("a");
    put(&one, &ctx, "note", "ownership").await;
    let first = search(&one, &ctx, "ownership").await;
    assert_eq!(search(&two, &ctx, "ownership").await.hits, first.hits);
    assert_eq!(instance.index.searches(), 1, "the second replica finds the answer of the first");
    for round in 0..10 {
        put(&one, &ctx, &format!("more-{round}"), "ownership").await;
        assert_eq!(search(&two, &ctx, "ownership").await.hits.len(), (round + 2).min(10));
    }
}

#[tokio::test]
async fn collection_that_was_created_again_has_no_old_answers() {
    let instance = Instance::new();
    let (engine, ctx) = (instance.replica().await, caller("a"));
    put(&engine, &ctx, "note", "ownership").await;
    assert_eq!(search(&engine, &ctx, "ownership").await.hits.len(), 1);
    engine.delete_collection(&ctx, &CollectionName::default()).await.expect("deletes");
    put(&engine, &ctx, "other", "something else").await;
    assert_eq!(search(&engine, &ctx, "ownership").await.hits, Vec::new());
}

#[tokio::test]
async fn popular_queries_are_asked_again_after_a_write() {
    let instance = Instance::new();
    let config = EngineConfig { warm_queries: 1, ..EngineConfig::default() };
    let (engine, ctx) = (instance.replica_with(config).await, caller("a"));
    put(&engine, &ctx, "one", "ownership and more").await;
    for _ in 0..3 {
        search(&engine, &ctx, "ownership").await;
    }
    search(&engine, &ctx, "more").await;
    let before = instance.index.searches();
    put(&engine, &ctx, "two", "ownership").await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while instance.index.searches() == before {
        assert!(tokio::time::Instant::now() < deadline, "the popular query is asked again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let warmed = instance.index.searches();
    assert_eq!(search(&engine, &ctx, "ownership").await.hits.len(), 2);
    assert_eq!(instance.index.searches(), warmed, "its answer was there already");
    engine.close().await.expect("closes");
}

#[tokio::test]
async fn without_a_cache_every_search_is_computed() {
    let bench = Workbench::new().await;
    let receipt = bench.put("note", "ownership").await;
    bench.engine.wait_indexed(&bench.ctx, receipt.sequence).await.expect("is indexed");
    assert_eq!(bench.titles("ownership").await, bench.titles("ownership").await);
}
