//! Search: ranking, filters, refusals, highlights, waiting.

use std::sync::Arc;
use std::time::Duration;

use ragstone_core::metadata::MetadataValue;
use ragstone_core::{
    CallContext, CollectionName, ErrorKind, Principal, Scope, SearchQuery, Sequence, TenantId,
};

use crate::workbench::{Workbench, note};

async fn library() -> Workbench {
    let bench = Workbench::new().await;
    bench
        .put("ownership", "Ownership is a set of rules that govern how a Rust program manages memory.")
        .await;
    bench.put("borrowing", "A reference lets you borrow a value without taking its ownership from it.").await;
    let mut tagged = note("gardens", "Gardens need water, light and patience.");
    tagged.tags.insert("plants".to_owned());
    tagged.metadata.insert("year".to_owned(), MetadataValue::Integer(2021));
    let last = bench.engine.ingest_text(&bench.ctx, tagged).await.expect("is stored");
    bench.engine.wait_indexed(&bench.ctx, last.sequence).await.expect("is indexed");
    bench
}

#[tokio::test]
async fn best_passage_comes_first_and_only_matches_come() {
    let bench = library().await;
    assert_eq!(bench.titles("how does Rust manage memory").await, ["ownership"]);
    assert_eq!(bench.titles("borrowed ownership").await, ["borrowing", "ownership"]);
    assert!(bench.titles("xylophone").await.is_empty());
}

#[tokio::test]
async fn highlights_are_the_matching_words() {
    let bench = library().await;
    let hit = &bench.search("borrowing references").await.hits[0];
    let marked: Vec<&str> = hit.highlights.iter().filter_map(|span| span.slice(&hit.text)).collect();
    assert_eq!(marked, ["reference", "borrow"]);
}

#[tokio::test]
async fn filters_admit_and_refuse() {
    let bench = library().await;
    assert_eq!(bench.filtered("water rules", r#"tag = "plants""#).await, Ok(vec!["gardens".to_owned()]));
    assert_eq!(bench.filtered("water rules", r#"tag != "plants""#).await, Ok(vec!["ownership".to_owned()]));
    assert_eq!(bench.filtered("water", "metadata.year > 2020").await, Ok(vec!["gardens".to_owned()]));
    assert_eq!(bench.filtered("water", "metadata.yaer > 2020").await, Err(ErrorKind::InvalidArgument));
    assert_eq!(bench.filtered("water", "colour = 1").await, Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn query_of_stop_words_is_refused_not_empty() {
    let bench = library().await;
    let query = SearchQuery::try_new("the of and", 10).expect("valid");
    let kind = bench.engine.search(&bench.ctx, query).await.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn unknown_collection_is_not_found() {
    let bench = library().await;
    let missing = CollectionName::try_new("missing").expect("valid");
    let query = SearchQuery::try_new("rust", 10).and_then(|query| query.in_collections(vec![missing]));
    let kind = bench.engine.search(&bench.ctx, query.expect("valid")).await.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::NotFound));
}

#[tokio::test]
async fn another_tenant_finds_nothing() {
    let bench = library().await;
    let tenant = TenantId::try_new("other").expect("valid");
    let ctx = CallContext::new(Principal::new("eve", tenant, Scope::Admin));
    let answer = bench.engine.search(&ctx, SearchQuery::try_new("rust memory", 10).expect("valid")).await;
    assert!(answer.expect("answers").hits.is_empty());
}

#[tokio::test]
async fn write_is_visible_when_its_sequence_is_asked_for() {
    let bench = Workbench::new().await;
    for round in 0..20 {
        let receipt = bench.put("note", &format!("unique{round}")).await;
        let query = SearchQuery::try_new(format!("unique{round}"), 1).expect("valid");
        let answer = bench.engine.search(&bench.ctx, query.at_least(Some(receipt.sequence))).await;
        assert_eq!(answer.expect("answers").hits.len(), 1, "round {round}");
    }
}

#[tokio::test]
async fn sequence_that_was_never_acknowledged_is_refused() {
    let bench = library().await;
    let ctx = bench.ctx.clone().with_timeout(&ragstone_core::SystemClock, Duration::from_secs(5));
    let kind = bench.engine.wait_indexed(&ctx, Sequence(1_000_000)).await.map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn scopes_are_checked() {
    let bench = library().await;
    let reader = Arc::new(Principal::new("reader", TenantId::default(), Scope::Read));
    let ctx = CallContext::new(reader);
    let refused = Err(ErrorKind::PermissionDenied);
    let stored =
        bench.engine.ingest_text(&ctx, note("a", "b")).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(stored, refused);
    let name = CollectionName::default();
    let deleted = bench.engine.delete_collection(&ctx, &name).await.map(|_| ()).map_err(|error| error.kind());
    assert_eq!(deleted, refused);
}
