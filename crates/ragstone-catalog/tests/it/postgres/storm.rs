//! Thousands of dropped calls, and what they leave behind: nothing.

use std::sync::Arc;
use std::time::Duration;

use ragstone_catalog::{PoolStatus, Pooler, PostgresCatalog, PostgresConfig};
use ragstone_core::change::{ChangeKind, ProjectionMark, ProjectionName};
use ragstone_core::lease::LeaseName;
use ragstone_core::port::{ChangeFeed, DocumentStore, Leases};
use ragstone_core::{CallContext, CollectionId, DocumentId, GenerationId, HolderId, Sequence, SourceUri};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::server::{TestDatabase, open};
use crate::fixture::{context_of, create, draft};

const WORKERS: u64 = 16;
const ROUNDS: u64 = 80;
/// Calls of one round.
const CALLS: u64 = 7;
const CONNECTIONS: u32 = 6;

/// Microseconds after which a call is dropped: some at once, most in the midst of their work, some not at all.
fn moment(seed: &mut u64) -> Duration {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let bits = *seed >> 33;
    Duration::from_micros((bits % 100) * (bits % 97) * (1 + bits % 5))
}

async fn drop_after<T>(seed: &mut u64, call: impl Future<Output = T>) -> u64 {
    u64::from(tokio::time::timeout(moment(seed), call).await.is_err())
}

/// Answers with the number of calls that were dropped.
async fn worker(
    catalog: Arc<PostgresCatalog>,
    ctx: CallContext,
    collection: CollectionId,
    number: u64,
) -> u64 {
    let mut seed = number + 1;
    let mut dropped = 0;
    let job = LeaseName::try_new(format!("job/{}", number % 4)).expect("a name");
    let holder = HolderId::from_uuid(Uuid::from_u128(number.into()));
    let source = SourceUri::try_new(format!("text:{number}-0")).expect("a source");
    let document = DocumentId::derive(collection, &source);
    for round in 0..ROUNDS {
        let drafts =
            (0..4).map(|n| draft(&format!("text:{number}-{n}"), &format!("{round}\n{number}\n"))).collect();
        dropped += drop_after(&mut seed, catalog.put_documents(&ctx, collection, drafts)).await;
        dropped += drop_after(&mut seed, catalog.document_content(&ctx, document)).await;
        dropped += drop_after(&mut seed, catalog.document(&ctx, document)).await;
        dropped += drop_after(&mut seed, catalog.changes(&ctx, collection, Sequence::ZERO, 50)).await;
        dropped +=
            drop_after(&mut seed, catalog.acquire(&ctx, &job, holder, Duration::from_millis(50))).await;
        let mark = ProjectionMark {
            generation: GenerationId::from_uuid(Uuid::from_u128(1)),
            watermark: Sequence(round),
            average_length: 1.0,
            model: None,
        };
        let name = ProjectionName::new("storm");
        dropped += drop_after(&mut seed, catalog.mark(&ctx, name, collection, mark)).await;
        dropped += drop_after(&mut seed, catalog.delete_document(&ctx, document, None)).await;
    }
    dropped
}

async fn storm(database: &TestDatabase, config: PostgresConfig) {
    let config = config.with_most_connections(CONNECTIONS).expect("a pool");
    let catalog = Arc::new(open(config).await);
    let ctx = context_of("acme");
    let collection = create(&*catalog, &ctx, "notes", 1).await;
    let mut workers = JoinSet::new();
    for number in 0..WORKERS {
        workers.spawn(worker(Arc::clone(&catalog), ctx.clone(), collection, number));
    }
    let dropped: u64 = workers.join_all().await.into_iter().sum();
    let calls = WORKERS * ROUNDS * CALLS;
    assert!(dropped > 3_000 && dropped < calls, "{dropped} of {calls} calls were dropped");

    // Behind what still ran: the writers' turn is fair, so this write comes last.
    catalog
        .put_documents(&ctx, collection, vec![draft("text:settled", "one\n")])
        .await
        .expect("it still writes");
    wait_until_settled(database, &catalog).await;
    every_connection_answers(&catalog, &ctx, collection).await;
    audit(&catalog, &ctx, collection).await;
    catalog.close().await;
}

fn primary(catalog: &PostgresCatalog) -> PoolStatus {
    catalog.pool_statuses()[0]
}

/// Nothing runs any more: no session is in a transaction, and every open connection is idle.
async fn wait_until_settled(database: &TestDatabase, catalog: &PostgresCatalog) {
    let in_transaction = "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'";
    let mut left = i64::MAX;
    for _ in 0..50 {
        let status = primary(catalog);
        left = database.number(in_transaction).await;
        if status.open == status.idle && left == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(left, 0, "sessions are idle in a transaction");
    let status = primary(catalog);
    assert_eq!(status.open, status.idle, "connections are still used");
}

/// As many snapshots as there are connections, at once and many times.
async fn every_connection_answers(catalog: &PostgresCatalog, ctx: &CallContext, collection: CollectionId) {
    let source = SourceUri::try_new("text:settled").expect("a source");
    let document = DocumentId::derive(collection, &source);
    let reads = (0..CONNECTIONS * 10).map(|_| catalog.document_content(ctx, document));
    for content in futures::future::join_all(reads).await {
        assert_eq!(content.expect("found").text, "one\n");
    }
    assert_eq!(primary(catalog).open, CONNECTIONS, "the pool is whole");
}

async fn audit(catalog: &PostgresCatalog, ctx: &CallContext, collection: CollectionId) {
    let changes = catalog.changes(ctx, collection, Sequence::ZERO, 10_000).await.expect("changes");
    let head = catalog.head(ctx).await.expect("head");
    assert_eq!(changes.last().map(|change| change.sequence), Some(head));
    for change in changes.iter().filter(|change| change.kind == ChangeKind::Stored) {
        let content = catalog.document_content(ctx, change.document).await.expect("a whole document");
        assert_eq!(content.document.sequence, change.sequence);
        assert_eq!(content.chunks.len(), content.document.chunk_count as usize);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_dropped_calls_leaves_no_transaction_open() {
    let Some(database) = TestDatabase::create().await else { return };
    storm(&database, database.config()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_through_a_pooler_leaves_no_transaction_open() {
    let Some(database) = TestDatabase::create().await else { return };
    let Some(url) = database.url_of_pooler() else { return };
    let config = PostgresConfig::from_url(&url).expect("a configuration");
    storm(&database, config.with_pooler(Pooler::Transaction).expect("a pooler")).await;
}
