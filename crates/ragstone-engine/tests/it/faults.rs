//! An index that fails, is slow or is half built: what works goes on, and what is missing is named.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::clock::SystemClock;
use ragstone_core::collection::KeywordSettings;
use ragstone_core::memory::MemoryIndex;
use ragstone_core::request::CreateCollection;
use ragstone_core::{CollectionName, ErrorKind, Retry, SearchQuery};
use ragstone_engine::Stores;
use ragstone_layers::{Fault, FaultRule, Faults, Layered};

use crate::workbench::{Workbench, note, stores};

/// An engine over an index whose calls fail by rules.
async fn faulty() -> (Workbench, Arc<Faults>) {
    let faults = Arc::new(Faults::seeded(7));
    let stores = Stores {
        index: Arc::new(Layered::new(Arc::new(MemoryIndex::new()) as _, Arc::clone(&faults))),
        ..stores(Arc::new(SystemClock))
    };
    (Workbench::over(stores, tempfile::tempdir().expect("temporary folder")).await, faults)
}

fn failing(method: &'static str) -> FaultRule {
    FaultRule::new(method, Fault::Fail(ErrorKind::Unavailable, Retry::Never))
}

#[tokio::test]
async fn a_write_is_kept_while_the_index_is_gone_and_found_once_it_is_back() {
    let (bench, faults) = faulty().await;
    faults.set_rules(vec![failing("apply")]);
    let last = bench.put("a", "alpha").await.sequence;
    let outcome = bench.engine.wait_indexed(&bench.ctx, last).await.map_err(|error| error.kind());
    assert_eq!(outcome, Err(ErrorKind::Unavailable), "waiting ends with what is wrong");

    faults.set_rules(Vec::new());
    let last = bench.put("b", "beta").await.sequence;
    let recovered = async {
        while bench.engine.wait_indexed(&bench.ctx, last).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), recovered).await.expect("recovers by itself");
    assert_eq!(bench.titles("alpha").await, ["a"]);
    assert_eq!(bench.titles("beta").await, ["b"]);
}

#[tokio::test]
async fn a_long_document_that_is_being_replaced_does_not_take_the_places_of_others() {
    let (bench, faults) = faulty().await;
    let part = |number: u32| format!("## Part {number}\n\n{}\n\n", "heron reeds ".repeat(100));
    let long: Vec<String> = (0..60).map(part).collect();
    bench.put("long", &long.concat()).await;
    let last = bench.put("other", "One heron of the far shore.").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let before = bench.titles("heron").await;
    assert!(before.len() == 10 && before.iter().all(|title| *title == before[0]), "{before:?}");

    faults.set_rules(vec![failing("apply")]);
    bench.put("long", "Nothing of the kind.").await;
    let after = bench.search("heron").await.hits;
    let sources: Vec<&str> = after.iter().map(|hit| hit.document.source.as_str()).collect();
    assert_eq!(sources, ["text:other"]);
}

#[tokio::test]
async fn a_collection_that_cannot_be_searched_is_named_and_the_others_answer() {
    let (bench, faults) = faulty().await;
    let name = CollectionName::try_new("books").expect("valid");
    let new = CreateCollection {
        name: name.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, new).await.expect("is created");
    bench.put("a", "alpha").await;
    let mut text = note("b", "alpha beta");
    text.collection = name;
    let last = bench.engine.ingest_text(&bench.ctx, text).await.expect("is stored").sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    bench.engine.wait_words(&bench.ctx, last).await.expect("words are known");

    faults.set_rules(vec![failing("search").times(1)]);
    let answer = bench.search("alpha").await;
    assert_eq!((answer.hits.len(), answer.degraded.len()), (1, 1), "{answer:?}");

    faults.set_rules(vec![failing("search")]);
    let query = SearchQuery::try_new("alpha", 10).expect("valid");
    let outcome = bench.engine.search(&bench.ctx, query).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(outcome, Err(ErrorKind::Unavailable), "no leg at all is a failure, never an empty answer");
}

