//! Writers of several processes, and a reader that must not miss any of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ragstone_catalog::PostgresCatalog;
use ragstone_core::port::{ChangeFeed, DocumentStore};
use ragstone_core::{CallContext, CollectionId, Sequence};
use tokio::task::JoinSet;

use super::server::TestDatabase;
use crate::fixture::{context_of, create, draft};

const WRITERS: usize = 4;
const ROUNDS: usize = 30;
const BATCH: usize = 3;

async fn write(catalog: Arc<PostgresCatalog>, ctx: CallContext, collection: CollectionId, writer: String) {
    for round in 0..ROUNDS {
        let drafts = (0..BATCH).map(|n| draft(&format!("text:{writer}-{round}-{n}"), "one\n")).collect();
        let known = catalog.head(&ctx).await.expect("head");
        let receipts = catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
        assert!(receipts.iter().all(|receipt| receipt.sequence > known));
    }
}

/// Follows the feed until nothing is written any more, and answers with every sequence in the order it was seen.
async fn follow(
    catalog: &PostgresCatalog,
    ctx: &CallContext,
    collection: CollectionId,
    is_over: &AtomicBool,
) -> Vec<Sequence> {
    let mut seen: Vec<Sequence> = Vec::new();
    loop {
        let was_over = is_over.load(Ordering::Acquire);
        let after = seen.last().copied().unwrap_or_default();
        let head = catalog.head(ctx).await.expect("head");
        let changes = catalog.changes(ctx, collection, after, 7).await.expect("changes");
        seen.extend(changes.iter().map(|change| change.sequence));
        if was_over && changes.is_empty() {
            assert_eq!(seen.last(), Some(&head));
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_never_misses_a_change_of_many_writers() {
    let Some(database) = TestDatabase::create().await else { return };
    let ctx = context_of("acme");
    let catalogs = [Arc::new(database.open().await), Arc::new(database.open().await)];
    let reader = database.open().await;
    let collection = create(&*catalogs[0], &ctx, "notes", 1).await;

    let is_over = AtomicBool::new(false);
    let writing = async {
        let mut writers = JoinSet::new();
        for (number, catalog) in catalogs.iter().enumerate() {
            for writer in 0..WRITERS {
                let name = format!("{number}-{writer}");
                writers.spawn(write(Arc::clone(catalog), ctx.clone(), collection, name));
            }
        }
        writers.join_all().await;
        is_over.store(true, Ordering::Release);
    };
    let ((), seen) = tokio::join!(writing, follow(&reader, &ctx, collection, &is_over));

    // The collection itself took the first sequence; nothing else was written, so none is missing.
    let count = u64::try_from(catalogs.len() * WRITERS * ROUNDS * BATCH).expect("a number");
    let expected: Vec<Sequence> = (2..=count + 1).map(Sequence).collect();
    assert_eq!(seen, expected);
}
