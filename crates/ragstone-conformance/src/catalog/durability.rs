//! What was acknowledged is there after the catalog was opened again.

use ragstone_core::change::{ProjectionMark, ProjectionName};
use ragstone_core::id::{Digest, Sequence};

use crate::draft::fresh_generation_id;
use crate::{CatalogDriver, CatalogFixture, DraftBuilder, Verdict};

const CANNOT_REOPEN: Verdict = Verdict::NotApplicable("the catalog cannot be opened again");

/// Documents, deletions, statistics and the feed are the same after reopening, and sequences go on.
pub async fn acknowledged_writes_survive_reopening(mut fixture: CatalogFixture) -> Verdict {
    if !fixture.can_reopen() {
        return CANNOT_REOPEN;
    }
    let driver = CatalogDriver::new(&fixture);
    let id = driver.create("notes").await.id;
    for name in ["text:a", "text:b", "text:c"] {
        driver.put(id, DraftBuilder::new(name).build()).await;
    }
    let updated = driver.put(id, DraftBuilder::new("text:b").with_text("new é\ntext").build()).await;
    let gone = driver.put(id, DraftBuilder::new("text:d").build()).await;
    driver.delete(gone.document).await;
    let documents = driver.audit(id).await;
    let changes = driver.changes(id, Sequence::ZERO).await;
    let content = driver.content(updated.document).await;
    let head = driver.head().await;
    drop(driver);
    fixture.reopen().await;
    let driver = CatalogDriver::new(&fixture);
    assert_eq!(driver.audit(id).await, documents);
    assert_eq!(driver.changes(id, Sequence::ZERO).await, changes);
    assert_eq!(driver.content(updated.document).await, content);
    assert_eq!(driver.head().await, head);
    let next = driver.put(id, DraftBuilder::new("text:e").build()).await;
    assert!(next.sequence > head);
    driver.audit(id).await;
    Verdict::Held
}

/// Marks and deleted collections that wait for their purge are the same after reopening.
pub async fn marks_survive_reopening(mut fixture: CatalogFixture) -> Verdict {
    if !fixture.can_reopen() {
        return CANNOT_REOPEN;
    }
    let projection = ProjectionName::new("first-projection");
    let driver = CatalogDriver::new(&fixture);
    let live = driver.create("live").await;
    let gone = driver.create("gone").await;
    let mark = ProjectionMark {
        generation: fresh_generation_id(),
        watermark: driver.head().await,
        average_length: 1.25,
        model: Some(Digest::of(b"model")),
    };
    for id in [live.id, gone.id] {
        let marked = driver.catalog.mark(&driver.ctx, projection, id, mark).await;
        marked.expect("marks");
    }
    let deleted = driver.catalog.delete_collection(&driver.ctx, &gone.name).await;
    deleted.expect("deletes");
    let before = driver.catalog.projected_collections(&driver.ctx, projection).await;
    drop(driver);
    fixture.reopen().await;
    let driver = CatalogDriver::new(&fixture);
    let after = driver.catalog.projected_collections(&driver.ctx, projection).await;
    let (mut before, mut after) = (before.expect("lists"), after.expect("lists"));
    before.sort_by_key(|entry| entry.collection.id);
    after.sort_by_key(|entry| entry.collection.id);
    assert_eq!(after, before);
    assert_eq!(after.len(), 2);
    Verdict::Held
}
