//! Migrations: another model is built beside the one that answers, takes its place, and gives it back, while others
//! search and write.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ragstone_core::answer::{Leg, SearchAnswer};
use ragstone_core::clock::SystemClock;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::embedding::Precision;
use ragstone_core::generation::StandbyRole;
use ragstone_core::index::IndexSlot;
use ragstone_core::memory::{MemoryCache, MemoryIndex, MemoryInvalidations};
use ragstone_core::report::{MigrationPhase, MigrationReport};
use ragstone_core::request::{CreateCollection, MigrateCollection, MigrationTarget};
use ragstone_core::{
    CallContext, CollectionName, Digest, ErrorKind, GenerationId, Principal, Result, Scope, SearchMode,
    SearchQuery, Sequence, TenantId,
};
use ragstone_engine::{Engine, Stores};
use ragstone_layers::{TieredCache, TieredCachePolicy};
use tokio::task::JoinSet;
use uuid::Uuid;

use self::shelf::{Model, Shelf};
use crate::workbench::{Workbench, note, stores};

mod shelf;

const PATIENCE: Duration = Duration::from_mins(1);

fn default() -> CollectionName {
    CollectionName::default()
}

/// A bench whose configured model is `name`, with more on the shelf.
async fn bench(shelf: &Arc<Shelf>, name: &str) -> Workbench {
    over(stores(Arc::new(SystemClock)), shelf, name).await
}

async fn over(stores: Stores, shelf: &Arc<Shelf>, name: &str) -> Workbench {
    let shelf = Arc::new(shelf.configured(name));
    let embedder = shelf.open_configured();
    let stores = Stores { embedder, models: Some(shelf), ..stores };
    Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await
}

fn to(name: &str) -> MigrateCollection {
    let target = MigrationTarget::Model { name: name.to_owned(), precision: Some(Precision::F32) };
    MigrateCollection { target, is_held: false }
}

impl Workbench {
    async fn migrate(&self, name: &str) -> MigrationReport {
        self.engine.migrate(&self.ctx, &default(), to(name)).await.expect("begins")
    }

    async fn report(&self) -> MigrationReport {
        self.engine.migration(&self.ctx, &default()).await.expect("is there")
    }

    /// Waits until a model answers.
    async fn answers_by(&self, name: &str) {
        self.until(|report| active(report) == name).await;
    }