#[tokio::test(start_paused = true)]
async fn an_index_found_damaged_by_a_search_is_rebuilt_without_a_write() {
    let (bench, faults) = faulty().await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    bench.engine.wait_words(&bench.ctx, last).await.expect("words are known");
    let damaged = Fault::Fail(ErrorKind::Corrupt, Retry::Never);
    faults.set_rules(vec![
        FaultRule::new("search", damaged).times(1),
        FaultRule::new("state", damaged).times(1),
    ]);
    let query = || SearchQuery::try_new("alpha", 10).expect("valid");
    let outcome = bench.engine.search(&bench.ctx, query()).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(outcome, Err(ErrorKind::Unavailable));
    let before = mark(&bench).await;
    let rebuilt = async {
        while mark(&bench).await == before {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), rebuilt).await.expect("is rebuilt by itself");
    assert_eq!(bench.titles("alpha").await, ["a"]);
}

/// The generation of the only collection's index.
async fn mark(bench: &Workbench) -> ragstone_core::GenerationId {
    let name = ragstone_core::change::ProjectionName::new("chunk-index");
    let all = bench.stores.catalog.projected_collections(&bench.ctx, name).await.expect("lists");
    all[0].mark.expect("is marked").generation
}

#[tokio::test]
async fn a_collection_whose_index_has_other_settings_is_named() {
    let (bench, faults) = faulty().await;
    bench.put("a", "alpha").await;
    let name = CollectionName::try_new("books").expect("valid");
    let new = CreateCollection {
        name: name.clone(),
        description: String::new(),
        keyword: KeywordSettings::default(),
    };
    bench.engine.create_collection(&bench.ctx, new).await.expect("is created");
    let mut text = note("b", "alpha beta");
    text.collection = name;
    let last = bench.engine.ingest_text(&bench.ctx, text).await.expect("is stored").sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    bench.engine.wait_words(&bench.ctx, last).await.expect("words are known");
    let misfit = Fault::Fail(ErrorKind::FailedPrecondition, Retry::Never);
    faults.set_rules(vec![FaultRule::new("search", misfit).times(1)]);
    let answer = bench.search("alpha").await;
    assert_eq!((answer.hits.len(), answer.degraded.len()), (1, 1), "{answer:?}");
}

/// A word that no vocabulary knows is asked for; where that fails, the rest answers, and is told to be incomplete.
#[tokio::test]
async fn spelling_that_cannot_be_looked_up_is_named() {
    let (bench, faults) = faulty().await;
    let last = bench.put("a", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    bench.engine.wait_words(&bench.ctx, last).await.expect("words are known");
    faults.set_rules(vec![failing("search").times(1)]);
    let answer = bench.search("alpha unknown").await;
    assert_eq!((answer.hits.len(), answer.degraded.len()), (1, 1), "{answer:?}");
    assert!(answer.degraded[0].reason.contains("spelling"), "{answer:?}");
    assert!(bench.search("alpha unknown").await.degraded.is_empty(), "and is looked up again");
}

#[tokio::test]
async fn an_answer_from_a_half_built_index_says_so() {
    let (bench, faults) = faulty().await;
    for number in 0..300 {
        bench.put(&format!("note {number}"), &format!("alpha {number}")).await;
    }
    let last = bench.put("last", "alpha").await.sequence;
    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    let collection = bench.engine.collection(&bench.ctx, &CollectionName::default()).await.expect("exists");
    let target = ragstone_core::index::IndexTarget::first_of(
        collection.collection.tenant.clone(),
        collection.collection.id,
    );
    bench.stores.index.remove(&bench.ctx, &target).await.expect("removes");
    faults.set_rules(vec![FaultRule::new("apply", Fault::Delay(Duration::from_millis(100)))]);

    let bench = bench.restart().await;
    let partial = async {
        loop {
            let answer =
                bench.engine.search(&bench.ctx, SearchQuery::try_new("alpha", 1).expect("valid")).await;
            if let Ok(answer) = answer
                && !answer.hits.is_empty()
            {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let answer = tokio::time::timeout(Duration::from_mins(1), partial).await.expect("some hits");
    assert_eq!(answer.degraded.len(), 1, "{answer:?}");
    assert!(answer.degraded[0].reason.contains("rebuilt"), "{answer:?}");

    bench.engine.wait_indexed(&bench.ctx, last).await.expect("is indexed");
    assert!(bench.search("alpha").await.degraded.is_empty());
}
