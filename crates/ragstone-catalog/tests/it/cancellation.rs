//! Dropped calls, deadlines and the end.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ragstone_catalog::{SqliteCatalog, SqliteConfig};
use ragstone_core::clock::ManualClock;
use ragstone_core::port::{ChangeFeed, CollectionStore, DocumentStore};
use ragstone_core::{CallContext, CollectionId, ErrorKind, Sequence, SourceUri};

use crate::fixture::{Fixture, context_of, draft, new_collection};

/// Polls a future a number of times, lets others run in between, and drops it.
async fn give_up_after(polls: usize, call: impl Future) {
    let mut call = pin!(call);
    for _ in 0..polls {
        let poll = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx))).await;
        if poll.is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn writes(catalog: Arc<SqliteCatalog>, ctx: CallContext, collection: CollectionId, worker: usize) {
    for round in 0..60 {
        let drafts =
            (0..4).map(|n| draft(&format!("text:{worker}-{n}"), &format!("{round}\n{worker}\n"))).collect();
        let put = catalog.put_documents(&ctx, collection, drafts);
        give_up_after((round * 7 + worker) % 23, put).await;
        let source = SourceUri::try_new(format!("text:{worker}-0")).expect("a source");
        let document = ragstone_core::DocumentId::derive(collection, &source);
        give_up_after(round % 5, catalog.document_content(&ctx, document)).await;
        give_up_after(round % 3, catalog.document(&ctx, document)).await;
        give_up_after(round % 11, catalog.delete_document(&ctx, document, None)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_dropped_calls_leaves_a_consistent_catalog() {
    let mut fixture = Fixture::new().await;
    let workers = (0..8)
        .map(|worker| writes(Arc::clone(&fixture.catalog), fixture.ctx.clone(), fixture.collection, worker));
    futures::future::join_all(workers).await;

    let settled = vec![draft("text:settled", "one")];
    fixture
        .catalog
        .put_documents(&fixture.ctx, fixture.collection, settled)
        .await
        .expect("the catalog still writes");
    fixture.reopen().await;

    let (ctx, catalog, collection) = (&fixture.ctx, &fixture.catalog, fixture.collection);
    let changes = catalog.changes(ctx, collection, Sequence::ZERO, 10_000).await.expect("changes");
    let head = catalog.head(ctx).await.expect("head");
    assert_eq!(changes.last().map(|change| change.sequence), Some(head));
    let mut counted = ragstone_core::collection::CollectionStatistics::default();
    for change in changes.iter().filter(|change| change.kind == ragstone_core::change::ChangeKind::Stored) {
        let content = catalog.document_content(ctx, change.document).await.expect("a whole document");
        assert_eq!(content.document.sequence, change.sequence);
        counted.documents += 1;
        counted.chunks += content.chunks.len() as u64;
        counted.text_bytes += content.text.len() as u64;
        counted.terms += content.chunks.iter().map(|chunk| u64::from(chunk.terms)).sum::<u64>();
        assert_eq!(content.chunks.len(), content.document.chunk_count as usize);
    }
    assert_eq!(catalog.statistics(ctx, collection).await.expect("statistics"), counted);
}

#[tokio::test]
async fn a_write_whose_caller_left_ends_before_close_returns() {
    let mut fixture = Fixture::new().await;
    let put = fixture.catalog.put_documents(&fixture.ctx, fixture.collection, vec![draft("text:a", "one")]);
    give_up_after(2, put).await;
    fixture.reopen().await;
    let statistics = fixture.catalog.statistics(&fixture.ctx, fixture.collection).await.expect("statistics");
    assert_eq!(statistics.documents, 1);
}

#[tokio::test]
async fn a_passed_deadline_writes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clock = Arc::new(ManualClock::new());
    let path = folder.path().join("catalog.sqlite");
    let catalog =
        SqliteCatalog::open(path, SqliteConfig::default(), Arc::clone(&clock) as _).await.expect("opened");
    let late = context_of("acme").with_timeout(&*clock, Duration::from_secs(1));
    clock.advance(Duration::from_secs(2));
    let created = catalog.create_collection(&late, new_collection("notes", 1)).await;
    assert_eq!(created.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    let head = catalog.head(&late).await;
    assert_eq!(head.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    assert_eq!(catalog.head(&context_of("acme")).await.expect("head"), Sequence::ZERO);
}

#[tokio::test]
async fn a_closed_catalog_is_unavailable() {
    let fixture = Fixture::new().await;
    fixture.catalog.close().await;
    fixture.catalog.close().await;
    let read = fixture.catalog.head(&fixture.ctx).await;
    assert_eq!(read.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
    let write = fixture.catalog.create_collection(&fixture.ctx, new_collection("more", 2)).await;
    assert_eq!(write.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
}
