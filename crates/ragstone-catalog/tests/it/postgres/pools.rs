//! What the pools to PostgreSQL say while a transaction holds a connection and others wait for theirs.

use std::sync::Arc;
use std::time::Duration;

use metrics_util::debugging::DebuggingRecorder;
use ragstone_core::port::{ChangeFeed as _, DocumentStore as _};
use sqlx::Connection as _;
use tokio::task::JoinSet;

use super::server::{TestDatabase, open};
use crate::fixture::{context_of, create, draft};
use crate::pools::{named, waits};

#[tokio::test]
async fn a_writer_that_is_held_up_uses_a_connection_and_the_next_one_waits() {
    let Some(database) = TestDatabase::create().await else { return };
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let config = database.config().with_most_connections(3).expect("a pool");
    let catalog = Arc::new(open(config).await);
    let ctx = context_of("acme");
    let collection = create(&*catalog, &ctx, "notes", 1).await;
    waits(&snapshotter, "primary");

    // Another process holds the head, so that the first writer stays in its transaction.
    let mut other = database.connect().await;
    let mut holding = other.begin().await.expect("begins");
    sqlx::query("SELECT * FROM counters FOR UPDATE").fetch_all(&mut *holding).await.expect("locks");
    let mut puts = JoinSet::new();
    for number in 1..=3 {
        let (catalog, ctx) = (Arc::clone(&catalog), ctx.clone());
        let drafts = vec![draft(&format!("text:{number}"), "one\n")];
        puts.spawn(async move { catalog.put_documents(&ctx, collection, drafts).await.map(drop) });
    }
    let mut status = named(&catalog.pool_statuses(), "primary");
    for _ in 0..500 {
        status = named(&catalog.pool_statuses(), "primary");
        if (status.open - status.idle, status.waiting) == (1, 2) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((status.open - status.idle, status.waiting, status.most), (1, 2, 3), "{status:?}");
    // Reads have other connections of the pool.
    catalog.head(&ctx).await.expect("reads meanwhile");

    holding.rollback().await.expect("lets go");
    while let Some(put) = puts.join_next().await {
        put.expect("ends").expect("writes");
    }
    assert_eq!(named(&catalog.pool_statuses(), "primary").waiting, 0);
    let (count, longest) = waits(&snapshotter, "primary");
    assert_eq!(count, 4, "three writes and a read");
    assert!(longest > 0.0);
    catalog.close().await;
}

#[tokio::test]
async fn a_replica_has_a_pool_of_its_own() {
    let Some(database) = TestDatabase::create().await else { return };
    let Some(standby) = database.url_of_standby().await else { return };
    let config = database.config().with_most_connections(2).expect("a pool");
    let catalog = open(config.with_replica(&standby).expect("a replica")).await;
    let statuses = catalog.pool_statuses();
    assert_eq!(statuses.iter().map(|status| status.name).collect::<Vec<_>>(), ["primary", "replica"]);
    assert!(statuses.iter().all(|status| status.most == 2), "{statuses:?}");
    catalog.close().await;
}