    async fn until(&self, is_so: impl Fn(&MigrationReport) -> bool) -> MigrationReport {
        let waiting = async {
            loop {
                let report = self.report().await;
                if is_so(&report) {
                    return report;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(outcome.is_ok(), "never so: {:?}", self.report().await);
        outcome.expect("was looked at")
    }

    /// Slots of the default collection that the index holds.
    async fn slots(&self) -> Vec<IndexSlot> {
        let targets = self.stores.index.targets(&self.ctx).await.expect("lists");
        targets.into_iter().map(|target| target.slot).collect()
    }

    async fn has_only(&self, slot: IndexSlot) {
        let waiting = async {
            while self.slots().await != [slot] {
                self.engine.wake_projector();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the other slot goes");
    }

    /// Vectors of a model that the catalog keeps.
    async fn vectors(&self, model: &Model) -> u64 {
        let id = self.engine.collection(&self.ctx, &default()).await.expect("exists").collection.id;
        let counted = self.stores.catalog.count_embeddings(&self.ctx, id, &model.digest()).await;
        counted.expect("counts").vectors
    }

    async fn asked(&self, text: &str, mode: SearchMode) -> Result<SearchAnswer> {
        ask(&self.engine, &self.ctx, text, mode).await
    }
}

async fn ask(engine: &Engine, ctx: &CallContext, text: &str, mode: SearchMode) -> Result<SearchAnswer> {
    engine.search(ctx, SearchQuery::try_new(text, 100).expect("valid").with_mode(mode)).await
}

fn active(report: &MigrationReport) -> &str {
    report.active.as_ref().map_or("", |active| active.model.name())
}

/// The scores of an answer by meaning alone, by title.
fn scores(answer: &SearchAnswer) -> HashMap<String, f32> {
    answer.hits.iter().map(|hit| (hit.citation.title.clone(), hit.score)).collect()
}

/// Asserts that one of the models gave every score of an answer by meaning alone; its name.
async fn judge(answer: &SearchAnswer, query: &str, models: &[&Arc<Model>]) -> String {
    let mut fitting = Vec::new();
    for model in models {
        let mut fits = true;
        for hit in &answer.hits {
            // The title is the name of the source, which is no context.
            fits &= (model.cosine(query, &hit.text).await - hit.score).abs() < 1e-5;
        }
        if fits {
            fitting.push(model.name().to_owned());
        }
    }
    assert_eq!(fitting.len(), 1, "one model gave all scores: {fitting:?} {:?}", scores(answer));
    fitting.remove(0)
}

/// Ends those who search and write, also where an assertion fails.
struct EndsWork(Arc<AtomicBool>);

impl Drop for EndsWork {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn searches_are_answered_whole_by_one_model_while_others_write_and_migrate() {
    let (shelf, [a, b]) = Shelf::with(["a", "b"]);
    let bench = Arc::new(bench(&shelf, "a").await);
    let names: Vec<String> = (0..40).map(|number| format!("note{number}")).collect();
    let texts: Vec<String> = names.iter().map(|name| format!("albatross petrel {name}")).collect();
    let texts: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    bench.learn_all(&texts).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let _guard = EndsWork(Arc::clone(&is_over));

    let mut writing = JoinSet::new();
    writing.spawn({
        let (bench, is_over) = (Arc::clone(&bench), Arc::clone(&is_over));
        async move {
            let mut written = 0_u32;
            while !is_over.load(Ordering::SeqCst) {
                let id = format!("live{}", written % 30);
                let sequence = bench.put(&id, &format!("albatross word{written}")).await.sequence;
                let found = SearchQuery::try_new(format!("word{written}"), 10).expect("valid");
                let found = found.with_mode(SearchMode::Keyword).at_least(Some(sequence));
                let answer = bench.engine.search(&bench.ctx, found).await.expect("answers");
                assert_eq!(answer.hits.len(), 1, "an acknowledged write is found at once: {written}");
                assert!(answer.degraded.is_empty(), "{:?}", answer.degraded);
                written += 1;
                tokio::task::yield_now().await;
            }
            written
        }
    });
    let mut searching = JoinSet::new();
    searching.spawn({
        let (bench, is_over) = (Arc::clone(&bench), Arc::clone(&is_over));
        let (a, b) = (Arc::clone(&a), Arc::clone(&b));
        async move {
            let mut seen = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
                assert!(answer.degraded.is_empty(), "{:?}", answer.degraded);
                let old = answer.hits.iter().filter(|hit| hit.citation.title.starts_with("note")).count();
                assert_eq!(old, 40, "no document is missing at any time");
                let name = judge(&answer, "albatross", &[&a, &b]).await;
                if seen.last() != Some(&name) {
                    seen.push(name);
                }
                let answer = bench.asked("albatross", SearchMode::Hybrid).await.expect("answers");
                assert!(answer.degraded.is_empty(), "{:?}", answer.degraded);
                assert!(answer.hits.len() >= 40);
                // The stores are in memory: nothing else gives the others a turn.
                tokio::task::yield_now().await;
            }
            seen
        }
    });

    let begun = bench.migrate("b").await;
    assert_eq!((active(&begun), begun.phase), ("a", MigrationPhase::Embedding));
    bench.answers_by("b").await;
    assert_eq!(bench.report().await.phase, MigrationPhase::Switched);
    tokio::time::sleep(Duration::from_millis(100)).await;
    bench.engine.switch_generation(&bench.ctx, &default(), StandbyRole::Previous).await.expect("goes back");
    bench.answers_by("a").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    bench.engine.switch_generation(&bench.ctx, &default(), StandbyRole::Previous).await.expect("goes on");
    bench.answers_by("b").await;
    bench.engine.drop_generation(&bench.ctx, &default(), StandbyRole::Previous).await.expect("finishes");
    tokio::time::sleep(Duration::from_millis(200)).await;
    is_over.store(true, Ordering::SeqCst);
    let written = writing.join_next().await.expect("one writes").expect("no assertion failed");
    assert!(written > 10, "{written}");
    let seen = searching.join_next().await.expect("one searches").expect("no assertion failed");
    assert_eq!(seen.first().map(String::as_str), Some("a"));
    assert_eq!(seen.last().map(String::as_str), Some("b"));

    let report = bench.report().await;
    assert_eq!((report.phase, report.standby), (MigrationPhase::Settled, None));
    bench.has_only(IndexSlot::Second).await;
    let head = bench.stores.catalog.head(&bench.ctx).await.expect("head");
    bench.engine.wait_embedded(&bench.ctx, head).await.expect("is embedded");
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!(answer.hits.len(), 40 + written.min(30) as usize);
    assert_eq!(judge(&answer, "albatross", &[&a, &b]).await, "b");
    gone(&bench, &a).await;
}

/// Waits until no vector of a model is kept.
async fn gone(bench: &Workbench, model: &Model) {
    let waiting = async {
        while bench.vectors(model).await > 0 {
            bench.engine.wake_projector();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the vectors go");
}

#[tokio::test]
async fn a_cancelled_migration_leaves_nothing_and_can_begin_again() {
    let (shelf, [_, b]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    b.pause_after(1);
    bench.migrate("b").await;
    let again = bench.migrate("b").await;
    assert_eq!(again.phase, MigrationPhase::Embedding, "the same migration again changes nothing");
    let refused = bench.engine.migrate(&bench.ctx, &default(), to("c")).await.map_err(|error| error.kind());
    assert_eq!(refused.map(drop), Err(ErrorKind::NotFound));
    bench.engine.drop_generation(&bench.ctx, &default(), StandbyRole::Next).await.expect("cancels");
    b.go_on();
    assert_eq!(bench.report().await.phase, MigrationPhase::Settled);
    gone(&bench, &b).await;
    bench.has_only(IndexSlot::First).await;
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!((answer.hits.len(), answer.degraded.len()), (2, 0));
    // The same model again begins from nothing, and misses none.
    bench.migrate("b").await;
    bench.answers_by("b").await;
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!(judge(&answer, "albatross", &[&b]).await, "b");
    assert_eq!(answer.hits.len(), 2);
}

#[tokio::test]
async fn a_crash_in_the_middle_loses_nothing() {
    let (shelf, [_, b]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    let names: Vec<String> = (0..100).map(|number| format!("note{number}")).collect();
    let texts: Vec<String> = names.iter().map(|name| format!("albatross {name}")).collect();
    let texts: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    bench.learn_all(&texts).await;
    b.pause_after(40);
    bench.migrate("b").await;
    while b.passages() < 32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let stores = bench.stores.clone();
    drop(bench.engine);
    b.go_on();
    let bench = over(stores, &shelf, "a").await;
    bench.answers_by("b").await;
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!(answer.hits.len(), 100);
    judge(&answer, "albatross", &[&b]).await;
    assert!(b.passages() <= 140, "what was stored is not embedded again: {}", b.passages());
}

#[tokio::test]
async fn a_collection_that_is_deleted_meanwhile_takes_everything_with_it() {
    let (shelf, [a, b]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    bench.migrate("b").await;
    bench.answers_by("b").await;
    b.pause_after(0);
    bench.engine.migrate(&bench.ctx, &default(), to("a")).await.expect("goes back");
    bench.engine.delete_collection(&bench.ctx, &default()).await.expect("deletes");
    b.go_on();
    bench.learn_all(&[("three", "albatross")]).await;
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!(answer.hits.len(), 1);
    judge(&answer, "albatross", &[&a]).await;
    bench.has_only(IndexSlot::First).await;
}

#[tokio::test]
async fn a_model_that_cannot_be_opened_is_missing_alone() {
    let (shelf, [_, b]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    let other = CollectionName::try_new("other").expect("valid");
    let new = CreateCollection {
        name: other.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, new).await.expect("creates");
    let text = ragstone_core::request::IngestText { collection: other.clone(), ..note("three", "albatross") };
    let sequence = bench.engine.ingest_text(&bench.ctx, text).await.expect("stores").sequence;
    bench.engine.wait_embedded(&bench.ctx, sequence).await.expect("is embedded");
    bench.migrate("b").await;
    bench.answers_by("b").await;

    // Both models answer one search, each for its own collection; their cosines are not compared.
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    let found = scores(&answer);
    assert_eq!(found.len(), 3);
    assert!((found["one"] - 1.0).abs() < 1e-5 && (found["three"] - 1.0).abs() < 1e-5, "{found:?}");

    shelf.lose("b");
    let stores = bench.stores.clone();
    drop(bench.engine);
    let bench = over(stores, &shelf, "a").await;
    let answer = bench.asked("albatross", SearchMode::Hybrid).await.expect("answers");
    let missing: Vec<_> = answer.degraded.iter().map(|missing| (missing.leg, &missing.collection)).collect();
    assert_eq!(missing, [(Leg::Semantic, &default())]);
    assert_eq!(answer.hits.len(), 2);
    let answer = bench.asked("petrel", SearchMode::Semantic).await.expect("the other one answers");
    assert_eq!(scores(&answer).keys().collect::<Vec<_>>(), ["three"]);
    let alone = SearchQuery::try_new("petrel", 10).expect("valid").with_mode(SearchMode::Semantic);
    let alone = alone.in_collections(vec![default()]).expect("valid");
    let refused = bench.engine.search(&bench.ctx, alone).await.expect_err("cannot be asked");
    assert_eq!(refused.kind(), ErrorKind::FailedPrecondition);
    assert!(refused.help().is_some());
    let report = bench.report().await;
    assert!(report.active.expect("is there").trouble.is_some());
    assert_eq!(bench.engine.unusable_models(&bench.ctx).await.expect("lists").len(), 1);

    // What is written meanwhile is found by its words.
    let sequence = bench.put("four", "puffin").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, sequence).await.expect("is indexed");
    assert_eq!(bench.asked("puffin", SearchMode::Keyword).await.expect("answers").hits.len(), 1);
    // Another model is the way out.
    bench.migrate("a").await;
    bench.answers_by("a").await;
    let answer = bench.asked("puffin", SearchMode::Semantic).await.expect("answers");
    assert_eq!((answer.hits.len(), answer.degraded.len()), (4, 0));
    drop(b);
}

#[tokio::test]
async fn another_configured_model_takes_over_by_itself_without_a_gap() {
    let (shelf, [a, b]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    bench.until(|report| report.active.as_ref().is_some_and(|active| !active.is_chosen)).await;
    let stores = bench.stores.clone();
    drop(bench.engine);
    b.pause_after(0);
    let bench = over(stores, &shelf, "b").await;
    let report = bench.until(|report| report.standby.is_some()).await;
    assert_eq!((active(&report), report.phase), ("a", MigrationPhase::Embedding));
    let answer = bench.asked("albatross", SearchMode::Hybrid).await.expect("answers");
    assert_eq!((answer.hits.len(), answer.degraded.len()), (2, 0));
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!(judge(&answer, "albatross", &[&a, &b]).await, "a");
    // A write is found by the old model while the new one is built.
    let sequence = bench.put("three", "albatross puffin").await.sequence;
    bench.engine.wait_embedded(&bench.ctx, sequence).await.expect("is embedded");
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!(answer.hits.len(), 3);
    assert_eq!(judge(&answer, "albatross", &[&a, &b]).await, "a");

    b.go_on();
    bench.answers_by("b").await;
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!((answer.hits.len(), answer.degraded.len()), (3, 0));
    assert_eq!(judge(&answer, "albatross", &[&a, &b]).await, "b");
    assert_eq!(bench.report().await.phase, MigrationPhase::Settled);
    gone(&bench, &a).await;
    bench.has_only(IndexSlot::Second).await;
}

#[tokio::test]
async fn a_configured_model_whose_forerunner_is_gone_takes_over_too() {
    let (shelf, [_, b]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    bench.until(|report| report.active.is_some()).await;
    let stores = bench.stores.clone();
    drop(bench.engine);
    shelf.lose("a");
    b.pause_after(0);
    let bench = over(stores, &shelf, "b").await;
    bench.until(|report| report.standby.is_some()).await;
    let answer = bench.asked("albatross", SearchMode::Hybrid).await.expect("answers");
    assert_eq!(answer.hits.len(), 1, "by its words");
    assert_eq!(answer.degraded.iter().map(|missing| missing.leg).collect::<Vec<_>>(), [Leg::Semantic]);
    b.go_on();
    bench.answers_by("b").await;
    let answer = bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
    assert_eq!((answer.hits.len(), answer.degraded.len()), (2, 0));
}

#[tokio::test]
async fn held_vectors_wait_and_words_that_fit_no_state_are_refused() {
    let (shelf, [_, _]) = Shelf::with(["a", "b"]);
    let bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    let (engine, ctx, name) = (&bench.engine, &bench.ctx, default());
    for role in [StandbyRole::Next, StandbyRole::Previous] {
        let switched = engine.switch_generation(ctx, &name, role).await.map_err(|error| error.kind());
        assert_eq!(switched.map(drop), Err(ErrorKind::FailedPrecondition));
        let dropped = engine.drop_generation(ctx, &name, role).await.map_err(|error| error.kind());
        assert_eq!(dropped.map(drop), Err(ErrorKind::FailedPrecondition));
    }
    let same =
        engine.migrate(ctx, &name, MigrateCollection { target: MigrationTarget::Configured, is_held: false });
    assert_eq!(same.await.map(drop).map_err(|error| error.kind()), Err(ErrorKind::AlreadyExists));
    let writer = CallContext::new(Principal::new("w", TenantId::default(), Scope::Write));
    let denied = engine.migrate(&writer, &name, to("b")).await.map_err(|error| error.kind());
    assert_eq!(denied.map(drop), Err(ErrorKind::PermissionDenied));
    let denied = engine.migration(&writer, &name).await.map_err(|error| error.kind());
    assert_eq!(denied.map(drop), Err(ErrorKind::PermissionDenied));

    engine.migrate(ctx, &name, MigrateCollection { is_held: true, ..to("b") }).await.expect("begins");
    let held = bench.until(|report| report.phase == MigrationPhase::Held).await;
    assert_eq!(active(&held), "a");
    let standby = held.standby.expect("is there");
    assert_eq!((standby.documents, standby.embedded_documents, standby.indexed_passages), (2, 2, 2));
    bench.learn_all(&[("three", "puffin")]).await;
    assert_eq!(active(&bench.report().await), "a");
    engine.switch_generation(ctx, &name, StandbyRole::Next).await.expect("switches");
    bench.answers_by("b").await;
    let answer = bench.asked("puffin", SearchMode::Semantic).await.expect("answers");
    assert_eq!((answer.hits.len(), answer.degraded.len()), (3, 0));
    // Back to what the configuration says, which leaves no way back.
    engine
        .migrate(ctx, &name, MigrateCollection { target: MigrationTarget::Configured, is_held: false })
        .await
        .expect("begins");
    let report = bench.until(|report| active(report) == "a").await;
    assert!(!report.active.expect("is there").is_chosen);
    assert_eq!(report.standby, None);
}

#[tokio::test]
async fn no_kept_answer_outlives_a_switch() {
    let (shelf, [a, b]) = Shelf::with(["a", "b"]);
    let cache = TieredCache::with_invalidations(
        TieredCachePolicy::new("search"),
        Arc::new(MemoryCache::new(Arc::new(SystemClock))),
        Arc::new(ragstone_core::clock::SequentialIds::default()),
        Arc::new(MemoryInvalidations::new()),
    );
    let stores = Stores { answers: Some(Arc::new(cache)), ..stores(Arc::new(SystemClock)) };
    let bench = over(stores, &shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    let head = bench.stores.catalog.head(&bench.ctx).await.expect("head");
    bench.engine.wait_indexed(&bench.ctx, head).await.expect("is indexed");
    let ask = async || {
        for _ in 0..3 {
            bench.asked("albatross", SearchMode::Semantic).await.expect("answers");
        }
        bench.asked("albatross", SearchMode::Semantic).await.expect("answers")
    };
    assert_eq!(judge(&ask().await, "albatross", &[&a, &b]).await, "a");
    bench.migrate("b").await;
    bench.answers_by("b").await;
    assert_eq!(judge(&ask().await, "albatross", &[&a, &b]).await, "b");
    bench.engine.switch_generation(&bench.ctx, &default(), StandbyRole::Previous).await.expect("goes back");
    bench.answers_by("a").await;
    assert_eq!(judge(&ask().await, "albatross", &[&a, &b]).await, "a");
    assert!(head > Sequence::ZERO && a.digest() != Digest::of(b""));
}

/// Whether every score is that of a text below its title, as earlier versions gave it to the model.
async fn is_below_titles(answer: &SearchAnswer, query: &str, model: &Model) -> bool {
    let mut fits = !answer.hits.is_empty();
    for hit in &answer.hits {
        let seen = format!("{}\n{}", hit.citation.title, hit.text);
        fits &= (model.cosine(query, &seen).await - hit.score).abs() < 1e-5;
    }
    fits
}

/// Has the default collection answer by vectors as an earlier version made them.
async fn age(bench: &Workbench, model: &Model, is_chosen: bool) {
    let (catalog, ctx) = (&bench.stores.catalog, &bench.ctx);
    let collection = catalog.collection(ctx, &default()).await.expect("exists");
    let before = collection.generations.expect("are written down");
    let mut after = before.clone().without_standby();
    after.active.model.digest = model.former_digest();
    after.active.build = GenerationId::from_uuid(Uuid::from_u128(7));
    after.active.is_chosen = is_chosen;
    catalog.set_generations(ctx, collection.id, Some(before), after).await.expect("writes");
}

#[tokio::test]
async fn vectors_of_the_former_context_answer_until_others_are_built_beside_them() {
    let (shelf, [a]) = Shelf::with(["a"]);
    let mut bench = bench(&shelf, "a").await;
    bench.learn_all(&[("one", "albatross"), ("two", "petrel")]).await;
    bench.until(|report| report.active.as_ref().is_some_and(|active| !active.is_chosen)).await;
    for is_chosen in [true, false] {
        let stores = bench.stores.clone();
        bench.engine.close().await.expect("closes");
        age(&bench, &a, is_chosen).await;
        let stores = Stores { index: Arc::new(MemoryIndex::new()), ..stores };
        bench = over(stores, &shelf, "a").await;
        let settled = async {
            loop {
                // Not while the index is being filled.
                if let Ok(answer) = bench.asked("albatross", SearchMode::Semantic).await {
                    let is_former = is_below_titles(&answer, "albatross", &a).await;
                    if answer.hits.len() == 2 && is_former == is_chosen {
                        return answer;
                    }
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let answer = tokio::time::timeout(PATIENCE, settled).await.expect("answers as it should");
        if !is_chosen {
            assert_eq!(judge(&answer, "albatross", &[&a]).await, "a");
            let held = bench.stores.catalog.collection(&bench.ctx, &default()).await.expect("exists");
            assert_eq!(held.generations.map(|held| held.active.model.digest), Some(a.digest()));
        }
    }
}
