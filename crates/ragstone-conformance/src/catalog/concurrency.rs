//! Many callers at once.

use std::collections::BTreeSet;

use ragstone_core::change::Change;
use ragstone_core::document::WriteReceipt;
use ragstone_core::error::ErrorKind;
use ragstone_core::id::{CollectionId, DocumentId, DocumentVersion, Sequence};
use tokio::task::JoinSet;

use crate::draft::new_collection;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// A hundred writers at once get distinct sequences, and everything they stored is there.
pub async fn concurrent_puts_have_distinct_sequences(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let before = driver.head().await;
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let driver = driver.clone();
        tasks.spawn(async move {
            let known = driver.head().await;
            let draft = DraftBuilder::new(&format!("text:{number}")).build();
            let receipt = driver.put(id, draft).await;
            assert!(receipt.sequence > known, "a write is behind all that was acknowledged before");
            receipt
        });
    }
    let receipts: Vec<WriteReceipt> = tasks.join_all().await;
    let sequences: BTreeSet<Sequence> = receipts.iter().map(|receipt| receipt.sequence).collect();
    assert_eq!(sequences.len(), 100);
    assert!(sequences.first().is_some_and(|first| *first > before));
    assert_eq!(sequences.last(), Some(&driver.head().await));
    assert_eq!(driver.audit(id).await.len(), 100);
}

/// Every one of many different writes to one document becomes a version of its own.
pub async fn concurrent_updates_lose_nothing(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let driver = driver.clone();
        tasks.spawn(async move {
            let draft = DraftBuilder::new("text:a").with_text(&format!("text {number}"));
            driver.put(id, draft.build()).await
        });
    }
    let mut receipts = tasks.join_all().await;
    receipts.sort_by_key(|receipt| receipt.sequence);
    let versions: Vec<DocumentVersion> = receipts.iter().map(|receipt| receipt.version).collect();
    let expected: Vec<DocumentVersion> = (1..=50).map(DocumentVersion).collect();
    assert_eq!(versions, expected, "versions rise with sequences");
    assert_eq!(driver.audit(id).await.len(), 1);
}

/// Of many creations of one name exactly one succeeds, the others are `AlreadyExists`.
pub async fn concurrent_creations_of_a_name_have_one_winner(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let driver = driver.clone();
        tasks.spawn(async move {
            let created = driver.catalog.create_collection(&driver.ctx, new_collection("notes")).await;
            created.map_err(|error| error.kind())
        });
    }
    let (won, lost): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(lost.into_iter().all(|result| result.err() == Some(ErrorKind::AlreadyExists)));
}

/// A reader that follows the feed while many write sees every document: no change appears where it has passed.
pub async fn reader_of_the_feed_misses_nothing(fixture: CatalogFixture) {
    const WRITERS: usize = 8;
    const EACH: usize = 15;
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let driver = driver.clone();
        writers.spawn(async move {
            for number in 0..EACH {
                let draft = DraftBuilder::new(&format!("text:{writer}/{number}")).build();
                driver.put(id, draft).await;
            }
        });
    }
    let follow = follow_until(&driver, id, WRITERS * EACH);
    let (seen, _) = futures::join!(follow, writers.join_all());
    let documents: BTreeSet<DocumentId> = seen.iter().map(|change| change.document).collect();
    assert_eq!(documents.len(), seen.len(), "each document was seen once");
    assert!(seen.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
}

/// Follows the feed until `count` changes were seen; one that is missed makes it wait for ever.
async fn follow_until(driver: &CatalogDriver, id: CollectionId, count: usize) -> Vec<Change> {
    let mut seen: Vec<Change> = Vec::new();
    while seen.len() < count {
        let after = seen.last().map_or(Sequence::ZERO, |change| change.sequence);
        let part = driver.catalog.changes(&driver.ctx, id, after, 7).await;
        seen.extend(part.expect("lists changes"));
        let total = driver.statistics(id).await.documents;
        if total == count as u64 {
            let after = seen.last().map_or(Sequence::ZERO, |change| change.sequence);
            seen.extend(driver.changes(id, after).await);
            assert_eq!(seen.len(), count, "the reader missed changes");
        }
        tokio::task::yield_now().await;
    }
    seen
}

/// A listing never shows a part of a batch.
pub async fn reader_sees_whole_batches(fixture: CatalogFixture) {
    const BATCHES: u32 = 15;
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let batch = |round: u32| {
        (0..5)
            .map(|number| {
                DraftBuilder::new(&format!("text:{number}")).with_text(&format!("round {round}")).build()
            })
            .collect()
    };
    driver.put_all(id, batch(1)).await;
    let write = async {
        for round in 2..=BATCHES {
            driver.put_all(id, batch(round)).await;
        }
    };
    let read = async {
        loop {
            let versions: BTreeSet<DocumentVersion> =
                driver.documents(id, 10).await.iter().map(|document| document.version).collect();
            assert_eq!(versions.len(), 1, "all documents are of one batch: {versions:?}");
            if versions.contains(&DocumentVersion(BATCHES)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    futures::join!(write, read);
}
