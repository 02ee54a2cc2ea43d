//! Which reads go to a replica, and when they do not.

use std::time::Duration;

use ragstone_catalog::PostgresCatalog;
use ragstone_core::port::DocumentStore;
use ragstone_core::{CallContext, ChunkId, CollectionId, DocumentId, SourceUri};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::server::{TestDatabase, open};
use crate::fixture::{context_of, create, draft};

async fn chunk_of(catalog: &PostgresCatalog, ctx: &CallContext, collection: CollectionId) -> ChunkId {
    let source = SourceUri::try_new("text:a").expect("a source");
    let document = DocumentId::derive(collection, &source);
    catalog.document_content(ctx, document).await.expect("found").chunks[0].id
}

async fn run_on(url: &str, sql: &str) -> Vec<sqlx::postgres::PgRow> {
    let mut connection = PgConnection::connect(url).await.expect("connected");
    sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect(sql)
}

#[tokio::test]
async fn a_process_reads_what_it_wrote_however_far_the_standby_is() {
    let Some(database) = TestDatabase::create().await else { return };
    let Some(standby) = database.url_of_standby().await else { return };
    let ctx = context_of("acme");
    let catalog = open(database.config().with_replica(&standby).expect("a replica")).await;
    let collection = create(&catalog, &ctx, "notes", 1).await;
    let mut missed = 0;
    let mut paused = 0;
    for round in 0..60 {
        // A standby that does not replay for a while is one that lags far behind.
        match round {
            20 => drop(run_on(&standby, "SELECT pg_wal_replay_pause()").await),
            40 => drop(run_on(&standby, "SELECT pg_wal_replay_resume()").await),
            _ => {}
        }
        let drafts = vec![draft("text:a", &format!("round {round}\n"))];
        catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
        let chunk = chunk_of(&catalog, &ctx, collection).await;
        let found = catalog.passages(&ctx, &[chunk]).await.expect("answered");
        let is_there = found.iter().any(|passage| passage.text == format!("round {round}\n"));
        missed += u32::from(!is_there);
        paused += u32::from((20..40).contains(&round) && is_there);
    }
    assert_eq!((missed, paused), (0, 20));

    // With the primary's table locked, and the lock not replayed, only the standby can answer.
    let chunk = chunk_of(&catalog, &ctx, collection).await;
    wait_until_replayed(&database, &standby).await;
    run_on(&standby, "SELECT pg_wal_replay_pause()").await;
    let mut session = database.connect().await;
    let mut lock = session.begin().await.expect("begun");
    sqlx::raw_sql("LOCK TABLE chunks").execute(&mut *lock).await.expect("locked");
    let answer = tokio::time::timeout(Duration::from_secs(10), catalog.passages(&ctx, &[chunk])).await;
    lock.rollback().await.expect("unlocked");
    run_on(&standby, "SELECT pg_wal_replay_resume()").await;
    assert_eq!(answer.expect("the standby answers").expect("answered").len(), 1);
}

/// Waits until the standby has replayed what the primary has written by now, and the pause after a failure is over.
async fn wait_until_replayed(database: &TestDatabase, standby: &str) {
    let written: String = database.row("SELECT CAST(pg_current_wal_lsn() AS TEXT)").await.get(0);
    let replayed = format!("SELECT 1 WHERE pg_last_wal_replay_lsn() >= '{written}'");
    while run_on(standby, &replayed).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(6)).await;
}

/// A database of its own stands in for the replica: what it holds differs, so that answers say where they come from.
#[tokio::test]
async fn passages_come_from_a_replica_that_is_far_enough_and_from_the_primary_otherwise() {
    let Some(primary) = TestDatabase::create().await else { return };
    let Some(replica) = TestDatabase::create().await else { return };
    let ctx = context_of("acme");
    {
        // Sequences 1 to 3, and not the document that the primary holds.
        let catalog = replica.open().await;
        let collection = create(&catalog, &ctx, "notes", 1).await;
        let drafts = ["text:b", "text:c"].map(|source| draft(source, "other\n")).to_vec();
        catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
        catalog.close().await;
    }
    // A replica is the same catalog.
    primary.open().await.close().await;
    let identity = primary.number("SELECT value FROM counters WHERE name = 'identity'").await;
    replica.run(&format!("UPDATE counters SET value = {identity} WHERE name = 'identity'")).await;
    let catalog = open(primary.config().with_replica(&replica.url()).expect("a replica")).await;
    let collection = create(&catalog, &ctx, "notes", 1).await;
    catalog.put_documents(&ctx, collection, vec![draft("text:a", "one\n")]).await.expect("stored");
    let chunk = chunk_of(&catalog, &ctx, collection).await;

    // The primary is at 2 and the replica at 3: it is asked, and does not know the chunk.
    assert!(catalog.passages(&ctx, &[chunk]).await.expect("answered").is_empty());
    // Now this process has written 3 and 4: the replica is behind, and the primary answers.
    let drafts = ["text:d", "text:e"].map(|source| draft(source, "two\n")).to_vec();
    catalog.put_documents(&ctx, collection, drafts).await.expect("stored");
    assert_eq!(catalog.passages(&ctx, &[chunk]).await.expect("answered").len(), 1);
}

#[tokio::test]
async fn a_replica_that_is_not_there_costs_no_answer() {
    let Some(primary) = TestDatabase::create().await else { return };
    let ctx = context_of("acme");
    let nowhere = "postgres://user:hunter2@127.0.0.1:9/catalog";
    let catalog = open(primary.config().with_replica(nowhere).expect("a replica")).await;
    let collection = create(&catalog, &ctx, "notes", 1).await;
    catalog.put_documents(&ctx, collection, vec![draft("text:a", "one\n")]).await.expect("stored");
    let chunk = chunk_of(&catalog, &ctx, collection).await;
    for _ in 0..20 {
        assert_eq!(catalog.passages(&ctx, &[chunk]).await.expect("answered").len(), 1);
    }
}
