//! The change feed as its readers see it.

use ragstone_core::change::{Change, ChangeKind};
use ragstone_core::id::{CollectionId, Sequence};

use crate::{CatalogDriver, CatalogFixture, DraftBuilder};

/// The head starts at zero and is raised by every write, to the sequence that the write answers with.
pub async fn every_write_raises_the_head(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let mut heads = vec![driver.head().await];
    assert_eq!(heads, [Sequence::ZERO]);
    let held = driver.create("notes").await;
    heads.push(driver.head().await);
    let receipt = driver.put(held.id, DraftBuilder::new("text:a").build()).await;
    heads.push(driver.head().await);
    assert_eq!(heads.last(), Some(&receipt.sequence));
    let batch = ["text:b", "text:c"].map(|name| DraftBuilder::new(name).build());
    let receipts = driver.put_all(held.id, batch.into()).await;
    heads.push(driver.head().await);
    assert_eq!(heads.last().copied(), receipts.iter().map(|receipt| receipt.sequence).max());
    let deletion = driver.delete(receipt.document).await;
    heads.push(driver.head().await);
    assert_eq!(heads.last(), Some(&deletion));
    let deletion = driver.catalog.delete_collection(&driver.ctx, &held.name).await;
    heads.push(driver.head().await);
    assert_eq!(heads.last().copied(), deletion.ok());
    assert!(heads.windows(2).all(|pair| pair[0] < pair[1]), "{heads:?}");
}

/// A change of a document replaces its former one in the feed, at a greater sequence.
pub async fn feed_holds_one_change_for_each_document(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    assert_eq!(driver.changes(id, Sequence::ZERO).await, Vec::new());
    let first = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let other = driver.put(id, DraftBuilder::new("text:b").build()).await;
    let seen = driver.changes(id, Sequence::ZERO).await;
    assert_eq!(seen.len(), 2);
    let updated = driver.put(id, DraftBuilder::new("text:a").with_text("new").build()).await;
    let stored = |receipt: &ragstone_core::document::WriteReceipt| Change {
        sequence: receipt.sequence,
        document: receipt.document,
        kind: ChangeKind::Stored,
    };
    assert_eq!(seen, [stored(&first), stored(&other)]);
    assert_eq!(driver.changes(id, Sequence::ZERO).await, [stored(&other), stored(&updated)]);
    assert_eq!(driver.changes(id, other.sequence).await, [stored(&updated)]);
    assert_eq!(driver.changes(id, updated.sequence).await, Vec::new());
}

/// Reading a few changes at a time gives the same feed as reading it whole.
pub async fn feed_is_read_in_parts(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for number in 0..10 {
        driver.put(id, DraftBuilder::new(&format!("text:{number}")).build()).await;
    }
    let whole = driver.changes(id, Sequence::ZERO).await;
    assert_eq!(whole.len(), 10);
    for limit in [1, 3, 10, 11] {
        let mut parts: Vec<Change> = Vec::new();
        loop {
            let after = parts.last().map_or(Sequence::ZERO, |change| change.sequence);
            let part = driver.catalog.changes(&driver.ctx, id, after, limit).await;
            let part = part.expect("lists changes");
            assert!(part.len() <= limit as usize, "a part is not larger than asked");
            if part.is_empty() {
                break;
            }
            parts.extend(part);
        }
        assert_eq!(parts, whole, "parts of {limit}");
    }
}

/// A deletion replaces the document's change, and is itself replaced when the document is created again.
pub async fn deletion_is_a_change(fixture: CatalogFixture) {
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    let receipt = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let deletion = driver.delete(receipt.document).await;
    let deleted = Change { sequence: deletion, document: receipt.document, kind: ChangeKind::Deleted };
    assert_eq!(driver.changes(id, Sequence::ZERO).await, [deleted]);
    assert_eq!(driver.changes(id, receipt.sequence).await, [deleted]);
    let again = driver.put(id, DraftBuilder::new("text:a").build()).await;
    let stored = Change { sequence: again.sequence, kind: ChangeKind::Stored, ..deleted };
    assert_eq!(driver.changes(id, Sequence::ZERO).await, [stored]);
}

/// Each collection has its own feed; their sequences are one count.
pub async fn feeds_of_collections_are_apart(fixture: CatalogFixture) {
    let first = CatalogDriver::new(&fixture);
    let second = first.as_tenant("second");
    let ids = [
        (first.clone(), first.create("a").await.id),
        (first.clone(), first.create("b").await.id),
        (second.clone(), second.create("a").await.id),
    ];
    let mut last = first.head().await;
    for round in 0..3 {
        for (driver, id) in &ids {
            let draft = DraftBuilder::new(&format!("text:{round}")).build();
            let sequence = driver.put(*id, draft).await.sequence;
            assert!(sequence > last, "sequences ascend across collections and tenants");
            last = sequence;
        }
    }
    for (driver, id) in &ids {
        assert_eq!(feed_len(driver, *id).await, 3);
    }
}

async fn feed_len(driver: &CatalogDriver, collection: CollectionId) -> usize {
    driver.changes(collection, Sequence::ZERO).await.len()
}
