//! Documents that are like another one.

use std::sync::Arc;

use ragstone_core::answer::Leg;
use ragstone_core::clock::SystemClock;
use ragstone_core::embedding::Dimensions;
use ragstone_core::memory::HashingModel;
use ragstone_core::similar::{DocumentReference, SimilarAnswer, SimilarQuery};
use ragstone_core::{CallContext, CollectionName, DocumentId, ErrorKind, SourceUri};
use ragstone_engine::Stores;

use crate::workbench::Workbench;

const NOTES: [(&str, &str); 4] = [
    ("bees", "Bees live in a hive. Bees make honey and wax. A hive has one queen."),
    ("hives", "How to keep a hive: feed the bees in winter, and take honey in summer."),
    ("wasps", "Wasps build nests of paper and eat what lies on plates in summer."),
    ("leases", "A lease decides which process projects into a shared index."),
];

/// Stores the notes and gives their ids.
async fn learn(bench: &Workbench) -> Vec<DocumentId> {
    let mut ids = Vec::new();
    for (id, text) in NOTES {
        let receipt = bench.put(id, text).await;
        bench.engine.wait_indexed(&bench.ctx, receipt.sequence).await.expect("is indexed");
        if bench.stores.embedder.is_some() {
            bench.engine.wait_embedded(&bench.ctx, receipt.sequence).await.expect("is embedded");
        }
        ids.push(receipt.document);
    }
    ids
}

async fn bench_with_model() -> Workbench {
    let plain = Workbench::new().await;
    let dimensions = Dimensions::try_new(256).expect("in range");
    let model = HashingModel::new(Arc::new(SystemClock), dimensions, 256);
    let stores = Stores { embedder: Some(Arc::new(model)), ..plain.stores };
    Workbench::over(stores, plain.folder).await
}

async fn similar(bench: &Workbench, document: DocumentReference, limit: u32) -> SimilarAnswer {
    let query = SimilarQuery::try_new(document, limit).expect("valid");
    bench.engine.similar(&bench.ctx, query).await.expect("answers")
}

fn sources(answer: &SimilarAnswer) -> Vec<&str> {
    answer.documents.iter().map(|similar| similar.document.source.as_str()).collect()
}

#[tokio::test]
async fn documents_with_the_same_words_are_similar_and_the_document_itself_is_left_out() {
    let bench = Workbench::new().await;
    let ids = learn(&bench).await;
    let answer = similar(&bench, DocumentReference::Id(ids[0]), 10).await;
    assert_eq!(answer.leg, Leg::Keyword);
    assert_eq!(sources(&answer), ["text:hives"]);
    assert!(answer.degraded.is_empty());
}

#[tokio::test]
async fn documents_are_near_in_meaning_where_there_is_a_model() {
    let bench = bench_with_model().await;
    let ids = learn(&bench).await;
    let answer = similar(&bench, DocumentReference::Id(ids[0]), 3).await;
    assert_eq!(answer.leg, Leg::Semantic);
    assert_eq!(answer.documents.len(), 3, "everything has a likeness");
    assert_eq!(sources(&answer)[0], "text:hives");
    assert_eq!(similar(&bench, DocumentReference::Id(ids[0]), 1).await.documents.len(), 1);
}

#[tokio::test]
async fn a_document_of_many_chunks_comes_once() {
    let bench = Workbench::new().await;
    let part = |part: u32| format!("Part {part} of what bees do in a hive with honey.");
    let long = (0..200).map(part).collect::<Vec<_>>().join("\n\n");
    bench.put("long", &long).await;
    let ids = learn(&bench).await;
    let answer = similar(&bench, DocumentReference::Id(ids[0]), 10).await;
    let mut sources = sources(&answer);
    sources.sort_unstable();
    assert_eq!(sources, ["text:hives", "text:long"]);
}

#[tokio::test]
async fn a_document_is_named_by_its_source_too() {
    let bench = Workbench::new().await;
    learn(&bench).await;
    let named = |source: &str| {
        DocumentReference::Source(CollectionName::default(), SourceUri::try_new(source).expect("valid"))
    };
    assert_eq!(sources(&similar(&bench, named("text:bees"), 10).await), ["text:hives"]);
    let query = SimilarQuery::try_new(named("text:absent"), 10).expect("valid");
    let kind = bench.engine.similar(&CallContext::system(), query).await.map_err(|error| error.kind());
    assert_eq!(kind.map(|_| ()), Err(ErrorKind::NotFound));
}
